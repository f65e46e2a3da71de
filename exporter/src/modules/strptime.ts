import { unixSeconds } from './date-and-time';

/** What was read so far; what the pattern does not name stays 0 of 1900-01-01. */
interface Fields {
  year?: number;
  century?: number;
  month: number;
  day: number;
  yearDay?: number;
  hour: number;
  pm?: boolean;
  minute: number;
  second: number;
  /** Monday is 1, Sunday 7. */
  weekday?: number;
  week?: { number: number; begins: 'iso' | 'sunday' | 'monday' };
  /** Seconds east of UTC. */
  zone: number;
  unix?: number;
}

type Setter = (fields: Fields, text: string) => void;
type Directive = readonly [pattern: string, set: Setter];

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

const anyCase = (word: string) => word.replaceAll(/./g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const number =
  (set: (fields: Fields, value: number) => void): Setter =>
  (fields, text) =>
    set(fields, Number(text));
const named = (words: readonly string[], set: (fields: Fields, place: number) => void): Directive => [
  `(?:${words.flatMap((word) => [anyCase(word), anyCase(word.slice(0, 3))]).join('|')})`,
  (fields, text) => set(fields, words.findIndex((word) => word.startsWith(text.toLowerCase().slice(0, 3))) + 1),
];
const twoDigitYear = (value: number) => (value >= 69 ? 1900 : 2000) + value;
const nothing: Setter = () => undefined;

const year: Directive = [String.raw`[+-]?\d{1,4}`, number((f, n) => (f.year = n))];
const shortYear: Directive = [String.raw`\d{1,2}`, number((f, n) => (f.year = twoDigitYear(n)))];
const day: Directive = [String.raw` ?\d{1,2}`, number((f, n) => (f.day = n))];
const hour24: Directive = [String.raw` ?\d{1,2}`, number((f, n) => (f.hour = n))];
const hour12: Directive = [' ?(?:1[0-2]|0?[1-9])', number((f, n) => (f.hour = n % 12))];
const half: Directive = ['[aApP][mM]', (f, text) => (f.pm = text.toLowerCase() === 'pm')];
const month = named(MONTHS, (f, n) => (f.month = n));
const weekday = named(DAYS, (f, n) => (f.weekday = n));
const week = (begins: 'iso' | 'sunday' | 'monday'): Directive => [
  String.raw`\d{1,2}`,
  number((f, n) => (f.week = { number: n, begins })),
];
const offset = (pattern: string): Directive => [
  `(?:Z|[+-]${pattern})`,
  (f, text) => {
    const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number);
    f.zone = (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  },
];

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  Y: year,
  G: year,
  y: shortYear,
  g: shortYear,
  C: [String.raw`\d{1,2}`, number((f, n) => (f.century = n))],
  m: [String.raw`\d{1,2}`, number((f, n) => (f.month = n))],
  B: month,
  b: month,
  h: month,
  A: weekday,
  a: weekday,
  w: ['[0-6]', number((f, n) => (f.weekday = n === 0 ? 7 : n))],
  u: ['[1-7]', number((f, n) => (f.weekday = n))],
  V: week('iso'),
  U: week('sunday'),
  W: week('monday'),
  e: day,
  d: day,
  j: [String.raw`\d{1,3}`, number((f, n) => (f.yearDay = n))],
  k: hour24,
  H: hour24,
  l: hour12,
  I: hour12,
  p: half,
  P: half,
  M: [String.raw`\d{1,2}`, number((f, n) => (f.minute = n))],
  S: [String.raw`\d{1,2}`, number((f, n) => (f.second = n))],
  s: [String.raw`-?\d+`, number((f, n) => (f.unix = n))],
  f: [String.raw`\d{1,9}`, nothing],
  // Other abbreviations mean different hours in different countries.
  Z: ['(?:UTC|GMT|UT|Z)', nothing],
  z: offset(String.raw`\d{4}`),
  ':z': offset(String.raw`\d\d:\d\d`),
  '::z': offset(String.raw`\d\d:\d\d:\d\d`),
  ':::z': offset(String.raw`\d\d(?::\d\d(?::\d\d)?)?`),
  t: [String.raw`\t`, nothing],
  n: [String.raw`\n`, nothing],
  '%': ['%', nothing],
};

/** Directives that stand for several. */
const COMPOSED: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  '+': '%a %b %e %H:%M:%S %Z %Y',
  v: '%e-%b-%Y',
  r: '%I:%M:%S %p',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  R: '%H:%M',
};

const TOKEN = /%(:{0,3}[A-Za-z%+])|([^%]+)|(%)/gu;

/**
 * Reads times in the notation of strptime; the whole text must fit. Without a zone the time is UTC.
 * @returns a reader that gives whole seconds since 1970, undefined for a text that does not fit
 * @throws Error that names a directive which does not exist
 */
export function strptime(pattern: string): (text: string) => number | undefined {
  const setters: Setter[] = [];
  const whole = new RegExp(`^${expression(pattern, setters)}$`, 'u');
  return (text) => {
    const found = whole.exec(text);
    if (!found) {
      return undefined;
    }
    const fields: Fields = { month: 1, day: 1, hour: 0, minute: 0, second: 0, zone: 0 };
    setters.forEach((set, i) => set(fields, found[i + 1]!));
    return inRange(fields) ? seconds(fields) : undefined;
  };
}

function expression(pattern: string, setters: Setter[]): string {
  return pattern.replaceAll(TOKEN, (token, directive?: string, literal?: string) => {
    if (literal !== undefined) {
      return literal.replaceAll(/[$()*+./?[\\\]^{|}-]/g, (sign) => (sign === '-' ? '-' : `\\${sign}`));
    }
    const composed = COMPOSED[directive ?? ''];
    if (composed !== undefined) {
      return expression(composed, setters);
    }
    const single = DIRECTIVES[directive ?? ''];
    if (!single) {
      throw new Error(`${token} is no directive of strptime`);
    }
    setters.push(single[1]);
    return `(${single[0]})`;
  });
}

function inRange({ month, day, hour, minute, second, yearDay = 1 }: Fields): boolean {
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    hour < 24 &&
    minute < 60 &&
    second <= 60 &&
    yearDay >= 1 &&
    yearDay <= 366
  );
}

function seconds(fields: Fields): number {
  if (fields.unix !== undefined) {
    return fields.unix;
  }
  const { century, yearDay, week: inWeek, zone, minute, second } = fields;
  const short = fields.year ?? 1900;
  const full = century === undefined ? short : century * 100 + (fields.year === undefined ? 0 : short % 100);
  const hour = fields.hour + (fields.pm ? (fields.hour < 12 ? 12 : 0) : 0);
  const [month, day] =
    yearDay !== undefined
      ? [1, yearDay]
      : inWeek !== undefined
        ? [1, dayOfWeek(full, inWeek, fields.weekday)]
        : [fields.month, fields.day];
  return unixSeconds(full, month, day, hour, minute, second) - zone;
}

/** Day counted from the first of January. */
function dayOfWeek(year: number, week: NonNullable<Fields['week']>, weekday = 1): number {
  // 0 is Sunday.
  const january1 = new Date(unixSeconds(year, 1, 1, 0, 0, 0) * 1000).getUTCDay();
  if (week.begins === 'iso') {
    // Week 1 holds the 4th of January (ISO 8601).
    const january4 = ((january1 + 2) % 7) + 1;
    return 4 - january4 + (week.number - 1) * 7 + weekday;
  }
  const first = week.begins === 'sunday' ? 0 : 1;
  const toFirst = (first - january1 + 7) % 7;
  const intoWeek = week.begins === 'sunday' ? weekday % 7 : weekday - 1;
  return 1 + toFirst + (week.number - 1) * 7 + intoWeek;
}
