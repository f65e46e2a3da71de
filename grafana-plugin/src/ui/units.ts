const PREFIXES = ['', 'k', 'M', 'G', 'T'];

/** Bit rates in powers of 1000, as interfaces are sold: "12.5 Mbit/s". */
export function formatBitRate(value: number): string {
  let power = 0;
  let scaled = value;
  while (scaled >= 1000 && power < PREFIXES.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  return `${trim(scaled)} ${PREFIXES[power]}bit/s`;
}

export const formatMs = (value: number): string => `${trim(value)} ms`;
export const formatPercent = (value: number): string => `${trim(value)} %`;

/** Three figures at most, without an empty fraction. */
function trim(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
