import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Response } from 'express';
import { escapeFormula } from '../../inventory/import/spreadsheet-cell';
import type { PreflightDevice } from './preflight-routes';

const COLUMNS: readonly (keyof PreflightDevice)[] = [
  'result',
  'name',
  'address',
  'snmp_port',
  'site',
  'region',
  'type',
  'auth',
  'auth_found',
  'hint',
  'detail',
  'failures',
  'last_discovery_at',
  'last_discovery_success_at',
  'id',
];
const AT_ONCE = 1000;

/** Writes the report as a table, `read` by `read`, and ends the answer. */
export async function preflightCsv(
  res: Response,
  read: (offset: number, limit: number) => Promise<PreflightDevice[]>
): Promise<void> {
  // The first read tells a database that is away while the answer can still say so.
  let devices = await read(0, AT_ONCE);
  res.type('text/csv; charset=utf-8');
  res.setHeader('Content-Disposition', 'attachment; filename="snmp-preflight.csv"');
  const table = stringify({ header: true, columns: [...COLUMNS], cast: { string: escapeFormula } });
  table.pipe(res);
  for (let offset = 0; devices.length > 0; devices = await read(offset, AT_ONCE)) {
    devices.forEach((device) => table.write(device));
    offset += devices.length;
    if (devices.length < AT_ONCE) {
      break;
    }
  }
  table.end();
  await finished(res);
}
