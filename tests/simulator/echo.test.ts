import { EchoResponder } from './echo';

const NOW = 1_772_600_000;
const round = (address: string, count = 5, timeoutMs = 1_000, seed = 1) =>
  new EchoResponder(address, seed, null).round(count, timeoutMs, NOW).rtts_ms;

describe('echoes', () => {
  it('are the same for the same seed and address, and others for others', () => {
    expect(round('127.1.1.1')).toEqual(round('127.1.1.1'));
    expect(round('127.1.1.1')).not.toEqual(round('127.1.1.2'));
    expect(round('127.1.1.1')).not.toEqual(round('127.1.1.1', 5, 1_000, 2));
  });

  it('stay around a distance of their own with a tail above it', () => {
    for (const address of ['127.1.1.1', '127.1.2.1', '127.1.3.2']) {
      const rtts = round(address, 100).sort((a, b) => a - b);
      expect(rtts).toHaveLength(100);
      expect(rtts[0]).toBeGreaterThanOrEqual(2);
      expect(rtts[50]).toBeLessThan(60);
      expect(rtts[99]).toBeGreaterThan(rtts[50] as number);
    }
  });

  it('that come after the timeout are lost', () => {
    const all = round('127.1.1.1', 100);
    const median = [...all].sort((a, b) => a - b)[50] as number;
    expect(round('127.1.1.1', 100, median)).toEqual(all.filter((rtt) => rtt <= median));
  });
});
