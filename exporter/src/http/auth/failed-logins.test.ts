import { FAILURES_PER_MINUTE, FailedLogins } from './failed-logins';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const failing = async (logins: FailedLogins, address: string, times = FAILURES_PER_MINUTE) => {
  for (let i = 0; i < times; i++) {
    await logins.failed(address);
  }
};

it('blocks an address for the rest of the minute, and no other', async () => {
  const logins = new FailedLogins();
  await failing(logins, '192.0.2.1', FAILURES_PER_MINUTE - 1);
  expect(await logins.blockedFor('192.0.2.1', 'x')).toBe(0);
  jest.advanceTimersByTime(20_000);
  await logins.failed('192.0.2.1');
  expect(await logins.blockedFor('192.0.2.1', 'x')).toBe(40);
  expect(await logins.blockedFor('192.0.2.2', 'x')).toBe(0);
  jest.advanceTimersByTime(40_000);
  expect(await logins.blockedFor('192.0.2.1', 'x')).toBe(0);
});

it.each([
  ['2001:db8::1', '2001:db8::ffff:1', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
])('%s and %s are one neighbour: %s', async (one, other, same) => {
  const logins = new FailedLogins();
  await failing(logins, one);
  expect((await logins.blockedFor(other, 'x')) > 0).toBe(same);
});

it('knows a token that was right from there, not from elsewhere', async () => {
  const logins = new FailedLogins();
  logins.succeeded('192.0.2.1', 'right');
  await failing(logins, '192.0.2.1');
  expect(await logins.blockedFor('192.0.2.1', 'right')).toBe(0);
  expect(await logins.blockedFor('192.0.2.1', 'other')).toBe(60);
  await failing(logins, '192.0.2.2');
  expect(await logins.blockedFor('192.0.2.2', 'right')).toBe(60);
});
