import type { DiscoveredInterface, DiscoveredSystem } from '../model/discovered';
import { AUTO_AUTH } from '../model/snmp-auth';
import type { Database, Queryable } from './database';
import {
  keptParent,
  missed,
  sameColumns,
  storable,
  toColumns,
  type InterfaceColumns,
  type KnownInterface,
} from './interface-rows';
import { interfaceChanges, roleChanges, uplinkRolesOf, writeHistory } from './interface-history';
import { knownInterfaces, knownSystem } from './known-device';
import { lockForWriting } from './revision';

export interface Walk {
  system: DiscoveredSystem;
  interfaces: readonly DiscoveredInterface[];
  /** False: the walk broke off, so what is absent says nothing. */
  complete: boolean;
  /** Full walks count what is absent; a refresh never does. */
  full: boolean;
  /** False: ifStackTable was not read, so that what it once told still holds. */
  stackRead: boolean;
  /** Name of the credential that answered; kept of devices of `auth: auto`. */
  auth: string;
  /** Unix time in ms. */
  walkedAt: number;
}

export interface SavedWalk {
  added: number;
  changed: number;
  /** Became tombstones: missed by two complete full walks in a row. */
  removed: number;
  /** Kept their id under a new ifIndex. */
  renumbered: number;
}

/** Another sidecar took the device over, or the device left, while it was walked: nothing was written. */
export class LeaseLost extends Error {
  constructor(deviceId: string) {
    super(`the walk of device ${deviceId} was dropped: its lease ended before it was saved`);
    this.name = 'LeaseLost';
  }
}

/**
 * Writes what a walk found, and only where it differs from what is known: the same walk twice writes nothing the second
 * time. An interface is the same while its name is, whatever its ifIndex. With `owner`, rejects with LeaseLost unless
 * that owner still holds the device's lease.
 */
export async function saveWalk(db: Database, deviceId: string, found: Walk, owner?: string): Promise<SavedWalk> {
  const walk = { ...found, system: storableSystem(found.system) };
  // Most walks find nothing new, and those need no lock.
  if (nothingToDo(await plan(db, deviceId, walk))) {
    await checkLease(db, deviceId, owner);
    return { added: 0, changed: 0, removed: 0, renumbered: 0 };
  }
  return db.transaction(async (tx) => {
    await lockForWriting(tx);
    await checkLease(tx, deviceId, owner);
    const work = await plan(tx, deviceId, walk);
    if (work.system) {
      await writeSystem(tx, deviceId, walk);
    }
    const roles = await uplinkRolesOf(tx, deviceId);
    await insertInterfaces(tx, deviceId, work.added, walk.walkedAt);
    await updateInterfaces(tx, work.changed, walk.walkedAt);
    await writeMissed(tx, deviceId, work.missed, walk.walkedAt);
    await writeHistory(tx, roleChanges(roles, await uplinkRolesOf(tx, deviceId)), walk.walkedAt);
    return {
      added: work.added.length,
      changed: work.changed.length,
      removed: work.missed.filter((m) => !m.active).length,
      renumbered: work.changed.filter((c) => c.old.if_index !== c.now.if_index).length,
    };
  });
}

interface Plan {
  system: boolean;
  added: InterfaceColumns[];
  changed: { old: KnownInterface; now: InterfaceColumns }[];
  missed: { id: number; missed_walks: number; active: boolean }[];
}

const nothingToDo = (work: Plan) =>
  !work.system && work.added.length === 0 && work.changed.length === 0 && work.missed.length === 0;

async function plan(db: Queryable, deviceId: string, walk: Walk): Promise<Plan> {
  const device = await knownSystem(db, deviceId);
  if (!device) {
    throw new LeaseLost(deviceId);
  }
  const known = await knownInterfaces(db, deviceId);
  const byName = new Map(known.map((row) => [row.if_name, row]));
  const found = new Map(walk.interfaces.map(toColumns).map((row) => [row.if_name, row]));
  const opened = device.auth !== AUTO_AUTH || device.authFound === walk.auth;
  const work: Plan = { system: !opened || !sameSystem(device.system, walk.system), added: [], changed: [], missed: [] };
  for (const read of found.values()) {
    const old = byName.get(read.if_name);
    const now = old && !walk.stackRead ? keptParent(read, old) : read;
    if (!old) {
      work.added.push(now);
    } else if (!sameColumns(old, now) || !old.active || old.missed_walks > 0) {
      work.changed.push({ old, now });
    }
  }
  // An agent that starts up answers with an empty table: no reason to believe that every port was pulled out.
  const emptied = found.size === 0 && known.some((row) => row.active);
  if (walk.full && walk.complete && !emptied) {
    work.missed = known.filter((row) => row.active && !found.has(row.if_name)).map(missed);
  }
  return work;
}

function storableSystem({ modules, ...texts }: DiscoveredSystem): DiscoveredSystem {
  const storables = Object.entries(texts).map(([key, text]) => [key, storable(text)]);
  return { ...(Object.fromEntries(storables) as Omit<DiscoveredSystem, 'modules'>), modules };
}

const sameSystem = (a: DiscoveredSystem, b: DiscoveredSystem) =>
  (Object.keys(b) as (keyof DiscoveredSystem)[]).every((key) => String(a[key]) === String(b[key]));

async function checkLease(db: Queryable, deviceId: string, owner: string | undefined): Promise<void> {
  if (owner === undefined) {
    return;
  }
  const held = await db.query('select 1 from devices where id = $1 and lease_owner = $2', [deviceId, owner]);
  if (held.length === 0) {
    throw new LeaseLost(deviceId);
  }
}

async function writeSystem(tx: Queryable, deviceId: string, { system: s, auth }: Walk): Promise<void> {
  await tx.query(
    `update devices
        set sys_descr = $2, sys_object_id = $3, sys_name = $4, sys_location = $5, vendor = $6, model = $7,
            os_version = $8, modules = $9, auth_found = case when auth = $10 then $11 end, updated_at = now()
      where id = $1`,
    [
      deviceId,
      s.sysDescr,
      s.sysObjectID,
      s.sysName,
      s.sysLocation,
      s.vendor,
      s.model,
      s.osVersion,
      s.modules,
      AUTO_AUTH,
      auth,
    ]
  );
}

const COLUMNS = `if_name text, weak_identity boolean, if_index bigint, if_descr text, if_alias text, if_type int,
  mtu bigint, phys_address text, admin_status_at_discovery smallint, oper_status_at_discovery smallint,
  speed_at_discovery numeric, interface_type text, isp_provider text, is_critical boolean,
  monitoring_enabled boolean, parser_confidence real, parser_source text, parser_rule text, parent_if_name text,
  parent_source text`;
const NAMES = COLUMNS.replace(/ (text|boolean|bigint|int|smallint|numeric|real)\b/g, '');

async function insertInterfaces(tx: Queryable, deviceId: string, rows: InterfaceColumns[], at: number): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  await tx.query(
    `insert into device_interfaces (device_id, discovered_at, ${NAMES})
     select $1, $2, ${NAMES} from jsonb_to_recordset($3::jsonb) as w (${COLUMNS})`,
    [deviceId, new Date(at), JSON.stringify(rows)]
  );
}

async function updateInterfaces(tx: Queryable, changed: Plan['changed'], at: number): Promise<void> {
  if (changed.length === 0) {
    return;
  }
  const set = NAMES.split(/,\s*/).map((name) => `${name} = w.${name}`);
  await tx.query(
    `update device_interfaces i
        set ${set.join(', ')}, active = true, missed_walks = 0, last_seen = null, updated_at = $1
       from jsonb_to_recordset($2::jsonb) as w (id bigint, ${COLUMNS})
      where i.id = w.id`,
    [new Date(at), JSON.stringify(changed.map(({ old, now }) => ({ id: old.id, ...now })))]
  );
  const history = changed.flatMap(({ old, now }) => interfaceChanges(old, now));
  await writeHistory(tx, history, at);
}

async function writeMissed(tx: Queryable, deviceId: string, rows: Plan['missed'], at: number): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  await tx.query(
    `update device_interfaces i
        set missed_walks = w.missed_walks, active = w.active, updated_at = $1,
            last_seen = coalesce(i.last_seen, d.last_discovery_success_at, i.updated_at)
       from jsonb_to_recordset($2::jsonb) as w (id bigint, missed_walks smallint, active boolean), devices d
      where i.id = w.id and d.id = $3`,
    [new Date(at), JSON.stringify(rows), deviceId]
  );
  const gone = rows.filter((row) => !row.active);
  await writeHistory(
    tx,
    gone.map(({ id }) => ({ id, field: 'active', old_value: 'true', new_value: 'false' })),
    at
  );
}
