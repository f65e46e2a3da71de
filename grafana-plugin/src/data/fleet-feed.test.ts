import { device } from '../../test/fleet';
import { FleetFeed, type FeedSource } from './fleet-feed';

const FLEET = { devices: [device()], uplinks: [] };

function setUp(watchMs: number | null = 5_000) {
  const source = {
    fetchFleet: jest.fn(async () => FLEET),
    fetchMark: jest.fn(async (): Promise<number | null> => 1),
  } satisfies FeedSource;
  const feed = new FleetFeed(source, { refreshMs: 30_000, watchMs });
  return { source, feed, pass: (ms: number) => jest.advanceTimersByTimeAsync(ms) };
}

beforeEach(() => jest.useFakeTimers({ now: 1_000_000_000 }));
afterEach(() => jest.useRealTimers());

it('asks at once, then every interval', async () => {
  const { source, feed, pass } = setUp(null);
  feed.resume();
  await pass(0);
  expect(feed.getSnapshot()).toMatchObject({
    fleet: FLEET,
    updatedAt: 1_000_000_000,
    nextAt: 1_000_030_000,
    stale: false,
  });
  await pass(60_000);
  expect(source.fetchFleet).toHaveBeenCalledTimes(3);
  feed.pause();
});

it('refreshes at once when the change mark differs, and only then', async () => {
  const { source, feed, pass } = setUp();
  feed.resume();
  await pass(12_000);
  expect(source.fetchFleet).toHaveBeenCalledTimes(1);
  source.fetchMark.mockResolvedValue(null);
  await pass(5_000);
  expect(source.fetchFleet).toHaveBeenCalledTimes(2);
  feed.pause();
});

it('rests while paused and catches up at once, faded when what it shows is too old', async () => {
  const { source, feed, pass } = setUp();
  feed.resume();
  await pass(0);
  feed.pause();
  await pass(600_000);
  expect(source.fetchFleet).toHaveBeenCalledTimes(1);
  source.fetchFleet.mockReturnValue(new Promise(() => {}));
  feed.resume();
  expect(feed.getSnapshot()).toMatchObject({ stale: true, loading: true });
  expect(feed.getSnapshot().fleet?.devices[0]).toMatchObject({ state: 'unknown', lastSeen: 1_000_000 });
  feed.pause();
});

it('never shows old states as live after an error, and recovers', async () => {
  const { source, feed, pass } = setUp();
  feed.resume();
  await pass(0);
  source.fetchFleet.mockRejectedValue(new Error('no route'));
  await feed.refresh();
  await feed.refresh();
  const { fleet, ...health } = feed.getSnapshot();
  expect(health).toMatchObject({ error: 'no route', failures: 2, stale: true, updatedAt: 1_000_000_000 });
  expect(fleet?.devices[0]).toMatchObject({ state: 'unknown', lastState: 'up', lastSeen: 1_000_000 });
  source.fetchFleet.mockResolvedValue(FLEET);
  await pass(5_000);
  expect(feed.getSnapshot()).toMatchObject({ error: null, failures: 0, stale: false, fleet: FLEET });
  feed.pause();
});

it('has nothing to show when the first answer is an error', async () => {
  const { source, feed, pass } = setUp();
  source.fetchFleet.mockRejectedValue(new Error('refused'));
  feed.resume();
  await pass(0);
  expect(feed.getSnapshot()).toMatchObject({ fleet: null, error: 'refused', stale: false });
  feed.pause();
});
