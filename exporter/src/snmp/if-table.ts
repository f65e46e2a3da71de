import { IF_MIB, interfaceSpeed } from './if-mib';
import { counterOf, integerOf } from './number';
import type { ColumnRows, SnmpSession, Varbind } from './session';
import { cleanText, physAddress } from './text';

/** One row of ifTable and ifXTable (RFC 2863); what the agent does not have is undefined or an empty text. */
export interface IfRow {
  ifIndex: number;
  ifName: string;
  ifDescr: string;
  ifAlias: string;
  /** IANAifType; 0 when the agent has none. */
  ifType: number;
  ifMtu?: number;
  /** bit/s */
  speed?: number;
  /** Lower-case hex pairs with colons; empty without one. */
  physAddress: string;
  /** 1 up, 2 down, 3 testing. */
  adminStatus?: number;
  /** 1 up … 7 lowerLayerDown; values outside are not given. */
  operStatus?: number;
  /** sysUpTime at the last change, hundredths of a second. */
  lastChange?: number;
  /** The row has ifHCInOctets. */
  hasHc: boolean;
}

/** RFC 2863 ifTable and ifXTable are walked apart: an agent with a broken ifXTable still shows all of ifTable. */
const IF_TABLE = [
  IF_MIB.ifDescr,
  IF_MIB.ifType,
  IF_MIB.ifMtu,
  IF_MIB.ifSpeed,
  IF_MIB.ifPhysAddress,
  IF_MIB.ifAdminStatus,
  IF_MIB.ifOperStatus,
  IF_MIB.ifLastChange,
];
const IFX_TABLE = [IF_MIB.ifName, IF_MIB.ifHighSpeed, IF_MIB.ifAlias, IF_MIB.ifHCInOctets];

/**
 * Walks the interfaces of an agent, in the order of ifIndex. Rows are those of ifTable; ifXTable only adds to them, but
 * stands in when the agent has no ifTable at all.
 * @throws SnmpError when nothing was answered or the walk broke off half-way: half a table would look like removed interfaces
 */
export async function walkIfTable(session: SnmpSession): Promise<IfRow[]> {
  const table = await session.columns(IF_TABLE);
  const extended = await session.columns(IFX_TABLE);
  const indexes = indexesOf(table, IF_TABLE);
  return (indexes.length > 0 ? indexes : indexesOf(extended, IFX_TABLE)).map((index) =>
    rowOf(index, (column) => (table.get(column) ?? extended.get(column))?.get(index))
  );
}

function indexesOf(rows: ColumnRows, columns: readonly string[]): string[] {
  const seen = new Set<string>();
  for (const column of columns) {
    for (const index of rows.get(column)?.keys() ?? []) {
      if (/^\d+$/.test(index)) {
        seen.add(index);
      }
    }
  }
  return [...seen].sort((a, b) => Number(a) - Number(b));
}

function rowOf(index: string, cell: (column: string) => Varbind | undefined): IfRow {
  const hc = cell(IF_MIB.ifHCInOctets);
  return {
    ifIndex: Number(index),
    ifName: cleanText(cell(IF_MIB.ifName)?.value),
    ifDescr: cleanText(cell(IF_MIB.ifDescr)?.value),
    ifAlias: cleanText(cell(IF_MIB.ifAlias)?.value),
    ifType: integerOf(cell(IF_MIB.ifType)) ?? 0,
    ifMtu: integerOf(cell(IF_MIB.ifMtu)),
    speed: interfaceSpeed(integerOf(cell(IF_MIB.ifHighSpeed)), integerOf(cell(IF_MIB.ifSpeed))),
    physAddress: physAddress(cell(IF_MIB.ifPhysAddress)?.value),
    adminStatus: statusWithin(integerOf(cell(IF_MIB.ifAdminStatus)), 3),
    operStatus: statusWithin(integerOf(cell(IF_MIB.ifOperStatus)), 7),
    lastChange: integerOf(cell(IF_MIB.ifLastChange)),
    hasHc: counterOf(hc) !== undefined,
  };
}

/** A status from 1 to `last`; anything else says nothing (8 of 996 recordings answer outside the range). */
export function statusWithin(value: number | undefined, last: number): number | undefined {
  return value !== undefined && value >= 1 && value <= last ? value : undefined;
}
