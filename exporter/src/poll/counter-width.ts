import type { Width } from './interface-columns';

/** Which of two widths counts, and what to ask from now on. */
export interface WidthChoice {
  take: 'hc' | 'c32' | 'none';
  bits: 64 | 32 | undefined;
  next: Width;
}

const WIDE: WidthChoice = { take: 'hc', bits: 64, next: 'hc' };
const WIDE_SO_FAR: WidthChoice = { take: 'hc', bits: 64, next: 'both' };
const NARROW: WidthChoice = { take: 'c32', bits: 32, next: 'c32' };
/** A width that was chosen is not left because it is missing once: the other one is another counter. */
const MISSING: Readonly<Record<Width, WidthChoice>> = {
  hc: { take: 'none', bits: undefined, next: 'hc' },
  c32: { take: 'none', bits: undefined, next: 'c32' },
  both: { take: 'none', bits: undefined, next: 'both' },
};

type Count = number | undefined;

/**
 * Which counters of a pair count. 64 bits where the row has them; 32 where it does not, and where the 64-bit ones stand
 * at zero while the others count (4 recorded agents). While all stand at zero both go on being asked, so that the choice
 * falls with the first packet and never changes under a counter that runs.
 */
export function chooseWidth(hcIn: Count, hcOut: Count, c32In: Count, c32Out: Count, asked: Width): WidthChoice {
  const hasNarrow = c32In !== undefined || c32Out !== undefined;
  if (hcIn !== undefined || hcOut !== undefined) {
    if (asked === 'both' && !hcIn && !hcOut && hasNarrow) {
      return c32In || c32Out ? NARROW : WIDE_SO_FAR;
    }
    return WIDE;
  }
  return hasNarrow ? NARROW : MISSING[asked];
}
