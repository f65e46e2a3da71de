import { SidecarAway } from './follow-inventory';
import { WalkRequests } from './walk-requests';

const MINUTE = 60_000;
let asked: string[];
let results: string[];
let answer: (id: string) => Promise<void>;
let requests: WalkRequests;

beforeEach(() => {
  jest.useFakeTimers();
  asked = [];
  results = [];
  answer = async () => undefined;
  requests = new WalkRequests({
    ask: (id) => {
      asked.push(id);
      return answer(id);
    },
    onResult: (result) => results.push(result),
    onRefused: (id, err) => results.push(`${id}: ${err.message}`),
    now: () => Date.now(),
  });
});
afterEach(() => {
  requests.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
const settle = () => jest.advanceTimersByTimeAsync(0);

it('asks for devices one after the other, and lets nobody wait', async () => {
  let open = () => {};
  answer = () => new Promise((resolve) => (open = resolve));
  ['a', 'b'].forEach((id) => requests.request(id));
  await settle();
  expect([asked, results]).toEqual([['a'], []]);
  open();
  await settle();
  expect([asked, results]).toEqual([['a', 'b'], ['accepted']]);
  open();
  await settle();
  requests.request('c');
  await settle();
  expect(asked).toEqual(['a', 'b', 'c']);
});

it('asks for one device every five minutes at most', async () => {
  for (const minutes of [0, 1, 3.9, 0.1, 5]) {
    await jest.advanceTimersByTimeAsync(minutes * MINUTE);
    requests.request('a');
    await settle();
  }
  expect(asked).toEqual(['a', 'a', 'a']);
  expect(results).toEqual(['accepted', 'held_back', 'held_back', 'accepted', 'accepted']);
});

it('keeps what a sidecar that is away was not told', async () => {
  answer = async () => {
    throw new SidecarAway('away');
  };
  ['a', 'b', 'a'].forEach((id) => requests.request(id));
  await settle();
  requests.request('c');
  await jest.advanceTimersByTimeAsync(29_999);
  expect([asked, results]).toEqual([['a'], ['held_back', 'failed']]);
  answer = async () => undefined;
  await jest.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['a', 'a', 'b', 'c']);
  expect(results.slice(2)).toEqual(['accepted', 'accepted', 'accepted']);
});

it('asks no more for what the sidecar refuses, and goes on', async () => {
  answer = async (id) => {
    if (id === 'a') {
      throw new Error('the answer was 404 Not Found');
    }
  };
  ['a', 'b'].forEach((id) => requests.request(id));
  await settle();
  expect(results).toEqual(['a: the answer was 404 Not Found', 'refused', 'accepted']);
  requests.request('a');
  await settle();
  expect(asked).toEqual(['a', 'b']);
});

it('keeps ten thousand at most', async () => {
  answer = () => new Promise(() => undefined);
  for (let n = 0; n <= 10_000; n++) {
    requests.request(`device ${n}`);
  }
  expect([asked.length, results]).toEqual([1, ['dropped']]);
});

it('tells nothing after its end', async () => {
  let fail = (_: Error) => {};
  answer = () => new Promise((_, reject) => (fail = reject));
  ['a', 'b'].forEach((id) => requests.request(id));
  await settle();
  requests.stop();
  fail(new Error('aborted'));
  await settle();
  expect([asked, results]).toEqual([['a'], []]);
});
