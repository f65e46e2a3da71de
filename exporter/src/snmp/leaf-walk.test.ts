import type { RawVarbind } from 'net-snmp';
import { walkLeaves } from './leaf-walk';

const ROOT = '1.3.1';
const vb = (oid: string, value: number | null = 1): RawVarbind => ({ oid, type: value === null ? 5 : 2, value });
const exception = (type: number): RawVarbind => ({ oid: ROOT, type, value: null });

/** Answers one after the other; null is an error status. */
function scripted(...answers: (RawVarbind[] | null)[]) {
  const asked: string[] = [];
  return {
    asked,
    next: async (cursor: string) => {
      asked.push(cursor);
      const answer = answers.shift();
      if (answer === undefined) {
        throw new Error(`asked for ${cursor} after the end`);
      }
      return answer;
    },
    leaf: async () => [{ oid: ROOT, type: 2, value: 7 }],
    fail: (trouble: string) => new Error(trouble),
  };
}

const below = (...indexes: (number | string)[]) => indexes.map((index) => `${ROOT}.${index}`);
const row = (...indexes: (number | string)[]) => below(...indexes).map((oid) => vb(oid));

describe('walk of everything below a root', () => {
  test.each<[string, (RawVarbind[] | null)[], string[], string[]]>([
    ['ends outside the root', [row(1, 2), [...row(3), vb('1.3.2')]], below(1, 2, 3), [ROOT, `${ROOT}.2`]],
    ['1.3.11 is not below 1.3.1', [[...row(1), vb('1.3.11')]], below(1), [ROOT]],
    ['endOfMibView', [[...row(1), exception(0x82)]], below(1), [ROOT]],
    ['noSuchInstance', [[...row(1), exception(0x81), ...row(2)]], below(1), [ROOT]],
    ['nothing there at all', [[exception(0x82)]], [], [ROOT]],
    ['an error status keeps what came', [row(1, 2), null], below(1, 2), [ROOT, `${ROOT}.2`]],
    ['an error status at once', [null], [], [ROOT]],
    ['an answer without varbinds', [row(1), []], below(1), [ROOT, `${ROOT}.1`]],
    ['a root that is an instance is read itself', [[vb('1.3.2')]], [ROOT], [ROOT]],
    ['disorder inside one answer', [row(2, 1, 3), [vb('1.3.2')]], below(2, 1, 3), [ROOT, `${ROOT}.3`]],
    ['a NULL is no value, but no end', [[vb(`${ROOT}.1`, null), ...row(2)], null], below(2), [ROOT, `${ROOT}.2`]],
  ])('%s', async (_name, answers, oids, cursors) => {
    const agent = scripted(...answers);
    expect((await walkLeaves(ROOT, agent)).map((varbind) => varbind.oid)).toEqual(oids);
    expect(agent.asked).toEqual(cursors);
  });

  test.each([
    ['the same OID again', [row(1, 2), row(2)], `OID not increasing: ${ROOT}.2 >= ${ROOT}.2`],
    ['an OID before', [row(9, 10), row(9)], `OID not increasing: ${ROOT}.10 >= ${ROOT}.9`],
  ])('an agent that goes back: %s', async (_name, answers, message) => {
    await expect(walkLeaves(ROOT, scripted(...answers))).rejects.toThrow(message);
  });

  test('without the check of the order it goes on, and ends where it has been before', async () => {
    const agent = scripted(row(5, 3), row(2, 8), row(9, 3));
    const onCut = jest.fn();
    const varbinds = await walkLeaves(ROOT, { ...agent, onCut }, { allowNonIncreasing: true });
    expect(onCut.mock.calls).toEqual([['loop']]);
    expect(varbinds.map((varbind) => varbind.oid)).toEqual(below(5, 3, 2, 8, 9, 3));
    expect(agent.asked).toEqual([ROOT, ...below(3, 8)]);
  });

  test('an agent that makes up rows without end', async () => {
    let at = 0;
    const endless = { ...scripted(), next: async () => row(++at) };
    await expect(walkLeaves(ROOT, endless, { most: 50 })).rejects.toThrow(
      'more than 50 values; walk a smaller part, or look why the agent makes up rows'
    );
    expect(at).toBe(51);
  });
});
