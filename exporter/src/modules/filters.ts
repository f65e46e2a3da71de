import type { Varbind } from '../snmp/session';
import type { DynamicFilter } from './snmp-module';
import { plainText } from './value-text';

/** Rows that are asked for, by the column that a filter narrows; columns in the order in which filters name them. */
export type RowsByTarget = Map<string, readonly string[]>;

/** Keeps the rows whose value one of the filter's patterns finds; of several filters on one column, what all keep. */
export function applyFilter(filter: DynamicFilter, column: readonly Varbind[], rows: RowsByTarget): void {
  const accepted = column
    .filter(({ oid }) => oid.length > filter.oid.length)
    .filter((varbind) => filter.values.some((pattern) => pattern.match(plainText(varbind)) !== null))
    .map((varbind) => varbind.oid.slice(filter.oid.length + 1));
  const kept = new Set(accepted);
  for (const target of filter.targets) {
    rows.set(target, rows.get(target)?.filter((row) => kept.has(row)) ?? accepted);
  }
}
