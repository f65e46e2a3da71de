const NUL = 0;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Text of an OCTET STRING (DisplayString, SnmpAdminString: RFC 2579, RFC 3411). UTF-8 where the bytes are UTF-8, else
 * Latin-1, because agents of both kinds are common. Control characters and what surrounds the text go away: names
 * become labels and keys, and some agents pad with NUL or send the terminator along.
 */
export function cleanText(value: unknown): string {
  if (typeof value === 'string') {
    return strip(value);
  }
  if (!Buffer.isBuffer(value)) {
    return '';
  }
  let end = value.length;
  while (end > 0 && value[end - 1] === NUL) {
    end -= 1;
  }
  return strip(decode(value.subarray(0, end)));
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function strip(text: string): string {
  // C0, DEL and C1 controls; \uFEFF is a byte order mark that some agents put in front.
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ufeff]+/g, ' ').trim();
}

/** PhysAddress (RFC 2579) as lower-case hex pairs with colons; empty for an empty or textual placeholder value. */
export function physAddress(value: unknown): string {
  if (!Buffer.isBuffer(value) || value.length === 0) {
    return '';
  }
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
