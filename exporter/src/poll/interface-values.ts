import type { InterfaceValues } from '../model/snapshot';
import { interfaceSpeed } from '../snmp/if-mib';
import { statusWithin } from '../snmp/if-table';
import { isNameOf } from '../snmp/interface-name';
import { counterFromOctets } from '../snmp/number';
import type { GetAnswer } from '../snmp/session';
import { cleanText } from '../snmp/text';
import { checksOf, layoutOf, modeOf, type Column, type RowLayout, type RowMode, type Width } from './interface-columns';

export interface KnownRow {
  /** Identity of the interface on its device. */
  ifName: string;
  ifIndex: number;
  /** bit/s; the operator's word where the agent has none, and above the agent's. */
  speedOverride: number | null;
  mode: RowMode;
  /** Bytes under which the row was recognised at last, a character each: the same again need no decoding. */
  recognised?: string;
}

export interface DecodedRow {
  /** `same`: the interface we know; `other`: something else is under its index; `absent`: nothing is. */
  check: 'same' | 'other' | 'absent';
  values: InterfaceValues;
  /** What to ask of the row from now on. */
  learnt: RowMode;
  /** ifCounterDiscontinuityTime: sysUpTime when the counters of the row broke off last. */
  mark?: number;
  /** Counters that were read from text or octets. */
  fromOctets?: number;
}

/**
 * Reads one row out of the cells from `at` on. Pure; whatever the agent does not have stays undefined. `closed`: the
 * row was cut over several requests, and its name stands behind its values once more.
 */
export function decodeRow(row: KnownRow, answer: GetAnswer, at: number, closed = false): DecodedRow {
  const cells = new RowCells(layoutOf(row.mode), answer, at);
  const values: InterfaceValues = { ifName: row.ifName };
  const check = closed && !cells.namedAlike(row.mode) ? 'other' : checkName(row, cells);
  if (check !== 'same') {
    return { check, values, learnt: row.mode };
  }
  values.adminStatus = statusWithin(cells.number('ifAdminStatus'), 3);
  values.operStatus = statusWithin(cells.number('ifOperStatus'), 7);
  values.inErrors = cells.counter('ifInErrors');
  values.outErrors = cells.counter('ifOutErrors');
  values.inDiscards = cells.counter('ifInDiscards');
  values.outDiscards = cells.counter('ifOutDiscards');
  const high = cells.number('ifHighSpeed');
  values.speed = row.speedOverride ?? interfaceSpeed(high, cells.number('ifSpeed'));
  const octets = chooseWidth(
    [cells.counter('ifHCInOctets'), cells.counter('ifHCOutOctets')],
    [cells.counter('ifInOctets'), cells.counter('ifOutOctets')],
    row.mode.octets
  );
  [values.inOctets, values.outOctets] = octets.values;
  values.counterBits = octets.bits;
  const ucast = chooseWidth(
    [cells.counter('ifHCInUcastPkts'), cells.counter('ifHCOutUcastPkts')],
    [cells.counter('ifInUcastPkts'), cells.counter('ifOutUcastPkts')],
    row.mode.ucast
  );
  [values.inUcastPkts, values.outUcastPkts] = ucast.values;
  const speed = interfaceSpeed(high, undefined) === undefined ? 'both' : 'high';
  const mark = cells.number('ifCounterDiscontinuityTime');
  const { mode } = row;
  const settled =
    mode.octets === octets.next && mode.ucast === ucast.next && mode.speed === speed && mode.check !== 'both';
  const learnt = settled
    ? mode
    : modeOf(octets.next, ucast.next, speed, cells.checkColumn(row), mark === undefined ? 'none' : 'asked');
  return { check, values, learnt, mark, fromOctets: cells.fromOctets };
}

type Pair = readonly [number | undefined, number | undefined];

/**
 * Which counters of a pair count. 64 bits where the row has them; 32 where it does not, and where the 64-bit ones stand
 * at zero while the others count (4 recorded agents). While all stand at zero both go on being asked, so that the choice
 * falls with the first packet and never changes under a counter that runs.
 */
export function chooseWidth(
  hc: Pair,
  c32: Pair,
  asked: Width
): { values: Pair; bits: 64 | 32 | undefined; next: Width } {
  if (has(hc)) {
    if (asked === 'both' && !counts(hc) && has(c32)) {
      return counts(c32) ? { values: c32, bits: 32, next: 'c32' } : { values: hc, bits: 64, next: 'both' };
    }
    return { values: hc, bits: 64, next: 'hc' };
  }
  if (has(c32)) {
    return { values: c32, bits: 32, next: 'c32' };
  }
  // A width that was chosen is not left because it is missing once: the other one is another counter.
  return { values: [undefined, undefined], bits: undefined, next: asked };
}

function has(pair: Pair): boolean {
  return pair[0] !== undefined || pair[1] !== undefined;
}

function counts(pair: Pair): boolean {
  return Boolean(pair[0]) || Boolean(pair[1]);
}

function checkName(row: KnownRow, cells: RowCells): DecodedRow['check'] {
  if (row.mode.check === 'none') {
    return cells.any() ? 'same' : 'absent';
  }
  const bytes = row.mode.check === 'both' ? undefined : cells.octets(row.mode.check);
  if (bytes !== undefined && row.recognised === bytes.toString('latin1')) {
    return 'same';
  }
  const ifName = cells.text('ifName');
  const ifDescr = cells.text('ifDescr');
  if (ifName === undefined && ifDescr === undefined) {
    if (!cells.any()) {
      return 'absent';
    }
    // The agent has the row and no name for it: it can only be one that we named after its index.
    return row.mode.check === 'both' && isNameOf(row.ifName, { ifIndex: row.ifIndex, ifName: '', ifDescr: '' })
      ? 'same'
      : 'other';
  }
  if (!isNameOf(row.ifName, { ifIndex: row.ifIndex, ifName: ifName ?? '', ifDescr: ifDescr ?? '' })) {
    return 'other';
  }
  const column = cells.checkColumn(row);
  const named = column === 'ifName' || column === 'ifDescr' ? cells.octets(column) : undefined;
  row.recognised = named?.toString('latin1');
  return 'same';
}

/** The cells of one row by column. */
class RowCells {
  /** Counters so far that came as text or octets. */
  fromOctets = 0;

  constructor(
    private readonly layout: RowLayout,
    private readonly answer: GetAnswer,
    private readonly from: number
  ) {}

  number(column: Column): number | undefined {
    const i = this.layout.at[column];
    const value = i < 0 ? Number.NaN : this.answer.numbers[this.from + i]!;
    return Number.isNaN(value) ? undefined : value;
  }

  /** Mistyped counters too: as text, as eight octets, as a signed integer. */
  counter(column: Column): number | undefined {
    const i = this.layout.at[column];
    if (i < 0) {
      return undefined;
    }
    const value = this.answer.numbers[this.from + i]!;
    if (Number.isNaN(value)) {
      const octets = this.answer.octets[this.from + i];
      const counted = octets && counterFromOctets(octets);
      this.fromOctets += counted === undefined ? 0 : 1;
      return counted;
    }
    return value < 0 ? value >>> 0 : value;
  }

  octets(column: Column): Buffer | undefined {
    const i = this.layout.at[column];
    return i < 0 ? undefined : this.answer.octets[this.from + i];
  }

  text(column: Column): string | undefined {
    const octets = this.octets(column);
    return octets && cleanText(octets);
  }

  /** The names in front of the values and behind them are the same. */
  namedAlike(mode: RowMode): boolean {
    const behind = this.from + this.layout.columns.length;
    return checksOf(mode).every((column, i) => {
      const last = this.answer.octets[behind + i];
      const first = this.octets(column);
      return first === undefined || last === undefined ? first === last : first.equals(last);
    });
  }

  any(): boolean {
    return this.layout.columns.some(
      (_, i) => !Number.isNaN(this.answer.numbers[this.from + i]!) || this.answer.octets[this.from + i] !== undefined
    );
  }

  /** The column that names the row from now on: the one that the name was taken from. */
  checkColumn(row: KnownRow): RowMode['check'] {
    if (row.mode.check !== 'both') {
      return row.mode.check;
    }
    if (this.text('ifName')) {
      return 'ifName';
    }
    return this.text('ifDescr') ? 'ifDescr' : 'none';
  }
}
