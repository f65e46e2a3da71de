import { between, fraction, hashNumber } from './hash';

const DAY = 86_400;
/** 1970-01-01 was a Thursday; hours are those of Georgia (UTC+4, no summer time). */
const UTC_OFFSET = 4 * 3_600;
const WEEK = 7 * DAY;
const MONDAY = 4 * DAY - UTC_OFFSET;
/** Length of one slot of the fine noise. */
const SLOT = 15;
/** Most that the fine noise takes from or adds to the mean rate. */
const FINE = 0.12;

/** Share of the mean rate and length of the five slow waves that make every line look different. */
const WAVES: readonly (readonly [low: number, high: number, share: number])[] = [
  [4 * 60, 7 * 60, 0.05],
  [13 * 60, 19 * 60, 0.04],
  [37 * 60, 53 * 60, 0.04],
  [2 * 3_600, 3 * 3_600, 0.03],
  [9 * 3_600, 11 * 3_600, 0.02],
];

/** `constant`: always the mean, so that a test knows every rate beforehand. */
export type Habit = 'office' | 'home' | 'backbone' | 'constant';

/** Height of the daily wave and of its half-day overtone, hour of the peak, height and best day of the weekly wave. */
const HABITS: Record<
  Exclude<Habit, 'constant'>,
  { day: number; half: number; peak: number; week: number; weekPeak: number }
> = {
  office: { day: 0.42, half: 0.06, peak: 13.5, week: 0.18, weekPeak: 2 },
  home: { day: 0.4, half: 0.12, peak: 20.5, week: 0.08, weekPeak: 5.5 },
  backbone: { day: 0.3, half: 0.08, peak: 20, week: 0.05, weekPeak: 4 },
};

/**
 * How busy a line is. The rate is the mean times 1 plus a sum of waves whose heights add up to less than 1, so that it
 * never falls to zero, and its integral is known in closed form: a counter is a function of time alone, whoever reads
 * it and how often.
 */
export class TrafficShape {
  /** Height, angular speed (1/s) and phase of each wave, one after another. */
  private readonly waves: Float64Array;
  private readonly seed: number;
  private readonly constant: boolean;

  constructor(seed: number, habit: Habit) {
    this.seed = hashNumber(seed, 77);
    this.constant = habit === 'constant';
    if (habit === 'constant') {
      this.waves = new Float64Array(0);
      return;
    }
    const h = HABITS[habit];
    const own = between(seed, 1, -0.7, 0.7);
    const waves = [
      [h.day, (2 * Math.PI) / DAY, (h.peak + own) * 3_600 - UTC_OFFSET],
      [h.half, (4 * Math.PI) / DAY, (h.peak - 1 + own) * 3_600 - UTC_OFFSET],
      [h.week, (2 * Math.PI) / WEEK, MONDAY + h.weekPeak * DAY],
      ...WAVES.map(([low, high, share], i) => {
        const length = between(seed, 10 + i, low, high);
        return [share, (2 * Math.PI) / length, fraction(seed, 20 + i) * length];
      }),
    ];
    this.waves = Float64Array.from(
      waves.flatMap(([height = 0, speed = 0, peak = 0]) => [height, speed, -peak * speed])
    );
  }

  /** Integral of the relative rate from 1970 to `t` (unix seconds), in seconds at the mean rate. Rises strictly. */
  integral(t: number): number {
    let sum = t;
    const waves = this.waves;
    for (let i = 0; i < waves.length; i += 3) {
      const speed = waves[i + 1] as number;
      sum += ((waves[i] as number) / speed) * Math.sin(speed * t + (waves[i + 2] as number));
    }
    return this.constant ? sum : sum + this.fine(t);
  }

  /** A zigzag between hashed heights: its slope stays within FINE, and it never drifts away. */
  private fine(t: number): number {
    const slot = Math.floor(t / SLOT);
    const from = fraction(this.seed, slot);
    const to = fraction(this.seed, slot + 1);
    return FINE * SLOT * (from + (to - from) * (t / SLOT - slot));
  }
}
