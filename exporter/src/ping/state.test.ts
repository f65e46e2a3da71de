import type { PingRound } from '../model/snapshot';
import { afterRound, beginObservation, type ReachState } from './state';

/** Rounds by letter, one each 10 s from 1000 on: r = reply, p = partial loss, f = failed, n = nothing could be sent. */
function rounds(letters: string): PingRound[] {
  const kinds: Record<string, Omit<PingRound, 'decidedAt'>> = {
    r: { sent: 3, rttsMs: [1, 2, 3] },
    p: { sent: 3, rttsMs: [2] },
    f: { sent: 3, rttsMs: [] },
    n: { sent: 0, rttsMs: [], error: 'name not resolved' },
  };
  return [...letters].map((letter, i) => ({ decidedAt: 1000 + i * 10_000, ...kinds[letter]! }));
}

function play(letters: string, failedRounds: number): ReachState {
  return rounds(letters).reduce((state, round) => afterRound(state, round, failedRounds), beginObservation(0));
}

describe.each<[string, string, number, ReachState['state'], number, boolean]>([
  ['no round yet: nothing is known', '', 2, 'unknown', 0, false],
  ['the first reply makes up, since when is not known', 'r', 2, 'up', 1000, false],
  ['one failed round from the start: still not known', 'f', 2, 'unknown', 0, false],
  ['down when observation begins: since at least the first failed round', 'ff', 2, 'down', 1000, false],
  ['partial loss is up', 'rp', 2, 'up', 1000, false],
  ['one failed round does not make down', 'rf', 2, 'up', 1000, false],
  ['two do, since the first of them', 'rff', 2, 'down', 11_000, true],
  ['more failed rounds do not move since', 'rffff', 2, 'down', 11_000, true],
  ['a reply between two failed rounds begins the run anew', 'rfrf', 2, 'up', 1000, false],
  ['one reply makes up, since that reply', 'rffr', 2, 'up', 31_000, true],
  ['up again after down at the start: the change itself was seen', 'ffr', 2, 'up', 21_000, true],
  ['one failed round is enough when so configured', 'rf', 1, 'down', 11_000, true],
  ['three are needed when so configured', 'rff', 3, 'up', 1000, false],
  ['one round that told nothing changes nothing', 'rn', 2, 'up', 1000, false],
  ['two make unknown, since the first of them', 'rnn', 2, 'unknown', 11_000, true],
  ['a round that told nothing does not count as a failed one', 'rfn', 2, 'up', 1000, false],
  ['nor does it interrupt a run of failed ones', 'rfnf', 2, 'down', 11_000, true],
  ['a device that was down is unknown when nothing can be sent', 'rffnn', 2, 'unknown', 31_000, true],
  ['back from unknown: the change was not seen', 'rnnr', 2, 'up', 31_000, false],
  ['down out of unknown: the change was not seen', 'rnnff', 2, 'down', 31_000, false],
  ['a failed round ends a run of silent ones', 'rnfn', 2, 'up', 1000, false],
])('%s', (_name, letters, failedRounds, state, since, exact) => {
  it(`after "${letters}" with ${failedRounds} failed rounds for down`, () => {
    expect(play(letters, failedRounds)).toMatchObject({ state, since, exact });
  });
});

it('leaves the state before it untouched', () => {
  const before = Object.freeze(beginObservation(0));
  const [round] = rounds('f');
  expect(afterRound(before, round!, 2)).not.toBe(before);
  expect(before.failed.rounds).toBe(0);
});
