import type { PastDevice } from '../metrics/states';
import { Recall, type RecallOptions } from './recall';

const PAST = new Map<string, PastDevice>([['d1', { interfaces: new Map() }]]);
const settled = () => new Promise((done) => setImmediate(done));

function recalling(read: RecallOptions['read'], forMs = 60_000) {
  const take = jest.fn(() => Promise.resolve());
  const onFailure = jest.fn();
  return { recall: new Recall({ read, take, onFailure, forMs, firstRetryMs: 1 }), take, onFailure };
}

it('takes what the database knows, once', async () => {
  const read = jest.fn(() => Promise.resolve(PAST));
  const { recall, take, onFailure } = recalling(read);
  recall.start();
  await settled();
  await recall.stop();
  expect(read).toHaveBeenCalledTimes(1);
  expect(take.mock.calls).toEqual([[PAST]]);
  expect(onFailure).not.toHaveBeenCalled();
});

it('asks again until it answers, and tells of the first failure only', async () => {
  let times = 0;
  const { recall, take, onFailure } = recalling(() =>
    ++times < 4 ? Promise.reject(new Error(`away ${times}`)) : Promise.resolve(PAST)
  );
  recall.start();
  while (take.mock.calls.length === 0) {
    await settled();
  }
  await recall.stop();
  expect(times).toBe(4);
  expect(onFailure.mock.calls).toEqual([[new Error('away 1')]]);
});

it('gives up when the past is too long ago', async () => {
  const { recall, take, onFailure } = recalling(() => Promise.reject(new Error('away')), 20);
  recall.start();
  // Ends by itself: nothing stops it.
  await (recall as unknown as { running: Promise<void> }).running;
  expect(onFailure).toHaveBeenCalledTimes(1);
  expect(take).not.toHaveBeenCalled();
});

it('ends at once when it is stopped, without a word', async () => {
  const { recall, onFailure } = recalling(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  );
  recall.start();
  await settled();
  await recall.stop();
  expect(onFailure).not.toHaveBeenCalled();
});
