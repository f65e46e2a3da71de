import { goNumber } from './go-number';
import { expandTemplate, searchPattern, wholePattern } from './pattern';
import { strptime } from './strptime';

test.each([
  ['12', 12],
  ['+1.5e3', 1500],
  ['-.5', -0.5],
  ['5.', 5],
  ['1_000.5', 1000.5],
  ['inf', Infinity],
  ['-Infinity', -Infinity],
  ['NaN', Number.NaN],
  ['0x1p-2', 0.25],
  ['-0X_a.8p1', -21],
  ['', undefined],
  [' 1', undefined],
  ['1,5', undefined],
  ['0x10', undefined],
  ['0xp1', undefined],
  ['1__0', undefined],
  ['_1', undefined],
  ['.', undefined],
  ['+nan', undefined],
  ['1e999', undefined],
  ['0x1p9999', undefined],
])('%s as number', (text, number) => {
  expect(goNumber(text)).toBe(number);
});

test.each([
  ['(?P<a>x+)(y)?', 'xx', '$a|${a}|$1x|${1}x|$2|$3|$nobody', 'xx|xx||xxx|||'],
  ['(.*)', 'v1', '$$1 $ 1 $1$', '$1 $ 1 v1$'],
  ['(?i)AB([[:digit:]]+)\\z', 'ab12', '$1', '12'],
  ['a|b', 'b', '$0', 'b'],
])('%s of %s as %s', (regex, text, template, expanded) => {
  expect(expandTemplate(template, wholePattern(regex).match(text)!)).toBe(expanded);
});

test.each([
  ['the whole text or nothing', wholePattern('1'), '21', false],
  ['the whole of an alternative', wholePattern('1|2'), '21', false],
  ['a line break at the end is text', wholePattern('a'), 'a\n', false],
  ['anywhere', searchPattern('1'), '21', true],
])('a pattern matches %s', (_name, pattern, text, matches) => {
  expect(pattern.match(text) !== null).toBe(matches);
});

test.each([
  ['(', 'error parsing regexp: missing closing ): `(`'],
  ['a) (b', 'error parsing regexp: unexpected ): `a) (b`'],
  ['a(?=b)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['(a)\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
])('%s is refused', (regex, message) => {
  expect(() => wholePattern(regex)).toThrow(message);
});

const at = (iso: string) => Date.parse(iso) / 1000;

test.each([
  ['%b %d %Y', 'Mar 04 2021', at('2021-03-04T00:00:00Z')],
  ['%a %b %d %H:%M:%S %Y', 'Thu Mar  4 05:06:07 2021', at('2021-03-04T05:06:07Z')],
  ['%FT%T%:z', '2021-03-04T05:06:07-08:30', at('2021-03-04T13:36:07Z')],
  ['%Y-%m-%d %H:%M %z', '2021-03-04 05:06 +0130', at('2021-03-04T03:36:00Z')],
  ['%F %R%z', '2021-03-04 05:06Z', at('2021-03-04T05:06:00Z')],
  ['%d/%m/%y %I:%M %p', '04/03/69 12:30 am', at('1969-03-04T00:30:00Z')],
  ['%D %r', '03/04/68 12:30:01 PM', at('2068-03-04T12:30:01Z')],
  ['%e %B %Y %l:%M%P', ' 4 MARCH 2021  1:02pm', at('2021-03-04T13:02:00Z')],
  ['%Y %j', '2020 366', at('2020-12-31T00:00:00Z')],
  ['%G-W%V-%u', '2020-W53-5', at('2021-01-01T00:00:00Z')],
  ['%G-W%V-%u', '2021-W01-1', at('2021-01-04T00:00:00Z')],
  ['%Y %U %w', '2021 01 0', at('2021-01-03T00:00:00Z')],
  ['%Y %W %u', '2021 01 7', at('2021-01-10T00:00:00Z')],
  ['%C%y', '2005', at('2005-01-01T00:00:00Z')],
  ['%s', '1600000000', 1600000000],
  ['%H:%M', '05:06', at('1900-01-01T05:06:00Z')],
  ['%c', 'Thu Mar  4 05:06:07 2021', at('2021-03-04T05:06:07Z')],
  ['%+', 'Thu Mar  4 05:06:07 UTC 2021', at('2021-03-04T05:06:07Z')],
  ['%v %X.%f%t%n%%', ' 4-Mar-2021 05:06:07.123\t\n%', at('2021-03-04T05:06:07Z')],
  ['up (since) %F', 'up (since) 2021-03-04', at('2021-03-04T00:00:00Z')],
  ['%F', '2021-03-04 ', undefined],
  ['%F', '2021-13-04', undefined],
  ['T%F', 't2021-03-04', undefined],
  ['%T', '24:00:00', undefined],
  ['%F %Z', '2021-03-04 EST', undefined],
  ['%F', '', undefined],
])('%s reads %s', (pattern, text, unix) => {
  expect(strptime(pattern)(text)).toBe(unix);
});

test.each(['%Q', '%', '100%', '%:Y'])('%s has no meaning', (pattern) => {
  expect(() => strptime(pattern)).toThrow('is no directive of strptime');
});
