import type { InventorySize } from '../../integration/inventory-fleet';
import { deviceIdAt } from '../../integration/inventory-fleet';

/** What people and programs ask of the API, and the same in plain SQL: the least that an answer can cost. */
export interface Question {
  name: string;
  path: string;
  headers?: Record<string, string>;
  /** How many there must be of what was asked for; asserts that the question meets something. */
  finds?: (body: { total: number; items: unknown[] }) => boolean;
  floor: string;
}

const PAGE = 100;
const SOME = { finds: ({ total, items }: { total: number; items: unknown[] }) => total > 0 && items.length > 0 };
const PORT = 'i.id, i.device_id, d.name, d.address, i.if_name, i.if_index, i.if_descr, i.if_alias, i.interface_type';
const PORTS = 'device_interfaces i join devices d on d.id = i.device_id';
const BY_DEVICE = 'order by lower(d.name), i.if_index, i.id';
const like = (word: string) =>
  `(i.if_name ilike '%${word}%' or i.if_alias ilike '%${word}%' or i.if_descr ilike '%${word}%' or d.name ilike '%${word}%' or d.address ilike '%${word}%')`;
const search = (...words: string[]) => ({
  path: `/api/v1/interfaces?limit=${PAGE}&q=${encodeURIComponent(words.join(' '))}`,
  floor: `select ${PORT} from ${PORTS} where i.active and ${words.map(like).join(' and ')} ${BY_DEVICE} limit ${PAGE}`,
});

/** @param etag of the whole target list, for the question that every exporter asks each half minute */
export function questions({ devices, interfaces }: InventorySize, etag: string): Question[] {
  const middle = deviceIdAt(Math.floor(devices / 2));
  const deep = Math.floor(interfaces * 0.9);
  return [
    {
      name: 'devices, first page',
      path: `/api/v1/devices?limit=${PAGE}`,
      ...SOME,
      floor: `select * from devices d left join sites s on s.id = d.site_id order by lower(d.name) limit ${PAGE}`,
    },
    {
      name: 'devices, by site, deep page',
      path: `/api/v1/devices?limit=${PAGE}&sort=site&offset=${Math.floor(devices * 0.8)}`,
      ...SOME,
      floor: `select * from devices d left join sites s on s.id = d.site_id order by lower(s.name), d.id
              limit ${PAGE} offset ${Math.floor(devices * 0.8)}`,
    },
    {
      name: 'devices, search',
      path: `/api/v1/devices?limit=${PAGE}&q=${encodeURIComponent('ქუთაისი')}`,
      ...SOME,
      floor: `select * from devices d left join sites s on s.id = d.site_id
               where d.name ilike '%ქუთაისი%' or d.address ilike '%ქუთაისი%' or s.name ilike '%ქუთაისი%'
               order by lower(d.name) limit ${PAGE}`,
    },
    {
      name: 'device, one',
      path: `/api/v1/devices/${middle}`,
      floor: `select * from devices d left join sites s on s.id = d.site_id where d.id = '${middle}'`,
    },
    {
      name: 'interfaces, first page',
      path: `/api/v1/interfaces?limit=${PAGE}`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active ${BY_DEVICE} limit ${PAGE}`,
    },
    {
      name: 'interfaces, deep page',
      path: `/api/v1/interfaces?limit=${PAGE}&offset=${deep}`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active ${BY_DEVICE} limit ${PAGE} offset ${deep}`,
    },
    {
      name: 'interfaces, by confidence',
      path: `/api/v1/interfaces?limit=${PAGE}&sort=-parser_confidence`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active order by i.parser_confidence desc, i.id limit ${PAGE}`,
    },
    {
      name: 'interfaces of a device',
      path: `/api/v1/interfaces?limit=1000&device_id=${middle}`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active and i.device_id = '${middle}' ${BY_DEVICE}`,
    },
    { name: 'search, many hits', ...search('camera'), ...SOME },
    { name: 'search, miss', ...search('qqzzqq'), finds: ({ total }) => total === 0 },
    { name: 'search, Georgian', ...search('ბუღალტერია'), ...SOME },
    { name: 'search, two words', ...search('magti', 'tbilisi'), ...SOME },
    {
      name: 'critical',
      path: `/api/v1/interfaces/critical?limit=${PAGE}`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active and i.is_critical ${BY_DEVICE} limit ${PAGE}`,
    },
    {
      name: 'uplinks',
      path: `/api/v1/interfaces/isp?limit=${PAGE}`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS} where i.active and i.interface_type = 'isp' ${BY_DEVICE} limit ${PAGE}`,
    },
    {
      name: 'uplinks of a provider',
      path: `/api/v1/interfaces/isp?limit=${PAGE}&provider=silknet`,
      ...SOME,
      floor: `select ${PORT} from ${PORTS}
               where i.active and i.interface_type = 'isp' and i.isp_provider = 'silknet' ${BY_DEVICE} limit ${PAGE}`,
    },
    {
      name: 'sites',
      path: '/api/v1/sites',
      ...SOME,
      floor: `select s.*, count(d.id) from sites s left join devices d on d.site_id = s.id group by s.id order by lower(s.name)`,
    },
    {
      name: 'preflight',
      path: `/api/v1/discovery/preflight?limit=${PAGE}`,
      floor: `select discovery_reason, count(*) from devices group by 1`,
    },
    {
      name: 'targets, known',
      path: '/targets',
      headers: { 'if-none-match': etag },
      floor: `select revision from inventory_revision`,
    },
  ];
}
