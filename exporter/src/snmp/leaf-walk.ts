import type { RawVarbind } from 'net-snmp';
import { isException, varbindOf } from './decode';
import { compareOids, indexBelow } from './oid';
import type { Varbind } from './session';
import type { WalkCut } from './walk-cut';

export interface LeafWalkParts {
  /** What follows `cursor`, at least one varbind; null when the agent answers with an error status. */
  next(cursor: string, known: number): Promise<readonly RawVarbind[] | null>;
  /** The value of the root itself; empty without one. */
  leaf(): Promise<Varbind[]>;
  /** What to throw when an OID does not increase, or when there are too many. */
  fail(trouble: string): Error;
  /** The walk ended where it had been before. */
  onCut?: (cut: WalkCut) => void;
}

/** No table of a router is so large: an agent that makes up instances ends here. */
const MAX_VARBINDS = 250_000;

/**
 * Everything below `root` as snmp_exporter walks it, so that a module gives the same samples: a root that is an instance
 * is read with GET; an error status ends the walk and keeps what came; an OID is compared with the one that was asked
 * for, so that disorder inside one answer passes; with `allowNonIncreasing` the walk ends where it has been before.
 */
export async function walkLeaves(
  root: string,
  parts: LeafWalkParts,
  { allowNonIncreasing = false, most = MAX_VARBINDS }: { allowNonIncreasing?: boolean; most?: number } = {}
): Promise<Varbind[]> {
  const found: Varbind[] = [];
  const asked = new Set<string>();
  let passed = 0;
  for (let cursor = root; !asked.has(cursor);) {
    if (allowNonIncreasing) {
      asked.add(cursor);
    }
    const answer = await parts.next(cursor, passed);
    if (!answer || answer.length === 0) {
      return found;
    }
    for (const raw of answer) {
      if (isException(raw)) {
        return found;
      }
      if (indexBelow(root, raw.oid) === null) {
        return passed === 0 ? parts.leaf() : found;
      }
      if (!allowNonIncreasing && compareOids(cursor, raw.oid) >= 0) {
        throw parts.fail(`OID not increasing: ${cursor} >= ${raw.oid}`);
      }
      passed += 1;
      if (passed > most) {
        throw parts.fail(`more than ${most} values; walk a smaller part, or look why the agent makes up rows`);
      }
      const varbind = varbindOf(raw);
      if (varbind) {
        found.push(varbind);
      }
    }
    cursor = answer.at(-1)!.oid;
  }
  parts.onCut?.('loop');
  return found;
}
