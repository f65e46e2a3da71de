import type { BundleInterface } from '../../exporter/src/config/bundle';
import { Port, SATURATION, type PortCounters } from './port';
import { TrafficShape, type Habit } from './traffic';

const MONDAY = Date.UTC(2026, 2, 2) / 1_000;
const HOUR = 3_600;
const WEEK = 7 * 24 * HOUR;

const promise = (more: Partial<BundleInterface> = {}): BundleInterface => ({
  ifName: 'ether1',
  ifDescr: 'ether1',
  ifAlias: 'Magti_Internet',
  ifIndex: 1,
  ifType: 6,
  speed: 100e6,
  mtu: 1500,
  enabled: true,
  connected: true,
  provider: 'Magti',
  ...more,
});

it('is the mean at every moment where it is constant', () => {
  const shape = new TrafficShape(42, 'constant');
  expect(shape.integral(MONDAY + 1) - shape.integral(MONDAY)).toBe(1);
  expect(shape.integral(MONDAY + 12.5 * HOUR) - shape.integral(MONDAY)).toBe(12.5 * HOUR);
});

describe.each<Habit>(['office', 'home', 'backbone'])('traffic of %s', (habit) => {
  const shape = new TrafficShape(42, habit);
  const rate = (t: number, over: number) => (shape.integral(t + over) - shape.integral(t)) / over;

  it('never stands still and never doubles, at any step', () => {
    let [low, high] = [Infinity, 0];
    for (let t = MONDAY; t < MONDAY + WEEK; t += 7) {
      low = Math.min(low, rate(t, 7));
      high = Math.max(high, rate(t, 7));
    }
    expect(low).toBeGreaterThan(0.02);
    expect(high).toBeLessThan(2);
  });

  it('has a mean of 1 over a week and a night that is calmer than the day', () => {
    expect(rate(MONDAY, WEEK)).toBeCloseTo(1, 2);
    const hours = Array.from({ length: 24 }, (_, h) => rate(MONDAY + 2 * 24 * HOUR + h * HOUR, HOUR));
    expect(Math.min(...hours)).toBeLessThan(0.75 * Math.max(...hours));
    // Hours of Georgia: 4 in the morning is midnight UTC.
    expect(hours[0]).toBeLessThan(hours[12] as number);
  });

  it('is the same for the same seed and another for another', () => {
    expect(new TrafficShape(42, habit).integral(MONDAY)).toBe(shape.integral(MONDAY));
    expect(new TrafficShape(43, habit).integral(MONDAY)).not.toBe(shape.integral(MONDAY));
  });
});

describe('counters of an interface', () => {
  const values = (c: PortCounters) => Object.values(c) as number[];

  it('are whole, never fall and never outrun the line, for a week in steps of a minute', () => {
    const port = new Port(promise(), 7, 'router', MONDAY - 100 * 24 * HOUR);
    let before = port.counters(MONDAY);
    const wrong: unknown[] = [];
    for (let t = MONDAY + 60; t <= MONDAY + WEEK; t += 60) {
      const now = port.counters(t);
      const old = values(before);
      const octets = now.inOctets - before.inOctets;
      const fits = octets > 0 && octets < (60 * 100e6) / 8;
      if (!fits || !values(now).every((value, i) => Number.isSafeInteger(value) && value >= (old[i] as number))) {
        wrong.push({ t, before, now });
      }
      before = now;
    }
    expect(wrong).toEqual([]);
    expect(before.inErrors).toBeGreaterThan(0);
    expect(before.inDiscards).toBeGreaterThan(0);
  });

  it('are a function of the time alone, however often they are read', () => {
    const [often, once] = [1, 2].map(() => new Port(promise(), 7, 'router', MONDAY));
    for (let t = MONDAY; t < MONDAY + HOUR; t += 0.5) {
      often!.counters(t);
    }
    expect(often!.counters(MONDAY + HOUR)).toEqual(once!.counters(MONDAY + HOUR));
  });

  it('run at 97 % of the speed while saturated, and throw packets away', () => {
    const port = new Port(promise(), 7, 'router', MONDAY);
    port.set(MONDAY + HOUR, true, 'saturated');
    const a = port.counters(MONDAY + HOUR);
    const b = port.counters(MONDAY + HOUR + 300);
    expect(((b.inOctets - a.inOctets) * 8) / 300 / 100e6).toBeCloseTo(SATURATION, 4);
    expect(b.outDiscards - a.outDiscards).toBeGreaterThanOrEqual(300 * 40);
  });

  it('stand still while the interface is down and go on from there', () => {
    const port = new Port(promise(), 7, 'router', MONDAY);
    port.set(MONDAY + HOUR, false, 'normal');
    const down = port.counters(MONDAY + HOUR);
    expect(port.counters(MONDAY + 2 * HOUR)).toEqual(down);
    expect(port.changedAt).toBe(MONDAY + HOUR);
    port.set(MONDAY + 2 * HOUR, true, 'normal');
    expect(port.counters(MONDAY + 2 * HOUR)).toEqual(down);
    expect(port.counters(MONDAY + 2 * HOUR + 60).inOctets).toBeGreaterThan(down.inOctets);
    expect(port.changedAt).toBe(MONDAY + 2 * HOUR);
  });

  it.each<[string, Partial<BundleInterface>]>([
    ['shut down', { enabled: false }],
    ['unplugged', { connected: false }],
  ])('of one that is %s stay at zero, whatever scenario comes', (_, more) => {
    const port = new Port(promise(more), 7, 'router', MONDAY);
    port.set(MONDAY + HOUR, true, 'saturated');
    expect(port.operUp).toBe(false);
    expect(values(port.counters(MONDAY + WEEK))).toEqual(Array(8).fill(0));
  });

  it('of a loopback stay at zero although it is up', () => {
    const port = new Port(promise({ ifType: 24, provider: null }), 7, 'router', MONDAY);
    expect(port.operUp).toBe(true);
    expect(values(port.counters(MONDAY + WEEK))).toEqual(Array(8).fill(0));
  });
});
