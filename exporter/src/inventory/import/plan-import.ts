import { nearestKey } from '../../config/known-keys';
import type { RowFinding } from './finding';
import { AUTO_AUTH } from '../../model/snmp-auth';
import { OF_FILE, WORTH_A_LOOK, type DeviceWords } from '../device-words';
import { changesOf } from '../edits';
import type { Column } from './column';
import { desiredState } from './desired-state';
import { flatMapInTurns } from './in-turns';
import type { MatchedRow, Tell } from './match-rows';
import { planSites, type NewSite } from './plan-sites';
import { addressKey } from './read-cell';
import type { DeviceIdentityRow, SitesByName, StoredDevice } from './stored-device';

/** What one row does. */
export interface Change {
  line: number;
  action: 'create' | 'update';
  id: string;
  /** A removed device that comes back is created, with the row that it had. */
  returns: boolean;
  /** Whether discovery is to look at it at once. */
  look: boolean;
  words: DeviceWords;
  /** In the words of the API, only what differs. */
  before: Partial<DeviceWords> | null;
  after: Partial<DeviceWords>;
}

export interface Plan {
  changes: Change[];
  unchanged: number;
  sites: NewSite[];
  warnings: RowFinding[];
}

/** What the rows are planned against. */
export interface Surroundings {
  /** All devices. */
  identities: readonly DeviceIdentityRow[];
  /** Those that rows are about, by id. */
  stored: ReadonlyMap<string, StoredDevice>;
  sites: SitesByName;
  /** Names under auths:. */
  authNames: readonly string[];
  /** Of new devices that name none. */
  newAuth: string | null;
}

interface PlannedRow extends MatchedRow {
  before: StoredDevice | undefined;
  after: DeviceWords;
}

/** What the rows change, the wrong ones told and left out. */
export async function planImport(matched: readonly MatchedRow[], around: Surroundings, tell: Tell): Promise<Plan> {
  const first = planSites(
    matched.map(({ words }) => words),
    around.sites
  );
  const all = withSites(around.sites, first.sites);
  const planned = await flatMapInTurns(matched, (row) => desired(row, around, all, tell));
  let good = withoutConflicts(distinctAddresses(planned, tell), around.identities, tell);
  let { sites, warnings } = first;
  if (good.length < matched.length) {
    // Wrong rows have no say in what new sites are like.
    ({ sites, warnings } = planSites(
      good.map(({ words }) => words),
      around.sites
    ));
    const left = withSites(around.sites, sites);
    good = await flatMapInTurns(good, (row) => [
      { ...row, after: desiredState(row.words, row.before, left, around.newAuth) },
    ]);
  }
  const changes = good.flatMap(change);
  return { changes, unchanged: good.length - changes.length, sites, warnings };
}

const withSites = (known: SitesByName, sites: readonly NewSite[]): SitesByName =>
  new Map([...known, ...sites.map((site) => [site.name, site] as const)]);

function desired(row: MatchedRow, around: Surroundings, sites: SitesByName, tell: Tell): PlannedRow[] {
  const before = row.known && around.stored.get(row.known.id);
  const after = desiredState(row.words, before, sites, around.newAuth);
  const { auth } = after;
  if (auth !== null && auth !== AUTO_AUTH && auth !== before?.auth && !around.authNames.includes(auth)) {
    tell(row.words, 'auth', auth, authRule(auth, around.authNames));
    return [];
  }
  const field = before && before.origin === 'file' && !before.removed && OF_FILE.find((f) => before[f] !== after[f]);
  if (field) {
    const said = field === 'region' ? row.words.region : after[field];
    const rule = `device ${row.id} belongs to the configuration file; change it there, or leave the value as the file has it`;
    tell(row.words, COLUMN_OF[field] ?? (field as Column), String(said ?? ''), rule);
    return [];
  }
  return [{ ...row, before, after }];
}

const COLUMN_OF: Partial<Record<keyof DeviceWords, Column>> = {
  address: 'ip',
  snmp_port: 'port',
  site: 'branch',
  type: 'device_type',
};

function authRule(auth: string, known: readonly string[]): string {
  const near = nearestKey(auth, known);
  const names = known.length === 0 ? 'the configuration has none' : `the configuration has ${known.join(', ')}`;
  return `it must be a name under auths:, ${AUTO_AUTH}, or empty; ${near === undefined ? names : `did you mean "${near}"?`}`;
}

/** Rows whose address no row before them has. */
function distinctAddresses(rows: readonly PlannedRow[], tell: Tell): PlannedRow[] {
  const lines = new Map<string, number>();
  return rows.filter(({ words, after }) => {
    const key = addressKey(after.address, after.snmp_port);
    const earlier = lines.get(key);
    if (earlier !== undefined) {
      tell(
        words,
        'ip',
        addressText(after),
        `line ${earlier} has it too; leave one of them out or give it another address or port`
      );
      return false;
    }
    lines.set(key, words.line);
    return true;
  });
}

/**
 * Rows that take nothing which a device outside the table has and keeps. One that falls out keeps what it has, and may
 * make those fall that wanted it: each row is looked at once more for that, however long the chain.
 */
function withoutConflicts(
  rows: readonly PlannedRow[],
  identities: readonly DeviceIdentityRow[],
  tell: Tell
): PlannedRow[] {
  const live = identities.filter((device) => !device.removed);
  const byName = new Map(live.map((device) => [device.name, device]));
  const byAddress = new Map(live.map((device) => [addressKey(device.address, device.snmp_port), device]));
  const moving = new Set(rows.map(({ id }) => id));
  const wanting = new Map<string, PlannedRow[]>();
  const fallen: PlannedRow[] = [];
  /** Whether a row may have what another device has now; if not, it falls. */
  const check = (row: PlannedRow): void => {
    const { words, id, after } = row;
    const named = byName.get(after.name);
    const there = byAddress.get(addressKey(after.address, after.snmp_port));
    const keeps = (device: DeviceIdentityRow | undefined) => device && device.id !== id && !moving.has(device.id);
    if (named && keeps(named)) {
      tell(words, 'name', after.name, `it belongs to device ${named.id}; give that id or another name`);
    } else if (there && keeps(there)) {
      tell(words, 'ip', addressText(after), `it belongs to device ${there.id} (${there.name}); correct one of them`);
    } else {
      for (const device of [named, there]) {
        if (device && device.id !== id) {
          wanting.set(device.id, [...(wanting.get(device.id) ?? []), row]);
        }
      }
      return;
    }
    fallen.push(row);
  };
  rows.forEach(check);
  for (const row of fallen) {
    if (moving.delete(row.id)) {
      const again = wanting.get(row.id) ?? [];
      wanting.delete(row.id);
      again.filter(({ id }) => moving.has(id)).forEach(check);
    }
  }
  return rows.filter(({ id }) => moving.has(id));
}

const addressText = ({ address, snmp_port }: DeviceWords) => `${address} port ${snmp_port}`;

function change({ words: { line }, id, before, after: words }: PlannedRow): Change[] {
  const common = { line, id, words, returns: before?.removed ?? false, look: true };
  if (!before || before.removed) {
    return [{ ...common, action: 'create', before: null, after: words }];
  }
  const changed = changesOf<DeviceWords>(before, words);
  const look = WORTH_A_LOOK.some((field) => changed && field in changed.after);
  return changed ? [{ ...common, action: 'update', look, ...changed }] : [];
}
