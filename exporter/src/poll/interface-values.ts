import type { InterfaceValues } from '../model/snapshot';
import { interfaceSpeed } from '../snmp/if-mib';
import { statusWithin } from '../snmp/if-table';
import { isNameOf } from '../snmp/interface-name';
import { counterFromOctets } from '../snmp/number';
import type { GetAnswer } from '../snmp/session';
import { cleanText } from '../snmp/text';
import { chooseWidth } from './counter-width';
import { checksOf, layoutOf, LEARN, modeOf, type Column, type RowLayout, type RowMode } from './interface-columns';

export interface KnownRow {
  /** Identity of the interface on its device. */
  ifName: string;
  ifIndex: number;
  /** bit/s; the operator's word where the agent has none, and above the agent's. */
  speedOverride: number | null;
  mode: RowMode;
  /** Bytes under which the row was recognised at last: the same again need no decoding. */
  recognised?: Buffer;
}

export interface DecodedRow {
  /** `same`: the interface we know; `other`: something else is under its index; `absent`: nothing is. */
  check: 'same' | 'other' | 'absent';
  values: InterfaceValues;
  /** What to ask of the row from now on. */
  learnt: RowMode;
  /** ifCounterDiscontinuityTime: sysUpTime when the counters of the row broke off last. */
  mark: number | undefined;
  /** Counters that were read from text or octets. */
  fromOctets: number;
}

/**
 * Reads one row out of the cells from `at` on. Pure; whatever the agent does not have stays undefined. `closed`: the
 * row was cut over several requests, and its name stands behind its values once more.
 */
export function decodeRow(row: KnownRow, answer: GetAnswer, at: number, closed = false): DecodedRow {
  const { mode } = row;
  cells.open(layoutOf(mode), answer, at);
  const check = closed && !cells.namedAlike(mode) ? 'other' : checkName(row);
  if (check !== 'same') {
    return { check, values: { ifName: row.ifName }, learnt: mode, mark: undefined, fromOctets: 0 };
  }
  const hcIn = cells.counter('ifHCInOctets');
  const hcOut = cells.counter('ifHCOutOctets');
  const c32In = cells.counter('ifInOctets');
  const c32Out = cells.counter('ifOutOctets');
  const octets = chooseWidth(hcIn, hcOut, c32In, c32Out, mode.octets);
  const hcInPkts = cells.counter('ifHCInUcastPkts');
  const hcOutPkts = cells.counter('ifHCOutUcastPkts');
  const c32InPkts = cells.counter('ifInUcastPkts');
  const c32OutPkts = cells.counter('ifOutUcastPkts');
  const ucast = chooseWidth(hcInPkts, hcOutPkts, c32InPkts, c32OutPkts, mode.ucast);
  const high = cells.number('ifHighSpeed');
  const speed = interfaceSpeed(high, undefined) === undefined ? 'both' : 'high';
  const mark = cells.number('ifCounterDiscontinuityTime');
  const settled =
    mode.octets === octets.next && mode.ucast === ucast.next && mode.speed === speed && mode.check !== 'both';
  // In one piece: an object that grows field by field is made anew several times.
  const values: InterfaceValues = {
    ifName: row.ifName,
    adminStatus: statusWithin(cells.number('ifAdminStatus'), 3),
    operStatus: statusWithin(cells.number('ifOperStatus'), 7),
    speed: row.speedOverride ?? interfaceSpeed(high, cells.number('ifSpeed')),
    inOctets: octets.take === 'hc' ? hcIn : octets.take === 'c32' ? c32In : undefined,
    outOctets: octets.take === 'hc' ? hcOut : octets.take === 'c32' ? c32Out : undefined,
    inUcastPkts: ucast.take === 'hc' ? hcInPkts : ucast.take === 'c32' ? c32InPkts : undefined,
    outUcastPkts: ucast.take === 'hc' ? hcOutPkts : ucast.take === 'c32' ? c32OutPkts : undefined,
    inErrors: cells.counter('ifInErrors'),
    outErrors: cells.counter('ifOutErrors'),
    inDiscards: cells.counter('ifInDiscards'),
    outDiscards: cells.counter('ifOutDiscards'),
    counterBits: octets.bits,
  };
  const learnt = settled
    ? mode
    : modeOf(octets.next, ucast.next, speed, cells.checkColumn(row), mark === undefined ? 'none' : 'asked');
  return { check, values, learnt, mark, fromOctets: cells.fromOctets };
}

function checkName(row: KnownRow): DecodedRow['check'] {
  if (row.mode.check === 'none') {
    return cells.any() ? 'same' : 'absent';
  }
  const bytes = row.mode.check === 'both' ? undefined : cells.octets(row.mode.check);
  if (bytes !== undefined && (row.recognised === bytes || row.recognised?.equals(bytes))) {
    row.recognised = bytes;
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
  row.recognised = column === 'ifName' || column === 'ifDescr' ? cells.octets(column) : undefined;
  return 'same';
}

const NOTHING: GetAnswer = { numbers: new Float64Array(0), octets: [] };

/** The cells of one row by column. */
class RowCells {
  /** Counters so far that came as text or octets. */
  fromOctets = 0;
  private layout: RowLayout = layoutOf(LEARN);
  private answer: GetAnswer = NOTHING;
  private from = 0;

  open(layout: RowLayout, answer: GetAnswer, from: number): void {
    this.layout = layout;
    this.answer = answer;
    this.from = from;
    this.fromOctets = 0;
  }

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

/** For all rows, one after the other: reading a row waits for nobody. */
const cells = new RowCells();
