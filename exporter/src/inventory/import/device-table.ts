import { stringify, type Stringifier } from 'csv-stringify';
import type { Queryable } from '../database';
import { deviceConditions, type DeviceFilters } from '../list-devices';
import { COLUMNS, type Column } from './column';
import { joinTags } from './read-json';
import { readPages } from './read-pages';
import { escapeFormula } from './spreadsheet-cell';

/** A device as the columns of an import have it. */
export type DeviceTableRow = Record<
  Exclude<Column, 'port' | 'latitude' | 'longitude' | 'ping' | 'enabled' | 'tags' | 'auth'>,
  string
> & {
  port: number;
  latitude: number | null;
  longitude: number | null;
  auth: string | null;
  ping: boolean;
  enabled: boolean;
  tags: string[];
};

/**
 * The devices that the filters leave, by id, some at a time. Region and place are those in effect, so that an empty
 * inventory gets its sites back; vendor and model are the operator's words alone: what discovery read is no word of his.
 */
export function deviceTable(db: Queryable, filters: DeviceFilters): AsyncGenerator<DeviceTableRow[]> {
  const { where, params } = deviceConditions(filters);
  return readPages(
    db,
    { sql: `select d.id from devices_in_effect d where ${where} order by d.id`, params },
    `select d.id, d.name, d.address as ip, d.snmp_port as port, d.type as device_type, d.role, d.site as branch,
            d.region, d.latitude_in_effect as latitude, d.longitude_in_effect as longitude,
            coalesce(d.vendor_override, '') as vendor, coalesce(d.model_override, '') as model, d.auth, d.ping,
            d.enabled, d.tier, d.tags, d.notes
       from devices_in_effect d where d.id = any ($1::text[]) order by d.id`
  );
}

export interface CsvOptions {
  /** For spreadsheets that take a file without byte order mark for their own code page. */
  bom: boolean;
}

/** A stream that makes a CSV table of objects, safe to open in a spreadsheet; numbers stay numbers. */
export const csvTable = (columns: readonly string[], { bom }: CsvOptions): Stringifier =>
  stringify({
    bom,
    header: true,
    columns: [...columns],
    // Spaces around a cell and lone carriage returns are lost on readers unless in quotes.
    quoted_match: /^\s|\s$|\r/,
    cast: {
      string: escapeFormula,
      boolean: String,
      object: (list) => escapeFormula(joinTags(list as unknown as string[])),
    },
  });

export const deviceCsv = (options: CsvOptions): Stringifier => csvTable(COLUMNS, options);
