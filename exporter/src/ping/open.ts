import type { PingDriver } from './driver';
import { FpingDriver } from './fping';
import { SimulatorDriver } from './simulator';
import { SocketDriver } from './socket';

export interface PingDriverOptions {
  driver: 'auto' | 'socket' | 'fping' | 'simulator';
  /** Base URL of the simulator's control port; needed when `driver` is `simulator`. */
  simulatorUrl?: string | null;
  /** Path or name of the fping program; `fping` of the search path when not told. */
  fpingPath?: string | null;
}

/** No way to send echoes was found. The message is one line: each cause, then the cures. */
export class PingUnavailableError extends Error {
  override readonly name = 'PingUnavailableError';
  /** Of a program that cannot start because of it. */
  readonly exitCode = 1;
}

const CURE =
  'allow one of: `sysctl -w net.ipv4.ping_group_range="0 2147483647"`, ' +
  '`setcap cap_net_raw+ep $(readlink -f $(command -v node))`, `apt-get install fping`';

/** How each way is opened; tests put others in their place. */
export interface PingWays {
  socket: () => Promise<PingDriver>;
  fping: (path: string | undefined) => Promise<PingDriver>;
}

const systemWays: PingWays = {
  socket: () => SocketDriver.open(),
  fping: (path) => FpingDriver.open(path),
};

/**
 * Opens the driver that the configuration names; `auto` takes kernel sockets, else fping.
 * @throws PingUnavailableError when it cannot work on this machine
 */
export async function openPingDriver(options: PingDriverOptions, ways: PingWays = systemWays): Promise<PingDriver> {
  const { driver } = options;
  const fpingPath = options.fpingPath ?? undefined;
  if (driver === 'simulator') {
    if (!options.simulatorUrl) {
      throw new PingUnavailableError('cannot ping: driver simulator was asked for without the URL of a simulator');
    }
    return new SimulatorDriver(options.simulatorUrl);
  }
  const causes: string[] = [];
  if (driver !== 'fping') {
    try {
      return await ways.socket();
    } catch (err) {
      causes.push(`sockets: ${oneLine(err)}`);
    }
  }
  if (driver !== 'socket') {
    try {
      return await ways.fping(fpingPath);
    } catch (err) {
      causes.push(`fping: ${oneLine(err)}`);
    }
  }
  throw new PingUnavailableError(`cannot ping: ${causes.join('; ')}; ${CURE}`);
}

function oneLine(err: unknown): string {
  return (err as Error).message.replace(/\s*\n\s*/g, ' ');
}
