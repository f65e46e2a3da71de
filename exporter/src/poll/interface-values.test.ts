import { chooseWidth } from './counter-width';
import { cellOf, layoutOf, LEARN, modeOf, packCells, type Column, type RowMode } from './interface-columns';
import { decodeRow, type KnownRow } from './interface-values';

const HC: RowMode = modeOf('hc', 'hc', 'high', 'ifName', 'none');
const layoutColumns = (mode: RowMode) => layoutOf(mode).columns;
const row = (over: Partial<KnownRow> = {}): KnownRow => ({
  ifName: 'wan',
  ifIndex: 7,
  speedOverride: null,
  mode: LEARN,
  ...over,
});

/** Cells as an agent with these columns would fill them. */
function answerOf(known: KnownRow, has: Partial<Record<Column, number | string>>) {
  const columns = layoutColumns(known.mode);
  return {
    numbers: Float64Array.from(columns, (column) =>
      typeof has[column] === 'number' ? (has[column] as number) : Number.NaN
    ),
    octets: columns.map((column) => (typeof has[column] === 'string' ? Buffer.from(has[column] as string) : undefined)),
  };
}
const decode = (known: KnownRow, has: Partial<Record<Column, number | string>>) =>
  decodeRow(known, answerOf(known, has), 0);

const FULL = {
  ifName: 'wan',
  ifDescr: 'ether1',
  ifAdminStatus: 1,
  ifOperStatus: 1,
  ifHighSpeed: 1000,
  ifSpeed: 1e9,
  ifInDiscards: 1,
  ifInErrors: 2,
  ifOutDiscards: 3,
  ifOutErrors: 4,
  ifHCInOctets: 5e12,
  ifHCOutOctets: 6e12,
  ifInOctets: 50,
  ifOutOctets: 60,
  ifHCInUcastPkts: 7e9,
  ifHCOutUcastPkts: 8e9,
  ifInUcastPkts: 70,
  ifOutUcastPkts: 80,
};

describe('decoding a row', () => {
  test('a full row, and what it teaches', () => {
    const { check, values, learnt } = decode(row(), FULL);
    expect(check).toBe('same');
    expect(values).toEqual({
      ifName: 'wan',
      adminStatus: 1,
      operStatus: 1,
      speed: 1e9,
      inOctets: 5e12,
      outOctets: 6e12,
      inUcastPkts: 7e9,
      outUcastPkts: 8e9,
      inErrors: 2,
      outErrors: 4,
      inDiscards: 1,
      outDiscards: 3,
      counterBits: 64,
    });
    expect(learnt).toEqual(HC);
    expect(layoutColumns(learnt)).toHaveLength(12);
  });

  test('what is learnt stays the same object while nothing changes', () => {
    const known = row({ mode: HC });
    expect(decode(known, FULL).learnt).toBe(HC);
  });

  test('a name that was recognised before is compared as bytes, a changed one is not the same', () => {
    const known = row({ mode: HC });
    expect([decode(known, FULL).check, known.recognised?.toString()]).toEqual(['same', 'wan']);
    expect(decode(known, FULL).check).toBe('same');
    expect(decode(known, { ...FULL, ifName: 'lan' }).check).toBe('other');
  });

  test('a row without 64-bit counters has 32-bit ones, and says so', () => {
    const { values, learnt } = decode(row(), {
      ...FULL,
      ifHCInOctets: undefined,
      ifHCOutOctets: undefined,
      ifHCInUcastPkts: undefined,
      ifHCOutUcastPkts: undefined,
    });
    expect(values).toMatchObject({ inOctets: 50, outOctets: 60, inUcastPkts: 70, outUcastPkts: 80, counterBits: 32 });
    expect(learnt).toMatchObject({ octets: 'c32', ucast: 'c32' });
  });

  test.each([
    ['status out of range', { ifAdminStatus: 0, ifOperStatus: 8 }, { adminStatus: undefined, operStatus: undefined }],
    ['speed not known', { ifHighSpeed: 0, ifSpeed: 0 }, { speed: undefined }],
    [
      'counter as text',
      { ifHCInOctets: '12345678901234567890' },
      { inOctets: Number(12345678901234567890n % 2n ** 53n) },
    ],
    ['counter as negative integer', { ifInErrors: -1 }, { inErrors: 4294967295 }],
    ['counter as eight octets', { ifHCInOctets: '\0\0\0\0\0\0\u0001\u0002' }, { inOctets: 258, counterBits: 64 }],
    ['counter as text that is no number', { ifHCInOctets: 'n/a' }, { inOctets: undefined, outOctets: 6e12 }],
    ['Counter64 that came as 32 bits', { ifHCInOctets: 70, ifHCOutOctets: 80 }, { inOctets: 70, counterBits: 64 }],
    ['negative speed as unsigned, bit/s in ifSpeed', { ifHighSpeed: 4294967196, ifSpeed: 1e8 }, { speed: 1e8 }],
    ['negative speed as unsigned and nothing else', { ifHighSpeed: 4294967196, ifSpeed: 0 }, { speed: undefined }],
    ['speed beyond 32 bits', { ifHighSpeed: 40_000, ifSpeed: 4294967295 }, { speed: 4e10 }],
    ['status as text', { ifOperStatus: 'up' }, { operStatus: undefined, adminStatus: 1 }],
    ['status negative', { ifOperStatus: -1, ifAdminStatus: 4 }, { operStatus: undefined, adminStatus: undefined }],
    ['every status that there is', { ifOperStatus: 7, ifAdminStatus: 3 }, { operStatus: 7, adminStatus: 3 }],
    [
      'columns that are not there',
      { ifInErrors: undefined, ifOutDiscards: undefined },
      { inErrors: undefined, outDiscards: undefined },
    ],
  ])('%s', (_name, has, expected) => {
    expect(decode(row(), { ...FULL, ...has }).values).toMatchObject(expected);
  });

  test.each([
    ['none', {}, 0],
    ['text and octets', { ifHCInOctets: '123', ifInErrors: '\0\0\0\0\0\0\u0001\u0002' }, 2],
    ['what is no number', { ifHCInOctets: 'n/a' }, 0],
  ])('counters that came as octets are counted: %s', (_name, has, count) => {
    expect(decode(row(), { ...FULL, ...has }).fromOctets).toBe(count);
  });

  test('a speed that the agent does not know is the one that the operator gave', () => {
    expect(decode(row({ speedOverride: 5e7 }), { ...FULL, ifHighSpeed: 0, ifSpeed: 0 }).values.speed).toBe(5e7);
  });

  test("the operator's speed is above the agent's", () => {
    expect(decode(row({ speedOverride: 5e7 }), FULL).values.speed).toBe(5e7);
  });

  test.each([
    ['another name under the index', row(), { ...FULL, ifName: 'lan' }, 'other'],
    ['no row', row(), {}, 'absent'],
    ['no row, checked by ifName', row({ mode: HC }), {}, 'absent'],
    ['the name column went away', row({ mode: HC }), { ...FULL, ifName: undefined, ifDescr: undefined }, 'other'],
    ['a suffixed name', row({ ifName: 'wan#7' }), FULL, 'same'],
    ['a suffixed name of another row', row({ ifName: 'wan#8' }), FULL, 'other'],
    ['ifDescr where ifName is empty', row({ ifName: 'ether1' }), { ...FULL, ifName: '' }, 'same'],
    ['a row named after its index', row({ ifName: '7' }), { ...FULL, ifName: undefined, ifDescr: undefined }, 'same'],
    ['no names, but known under one', row(), { ...FULL, ifName: undefined, ifDescr: undefined }, 'other'],
  ])('check: %s', (_name, known, has, expected) => {
    const { check, values } = decode(known, has);
    expect(check).toBe(expected);
    if (check !== 'same') {
      expect(values).toEqual({ ifName: known.ifName });
    }
  });
});

describe('ifCounterDiscontinuityTime', () => {
  const MARKED = modeOf('hc', 'hc', 'high', 'ifName', 'asked');

  test.each([
    ['is asked of a row that has it', { ...FULL, ifCounterDiscontinuityTime: 0 }, 0, MARKED],
    ['is asked no more of a row that has none', FULL, undefined, HC],
  ])('%s', (_name, has, mark, learnt) => {
    expect(decode(row(), has)).toMatchObject({ mark, learnt });
  });

  test('is asked again where it is missing this once', () => {
    const known = row({ mode: MARKED });
    expect(decode(known, FULL)).toMatchObject({ check: 'same', mark: undefined, learnt: MARKED });
  });
});

describe('a row that was cut over several requests', () => {
  test.each([
    ['the same name behind its values', 'wan', 'same'],
    ['another name: it was renumbered in between', 'lan', 'other'],
    ['no name any more', undefined, 'other'],
  ])('%s', (_name, behind, check) => {
    const known = row({ mode: HC });
    const { numbers, octets } = answerOf(known, FULL);
    const answer = {
      numbers: Float64Array.from([...numbers, Number.NaN]),
      octets: [...octets, behind === undefined ? undefined : Buffer.from(behind)],
    };
    const decoded = decodeRow(known, answer, 0, true);
    expect(decoded.check).toBe(check);
    expect(decoded.values.inOctets).toBe(check === 'same' ? 5e12 : undefined);
  });
});

describe('64 or 32 bits', () => {
  test.each([
    ['64 where they are', [1, 2], [3, 4], 'both', [1, 2], 64, 'hc'],
    ['32 where 64 are not', [undefined, undefined], [3, 4], 'both', [3, 4], 32, 'c32'],
    ['32 where 64 stand at zero beside them', [0, 0], [3, 0], 'both', [3, 0], 32, 'c32'],
    ['both at zero: undecided, both are asked again', [0, 0], [0, 0], 'both', [0, 0], 64, 'both'],
    ['64 that were chosen stay, also at zero after a reset', [0, 0], [undefined, undefined], 'hc', [0, 0], 64, 'hc'],
    ['one of the pair', [5, undefined], [3, 4], 'both', [5, undefined], 64, 'hc'],
    [
      '64 that are missing once are neither replaced nor given up',
      [undefined, undefined],
      [undefined, undefined],
      'hc',
      [undefined, undefined],
      undefined,
      'hc',
    ],
  ] as const)('%s', (_name, hc, c32, asked, values, bits, next) => {
    const choice = chooseWidth(hc[0], hc[1], c32[0], c32[1], asked);
    const taken = { hc, c32, none: [undefined, undefined] }[choice.take];
    expect([taken, choice.bits, choice.next]).toEqual([values, bits, next]);
  });
});

describe('packing cells into requests', () => {
  const rows = (count: number, mode: RowMode = HC) =>
    Array.from({ length: count }, (_, i) => layoutColumns(mode).map((column) => cellOf(column, i + 1)));

  test('four interfaces and the clock are one request', () => {
    expect(packCells([[{ oid: '1.3.6.1.2.1.1.3.0', bytes: 20 }], ...rows(4)], 64)).toEqual([49]);
  });

  test('rows stay whole, and no answer is over 1400 bytes', () => {
    const all = rows(48);
    const cells = all.flat();
    let from = 0;
    for (const end of packCells(all, 64)) {
      expect(from % 12).toBe(0);
      expect(cells.slice(from, end).reduce((sum, cell) => sum + cell.bytes, 0)).toBeLessThan(1400);
      from = end;
    }
    expect(from).toBe(48 * 12);
  });

  test('a limit below one row cuts the row', () => {
    expect(packCells(rows(1), 5)).toEqual([5, 10, 12]);
    expect(packCells(rows(2, LEARN), 1)).toHaveLength(38);
  });

  test('nothing is no request', () => {
    expect(packCells([], 64)).toEqual([]);
  });
});
