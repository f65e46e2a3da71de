import { nearestKey } from '../../config/known-keys';
import type { RowFinding } from './finding';
import { againstFile, desiredState, difference, firstWords, type SitesByName } from './desired-state';
import type { MatchedRow, Tell } from './match-rows';
import { planSites, type NewSite } from './plan-sites';
import { addressKey } from './read-cell';
import type { DeviceIdentityRow, DeviceState, SitePlace, StoredDevice } from './stored-device';

/** What one row does. */
export interface Change {
  line: number;
  action: 'create' | 'update';
  id: string;
  /** A removed device that comes back is created, with the row that it had. */
  returns: boolean;
  state: DeviceState;
  /** In the words of the API, only what differs. */
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>>;
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
  sites: ReadonlyMap<string, SitePlace>;
  /** Names under auths:. */
  authNames: readonly string[];
  /** Of new devices that name none. */
  newAuth: string | null;
}

interface PlannedRow extends MatchedRow {
  before: StoredDevice | undefined;
  after: DeviceState;
}

/** What the rows change, the wrong ones told and left out. */
export function planImport(matched: readonly MatchedRow[], around: Surroundings, tell: Tell): Plan {
  const first = planSites(
    matched.map(({ words }) => words),
    around.sites
  );
  const planned = distinctAddresses(
    matched.flatMap((row) => desired(row, around, withSites(around.sites, first.sites), tell)),
    tell
  );
  const good = withoutConflicts(planned, around.identities, tell);
  // Sites that only wrong rows name are not created.
  const { sites, warnings } =
    good.length === matched.length
      ? first
      : planSites(
          good.map(({ words }) => words),
          around.sites
        );
  const known = withSites(around.sites, sites);
  const changes = good.flatMap((row) => change(row, around, known));
  return { changes, unchanged: good.length - changes.length, sites, warnings };
}

const withSites = (known: SitesByName, sites: readonly NewSite[]): SitesByName =>
  new Map([...known, ...sites.map((site) => [site.name, site] as const)]);

function desired(row: MatchedRow, around: Surroundings, sites: SitesByName, tell: Tell): PlannedRow[] {
  const before = row.known && around.stored.get(row.known.id);
  const after = desiredState(row.words, before, sites, around.newAuth);
  const { auth } = after;
  if (auth !== null && auth !== 'auto' && auth !== before?.auth && !around.authNames.includes(auth)) {
    tell(row.words, 'auth', auth, authRule(auth, around.authNames));
    return [];
  }
  const against = before && before.origin === 'file' && !before.removed ? againstFile(before, after) : undefined;
  if (against) {
    const [column, field] = against;
    const said = field === 'region_override' ? (row.words.region ?? '') : String(after[field] ?? '');
    tell(
      row.words,
      column,
      said,
      `device ${row.id} belongs to the configuration file; change it there, or leave the value as the file has it`
    );
    return [];
  }
  return [{ ...row, before, after }];
}

function authRule(auth: string, known: readonly string[]): string {
  const near = nearestKey(auth, known);
  const names = known.length === 0 ? 'the configuration has none' : `the configuration has ${known.join(', ')}`;
  return `it must be a name under auths:, auto, or empty; ${near === undefined ? names : `did you mean "${near}"?`}`;
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

/** Rows that take nothing which a device outside the table has and keeps. One that falls out keeps what it has: again. */
function withoutConflicts(
  rows: readonly PlannedRow[],
  identities: readonly DeviceIdentityRow[],
  tell: Tell
): PlannedRow[] {
  const live = identities.filter((device) => !device.removed);
  const byName = new Map(live.map((device) => [device.name, device]));
  const byAddress = new Map(live.map((device) => [addressKey(device.address, device.snmp_port), device]));
  let good = rows;
  for (;;) {
    const moving = new Set(good.map(({ id }) => id));
    const left = good.filter(({ words, id, after }) => {
      const holds = (device: DeviceIdentityRow | undefined) => device && device.id !== id && !moving.has(device.id);
      const named = byName.get(after.name);
      const there = byAddress.get(addressKey(after.address, after.snmp_port));
      if (named && holds(named)) {
        tell(words, 'name', after.name, `it belongs to device ${named.id}; give that id or another name`);
        return false;
      }
      if (there && holds(there)) {
        tell(words, 'ip', addressText(after), `it belongs to device ${there.id} (${there.name}); correct one of them`);
        return false;
      }
      return true;
    });
    if (left.length === good.length) {
      return left as PlannedRow[];
    }
    good = left;
  }
}

const addressText = ({ address, snmp_port }: DeviceState) => `${address} port ${snmp_port}`;

function change({ words, id, before }: PlannedRow, around: Surroundings, sites: SitesByName): Change[] {
  // The sites of the good rows may have other regions than those of all.
  const state = desiredState(words, before, sites, around.newAuth);
  const common = { line: words.line, id, state, returns: before?.removed ?? false };
  if (!before || before.removed) {
    return [{ ...common, action: 'create', before: null, after: firstWords(state, sites) }];
  }
  const changed = difference(before, state, sites);
  return changed ? [{ ...common, action: 'update', ...changed }] : [];
}
