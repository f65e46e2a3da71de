import type { Queryable } from './database';
import { DISCOVERY_RESULT } from './list-devices';

export interface NamedCount {
  name: string;
  count: number;
}

/** How much the inventory holds, and of what; never what is up or down now. */
export interface InventorySummary {
  sites: number;
  devices: {
    total: number;
    enabled: number;
    by_type: NamedCount[];
    by_vendor: NamedCount[];
    by_region: NamedCount[];
    by_discovery_result: NamedCount[];
  };
  /** Those that are there. */
  interfaces: {
    total: number;
    critical: number;
    monitored: number;
    overridden: number;
    by_type: NamedCount[];
  };
  uplinks: {
    /** A port and its VLANs are one. */
    total: number;
    by_provider: NamedCount[];
    by_site: NamedCount[];
  };
}

interface Grouped extends NamedCount {
  what: string;
}

/** Counts everything once: three statements, each reads its table once. */
export async function inventorySummary(db: Queryable): Promise<InventorySummary> {
  const devices = await db.query<Grouped>(
    `select case
              when grouping(type) = 0 then 'type' when grouping(vendor) = 0 then 'vendor'
              when grouping(region) = 0 then 'region' when grouping(result) = 0 then 'result'
              when grouping(enabled) = 0 then 'enabled' else 'total' end as what,
            coalesce(type, vendor, region, result, enabled::text, '') as name, count(*) as count
       from (select type, vendor_in_effect as vendor, region, ${DISCOVERY_RESULT} as result, enabled
               from devices_in_effect) d
      group by grouping sets ((type), (vendor), (region), (result), (enabled), ())
      order by what, count desc, name`
  );
  const interfaces = await db.query<NamedCount & { critical: number; monitored: number; overridden: number }>(
    `select i.type_in_effect as name, count(*) as count, count(*) filter (where i.critical_in_effect) as critical,
            count(*) filter (where i.monitored_in_effect) as monitored,
            count(*) filter (where num_nonnulls(i.interface_type_override, i.isp_provider_override,
              i.is_critical_override, i.monitoring_enabled_override, i.speed_override, i.bandwidth_in,
              i.bandwidth_out) > 0) as overridden
       from interfaces_in_effect i join devices d on d.id = i.device_id and d.removed_at is null
      where i.active group by 1 order by 2 desc, 1`
  );
  // Of "uplink_role = 'uplink'" the planner would expect one row, and read all devices for each.
  const uplinks = await db.query<Grouped>(
    `select case when grouping(provider) = 0 then 'provider' else 'site' end as what,
            coalesce(provider, site) as name, count(*) as count
       from (select i.provider_in_effect as provider, d.site
               from interfaces_in_effect i join devices_in_effect d on d.id = i.device_id
              where i.active and i.type_in_effect = 'isp' and i.uplink_role not in ('', 'child', 'parent')) u
      group by grouping sets ((provider), (site)) order by what, count desc, name`
  );
  const [sites] = await db.query<{ count: number }>('select count(*) as count from sites');
  const of = (rows: readonly Grouped[], what: string): NamedCount[] =>
    rows.filter((row) => row.what === what).map(({ name, count }) => ({ name, count }));
  const sum = (key: 'count' | 'critical' | 'monitored' | 'overridden') =>
    interfaces.reduce((n, row) => n + row[key], 0);
  const byProvider = of(uplinks, 'provider');
  return {
    sites: sites?.count ?? 0,
    devices: {
      total: of(devices, 'total')[0]?.count ?? 0,
      enabled: of(devices, 'enabled').find(({ name }) => name === 'true')?.count ?? 0,
      by_type: of(devices, 'type'),
      by_vendor: of(devices, 'vendor'),
      by_region: of(devices, 'region'),
      by_discovery_result: of(devices, 'result'),
    },
    interfaces: {
      total: sum('count'),
      critical: sum('critical'),
      monitored: sum('monitored'),
      overridden: sum('overridden'),
      by_type: interfaces.map(({ name, count }) => ({ name, count })),
    },
    uplinks: {
      total: byProvider.reduce((n, { count }) => n + count, 0),
      by_provider: byProvider,
      by_site: of(uplinks, 'site'),
    },
  };
}
