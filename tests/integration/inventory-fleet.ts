import type { Database } from '../../exporter/src/inventory/database';
import { lockForWriting } from '../../exporter/src/inventory/revision';
import { fraction, hashNumber } from '../simulator/hash';

export interface InventorySize {
  devices: number;
  /** Of all devices; spread evenly, the tombstones among them. */
  interfaces: number;
}

/** When the last walk of the fleet was, unix ms. */
export const WALKED_AT = Date.UTC(2026, 5, 1, 2, 30);

const PER_SITE = 5;
const ROWS_A_STATEMENT = 5_000;
const LOOPBACK = 24;
const VLAN = 135;

const TOWNS: readonly [latin: string, georgian: string, region: string][] = [
  ['Tbilisi-Vake', 'ვაკე', 'Tbilisi'],
  ['Tbilisi-Gldani', 'გლდანი', 'Tbilisi'],
  ['Kutaisi', 'ქუთაისი', 'Imereti'],
  ['Batumi', 'ბათუმი', 'Adjara'],
  ['Gori', 'გორი', 'Shida Kartli'],
  ['Zugdidi', 'ზუგდიდი', 'Samegrelo'],
  ['Telavi', 'თელავი', 'Kakheti'],
  ['Rustavi', 'რუსთავი', 'Kvemo Kartli'],
];
const PROVIDERS = ['magti', 'silknet', 'veon', 'caucasus', 'globaltel'];
const SAID: Record<string, readonly string[]> = {
  magti: ['Magti_Internet', 'MAGTI 200M CID', 'მაგთი ინტერნეტი'],
  silknet: ['Silknet uplink 200M', 'Transit: Silknet {GE-', 'სილქნეტი ინტერნეტი'],
  veon: ['Beeline backup LTE', 'Veon_Internet'],
  caucasus: ['Caucasus Online fiber', 'CO-INET'],
  globaltel: ['GlobalTel WAN', 'Globaltel L3'],
};
/** What people write on ports that are no uplinks, and what the classifier makes of it. */
const PORTS: readonly [alias: string, type: string, critical: boolean][] = [
  ['', 'other', false],
  ['office', 'access', false],
  ['accounting printer', 'access', false],
  ['ბუღალტერია', 'access', false],
  ['camera yard', 'camera', false],
  ['ip phone reception', 'voice', false],
  ['trunk to core', 'trunk', true],
  ['TRUNK access-sw', 'trunk', false],
  ['srv-db-prod', 'server_link', true],
  ['branch link Gori', 'branch_link', false],
  ['MGMT', 'management', false],
];
const MAKES: readonly [vendor: string, model: string, os: string, port: string][] = [
  ['mikrotik', 'RB4011iGS+', '7.15.3', 'ether'],
  ['cisco', 'ISR4331', '17.9.4a', 'Gi0/0/'],
  ['huawei', 'S5720-28X-LI-AC', '5.170', 'GigabitEthernet0/0/'],
];
/** Nine devices in ten answered; the others failed as devices do. */
const FAILURES = ['timeout', 'auth', 'unreachable', 'malformed', 'tooslow'];

/**
 * Fills an empty, migrated inventory with a fleet as operators have it: sites of five devices, the first of them a
 * router with two uplinks (one site in eight takes them through VLANs), names and aliases in Latin and Georgian, every
 * class, some overrides, some tombstones. The same size makes the same rows. Discovery is due far in the future.
 */
export async function fillInventory(db: Database, { devices, interfaces }: InventorySize): Promise<void> {
  const sites = Array.from({ length: Math.ceil(devices / PER_SITE) }, (_, n) => siteRow(n));
  const boxes = Array.from({ length: devices }, (_, n) => deviceRow(n, sites));
  const upTo = (n: number) => Math.floor((n * interfaces) / devices);
  const ports = boxes.flatMap((_, n) => interfaceRows(n, upTo(n + 1) - upTo(n)));
  await db.transaction(async (tx) => {
    await lockForWriting(tx);
    const insert = async (table: string, columns: string, rows: readonly object[]) => {
      const names = columns
        .split(',')
        .map((column) => column.trim().split(' ')[0]!)
        .join(', ');
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
        await tx.query(
          `insert into ${table} (${names}) select ${names} from jsonb_to_recordset($1::jsonb) as f (${columns})`,
          [JSON.stringify(rows.slice(from, from + ROWS_A_STATEMENT))]
        );
      }
    };
    await insert('sites', 'name text, region text, latitude float8, longitude float8', sites);
    const ids = await tx.query<{ id: number; name: string }>('select id, name from sites');
    const idOf = new Map(ids.map(({ id, name }) => [name, id]));
    await insert(
      'devices',
      `id text, name text, address text, site_id bigint, type text, role text, auth text, vendor text, model text,
       os_version text, sys_name text, tags text[], discovery_reason text, discovery_failures int,
       next_discovery_at timestamptz, next_full_walk_at timestamptz, last_discovery_at timestamptz,
       last_discovery_success_at timestamptz`,
      boxes.map(({ site, ...box }) => ({ ...box, site_id: idOf.get(site) }))
    );
    await insert(
      'device_interfaces',
      `device_id text, if_name text, if_index bigint, if_descr text, if_alias text, if_type int, mtu bigint,
       phys_address text, admin_status_at_discovery smallint, oper_status_at_discovery smallint,
       speed_at_discovery numeric, interface_type text, isp_provider text, is_critical boolean, parser_confidence real,
       parser_source text, parser_rule text, interface_type_override text, is_critical_override boolean,
       parent_if_name text, parent_source text, active boolean, last_seen timestamptz, missed_walks smallint`,
      ports
    );
  });
}

const padded = (n: number) => String(n + 1).padStart(5, '0');
/** Device number `n` of the fleet; the first of each five is the site's router. */
export const deviceIdAt = (n: number) => `dev-${padded(n)}`;

function siteRow(n: number) {
  const [latin, georgian, region] = TOWNS[n % TOWNS.length]!;
  return {
    name: n % 3 === 0 ? `${georgian} ${padded(n)}` : `${latin} ${padded(n)}`,
    latin,
    region,
    latitude: 41 + fraction(1, n) * 2,
    longitude: 41 + fraction(2, n) * 5,
  };
}

function deviceRow(n: number, sites: readonly ReturnType<typeof siteRow>[]) {
  const site = sites[Math.floor(n / PER_SITE)]!;
  const router = n % PER_SITE === 0;
  const [vendor, model, os_version] = MAKES[n % MAKES.length]!;
  const reason = fraction(3, n) < 0.9 ? 'ok' : FAILURES[hashNumber(4, n) % FAILURES.length]!;
  const walked = new Date(WALKED_AT).toISOString();
  const name = `${site.latin.toLowerCase()}-${router ? 'rtr' : 'sw'}-${padded(n)}`;
  return {
    id: deviceIdAt(n),
    name,
    address: `10.${Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${(n % 250) + 1}`,
    site: site.name,
    type: router ? 'router' : 'switch',
    role: router ? 'edge' : 'access',
    auth: 'branch',
    vendor,
    model,
    os_version,
    sys_name: name.toUpperCase(),
    tags: n % 20 === 0 ? ['core', 'ring-a'] : [],
    discovery_reason: reason,
    discovery_failures: reason === 'ok' ? 0 : 3,
    next_discovery_at: '2100-01-01T00:00:00Z',
    next_full_walk_at: '2100-01-01T00:00:00Z',
    last_discovery_at: walked,
    last_discovery_success_at: reason === 'ok' ? walked : null,
  };
}

function interfaceRows(device: number, count: number) {
  const router = device % PER_SITE === 0;
  const throughVlans = device % (PER_SITE * 8) === 0;
  const uplinks = router ? 2 : 0;
  const vlans = throughVlans ? 2 : 0;
  const prefix = MAKES[device % MAKES.length]![3];
  return Array.from({ length: count }, (_, i) => {
    const seed = device * 1_000 + i;
    const row = {
      ...blank(device, i, `${prefix}${i + 1}`),
      // One port in forty was pulled out.
      active: i < uplinks || hashNumber(5, seed) % 40 !== 0,
    };
    if (i < uplinks) {
      return { ...row, ...uplink(device, i) };
    }
    if (i < uplinks + vlans) {
      const parent = `${prefix}${i - uplinks + 1}`;
      const more = { if_name: `${parent}.${100 + i}`, if_type: VLAN, parent_if_name: parent, parent_source: 'stack' };
      return { ...row, ...uplink(device, i - uplinks), ...more };
    }
    if (i === count - 1) {
      return {
        ...row,
        if_name: 'lo',
        if_descr: 'lo',
        if_type: LOOPBACK,
        interface_type: 'loopback',
        speed_at_discovery: null,
      };
    }
    const [alias, interface_type, is_critical] = PORTS[hashNumber(6, seed) % PORTS.length]!;
    return {
      ...row,
      if_alias: alias === '' ? '' : `${alias} ${i}`,
      interface_type,
      is_critical,
      // One port in a hundred has an operator's word.
      interface_type_override: hashNumber(7, seed) % 100 === 0 ? 'server_link' : null,
      is_critical_override: hashNumber(8, seed) % 100 === 0 ? true : null,
    };
  });
}

function blank(device: number, i: number, if_name: string) {
  return {
    device_id: deviceIdAt(device),
    if_name,
    if_index: i + 1,
    if_descr: if_name.startsWith('Gi0') ? `GigabitEthernet0/0/${i + 1}` : if_name,
    if_alias: '',
    if_type: 6,
    mtu: 1500,
    phys_address: '00:00:5e:00:53:01',
    admin_status_at_discovery: 1,
    oper_status_at_discovery: fraction(9, device * 1_000 + i) < 0.8 ? 1 : 2,
    speed_at_discovery: 1e9 as number | null,
    interface_type: 'other',
    isp_provider: '',
    is_critical: false,
    parser_confidence: 0.9,
    parser_source: 'alias',
    parser_rule: 'some-rule',
    interface_type_override: null as string | null,
    is_critical_override: null as boolean | null,
    parent_if_name: '',
    parent_source: '',
    last_seen: null,
    missed_walks: 0,
  };
}

function uplink(device: number, i: number) {
  const isp_provider = PROVIDERS[(Math.floor(device / PER_SITE) + i) % PROVIDERS.length]!;
  const said = SAID[isp_provider]!;
  return {
    if_alias: `${said[hashNumber(10, device + i) % said.length]} ${device}`,
    interface_type: 'isp',
    isp_provider,
    is_critical: true,
  };
}
