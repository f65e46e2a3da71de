import { WalkWish } from './walk-wish';

const MINUTE = 60_000;
const CHANGE = { restarted: false, tableChanged: true };
const RESTART = { restarted: true, tableChanged: false };
const NOTHING = { restarted: false, tableChanged: false };

test.each([
  ['nothing happened', [NOTHING, NOTHING], []],
  ['a changed table: at once, and once', [NOTHING, CHANGE, ...Array<typeof NOTHING>(30).fill(NOTHING)], [1]],
  ['a restart: at once and ten minutes later', [NOTHING, RESTART, ...Array<typeof NOTHING>(30).fill(NOTHING)], [1, 11]],
  ['a table that never rests: every ten minutes', Array<typeof NOTHING>(25).fill(CHANGE), [0, 10, 20]],
  [
    'a change soon after another is not forgotten',
    [CHANGE, NOTHING, CHANGE, ...Array<typeof NOTHING>(20).fill(NOTHING)],
    [0, 10],
  ],
])('%s', (_name, polls, walks) => {
  const wish = new WalkWish();
  const taken = polls.flatMap((news, minute) => {
    wish.note(news);
    return wish.take(minute * MINUTE) ? [minute] : [];
  });
  expect(taken).toEqual(walks);
});
