import { Pace, systemPaceClock, type PaceClock } from './pace';

/** A clock on which sleeping is all that takes time; `jump` is a process that stood still. */
function stillClock(): PaceClock & { advance(ms: number): Promise<void>; jump(ms: number): Promise<void> } {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  const jump = async (ms: number) => {
    now += ms;
    sleepers.filter(({ at }) => at <= now).forEach(({ wake }) => wake());
    sleepers = sleepers.filter(({ at }) => at > now);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    nowMs: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
    jump,
    advance: async (ms) => {
      for (let i = 0; i < ms; i++) {
        await jump(1);
      }
    },
  };
}

const never = new AbortController().signal;

it.each([
  // Ten a second: one each 100 ms, whoever asks.
  [10, [1, 1, 1, 1], 250, 3],
  [10, [1, 1, 1, 1], 299, 3],
  [10, [1, 1, 1, 1], 300, 4],
  // What takes several packets holds up those behind it, not itself.
  [10, [3, 1], 200, 1],
  [10, [3, 1], 300, 2],
  [1000, [1, 1, 1], 2, 3],
])('at %d a second, of %j packets after %d ms %d went', async (rate, packets, ms, expected) => {
  const clock = stillClock();
  const pace = new Pace(rate, clock);
  let went = 0;
  packets.forEach((n) => void pace.take(n, never).then(() => went++));
  await clock.jump(0);
  await clock.advance(ms);
  expect(went).toBe(expected);
});

it('makes no burst of the time in which nobody asked', async () => {
  const clock = stillClock();
  const pace = new Pace(10, clock);
  await pace.take(1, never);
  await clock.jump(60_000);
  let went = 0;
  Array.from({ length: 5 }, () => void pace.take(1, never).then(() => went++));
  await clock.jump(0);
  expect(went).toBe(1);
});

it('makes no burst of the time in which the process stood still', async () => {
  const clock = stillClock();
  const pace = new Pace(10, clock);
  let went = 0;
  Array.from({ length: 10 }, () => void pace.take(1, never).then(() => went++));
  await clock.jump(0);
  await clock.jump(500);
  expect(went).toBe(2);
  // Of the lateness it makes up for 20 ms.
  await clock.advance(79);
  expect(went).toBe(2);
  await clock.advance(1);
  expect(went).toBe(3);
});

it('lets nobody wait whose scan has ended', async () => {
  const pace = new Pace(0.001, systemPaceClock);
  const { signal, abort } = ((c) => ({ signal: c.signal, abort: () => c.abort() }))(new AbortController());
  await pace.take(1, signal);
  const waiting = pace.take(1, signal);
  abort();
  await expect(waiting).rejects.toThrow('aborted');
  await expect(pace.take(1, signal)).rejects.toThrow('aborted');
});
