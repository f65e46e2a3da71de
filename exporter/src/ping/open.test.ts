import type { PingDriver } from './driver';
import { openPingDriver, PingUnavailableError, type PingWays } from './open';

function opened(name: 'socket' | 'fping'): PingDriver {
  return { name, description: name, slotMs: 1, round: () => Promise.resolve(), close: () => Promise.resolve() };
}

const WORKS: PingWays = {
  socket: () => Promise.resolve(opened('socket')),
  fping: () => Promise.resolve(opened('fping')),
};
const NO_SOCKET: PingWays = {
  ...WORKS,
  socket: () => Promise.reject(new Error('open ICMPv4 dgram socket:\n EACCES (permission denied)')),
};
const NOTHING: PingWays = {
  ...NO_SOCKET,
  fping: (path) => Promise.reject(new Error(`fping not found as "${path ?? 'fping'}"; run \`apt-get install fping\``)),
};

it.each<[string, 'auto' | 'socket' | 'fping', PingWays, string]>([
  ['auto takes sockets', 'auto', WORKS, 'socket'],
  ['auto takes fping where sockets are not allowed', 'auto', NO_SOCKET, 'fping'],
  ['fping is taken when asked for', 'fping', WORKS, 'fping'],
  ['socket is taken when asked for', 'socket', WORKS, 'socket'],
])('%s', async (_name, driver, ways, expected) => {
  expect((await openPingDriver({ driver }, ways)).name).toBe(expected);
});

const CURE =
  'allow one of: `sysctl -w net.ipv4.ping_group_range="0 2147483647"`, ' +
  '`setcap cap_net_raw+ep $(readlink -f $(command -v node))`, `apt-get install fping`';

it.each<[string, Parameters<typeof openPingDriver>[0], PingWays, string]>([
  [
    'auto names every cause',
    { driver: 'auto' },
    NOTHING,
    `cannot ping: sockets: open ICMPv4 dgram socket: EACCES (permission denied); fping: fping not found as "fping"; run \`apt-get install fping\`; ${CURE}`,
  ],
  [
    'sockets alone do not fall back',
    { driver: 'socket' },
    NO_SOCKET,
    `cannot ping: sockets: open ICMPv4 dgram socket: EACCES (permission denied); ${CURE}`,
  ],
  [
    'fping at the path of the configuration',
    { driver: 'fping', fpingPath: '/opt/fping' },
    NOTHING,
    `cannot ping: fping: fping not found as "/opt/fping"; run \`apt-get install fping\`; ${CURE}`,
  ],
  [
    'a simulator without its URL',
    { driver: 'simulator' },
    WORKS,
    'cannot ping: driver simulator was asked for without the URL of a simulator',
  ],
])('%s, in one line', async (_name, options, ways, message) => {
  const failed = openPingDriver(options, ways);
  await expect(failed).rejects.toBeInstanceOf(PingUnavailableError);
  await expect(failed).rejects.toThrow(new PingUnavailableError(message));
});

it('opens the simulator at its URL', async () => {
  const driver = await openPingDriver({ driver: 'simulator', simulatorUrl: 'http://127.0.0.1:1' }, NOTHING);
  expect(driver.name).toBe('simulator');
  await driver.close();
});
