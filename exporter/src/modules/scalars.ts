import { z } from 'zod';

/** Fields of snmp.yml from the text that stands in the file, with the forms of YAML 1.1 that snmp_exporter takes. */

/** Null is the empty text. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const name = z.string().min(1, { error: 'it must not be empty' });

const TRUE = /^(?:y|yes|true|on)$/i;
const FALSE = /^(?:n|no|false|off)$/i;

export const flag = converted('it must be true or false', (value) =>
  TRUE.test(value) ? true : FALSE.test(value) ? false : undefined
);

/** 25, 0x19, 031, 0b11001, 1_000, 25.0; undefined for anything else. */
export function integerFrom(value: string): number | undefined {
  const plain = value.replaceAll('_', '');
  const [, sign, digits] = /^([+-]?)(0x[\da-f]+|0b[01]+|0o?[0-7]+|\d+(?:\.0*)?)$/i.exec(plain) ?? [];
  if (digits === undefined) {
    return undefined;
  }
  const number = Number(digits.replace(/^0(?=\d+$)/, '0o'));
  return Number.isSafeInteger(number) ? (sign === '-' ? -number : number) : undefined;
}

export const whole = (min: number, max: number) =>
  converted(`it must be a whole number from ${min} to ${max}`, (value) => {
    const number = integerFrom(value);
    return number !== undefined && number >= min && number <= max ? number : undefined;
  });

export const float = converted('it must be a number', (value) => {
  const number = /^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:e[-+]?\d+)?$/i.test(value)
    ? Number(value.replaceAll('_', ''))
    : integerFrom(value);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
});

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as Go writes it. A bare number would be nanoseconds, which nobody means. */
export const timeout = converted(
  'it must be a duration with a unit, such as 5s or 1m30s, from 1ms to 1h (a bare number counts nanoseconds)',
  (value) => {
    if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(value)) {
      return undefined;
    }
    let ms = 0;
    for (const [, amount, unit] of value.matchAll(/([\d.]+)([^\d.]+)/g)) {
      ms += Number(amount) * UNIT_MS[unit!]!;
    }
    return ms >= 1 && ms <= UNIT_MS.h! ? ms : undefined;
  }
);

const MOST_ARC = 2 ** 32 - 1;

/** RFC 2578 section 3.5: at most 128 arcs below 2^32. */
export const oid = z
  .string()
  .refine(
    (value) => /^[0-2](?:\.\d+){1,127}$/.test(value) && value.split('.').every((arc) => Number(arc) <= MOST_ARC),
    {
      error: 'it must be an OID in dotted numbers without a leading dot, such as 1.3.6.1.2.1.2',
    }
  );

export const enumValues = z
  .record(z.string(), text)
  .nullish()
  .transform((entries, context) => {
    const values = new Map<number, string>();
    for (const [key, word] of Object.entries(entries ?? {})) {
      const number = integerFrom(key);
      const trouble =
        number === undefined ? 'must be a whole number' : values.has(number) ? `stands twice, as ${number} too` : '';
      if (trouble !== '') {
        context.addIssue({ code: 'custom', path: [key], message: `an enum value ${trouble}` });
      } else {
        values.set(number!, word);
      }
    }
    return values;
  });

function converted<T>(right: string, from: (value: string) => T | undefined) {
  return z
    .unknown()
    .refine((value) => typeof value === 'string' && from(value) !== undefined, { error: right })
    .transform((value) => from(value as string) as T);
}
