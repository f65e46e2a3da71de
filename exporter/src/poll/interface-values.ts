import type { InterfaceValues } from '../model/snapshot';
import { interfaceSpeed } from '../snmp/if-mib';
import { statusWithin } from '../snmp/if-table';
import { isNameOf } from '../snmp/interface-name';
import { counterFromOctets } from '../snmp/number';
import type { GetAnswer } from '../snmp/session';
import { cleanText } from '../snmp/text';
import { type Column, columnsOf, type RowMode, type Width } from './interface-columns';

export interface KnownRow {
  /** Identity of the interface on its device. */
  ifName: string;
  ifIndex: number;
  /** bit/s; the operator's word where the agent has none, and above the agent's. */
  speedOverride: number | null;
  mode: RowMode;
}

export interface DecodedRow {
  /** `same`: the interface we know; `other`: something else is under its index; `absent`: nothing is. */
  check: 'same' | 'other' | 'absent';
  values: InterfaceValues;
  /** What to ask of the row from now on. */
  learnt: RowMode;
}

/** Reads one row out of the cells from `at` on. Pure; whatever the agent does not have stays undefined. */
export function decodeRow(row: KnownRow, answer: GetAnswer, at: number): DecodedRow {
  const cells = new RowCells(columnsOf(row.mode), answer, at);
  const values: InterfaceValues = { ifName: row.ifName };
  const check = checkName(row, cells);
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
  return {
    check,
    values,
    learnt: sameMode(row.mode, { ...octetsAndUcast(octets.next, ucast.next), speed, check: cells.checkColumn(row) }),
  };
}

function octetsAndUcast(octets: Width, ucast: Width): Pick<RowMode, 'octets' | 'ucast'> {
  return { octets, ucast };
}

/** The mode as it was, when nothing changed: rows of an unchanged mode need no new requests. */
function sameMode(old: RowMode, next: RowMode): RowMode {
  const same =
    old.octets === next.octets && old.ucast === next.ucast && old.speed === next.speed && old.check === next.check;
  return same ? old : next;
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
  const has = (pair: Pair) => pair[0] !== undefined || pair[1] !== undefined;
  const counts = (pair: Pair) => Boolean(pair[0]) || Boolean(pair[1]);
  if (has(hc)) {
    if (asked === 'both' && !counts(hc) && has(c32)) {
      return counts(c32) ? { values: c32, bits: 32, next: 'c32' } : { values: hc, bits: 64, next: 'both' };
    }
    return { values: hc, bits: 64, next: 'hc' };
  }
  if (has(c32)) {
    return { values: c32, bits: 32, next: 'c32' };
  }
  // Nothing of what was asked: ask for everything again.
  return { values: [undefined, undefined], bits: undefined, next: 'both' };
}

function checkName(row: KnownRow, cells: RowCells): DecodedRow['check'] {
  if (row.mode.check === 'none') {
    return cells.any() ? 'same' : 'absent';
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
  return isNameOf(row.ifName, { ifIndex: row.ifIndex, ifName: ifName ?? '', ifDescr: ifDescr ?? '' })
    ? 'same'
    : 'other';
}

/** The cells of one row by column. */
class RowCells {
  constructor(
    private readonly columns: readonly Column[],
    private readonly answer: GetAnswer,
    private readonly at: number
  ) {}

  number(column: Column): number | undefined {
    const i = this.columns.indexOf(column);
    const value = i < 0 ? Number.NaN : this.answer.numbers[this.at + i]!;
    return Number.isNaN(value) ? undefined : value;
  }

  /** Mistyped counters too: as text, as eight octets, as a signed integer. */
  counter(column: Column): number | undefined {
    const i = this.columns.indexOf(column);
    if (i < 0) {
      return undefined;
    }
    const value = this.answer.numbers[this.at + i]!;
    if (Number.isNaN(value)) {
      const octets = this.answer.octets[this.at + i];
      return octets && counterFromOctets(octets);
    }
    return value < 0 ? value >>> 0 : value;
  }

  text(column: Column): string | undefined {
    const i = this.columns.indexOf(column);
    const octets = i < 0 ? undefined : this.answer.octets[this.at + i];
    return octets && cleanText(octets);
  }

  any(): boolean {
    return this.columns.some(
      (_, i) => !Number.isNaN(this.answer.numbers[this.at + i]!) || this.answer.octets[this.at + i] !== undefined
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
