import type { Device } from '../model/device';
import type { Interface } from '../model/interface';
import type { Target, TargetList } from '../model/target-list';
import { countedOnce, type UplinkRole } from '../model/uplink-role';
import type { Database } from './database';

/**
 * What the exporter polls: every device that did not leave, disabled ones included (they are shown as such), with its
 * active interfaces and the operators' words in effect; an interface that another one stands for as an uplink is none
 * here. Sorted by id and name, so that equal content is equal text.
 */
export async function targetList(db: Database, now: number): Promise<TargetList> {
  // One snapshot of both tables: a device never comes with the interfaces of another moment.
  const [devices, interfaces] = await db.transaction(async (tx) => {
    await tx.script('set transaction isolation level repeatable read, read only');
    return [
      await tx.query<Device>(
        `select id, name, address, snmp_port as "snmpPort", site, region, type, role, auth_in_effect as auth, ping, enabled,
                tier, vendor_in_effect as vendor, model_in_effect as model, os_version as "osVersion",
                sys_name as "sysName"
           from devices_in_effect order by id collate "C"`
      ),
      await tx.query<Interface & { deviceId: string; uplinkRole: UplinkRole }>(
        `select i.device_id as "deviceId", i.if_name as "ifName", i.weak_identity as "weakIdentity",
                i.if_index as "ifIndex", i.if_descr as "ifDescr", i.if_alias as "ifAlias", i.if_type as "ifType",
                i.type_in_effect as "interfaceType", i.provider_in_effect as "ispProvider", i.uplink_role as "uplinkRole",
                i.critical_in_effect as "isCritical", i.monitored_in_effect as "monitored",
                i.speed_override as "speedOverride"
           from interfaces_in_effect i
          where i.active order by i.device_id collate "C", i.if_name collate "C"`
      ),
    ] as const;
  });
  const targets = new Map<string, Target>(devices.map((device) => [device.id, { device, interfaces: [] }]));
  for (const { deviceId, uplinkRole, ...row } of interfaces) {
    targets.get(deviceId)?.interfaces.push(countedOnce(row, uplinkRole));
  }
  return { generatedAt: now, targets: [...targets.values()] };
}
