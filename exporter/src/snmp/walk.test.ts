import type { RawVarbind } from 'net-snmp';
import { walkColumns } from './walk';
import type { WalkCut } from './walk-cut';

const A = '1.3.1';
const B = '1.3.2';
const vb = (oid: string, value = 1): RawVarbind => ({ oid, type: 2, value });
const end = (oid: string): RawVarbind => ({ oid, type: 0x82, value: null });

/** Answers one after the other; what is asked beyond them is an error of the walk. */
function scripted(...answers: { rows: RawVarbind[][]; refused?: number[] }[]) {
  const asked: string[][] = [];
  return {
    asked,
    step: async (cursors: readonly string[]) => {
      asked.push([...cursors]);
      const answer = answers.shift();
      if (!answer) {
        throw new Error(`asked for ${cursors.join(' ')} after the end`);
      }
      return { refused: [], ...answer };
    },
  };
}

const indexes = (rows: Awaited<ReturnType<typeof walkColumns>>) =>
  Object.fromEntries([...rows].map(([column, cells]) => [column, [...cells.keys()]]));

describe('walk over columns', () => {
  test('goes on with what is not finished, each column from where it stands', async () => {
    const { step, asked } = scripted(
      { rows: [[vb(`${A}.1`), vb(`${A}.2`)], [vb(`${B}.1`)]] },
      { rows: [[vb(`${A}.3`), vb('1.3.9')], [vb(`${B}.2`)]] },
      { rows: [[end(`${B}.2`)]] }
    );
    const onCut = jest.fn();
    expect(indexes(await walkColumns([A, B], step, { onCut }))).toEqual({ [A]: ['1', '2', '3'], [B]: ['1', '2'] });
    expect(onCut).not.toHaveBeenCalled();
    expect(asked).toEqual([[A, B], [`${A}.2`, `${B}.1`], [`${B}.2`]]);
  });

  test('an answer that repeats endOfMibView ends the columns', async () => {
    const { step } = scripted({
      rows: [
        [vb(`${A}.1`), end(`${A}.1`), end(`${A}.1`)],
        [end(B), end(B)],
      ],
    });
    expect(indexes(await walkColumns([A, B], step))).toEqual({ [A]: ['1'], [B]: [] });
  });

  test.each([
    ['the same OID again', vb(`${A}.5`), ['loop']],
    ['an OID that was there', vb(`${A}.2`), ['loop']],
    ['an OID before that was not', vb(`${A}.3`), ['order']],
    ['an exception for the OID asked', { ...end(`${A}.5`), type: 0x81 }, []],
  ])('an agent that does not go on: %s', async (_name, varbind, expected) => {
    const { step } = scripted({ rows: [[vb(`${A}.2`), vb(`${A}.5`), varbind, vb(`${A}.6`)]] });
    const cuts: WalkCut[] = [];
    expect(indexes(await walkColumns([A], step, { onCut: (cut) => cuts.push(cut) }))).toEqual({ [A]: ['2', '5'] });
    expect(cuts).toEqual(expected);
  });

  test('arcs are numbers: 9 is followed by 10', async () => {
    const { step } = scripted({ rows: [[vb(`${A}.9`), vb(`${A}.10`), end(`${A}.10`)]] });
    expect(indexes(await walkColumns([A], step))).toEqual({ [A]: ['9', '10'] });
  });

  test('an answer cut short leaves the later columns where they are', async () => {
    const { step, asked } = scripted({ rows: [[vb(`${A}.1`)]] }, { rows: [[end(A)], [vb(`${B}.1`), end(B)]] });
    expect(indexes(await walkColumns([A, B], step))).toEqual({ [A]: ['1'], [B]: ['1'] });
    expect(asked[1]).toEqual([`${A}.1`, B]);
  });

  test('an answer without anything ends the walk', async () => {
    const { step } = scripted({ rows: [[vb(`${A}.1`)]] }, { rows: [] });
    expect(indexes(await walkColumns([A], step))).toEqual({ [A]: ['1'] });
  });

  test('a refused column ends, the others go on', async () => {
    const { step } = scripted({ rows: [[], [vb(`${B}.1`)]], refused: [0] }, { rows: [[end(B)]] });
    expect(indexes(await walkColumns([A, B], step))).toEqual({ [A]: [], [B]: ['1'] });
  });

  test('an endless table ends at the cap, also when its values are of no use', async () => {
    let next = 0;
    const step = async () => ({
      rows: [Array.from({ length: 7 }, () => ({ ...vb(`${A}.${++next}`), value: next % 2 ? 1 : null }))],
      refused: [],
    });
    const cuts: WalkCut[] = [];
    const rows = await walkColumns([A], step, { maxRows: 100, onCut: (cut) => cuts.push(cut) });
    expect([rows.get(A)?.size, cuts]).toEqual([50, ['cap']]);
    expect(next).toBeLessThanOrEqual(105);
  });

  test('exceptions and values without content are no rows', async () => {
    const { step } = scripted({ rows: [[{ oid: `${A}.1`, type: 5, value: null }, vb(`${A}.2`), end(A)]] });
    expect(indexes(await walkColumns([A], step))).toEqual({ [A]: ['2'] });
  });
});
