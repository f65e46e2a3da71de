import type { Caller } from '../model/caller';
import { writeAudit } from './audit';
import { saveFound, type FoundAddress } from './candidates';
import type { Database, Queryable } from './database';
import type { Page } from './list-query';

export type ScanState = 'running' | 'done' | 'cancelled' | 'failed';

/** What is looked through, and with what. */
export interface ScanOrder {
  /** CIDR, host bits cleared. */
  network: string;
  snmpPort: number;
  /** Names under `auths:`, in the order in which they are tried. */
  auths: readonly string[];
  ping: boolean;
  /** Addresses that a host may have. */
  addresses: number;
}

/** How far a scan is. */
export interface ScanCounts {
  /** Addresses that are devices already. */
  skipped: number;
  /** Addresses decided so far, whether they answered or not. */
  asked: number;
  answered: number;
}

/** A scan as the API shows it. */
export interface ScanRow extends ScanCounts {
  id: number;
  network: string;
  snmp_port: number;
  auths: string[];
  ping: boolean;
  requested_by: string;
  owner: string;
  state: ScanState;
  started_at: Date;
  finished_at: Date | null;
  addresses: number;
  error: string;
}

const COLUMNS = `id, network, snmp_port, auths, ping, requested_by, owner, state, started_at, finished_at, addresses,
  skipped, asked, answered, error`;

/** Which sidecar looks, and for how long it is believed to without another word of it: by the database's clock. */
export interface ScanLease {
  owner: string;
  ms: number;
}

const until = (ms: string) => `now() + ${ms}::double precision * interval '1 ms'`;

/**
 * Puts a scan into the books, unless its owner is at one already or another sidecar is in a network that overlaps: then
 * that one is the answer. Those who want to begin follow one another.
 */
export function beginScan(
  db: Database,
  order: ScanOrder,
  caller: Caller,
  lease: ScanLease
): Promise<{ begun: ScanRow; running?: never } | { running: ScanRow; begun?: never }> {
  return db.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtext('network_scans'))");
    await endLostScans(tx);
    const [running] = await tx.query<ScanRow>(
      `select ${COLUMNS} from network_scans
        where state = 'running' and (owner = $1 or network::cidr && $2::cidr)
        order by owner <> $1, id limit 1`,
      [lease.owner, order.network]
    );
    if (running) {
      return { running };
    }
    const { network, snmpPort: port, auths, ping } = order;
    const rows = await tx.query<ScanRow>(
      `insert into network_scans
         (network, snmp_port, auths, ping, addresses, requested_by, owner, lease_until, started_at)
       values ($1, $2, $3::text[], $4, $5, $6, $7, ${until('$8')}, now())
       returning ${COLUMNS}`,
      [network, port, auths, ping, order.addresses, caller.name, lease.owner, lease.ms]
    );
    const begun = rows[0] as ScanRow;
    const after = { network, port, auths, ping };
    await writeAudit(tx, caller, [
      { action: 'request', entity: 'scan', entityId: String(begun.id), before: null, after },
    ]);
    return { begun };
  });
}

/**
 * Ends those whose sidecar has not renewed its lease: it was killed. An embedded database belongs to one sidecar, so that
 * one which has just started ends `all`. Returns how many.
 */
export async function endLostScans(db: Queryable, all = false): Promise<number> {
  const lost = await db.query(
    `update network_scans
        set state = 'failed', finished_at = least(lease_until, now()),
            error = 'its sidecar ended in the middle of it; what it had found by then is among the candidates'
      where state = 'running' and ($1 or lease_until <= now())
      returning id`,
    [all]
  );
  return lost.length;
}

/** How a scan ended. */
export interface ScanEnd {
  state: Exclude<ScanState, 'running'>;
  error: string;
}

/**
 * Writes how far a scan is and whom it has found since, and renews its lease; with `end` it is the last word on it.
 * @returns lost: it is not the owner's any more, and nothing was written
 */
export function saveScan(
  db: Database,
  id: number,
  lease: ScanLease,
  progress: { counts: ScanCounts; found: readonly FoundAddress[]; end?: ScanEnd | undefined }
): Promise<'go on' | 'cancel' | 'lost'> {
  const { counts, found, end } = progress;
  return db.transaction(async (tx) => {
    const [scan] = await tx.query<{ cancelled: boolean; port: number }>(
      `update network_scans
          set skipped = $3, asked = $4, answered = $5, lease_until = ${until('$6')}, state = $7, error = $8,
              finished_at = case when $7 = 'running' then null else now() end
        where id = $1 and owner = $2 and state = 'running'
        returning cancel_requested as cancelled, snmp_port as port`,
      [
        id,
        lease.owner,
        counts.skipped,
        counts.asked,
        counts.answered,
        lease.ms,
        end?.state ?? 'running',
        end?.error ?? '',
      ]
    );
    if (!scan) {
      return 'lost';
    }
    await saveFound(tx, { id, port: scan.port }, found);
    return scan.cancelled ? 'cancel' : 'go on';
  });
}

/** Tells the sidecar that runs it, whichever that is, to stop. False when it is not running. */
export function requestCancel(db: Database, id: number, caller: Caller): Promise<boolean> {
  return db.transaction(async (tx) => {
    const asked = await tx.query(
      `update network_scans set cancel_requested = true
        where id = $1 and state = 'running' and not cancel_requested returning id`,
      [id]
    );
    if (asked.length === 0) {
      return (await getScan(tx, id))?.state === 'running';
    }
    await writeAudit(tx, caller, [
      {
        action: 'update',
        entity: 'scan',
        entityId: String(id),
        before: { cancel_requested: false },
        after: { cancel_requested: true },
      },
    ]);
    return true;
  });
}

export async function getScan(db: Queryable, id: number): Promise<ScanRow | undefined> {
  return (await db.query<ScanRow>(`select ${COLUMNS} from network_scans where id = $1`, [id]))[0];
}

/** Newest first. */
export async function listScans(db: Queryable, page: { limit: number; offset: number }): Promise<Page<ScanRow>> {
  const items = await db.query<ScanRow>(`select ${COLUMNS} from network_scans order by id desc limit $1 offset $2`, [
    page.limit,
    page.offset,
  ]);
  const [count] = await db.query<{ total: number }>('select count(*) as total from network_scans');
  return { total: count?.total ?? 0, items };
}

/** Addresses of the devices that are asked at this port, as they are written in the inventory. */
export async function deviceAddresses(db: Queryable, snmpPort: number): Promise<string[]> {
  const rows = await db.query<{ address: string }>(
    'select address from devices where removed_at is null and snmp_port = $1',
    [snmpPort]
  );
  return rows.map((row) => row.address);
}
