import type { Queryable } from './database';
import { Conditions, orderBy, pageOfIds, type Page, type PageRequest } from './list-query';

export const SITE_SORTS = ['name', 'region', 'created_at', 'updated_at', 'id'] as const;
export type SiteSort = (typeof SITE_SORTS)[number];

export interface SiteFilters {
  /** Words, each a part of name, region or address. */
  q?: string;
  region?: string;
  origin?: 'file' | 'api';
  bundle?: string;
}

export interface SiteRow {
  id: number;
  name: string;
  region: string;
  latitude: number | null;
  longitude: number | null;
  address: string;
  notes: string;
  origin: 'file' | 'api';
  bundle: string | null;
  devices: number;
  interfaces: number;
  /** Uplinks: a port and its VLANs are one. */
  isp_interfaces: number;
  critical_interfaces: number;
  created_at: Date;
  updated_at: Date;
}

const ORDER: Record<SiteSort, string> = {
  name: 'lower(s.name)',
  region: 'lower(s.region)',
  created_at: 's.created_at',
  updated_at: 's.updated_at',
  id: 's.id',
};

/** Sites $1, in that order, with what stands there. */
const SITES = `
  with page as (select id, place from unnest($1::bigint[]) with ordinality as p (id, place)),
  -- Device by device, for the index on its interfaces.
  counted as (
    select d.site_id, count(*) as devices, sum(ports.interfaces) as interfaces,
           sum(ports.isp_interfaces) as isp_interfaces, sum(ports.critical_interfaces) as critical_interfaces
      from devices d
     cross join lateral (
       select count(*) as interfaces, count(*) filter (where i.uplink_role = 'uplink') as isp_interfaces,
              count(*) filter (where i.critical_in_effect) as critical_interfaces
         from interfaces_in_effect i where i.device_id = d.id and i.active) ports
     where d.site_id in (select id from page) and d.removed_at is null
     group by 1
  )
  select s.id, s.name, s.region, s.latitude, s.longitude, s.address, s.notes, s.origin, s.bundle,
         coalesce(c.devices, 0) as devices, coalesce(c.interfaces, 0) as interfaces,
         coalesce(c.isp_interfaces, 0) as isp_interfaces, coalesce(c.critical_interfaces, 0) as critical_interfaces,
         s.created_at, s.updated_at
    from page join sites s on s.id = page.id left join counted c on c.site_id = s.id
   order by page.place`;

export async function listSites(
  db: Queryable,
  filters: SiteFilters,
  page: PageRequest<SiteSort>
): Promise<Page<SiteRow>> {
  const { where, params } = new Conditions()
    .words('s.search_text like search_form(?) or search_form(s.address) like search_form(?)', filters.q)
    .add('s.region = ?', filters.region)
    .add('s.origin = ?', filters.origin)
    .add('s.bundle = ?', filters.bundle);
  const { total, ids } = await pageOfIds<number>(
    db,
    {
      page: `select s.id from sites s where ${where} order by ${orderBy(page.sort, ORDER, ['lower(s.name)', 's.id'])}`,
      count: `select count(*) as total from sites s where ${where}`,
      params,
    },
    page
  );
  return { total, items: await db.query<SiteRow>(SITES, [ids]) };
}

export const getSite = async (db: Queryable, id: number): Promise<SiteRow | undefined> =>
  (await db.query<SiteRow>(SITES, [[id]]))[0];
