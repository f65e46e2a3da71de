import { createArena, type KernelCalls } from './kernel-calls';
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from './kernel-layout';

/** Two clocks read as one: times in ms, with fractions down to a quarter of a microsecond. */
export interface ClockReading {
  /** CLOCK_REALTIME, the clock of the kernel's receive timestamps. It may be stepped at any moment. */
  realMs: number;
  /** CLOCK_MONOTONIC, for everything that is waited for. */
  monotonicMs: number;
}

export interface Clock {
  /** Fills `into`; allocates nothing. */
  read(into: ClockReading): void;
}

/** A reading that took longer than this was interrupted between its two clocks. */
const TORN_MS = 0.02;
const TRIES = 3;

export function createKernelClock(calls: KernelCalls): Clock {
  const arena = createArena(calls, 16);
  const { words, address } = arena;
  const get = (clock: number): number => {
    calls.clock_gettime(clock, address);
    return (words[1]! * 4294967296 + words[0]!) * 1000 + words[2]! / 1e6;
  };
  return {
    read(into) {
      let before = get(CLOCK_MONOTONIC);
      for (let tries = 1; ; tries++) {
        into.realMs = get(CLOCK_REALTIME);
        const after = get(CLOCK_MONOTONIC);
        if (after - before <= TORN_MS || tries === TRIES) {
          into.monotonicMs = (before + after) / 2;
          return;
        }
        before = after;
      }
    },
  };
}

/**
 * The least that a round trip takes. When an echo left is known to some µs, and the reply of an address of this very
 * machine may be stamped before that.
 */
const LEAST_MS = 0.001;

/** Beyond this the clocks did not merely drift (NTP slews by at most 500 ppm) but one was stepped. */
const STEP_MS = 1;

/**
 * Round-trip time in ms between a send and a kernel receive timestamp, true also when the wall clock was stepped in
 * between: of the two readings of the timestamp, before or after the step, the one that lies between the send and the
 * reading of the reply is right. The time of the reading itself is what remains when neither does.
 * @param offset real minus monotonic time, in ms
 */
export function roundTripMs(
  sentReal: number,
  offsetAtSend: number,
  receivedReal: number,
  offsetNow: number,
  nowMonotonic: number
): number {
  const plain = receivedReal - sentReal;
  const step = offsetNow - offsetAtSend;
  if (Math.abs(step) < STEP_MS) {
    return Math.max(plain, LEAST_MS);
  }
  const upper = nowMonotonic - (sentReal - offsetAtSend);
  for (const candidate of [plain - step, plain]) {
    if (candidate >= 0 && candidate <= upper) {
      return candidate;
    }
  }
  return upper;
}
