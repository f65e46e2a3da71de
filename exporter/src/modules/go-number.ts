const DIGITS = String.raw`\d+(?:_\d+)*`;
const HEX_DIGITS = String.raw`[\da-f]+(?:_[\da-f]+)*`;
const DECIMAL = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`, 'i');
const HEX = new RegExp(`^([+-]?)0x_?(${HEX_DIGITS})?\\.?(${HEX_DIGITS})?p([+-]?${DIGITS})$`, 'i');
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/**
 * A number as Go's ParseFloat reads it: 12, +1.5e3, .5, 5., 1_000, inf, nan, 0x1p-2.
 * @returns undefined for anything else: spaces, an empty text, 0x10 without exponent, 1,5, and what no double can hold
 */
export function goNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text.replaceAll('_', ''));
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^nan$/i.test(text)) {
    return Number.NaN;
  }
  const infinite = INFINITY.exec(text);
  if (infinite) {
    return infinite[1] === '-' ? -Infinity : Infinity;
  }
  return hexNumber(text);
}

function hexNumber(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent] = HEX.exec(text) ?? [];
  if (exponent === undefined || whole + fraction === '') {
    return undefined;
  }
  const [high, low] = [whole.replaceAll('_', ''), fraction.replaceAll('_', '')];
  const value = Number.parseInt(high + low, 16) * 2 ** (Number(exponent.replaceAll('_', '')) - 4 * low.length);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}
