import type { Device } from '../../../exporter/src/model/device';
import type { Target } from '../../../exporter/src/model/target-list';
import { loopbackTargets } from '../ping/load';

/** Devices whose agents answer on loopback addresses, each with ether1 … etherN; the first two are uplinks. */
export function loopbackFleet(devices: number, interfaces: number, snmpPort: number): Target[] {
  return loopbackTargets(devices).map((address, n) => ({
    device: { ...DEVICE, id: `branch-${n}`, name: `branch-${n}`, address, snmpPort, site: `Branch ${n}` },
    interfaces: Array.from({ length: interfaces }, (_, i) => ({
      ifName: `ether${i + 1}`,
      weakIdentity: false,
      ifIndex: i + 1,
      ifDescr: `ether${i + 1}`,
      ifAlias: i < 2 ? 'Magti_Internet' : '',
      ifType: 6,
      interfaceType: i < 2 ? ('isp' as const) : ('access' as const),
      ispProvider: i < 2 ? 'magti' : '',
      isCritical: false,
      monitored: true,
      speedOverride: null,
    })),
  }));
}

const DEVICE: Omit<Device, 'id' | 'name' | 'address' | 'snmpPort' | 'site'> = {
  region: 'Region 1',
  type: 'router',
  role: '',
  auth: 'bench',
  ping: true,
  enabled: true,
  vendor: 'MikroTik',
  model: 'RB4011iGS+',
  osVersion: '',
  sysName: '',
};
