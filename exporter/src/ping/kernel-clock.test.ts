import { createKernelClock, roundTripMs } from './kernel-clock';
import { loadKernelCalls } from './kernel-calls';

const OFFSET = 1_700_000_000_000;
/** Sent at monotonic 1000 ms. */
const SENT = OFFSET + 1000;

it.each<[string, number, number, number, number]>([
  ['plain', SENT + 5, OFFSET, 1006, 5],
  ['read much later', SENT + 5, OFFSET, 1500, 5],
  ['the clock drifted a little', SENT + 5.2, OFFSET + 0.2, 1006, 5.2],
  ['stamped a hair before the send was noted', SENT - 0.002, OFFSET, 1006, 0],
  ['clock set back an hour before the reply', SENT + 5 - 3_600_000, OFFSET - 3_600_000, 1006, 5],
  ['clock set back an hour after the reply', SENT + 5, OFFSET - 3_600_000, 1006, 5],
  ['clock set forward an hour before the reply', SENT + 5 + 3_600_000, OFFSET + 3_600_000, 1006, 5],
  ['clock set forward an hour after the reply', SENT + 5, OFFSET + 3_600_000, 1006, 5],
  ['clock set twice, both readings impossible', SENT + 50_000, OFFSET + 3_600_000, 1006, 6],
])('round-trip time: %s', (_name, received, offsetNow, now, expected) => {
  expect(roundTripMs(SENT, OFFSET, received, offsetNow, now)).toBeCloseTo(expected, 2);
});

it('never is zero, which would mean that nothing was measured', () => {
  expect(roundTripMs(SENT, OFFSET, SENT - 0.002, OFFSET, 1006)).toBe(0.001);
});

const linux = process.platform === 'linux' ? it : it.skip;

linux('reads the clocks that the process reads', async () => {
  const clock = createKernelClock(await loadKernelCalls());
  const reading = { realMs: 0, monotonicMs: 0 };
  const [unixBefore, monoBefore] = [Date.now(), Number(process.hrtime.bigint()) / 1e6];
  clock.read(reading);
  const [unixAfter, monoAfter] = [Date.now(), Number(process.hrtime.bigint()) / 1e6];
  expect(reading.realMs).toBeGreaterThanOrEqual(unixBefore);
  expect(reading.realMs).toBeLessThan(unixAfter + 1);
  expect(reading.monotonicMs).toBeGreaterThanOrEqual(monoBefore);
  expect(reading.monotonicMs).toBeLessThanOrEqual(monoAfter);
});

it.each([
  ['darwin', 'arm64'],
  ['linux', 'ia32'],
])('says where sockets work when asked on %s %s', async (platform, arch) => {
  await expect(loadKernelCalls(platform, arch)).rejects.toThrow(
    `ICMP sockets work on linux with x64 or arm64; this is ${platform} ${arch}`
  );
});
