import { IF_MIB } from '../snmp/if-mib';
import { requestVarbindBytes } from '../snmp/oid';
import { ANSWER_BYTES } from '../snmp/pdu-size';

export type Column = keyof typeof IF_MIB;

/** Which width of a pair of counters is asked: decided per row, for 90 of 638 recorded agents have HC on some rows only. */
export type Width = 'hc' | 'c32' | 'both';

/** What is asked of one row. */
export interface RowMode {
  octets: Width;
  ucast: Width;
  /** ifSpeed beside ifHighSpeed, where the latter says nothing of use. */
  speed: 'high' | 'both';
  /** The column that tells whether the row is still the same interface. */
  check: 'ifName' | 'ifDescr' | 'both' | 'none';
  /** ifCounterDiscontinuityTime, where the row has it (556 of 996 recorded agents). */
  mark: 'asked' | 'none';
}

const ALWAYS: readonly Column[] = [
  'ifAdminStatus',
  'ifOperStatus',
  'ifInDiscards',
  'ifInErrors',
  'ifOutDiscards',
  'ifOutErrors',
  'ifHighSpeed',
];

/** Columns in the order of asking, and where each of them is; -1 where it is not asked. */
export interface RowLayout {
  columns: readonly Column[];
  at: Readonly<Record<Column, number>>;
}

const modes = new Map<string, RowMode>();
const layouts = new Map<RowMode, RowLayout>();

/** The one object of a mode: rows compare modes by identity, and share their layout. */
export function modeOf(
  octets: Width,
  ucast: Width,
  speed: RowMode['speed'],
  check: RowMode['check'],
  mark: RowMode['mark']
): RowMode {
  const key = `${octets} ${ucast} ${speed} ${check} ${mark}`;
  let known = modes.get(key);
  if (!known) {
    known = { octets, ucast, speed, check, mark };
    modes.set(key, known);
  }
  return known;
}

/** The first poll of a row asks everything and so learns what the agent has. */
export const LEARN: RowMode = modeOf('both', 'both', 'both', 'both', 'asked');

export function layoutOf(mode: RowMode): RowLayout {
  let layout = layouts.get(mode);
  if (!layout) {
    const columns = columnsOf(mode);
    const at = Object.fromEntries(Object.keys(IF_MIB).map((name) => [name, columns.indexOf(name as Column)]));
    layout = { columns, at: at as Record<Column, number> };
    layouts.set(mode, layout);
  }
  return layout;
}

function columnsOf(mode: RowMode): Column[] {
  return [
    ...checksOf(mode),
    ...ALWAYS,
    ...(mode.speed === 'both' ? (['ifSpeed'] as const) : []),
    ...(mode.octets === 'c32' ? [] : (['ifHCInOctets', 'ifHCOutOctets'] as const)),
    ...(mode.octets === 'hc' ? [] : (['ifInOctets', 'ifOutOctets'] as const)),
    ...(mode.ucast === 'c32' ? [] : (['ifHCInUcastPkts', 'ifHCOutUcastPkts'] as const)),
    ...(mode.ucast === 'hc' ? [] : (['ifInUcastPkts', 'ifOutUcastPkts'] as const)),
    ...(mode.mark === 'none' ? [] : (['ifCounterDiscontinuityTime'] as const)),
  ];
}

/** The columns that carry the row's name. */
export function checksOf({ check }: RowMode): readonly Column[] {
  return check === 'none' ? [] : check === 'both' ? ['ifName', 'ifDescr'] : [check];
}

/** Bytes that an answer takes for a value of the column. A name that was not seen yet is guessed at the length of a talkative one. */
function valueBytes(column: Column, nameBytes = 32): number {
  if (column.startsWith('ifHC')) {
    return 9;
  }
  return column === 'ifName' || column === 'ifDescr' ? nameBytes : 5;
}

const ENVELOPE_BYTES = 90;

export interface Cell {
  oid: string;
  bytes: number;
}

export function cellOf(column: Column, ifIndex: number, nameBytes?: number): Cell {
  const oid = `${IF_MIB[column]}.${ifIndex}`;
  return { oid, bytes: requestVarbindBytes(oid) + valueBytes(column, nameBytes) };
}

/** Whether the answer to all of the cells fits one packet. */
export function fitsOneRequest(cells: readonly Cell[], mostCells: number): boolean {
  return cells.length <= mostCells && ENVELOPE_BYTES + bytesOf(cells) <= ANSWER_BYTES;
}

const bytesOf = (cells: readonly Cell[]) => cells.reduce((sum, cell) => sum + cell.bytes, 0);

/**
 * Cuts the cells of all rows into requests whose answers fit one packet. A row stays in one request where it can, so
 * that its name and its values are of one moment.
 * @returns where each request ends, as an offset into all cells
 */
export function packCells(rows: readonly (readonly Cell[])[], mostCells: number): number[] {
  const ends: number[] = [];
  let at = 0;
  let cells = 0;
  let bytes = ENVELOPE_BYTES;
  const cut = () => {
    if (cells > 0) {
      ends.push(at);
      cells = 0;
      bytes = ENVELOPE_BYTES;
    }
  };
  for (const row of rows) {
    if (cells + row.length > mostCells || bytes + bytesOf(row) > ANSWER_BYTES) {
      cut();
    }
    for (const cell of row) {
      if (cells >= mostCells || bytes + cell.bytes > ANSWER_BYTES) {
        cut();
      }
      at += 1;
      cells += 1;
      bytes += cell.bytes;
    }
  }
  cut();
  return ends;
}
