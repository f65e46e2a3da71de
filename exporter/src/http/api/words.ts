import { z } from 'zod';

const MAX_TAGS = 32;
const MAX_TAG = 64;
const MAX_NOTES = 4000;

/** Half of a surrogate pair, which no UTF-8 has, and control characters, which no line has. */
const UNFIT_FOR_LINES = /[\p{Surrogate}\p{Cc}]/u;
const UNFIT = /[\p{Surrogate}]|(?![\n\r\t])\p{Cc}/u;

/** One line that people write; spaces around it do not count. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, { error: `it must have ${max} characters at most` })
    .refine((said) => !UNFIT_FOR_LINES.test(said), { error: 'it must be one line of text' });

/** The same, and not empty. */
export const name = line(200).min(1, { error: 'it must not be empty' });

/** Null, like nothing but spaces, is no word at all. */
export const wordOrNull = (max: number) =>
  line(max)
    .nullable()
    .transform((said) => (said === '' ? null : said));

export const notes = z
  .string()
  .max(MAX_NOTES, { error: `it must have ${MAX_NOTES} characters at most` })
  .refine((said) => !UNFIT.test(said), { error: 'it must be text without control characters' });

export const tags = z
  .array(line(MAX_TAG).min(1, { error: 'it must not be empty' }))
  .max(MAX_TAGS, { error: `it must be ${MAX_TAGS} tags at most` })
  .transform((list) => [...new Set(list)]);

/** bit/s; the most that a number of JSON keeps exactly. */
export const bitrate = z
  .number({ error: 'it must be a number of bit/s' })
  .positive({ error: 'it must be a number of bit/s above 0' })
  .max(Number.MAX_SAFE_INTEGER, { error: 'it must be a number of bit/s' });

const degrees = (most: number) =>
  z
    .number({ error: `it must be a number from -${most} to ${most}` })
    .min(-most)
    .max(most)
    .nullable();
export const coordinates = { latitude: degrees(90).optional(), longitude: degrees(180).optional() };

/** Half a place is none. */
export const bothCoordinates = (given: {
  latitude?: number | null | undefined;
  longitude?: number | null | undefined;
}) =>
  given.latitude === undefined
    ? given.longitude === undefined
    : given.longitude !== undefined && (given.latitude === null) === (given.longitude === null);
export const BOTH_COORDINATES = { error: 'latitude and longitude must come together, two numbers or two nulls' };
