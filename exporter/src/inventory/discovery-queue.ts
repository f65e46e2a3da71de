import { AUTO_AUTH } from '../model/snmp-auth';
import type { Database, Queryable } from './database';

/** A device whose discovery this sidecar has taken on. */
export interface ClaimedDevice {
  id: string;
  name: string;
  address: string;
  snmpPort: number;
  /** Name of an entry under `auths:`, or `auto`. */
  auth: string;
  /** For `auto`: the one that answered last; null when none ever did. */
  authFound: string | null;
  type: string;
  /** False: a refresh. */
  full: boolean;
  /** Failed discoveries in a row before this one. */
  failures: number;
}

export interface Outcome {
  /** ok, or why SNMP failed. */
  reason: string;
  /** For people; never a secret. */
  detail: string;
  /** Unix times in ms. */
  finishedAt: number;
  nextDiscoveryAt: number;
  /** When the next full walk is due; undefined: as before (this was a refresh, or it failed). */
  nextFullWalkAt?: number;
  /** What the agent said of its age and its table; undefined: it did not answer. */
  signs?: object;
}

/**
 * Takes up to `limit` due devices for `owner` until `leaseMs` from now. Several sidecars may ask at once: a row that
 * another one holds is skipped, and a lease that ran out is free again. Times are unix ms.
 */
export async function claimDue(
  db: Queryable,
  claim: { owner: string; now: number; leaseMs: number; limit: number }
): Promise<ClaimedDevice[]> {
  return db.query<ClaimedDevice>(
    `update devices d
        set lease_owner = $1, lease_until = $3, rediscover = false
       from (select id from devices
              where removed_at is null and enabled and auth is not null and next_discovery_at <= $2
                and (lease_until is null or lease_until <= $2)
              order by next_discovery_at, id
              limit $4
                for update skip locked) due
      where d.id = due.id
      returning d.id, d.name, d.address, d.snmp_port as "snmpPort", d.auth,
                d.auth_found as "authFound", d.type,
                d.next_full_walk_at <= $2 as "full", d.discovery_failures as "failures"`,
    [claim.owner, new Date(claim.now), new Date(claim.now + claim.leaseMs), claim.limit]
  );
}

/** Ends the lease and sets the next due time. False when the lease was not the owner's any more: nothing is written. */
export async function finishDiscovery(db: Queryable, deviceId: string, owner: string, o: Outcome): Promise<boolean> {
  const done = await db.query(
    `update devices
        set lease_owner = null, lease_until = null, discovery_reason = $3, discovery_detail = $4,
            discovery_failures = case when $3 = 'ok' then 0 else discovery_failures + 1 end,
            last_discovery_at = $5,
            last_discovery_success_at = case when $3 = 'ok' then $5 else last_discovery_success_at end,
            discovered_at = case when $3 = 'ok' then coalesce(discovered_at, $5) else discovered_at end,
            next_discovery_at = case when rediscover then $5 else $6 end,
            next_full_walk_at = case when rediscover then next_full_walk_at else coalesce($7, next_full_walk_at) end,
            agent_signs = coalesce($8::jsonb, agent_signs), rediscover = false
      where id = $1 and lease_owner = $2
      returning id`,
    [
      deviceId,
      owner,
      o.reason,
      o.detail,
      new Date(o.finishedAt),
      new Date(o.nextDiscoveryAt),
      o.nextFullWalkAt === undefined ? null : new Date(o.nextFullWalkAt),
      o.signs === undefined ? null : JSON.stringify(o.signs),
    ]
  );
  return done.length > 0;
}

/** Gives a device back without an outcome: it stays as due as it was, for whoever comes next. */
export async function releaseClaim(db: Queryable, deviceId: string, owner: string): Promise<void> {
  await db.query('update devices set lease_owner = null, lease_until = null where id = $1 and lease_owner = $2', [
    deviceId,
    owner,
  ]);
}

/** Takes every device from whoever holds it: for a database of which nobody else can be at work. */
export async function freeLeases(db: Queryable): Promise<void> {
  await db.query('update devices set lease_owner = null, lease_until = null where lease_owner is not null');
}

/** Says that `owner` is still at work on every device that it holds, until `until` (unix ms). */
export async function renewLeases(db: Queryable, owner: string, until: number): Promise<void> {
  await db.query('update devices set lease_until = $2 where lease_owner = $1', [owner, new Date(until)]);
}

/** Makes devices due at once: one for a full walk (an operator asked), or all for a refresh (a sidecar started). */
export async function requestDiscovery(db: Queryable, deviceId: string): Promise<boolean> {
  const found = await db.query(
    `update devices set next_discovery_at = '-infinity', next_full_walk_at = '-infinity', rediscover = lease_owner is not null
      where id = $1 and removed_at is null and enabled and auth is not null returning id`,
    [deviceId]
  );
  return found.length > 0;
}

/** Of devices of `auth: auto`: what is found is none of `names` any more, so that another one must be found at once. */
export async function forgetAuths(db: Queryable, names: readonly string[]): Promise<void> {
  await db.query(
    `update devices set auth_found = null, next_discovery_at = '-infinity'
      where auth = $1 and auth_found is not null and not (auth_found = any ($2::text[]))`,
    [AUTO_AUTH, names]
  );
}

/** All but those that were discovered, or failed at it, after `lookedAt` (unix ms), or are being walked. */
export async function requestRefreshOfAll(db: Queryable, lookedAt: number): Promise<void> {
  await db.query(
    `update devices set next_discovery_at = '-infinity'
      where removed_at is null and next_discovery_at > '-infinity' and lease_owner is null
        and (last_discovery_at is null or last_discovery_at <= $1)`,
    [new Date(lookedAt)]
  );
}

/** Forgets tombstones and runs that ended before `before` (unix ms). */
export async function purgeHistory(
  db: Database,
  before: number
): Promise<{ interfaces: number; devices: number; runs: number }> {
  const at = [new Date(before)];
  /** A statement that deletes nothing would still count as a change of the target list. */
  const purge = async (from: string): Promise<object[]> => {
    const [some] = await db.query<{ found: boolean }>(`select exists (select from ${from}) as found`, at);
    return some?.found ? db.query(`delete from ${from} returning id`, at) : [];
  };
  const interfaces = await purge('device_interfaces where not active and updated_at < $1');
  const devices = await purge('devices where removed_at < $1');
  const runs = await purge('discovery_runs where started_at < $1');
  return { interfaces: interfaces.length, devices: devices.length, runs: runs.length };
}
