import type { RawVarbind } from 'net-snmp';
import { isException, varbindOf } from './decode';
import { compareOids, indexBelow } from './oid';
import type { ColumnRows, Varbind } from './session';
import type { WalkCut } from './walk-cut';

/** RFC 3416: the tag of a value that says the end was reached. */
const END_OF_MIB_VIEW = 0x82;

export interface WalkAnswer {
  /** Per column asked, in order, what came below its cursor; an agent may cut an answer anywhere. */
  rows: RawVarbind[][];
  /** Positions of columns that the agent cannot go on with (noSuchName in version 1, genErr). */
  refused: readonly number[];
}

export type WalkAsk = (cursors: readonly string[], known: number) => Promise<WalkAnswer>;

interface Cursor {
  column: string;
  at: string;
  rows: Map<string, Varbind>;
  /** Instances passed, with and without a usable value. */
  passed: number;
  finished: boolean;
}

/** An endless or broken table ends here. */
const MAX_ROWS = 10_000;

export interface WalkColumnsOptions {
  maxRows?: number;
  /** A column ended before its end. */
  onCut?: (cut: WalkCut) => void;
}

/**
 * The walk over several columns at once: asks for what is not finished until everything is. A column is finished when
 * an OID leaves it, at endOfMibView, when the agent refuses it, when it brings nothing, at an OID that does not
 * increase (agents that loop would otherwise be walked for ever), and at `maxRows`.
 */
export async function walkColumns(
  columns: readonly string[],
  step: WalkAsk,
  { maxRows = MAX_ROWS, onCut = () => undefined }: WalkColumnsOptions = {}
): Promise<ColumnRows> {
  const cursors: Cursor[] = columns.map((column) => ({
    column,
    at: column,
    rows: new Map(),
    passed: 0,
    finished: false,
  }));
  for (;;) {
    const open = cursors.filter((cursor) => !cursor.finished);
    if (open.length === 0) {
      break;
    }
    const known = Math.max(...open.map((cursor) => cursor.passed));
    const answer = await step(
      open.map((cursor) => cursor.at),
      known
    );
    // An answer cut short brings nothing for the last columns: they go on, but an answer without anything ends the walk.
    const progressed = open.filter((cursor, i) => take(cursor, answer.rows[i] ?? [], maxRows, onCut));
    for (const i of answer.refused) {
      open[i]!.finished = true;
    }
    if (progressed.length === 0 && answer.refused.length === 0) {
      break;
    }
  }
  return new Map(cursors.map((cursor) => [cursor.column, cursor.rows]));
}

/** Takes the varbinds of one column; true when the cursor moved or the column ended. */
function take(
  cursor: Cursor,
  varbinds: readonly RawVarbind[],
  maxRows: number,
  onCut: (cut: WalkCut) => void
): boolean {
  for (const raw of varbinds) {
    const index = indexBelow(cursor.column, raw.oid);
    if (index === null || raw.type === END_OF_MIB_VIEW || compareOids(raw.oid, cursor.at) <= 0) {
      cursor.finished = true;
      if (index !== null && !isException(raw)) {
        onCut(cursor.rows.has(index) ? 'loop' : 'order');
      }
      return true;
    }
    cursor.at = raw.oid;
    cursor.passed += 1;
    const varbind = varbindOf(raw);
    if (varbind) {
      cursor.rows.set(index, varbind);
    }
    if (cursor.passed >= maxRows) {
      cursor.finished = true;
      onCut('cap');
      return true;
    }
  }
  return varbinds.length > 0;
}
