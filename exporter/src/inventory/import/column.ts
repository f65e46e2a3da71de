/** Columns of a table of devices, in the order in which they are exported. */
export const COLUMNS = [
  'id',
  'name',
  'ip',
  'port',
  'device_type',
  'role',
  'branch',
  'region',
  'latitude',
  'longitude',
  'vendor',
  'model',
  'auth',
  'ping',
  'enabled',
  'tier',
  'tags',
  'notes',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Without these nothing can be imported. */
export const REQUIRED: readonly Column[] = ['name', 'ip'];

/** What other programs and people call a column; case, spaces and dashes do not count. */
const ALIASES: Readonly<Record<Column, readonly string[]>> = {
  id: ['device_id'],
  name: ['device', 'device_name', 'hostname'],
  ip: ['address', 'ip_address', 'host', 'device_ip', 'primary_ip', 'management_ip'],
  port: ['snmp_port'],
  device_type: ['type'],
  role: ['device_role'],
  branch: ['site', 'site_name'],
  region: [],
  latitude: ['lat'],
  longitude: ['lon', 'lng'],
  vendor: ['manufacturer'],
  model: [],
  auth: ['snmp_auth'],
  ping: [],
  enabled: [],
  tier: [],
  tags: ['tag'],
  notes: ['note', 'comments'],
};

const BY_WORD = new Map<string, Column>(
  COLUMNS.flatMap((column) => [column, ...ALIASES[column]].map((word) => [word, column] as const))
);

/** Every word that a header may have. */
export const HEADER_WORDS: readonly string[] = [...BY_WORD.keys()];

export const headerWord = (header: string): string =>
  header
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');

export const columnOf = (header: string): Column | undefined => BY_WORD.get(headerWord(header));

/** Columns that hold credentials in other programs' exports. */
export const looksSecret = (header: string): boolean =>
  /community|passw|passphrase|secret|token|(^|_)(key|psk|pw|pass)($|_)/.test(headerWord(header));
