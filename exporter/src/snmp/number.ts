import type { Varbind } from './session';

const INTEGER = 0x02;
const OCTET_STRING = 0x04;

/** 2^53: the first number from which on a double no longer tells neighbours apart. */
const EXACT_LIMIT = 2 ** 53;

/**
 * Counter64 (RFC 2578 section 7.1.10) as number, modulo 2^53: exact for ever, and a wrap there is one that rate()
 * already understands. Takes the bytes as BER carries them: up to nine, the first one zero.
 */
export function counter64(bytes: Uint8Array): number {
  let high = 0;
  let low = 0;
  for (const byte of bytes) {
    high = ((high << 8) | (low >>> 24)) >>> 0;
    low = ((low << 8) | byte) >>> 0;
  }
  // 21 bits of the upper half remain below 2^53.
  return ((high & 0x1fffff) >>> 0) * 2 ** 32 + low;
}

/** Whether an INTEGER can be meant so: 32 bits, with a sign or, as some agents have counters, without. */
export function isInteger(value: number): boolean {
  return value >= -(2 ** 31) && value < 2 ** 32;
}

/** Whether octets can be a Counter64: eight, and one for the sign. */
export function isCounter64(bytes: Uint8Array): boolean {
  return bytes.length >= 1 && (bytes.length <= 8 || (bytes.length === 9 && bytes[0] === 0));
}

/** A status, an index, a speed: whole number as the agent said it; absent when it is none. */
export function integerOf(varbind: Pick<Varbind, 'value'> | undefined): number | undefined {
  return typeof varbind?.value === 'number' && Number.isFinite(varbind.value) ? varbind.value : undefined;
}

/**
 * A counter as number. Some agents send ifHC counters as Counter32, Gauge32, INTEGER or text (seen in 4 of 638
 * recordings with them): any of these is taken for what it says; a negative INTEGER is the same 32 bits unsigned.
 */
export function counterOf(varbind: Pick<Varbind, 'type' | 'value'> | undefined): number | undefined {
  if (varbind === undefined) {
    return undefined;
  }
  const { type, value } = varbind;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      return undefined;
    }
    return value < 0 ? (type === INTEGER ? value >>> 0 : undefined) : value % EXACT_LIMIT;
  }
  if (type === OCTET_STRING && Buffer.isBuffer(value)) {
    return counterFromOctets(value);
  }
  return undefined;
}

/** Decimal digits, or eight bytes most significant first. */
export function counterFromOctets(value: Buffer): number | undefined {
  const text = value.toString('latin1').replaceAll('\0', '').trim();
  if (/^\d{1,20}$/.test(text)) {
    return Number(BigInt(text) % BigInt(EXACT_LIMIT));
  }
  return value.length === 8 ? counter64(value) : undefined;
}
