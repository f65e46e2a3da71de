import { IF_MIB, interfaceSpeed } from './if-mib';
import { integerOf } from './number';
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
];
const IFX_TABLE = [IF_MIB.ifName, IF_MIB.ifHighSpeed, IF_MIB.ifAlias];

const STATES = [IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus];
const NAMES = [IF_MIB.ifName, IF_MIB.ifAlias];

export interface IfTable {
  /** In the order of ifIndex. */
  rows: IfRow[];
  /** False: every column of ifTable broke off, so that a row which is absent may be there all the same. */
  complete: boolean;
  /** False: a column of ifXTable broke off, so that a name or an alias which is absent may be there all the same. */
  namesComplete: boolean;
}

/**
 * Walks the interfaces of an agent. Rows are those of ifTable; ifXTable only adds to them, but stands in when the agent
 * has no ifTable at all.
 * @throws SnmpError when nothing was answered or the walk failed half-way
 */
export async function readIfTable(session: Pick<SnmpSession, 'columns'>): Promise<IfTable> {
  const cuts = { table: 0, extended: 0 };
  const table = await session.columns(IF_TABLE, { onCut: () => (cuts.table += 1) });
  const extended = await session.columns(IFX_TABLE, { onCut: () => (cuts.extended += 1) });
  const ofTable = indexesOf(table, IF_TABLE);
  const indexes = ofTable.length > 0 ? ofTable : indexesOf(extended, IFX_TABLE);
  const filled = IF_TABLE.filter((column) => (table.get(column)?.size ?? 0) > 0).length;
  return {
    rows: indexes.map((index) => rowOf(index, (column) => (table.get(column) ?? extended.get(column))?.get(index))),
    // A column that came to its end has all rows, whatever became of the others.
    complete: filled > 0 ? cuts.table < filled : cuts.extended === 0,
    namesComplete: cuts.extended === 0,
  };
}

/** The rows alone. @throws SnmpError as readIfTable */
export const walkIfTable = async (session: Pick<SnmpSession, 'columns'>): Promise<IfRow[]> =>
  (await readIfTable(session)).rows;

/** What of an interface may change without a change of the table. */
export interface IfState {
  ifIndex: number;
  ifName: string;
  /** Empty where the agent has an ifName: it was not asked for. */
  ifDescr: string;
  /** Undefined when the agent did not say it. */
  ifAlias?: string;
  adminStatus?: number;
  operStatus?: number;
}

/**
 * Walks names, aliases and states of the interfaces, in the order of ifIndex: a third of the columns. ifDescr is walked
 * only where names are missing.
 * @throws SnmpError when nothing was answered or the walk broke off half-way
 */
export async function walkIfStates(session: Pick<SnmpSession, 'columns'>): Promise<IfState[]> {
  const table = await session.columns(STATES);
  const extended = await session.columns(NAMES);
  const indexes = indexesOf(table, STATES);
  const cell = (column: string, index: string) => (table.get(column) ?? extended.get(column))?.get(index);
  const states = indexes.map((index) => ({
    ifIndex: Number(index),
    ifName: cleanText(cell(IF_MIB.ifName, index)?.value),
    ifDescr: '',
    ifAlias: textOf(cell(IF_MIB.ifAlias, index)),
    adminStatus: statusWithin(integerOf(cell(IF_MIB.ifAdminStatus, index)), 3),
    operStatus: statusWithin(integerOf(cell(IF_MIB.ifOperStatus, index)), 7),
  }));
  if (states.every(({ ifName }) => ifName !== '')) {
    return states;
  }
  const descr = (await session.columns([IF_MIB.ifDescr])).get(IF_MIB.ifDescr);
  return states.map((state, i) => ({ ...state, ifDescr: cleanText(descr?.get(indexes[i] as string)?.value) }));
}

const textOf = (varbind: Varbind | undefined) => varbind && cleanText(varbind.value);

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
  };
}

/** A status from 1 to `last`; anything else says nothing (8 of 996 recordings answer outside the range). */
export function statusWithin(value: number | undefined, last: number): number | undefined {
  return value !== undefined && value >= 1 && value <= last ? value : undefined;
}
