/** Seeded randomness that is a function of its arguments: the same seed and names give the same fleet, in any order. */

/** FNV-1a of text, started from a seed; unsigned 32 bit. */
export function hashText(seed: number, text: string): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(h);
}

/** A number from a seed and a counter; unsigned 32 bit. */
export function hashNumber(seed: number, n: number): number {
  // Both halves of the counter count: slots of a clock in ms do not fit in 32 bit.
  return mix(Math.imul(mix(seed ^ (n | 0)), 0x9e3779b1) ^ Math.floor(n / 0x1_0000_0000));
}

/** 0 (included) to 1 (excluded). */
export function fraction(seed: number, n: number): number {
  return hashNumber(seed, n) / 0x1_0000_0000;
}

export function between(seed: number, n: number, low: number, high: number): number {
  return low + (high - low) * fraction(seed, n);
}

/** The finaliser of MurmurHash3: every bit of the input reaches every bit of the output. */
function mix(h: number): number {
  let x = h | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
