const SPACE = 0x20;
const ZERO = 0x30;
const BILLION = 1_000_000_000;

/** Room for every finite double: `-1.7976931348623157e+308` is the longest. */
export const VALUE_WIDTH = 24;

/**
 * Writes a finite number right-aligned so that it ends before `end`, and blanks what an earlier, longer number left.
 * The slot holds spaces and one number, nothing else. The text is the shortest that reads back as the same double.
 */
export function writeNumber(buffer: Uint8Array, end: number, value: number): void {
  let at: number;
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
    at = writeDigits(buffer, end, value);
  } else {
    const thousandths = Math.round(value * 1000);
    // Round-trip times and temperatures: at most three decimals. The division is correctly rounded, so equality means
    // that "thousandths / 1000" in decimal reads back as this very double.
    at =
      value > 0 && value < BILLION && thousandths / 1000 === value
        ? writeThousandths(buffer, end, thousandths)
        : writeText(buffer, end, String(value));
  }
  // A shorter number than before leaves digits in front of it, never beyond the first space.
  while (buffer[--at] !== SPACE) {
    buffer[at] = SPACE;
  }
}

function writeDigits(buffer: Uint8Array, end: number, value: number): number {
  let at = end;
  let rest = value;
  // Nine digits at a time, so that the inner divisions are 32-bit.
  while (rest >= BILLION) {
    const high = Math.floor(rest / BILLION);
    let low = (rest - high * BILLION) | 0;
    for (let digit = 0; digit < 9; digit++) {
      const tenth = (low / 10) | 0;
      buffer[--at] = ZERO + low - tenth * 10;
      low = tenth;
    }
    rest = high;
  }
  let small = rest | 0;
  do {
    const tenth = (small / 10) | 0;
    buffer[--at] = ZERO + small - tenth * 10;
    small = tenth;
  } while (small > 0);
  return at;
}

function writeThousandths(buffer: Uint8Array, end: number, thousandths: number): number {
  const whole = Math.floor(thousandths / 1000);
  let fraction = thousandths - whole * 1000;
  let digits = 3;
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits--;
  }
  let at = end;
  for (; digits > 0; digits--) {
    const tenth = (fraction / 10) | 0;
    buffer[--at] = ZERO + fraction - tenth * 10;
    fraction = tenth;
  }
  buffer[--at] = 0x2e;
  return writeDigits(buffer, at, whole);
}

function writeText(buffer: Uint8Array, end: number, text: string): number {
  const at = end - text.length;
  for (let i = 0; i < text.length; i++) {
    buffer[at + i] = text.charCodeAt(i);
  }
  return at;
}
