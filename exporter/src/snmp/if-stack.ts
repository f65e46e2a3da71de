import { integerOf } from './number';
import { SnmpError, type SnmpSession } from './session';

/** IF-MIB::ifStackStatus (RFC 2863 section 3.1.1), indexed by ifStackHigherLayer and ifStackLowerLayer. */
export const IF_STACK_STATUS = '1.3.6.1.2.1.31.1.2.1.3';

/** RowStatus active (RFC 2579). */
const ACTIVE = 1;
/** Boxes with thousands of subscribers have a row for each of them, and none of those is an uplink. */
const MAX_ROWS = 5_000;

/** Two interfaces by ifIndex of which the higher one runs on top of the lower one. */
export interface IfLayer {
  higher: number;
  lower: number;
}

/**
 * What runs on top of what. Empty where the agent has no such table; null where it was not read to its end, so that
 * nothing can be said: the table is not worth a walk that fails.
 */
export async function walkIfStack(session: Pick<SnmpSession, 'columns'>): Promise<IfLayer[] | null> {
  try {
    const rows = (await session.columns([IF_STACK_STATUS], { maxRows: MAX_ROWS })).get(IF_STACK_STATUS) ?? new Map();
    return rows.size >= MAX_ROWS ? null : [...rows].flatMap(([index, status]) => layerOf(index, integerOf(status)));
  } catch (err) {
    if (err instanceof SnmpError) {
      return null;
    }
    throw err;
  }
}

/** Layer 0 stands for "nothing above" and "nothing below". */
function layerOf(index: string, status: number | undefined): IfLayer[] {
  const [higher = 0, lower = 0] = /^\d+\.\d+$/.test(index) ? index.split('.').map(Number) : [];
  return status === ACTIVE && higher > 0 && lower > 0 && higher !== lower ? [{ higher, lower }] : [];
}
