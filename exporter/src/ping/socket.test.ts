import type { EchoOutcome } from './driver';
import { SocketDriver } from './socket';

const PLAN = { count: 3, gapMs: 20, timeoutMs: 300 };

let driver: SocketDriver | undefined;
let why: string | undefined;

beforeEach(async () => {
  try {
    driver = await SocketDriver.open();
  } catch (err) {
    driver = undefined;
    why = (err as Error).message;
  }
});
afterEach(() => driver?.close());

/** Where this user may open no ICMP socket, the refusal itself is what can be tested. */
function whereAllowed(name: string, test: (driver: SocketDriver) => Promise<void>): void {
  it(name, async () => {
    if (driver) {
      await test(driver);
    } else {
      process.emitWarning(`not tested here, this user may open no ICMP socket: ${why}`);
      expect(why).toMatch(/^open ICMPv4 dgram socket: \S+ .*, open ICMPv4 raw socket: \S+ .*/);
    }
  });
}

whereAllowed('pings the loopback addresses and decides before the timeout', async (sockets) => {
  const outcomes: EchoOutcome[] = [];
  const start = performance.now();
  await sockets.round(['127.0.0.1', '127.0.0.2', '127.0.0.1'], PLAN, (index, outcome) => (outcomes[index] = outcome));
  expect(performance.now() - start).toBeLessThan(PLAN.timeoutMs);
  expect(outcomes.map(({ sent, rttsMs }) => [sent, rttsMs.length])).toEqual([
    [3, 3],
    [3, 3],
    [3, 3],
  ]);
  expect(sockets.counters).toMatchObject({ sent: 9, replies: 9, duplicates: 0, misaddressed: 0, dropped: 0 });
  expect(sockets.description).toMatch(/^ICMP (datagram|raw) sockets/);
});

whereAllowed('has nothing to do for no address', async (sockets) => {
  const onDecided = jest.fn();
  await sockets.round([], PLAN, onDecided);
  expect(onDecided).not.toHaveBeenCalled();
});

whereAllowed('calls nobody before round has returned', async (sockets) => {
  let returned = false;
  const round = sockets.round(['no address'], PLAN, (_, { error }) => {
    expect(returned).toBe(true);
    expect(error).toBe('cannot ping "no address": it is no IPv4 or IPv6 address');
  });
  returned = true;
  await round;
  expect.assertions(2);
});

whereAllowed('rejects open rounds when it is closed, and later ones', async (sockets) => {
  const open = sockets.round(['127.0.0.1'], { ...PLAN, count: 10, gapMs: 200 }, () => undefined);
  const rejected = expect(open).rejects.toThrow('round of echoes ended early: the ICMP sockets were closed');
  await sockets.close();
  await rejected;
  await expect(sockets.round(['127.0.0.1'], PLAN, () => undefined)).rejects.toThrow(
    'ping 1 addresses: the ICMP sockets are closed'
  );
  await sockets.close();
});
