import type { SimulatedDevice } from './device';
import { between, fraction, hashNumber } from './hash';

/** Cores, memory, disk and the sensors of a model. */
export interface Build {
  cores: number;
  memoryBytes: number;
  diskBytes: number;
  /** Share of the CPU that the device needs for itself, and for all its lines full, 0..1. */
  idleLoad: number;
  fullLoad: number;
  /** °C of the processor above the room, idle and under full load. */
  idleWarmth: number;
  fullWarmth: number;
}

const MB = 1024 * 1024;

const BUILDS: readonly (readonly [model: RegExp, build: Build])[] = [
  [/^RB4011/, build(4, 1024 * MB, 512 * MB, 0.02, 0.55, 18, 34)],
  [/^ISR\s?4331/, build(4, 4096 * MB, 8192 * MB, 0.04, 0.6, 12, 28)],
  [/^C?2960/, build(1, 512 * MB, 128 * MB, 0.12, 0.35, 14, 22)],
  [/^S5720/, build(1, 512 * MB, 240 * MB, 0.1, 0.4, 20, 32)],
];
const ANY = build(2, 2048 * MB, 16_384 * MB, 0.03, 0.5, 15, 30);

function build(
  cores: number,
  memoryBytes: number,
  diskBytes: number,
  idleLoad: number,
  fullLoad: number,
  idleWarmth: number,
  fullWarmth: number
): Build {
  return { cores, memoryBytes, diskBytes, idleLoad, fullLoad, idleWarmth, fullWarmth };
}

export function buildOf(device: SimulatedDevice): Build {
  return BUILDS.find(([model]) => model.test(device.promise.model))?.[1] ?? ANY;
}

const DAY = 86_400;
/** Seconds between two values of the noise; between them it goes in a straight line. */
const STEP = 30;

/** -1..1, without jumps, the same for the same device and time. */
function noise(seed: number, t: number): number {
  const step = Math.floor(t / STEP);
  const at = (n: number) => 2 * fraction(seed, n) - 1;
  const share = t / STEP - step;
  return at(step) * (1 - share) + at(step + 1) * share;
}

/** How busy the people behind a device are, 0..1: most in the evening of UTC+4, least before dawn. */
function business(t: number): number {
  return 0.5 - 0.45 * Math.cos(((t - DAY / 12) / DAY) * 2 * Math.PI);
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/**
 * Share of a core that was busy lately, 0..1. The load of a device follows the hour of the day; a saturated line is work
 * for it, and a device that has just started is busy with that.
 */
export function coreLoad(device: SimulatedDevice, core: number, t = device.now): number {
  const { idleLoad, fullLoad } = buildOf(device);
  const own = hashNumber(device.seed, 6_000 + core);
  const saturated = device.activeFaults.some(({ name }) => name === 'link-saturation') ? 0.35 : 0;
  const starting = t - device.startedAt < 120 ? 0.5 : 0;
  const busy = business(t) * between(own, 1, 0.3, 0.8) + saturated + starting;
  return clamp(idleLoad + (fullLoad - idleLoad) * busy + 0.04 * noise(own, t), 0.01, 1);
}

/** Mean over all cores and over the last `seconds`, 0..1. */
export function deviceLoad(device: SimulatedDevice, seconds = 0): number {
  const { cores } = buildOf(device);
  const moments = Math.floor(seconds / STEP) + 1;
  let sum = 0;
  for (let core = 0; core < cores; core++) {
    for (let ago = 0; ago <= seconds; ago += STEP) {
      sum += coreLoad(device, core, device.now - ago);
    }
  }
  return sum / (cores * moments);
}

/** Bytes in use: what the system takes, what grows with the connections of the day, and a slow leak until a restart. */
export function memoryUsed(device: SimulatedDevice): number {
  const seed = hashNumber(device.seed, 6_100);
  const leak = Math.min(0.12, ((device.now - device.startedAt) / (200 * DAY)) * between(seed, 1, 0.02, 0.2));
  const share = between(seed, 2, 0.22, 0.45) + 0.08 * business(device.now) + leak + 0.01 * noise(seed, device.now);
  return Math.floor(buildOf(device).memoryBytes * share);
}

export function diskUsed(device: SimulatedDevice): number {
  return Math.floor(buildOf(device).diskBytes * between(device.seed, 6_200, 0.12, 0.5));
}

/** °C of the processor: the room of its site, a little warmer in the afternoon, and its load. */
export function processorTemperature(device: SimulatedDevice): number {
  const { idleWarmth, fullWarmth } = buildOf(device);
  return roomTemperature(device) + idleWarmth + (fullWarmth - idleWarmth) * deviceLoad(device);
}

/** °C of the air that a device takes in. */
export function roomTemperature(device: SimulatedDevice): number {
  const seed = hashNumber(device.seed, 6_300);
  const afternoon = Math.sin(((device.now - 5 * (DAY / 24)) / DAY) * 2 * Math.PI);
  return between(seed, 1, 19, 27) + 2 * afternoon + 0.4 * noise(seed, device.now);
}

/** Supply voltage of a device behind a 24 V supply. */
export function supplyVolts(device: SimulatedDevice): number {
  const seed = hashNumber(device.seed, 6_400);
  return between(seed, 1, 23.6, 24.3) + 0.05 * noise(seed, device.now);
}

/** Times that the device has started since it was bought. */
export function boots(device: SimulatedDevice): number {
  return 3 + (hashNumber(device.seed, 6_500) % 40) + device.restarts;
}
