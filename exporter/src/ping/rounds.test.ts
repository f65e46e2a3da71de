import type { PingRound } from '../model/snapshot';
import type { EchoOutcome, PingDriver } from './driver';
import { ManualClock } from './manual-clock.fixture';
import { PingRounds } from './rounds';

const INTERVAL = 10_000;
const PLAN = { count: 3, gapMs: 200, timeoutMs: 1000 };

/** Answers by address after `roundMs` of the clock; addresses that are not in `dead` are alive. */
class FakeDriver implements PingDriver {
  readonly name = 'socket';
  readonly description = 'fake';
  readonly slotMs = 100;
  readonly calls: { at: number; addresses: string[] }[] = [];
  readonly dead = new Set<string>();
  roundMs = 500;
  failure: Error | undefined;
  openNow = new Map<string, number>();
  mostAtOnce = 0;

  constructor(private readonly clock: ManualClock) {}

  round(addresses: readonly string[], _plan: unknown, onDecided: (index: number, outcome: EchoOutcome) => void) {
    this.calls.push({ at: this.clock.monotonicMs(), addresses: [...addresses] });
    if (this.failure) {
      return Promise.reject(this.failure);
    }
    for (const address of addresses) {
      this.openNow.set(address, (this.openNow.get(address) ?? 0) + 1);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.openNow.get(address)!);
    }
    return new Promise<void>((resolve) => {
      this.clock.setTimeout(() => {
        addresses.forEach((address, index) => {
          this.openNow.set(address, this.openNow.get(address)! - 1);
          onDecided(index, { sent: 3, rttsMs: this.dead.has(address) ? [] : [1, 2, 3] });
        });
        resolve();
      }, this.roundMs);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

let clock: ManualClock;
let driver: FakeDriver;
let seen: { id: string; round: PingRound; at: number }[];
let names: Map<string, string | Error>;
let lookups: string[];
let rounds: PingRounds;

beforeEach(() => {
  clock = new ManualClock();
  driver = new FakeDriver(clock);
  seen = [];
  names = new Map();
  lookups = [];
  rounds = new PingRounds({
    driver,
    plan: PLAN,
    intervalMs: INTERVAL,
    clock,
    lookup: (name) => {
      lookups.push(name);
      const found = names.get(name) ?? Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      return typeof found === 'string' ? Promise.resolve(found) : Promise.reject(found);
    },
    onRound: (id, round) => seen.push({ id, round, at: clock.monotonicMs() }),
  });
});

afterEach(async () => {
  const stopping = rounds.stop();
  await clock.run(5000);
  await stopping;
  expect(clock.timers).toBe(0);
});

function fleet(count: number) {
  return Array.from({ length: count }, (_, i) => ({ id: `d${i}`, address: `10.0.${i >> 8}.${i & 255}` }));
}

function of(id: string) {
  return seen.filter((one) => one.id === id);
}

it('asks every device once an interval, spread over it, and says when each round was decided', async () => {
  rounds.setTargets(fleet(200));
  rounds.start();
  await clock.run(3 * INTERVAL);
  for (const { id } of fleet(200)) {
    expect(of(id).length).toBeGreaterThanOrEqual(2);
    expect(of(id).length).toBeLessThanOrEqual(3);
  }
  const largest = Math.max(...driver.calls.map(({ addresses }) => addresses.length));
  expect(largest).toBeLessThan(15);
  expect(seen[0]!.round).toEqual({ decidedAt: 1_700_000_000_000 + seen[0]!.at, sent: 3, rttsMs: [1, 2, 3] });
  expect(rounds.counters).toEqual({ rounds: seen.length, late: 0, skipped: 0, unsent: 0, lookupFailures: 0 });
  const [first, second] = of('d0');
  expect(second!.at - first!.at).toBe(INTERVAL);
});

it('asks again after half an interval when a round fails after a good one, and only then', async () => {
  rounds.setTargets([{ id: 'a', address: '10.0.0.1' }]);
  rounds.start();
  await clock.run(INTERVAL);
  expect(of('a')).toHaveLength(1);
  driver.dead.add('10.0.0.1');
  await clock.run(3 * INTERVAL);
  const asked = driver.calls.map(({ at }) => at);
  const gaps = asked.slice(1).map((at, i) => at - asked[i]!);
  expect(gaps.slice(0, 4)).toEqual([INTERVAL, INTERVAL / 2, INTERVAL / 2, INTERVAL]);
});

it('never has two rounds of one device open, however long they take', async () => {
  driver.roundMs = 17_000;
  driver.dead.add('10.0.0.1');
  rounds.setTargets([{ id: 'a', address: '10.0.0.1' }]);
  rounds.start();
  await clock.run(8 * INTERVAL, 100);
  expect(driver.mostAtOnce).toBe(1);
  expect(of('a').length).toBeGreaterThanOrEqual(3);
  expect(rounds.counters.skipped).toBeGreaterThan(0);
  driver.roundMs = 100;
  await clock.run(17_000, 100);
});

it('counts rounds that a blocked event loop delayed, and loses none', async () => {
  rounds.setTargets(fleet(200));
  rounds.start();
  await clock.run(5000);
  clock.block(2000);
  await clock.run(2 * INTERVAL - 7000 + 1000);
  expect(rounds.counters.late).toBeGreaterThan(20);
  expect(fleet(200).filter(({ id }) => of(id).length < 2)).toEqual([]);
});

it('changes the fleet while rounds are open: what stays is reported, what is gone is not', async () => {
  rounds.setTargets(fleet(50));
  rounds.start();
  while (rounds.open < 3) {
    await clock.run(10);
  }
  const opened = driver.calls.flatMap(({ addresses }) => addresses);
  const before = seen.length;
  const comes = Array.from({ length: 10 }, (_, i) => ({ id: `new-${i}`, address: `10.9.0.${i}` }));
  const stays = fleet(50).filter(({ address }, i) => opened.includes(address) && i % 2 === 0);
  rounds.setTargets([...stays, ...comes]);
  await clock.run(1000);
  expect(seen.slice(before).every(({ id }) => stays.some((s) => s.id === id) || id.startsWith('new-'))).toBe(true);
  for (const { id } of stays) {
    expect(of(id)).toHaveLength(1);
  }
  await clock.run(INTERVAL);
  for (const { id } of comes) {
    expect(of(id).length).toBeGreaterThanOrEqual(1);
  }
  expect(rounds.size).toBe(stays.length + 10);
});

it('does not report the round of an old address under the new one', async () => {
  rounds.setTargets([{ id: 'a', address: '10.0.0.1' }]);
  rounds.start();
  while (rounds.open === 0) {
    await clock.run(10);
  }
  driver.dead.add('10.0.0.2');
  rounds.setTargets([{ id: 'a', address: '10.0.0.2' }]);
  await clock.run(INTERVAL + 1000);
  expect(of('a').every(({ round }) => round.rttsMs.length === 0)).toBe(true);
  expect(of('a').length).toBeGreaterThan(0);
});

it('tells of a driver that failed as the outcome of each device, and goes on', async () => {
  driver.failure = new Error('start fping as "fping": EAGAIN');
  rounds.setTargets([{ id: 'a', address: '10.0.0.1' }]);
  rounds.start();
  await clock.run(INTERVAL);
  expect(of('a')[0]!.round).toMatchObject({
    sent: 0,
    rttsMs: [],
    error: 'ping 10.0.0.1: start fping as "fping": EAGAIN',
  });
  expect(rounds.counters.unsent).toBe(1);
  driver.failure = undefined;
  await clock.run(INTERVAL);
  expect(of('a').at(-1)!.round.rttsMs).toEqual([1, 2, 3]);
});

describe('names', () => {
  beforeEach(() => {
    rounds.setTargets([{ id: 'a', address: 'branch-1.example' }]);
    rounds.start();
  });

  it('are looked up once and again after five minutes', async () => {
    names.set('branch-1.example', '10.0.0.1');
    await clock.run(4 * 60_000, 100);
    expect(lookups).toHaveLength(1);
    names.set('branch-1.example', '10.0.0.2');
    await clock.run(2 * 60_000, 100);
    expect(lookups).toHaveLength(2);
    expect(driver.calls[0]!.addresses).toEqual(['10.0.0.1']);
    expect(driver.calls.at(-1)!.addresses).toEqual(['10.0.0.2']);
  });

  it('that do not resolve are the outcome of the round, and are tried again in the next', async () => {
    await clock.run(2 * INTERVAL, 100);
    expect(of('a')).toHaveLength(2);
    expect(of('a')[0]!.round).toMatchObject({
      sent: 0,
      rttsMs: [],
      error: 'look up address of "branch-1.example": ENOTFOUND; the name must resolve on this machine',
    });
    expect(rounds.counters).toMatchObject({ unsent: 2, lookupFailures: 2 });
    names.set('branch-1.example', '10.0.0.1');
    await clock.run(INTERVAL, 100);
    expect(of('a').at(-1)!.round.rttsMs).toEqual([1, 2, 3]);
  });

  it('keep their last address while the name server is away', async () => {
    names.set('branch-1.example', '10.0.0.1');
    await clock.run(60_000, 100);
    names.delete('branch-1.example');
    await clock.run(6 * 60_000, 100);
    expect(rounds.counters.lookupFailures).toBeGreaterThanOrEqual(2);
    expect(of('a').every(({ round }) => round.rttsMs.length === 3)).toBe(true);
  });
});

it('reports nothing after stop and cannot be started again', async () => {
  rounds.setTargets(fleet(50));
  rounds.start();
  while (rounds.open === 0) {
    await clock.run(10);
  }
  const stopping = rounds.stop();
  const before = seen.length;
  await clock.run(INTERVAL);
  await stopping;
  expect(seen).toHaveLength(before);
  expect(() => rounds.start()).toThrow('start ping rounds: they were stopped; make new ones');
});
