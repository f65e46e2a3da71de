import { hasRestarted, RestartWatch, type SystemSigns } from './restart-watch';

const END = 2 ** 32;
const MINUTE = 60_000;
/** Hundredths of a second of an hour. */
const HOUR = 360_000;

describe('whether a system started anew', () => {
  test.each<[string, SystemSigns, SystemSigns, number, boolean]>([
    ['the clock goes on', { sysUpTime: HOUR }, { sysUpTime: HOUR + 6_000 }, MINUTE, false],
    ['the clock fell', { sysUpTime: HOUR }, { sysUpTime: 2_000 }, MINUTE, true],
    ['the clock stands still', { sysUpTime: 500 }, { sysUpTime: 500 }, MINUTE, false],
    ['the clock is cached for a while', { sysUpTime: HOUR }, { sysUpTime: HOUR + 10 }, MINUTE, false],
    [
      'after an outage the clock is past the old value, but younger than the outage',
      { sysUpTime: 6_000 },
      { sysUpTime: 12_000 },
      10 * MINUTE,
      true,
    ],
    ['after an outage the clock went on', { sysUpTime: 6_000 }, { sysUpTime: 66_000 }, 10 * MINUTE, false],
    ['497 days: the clock passed its end', { sysUpTime: END - 3_000 }, { sysUpTime: 3_000 }, MINUTE, false],
    ['497 days, an outage over the end', { sysUpTime: END - 3_000 }, { sysUpTime: HOUR - 3_000 }, 60 * MINUTE, false],
    ['a reboot on the last day', { sysUpTime: END - HOUR }, { sysUpTime: 3_000 }, MINUTE, true],
    [
      'a reboot in the very minute of the end: boots rose',
      { sysUpTime: END - 3_000, engineBoots: 4, engineTime: 42_949_642 },
      { sysUpTime: 3_000, engineBoots: 5, engineTime: 30 },
      MINUTE,
      true,
    ],
    [
      'the same of an agent that does not store its boots: engineTime fell',
      { sysUpTime: END - 3_000, engineBoots: 1, engineTime: 42_949_642 },
      { sysUpTime: 3_000, engineBoots: 1, engineTime: 30 },
      MINUTE,
      true,
    ],
    [
      'the end of the clock, and the engine says that it went on',
      { sysUpTime: END - 3_000, engineBoots: 4, engineTime: 42_949_642 },
      { sysUpTime: 3_000, engineBoots: 4, engineTime: 42_949_702 },
      MINUTE,
      false,
    ],
    [
      'boots rose under a clock that goes on',
      { sysUpTime: 9, engineBoots: 1 },
      { sysUpTime: 6_009, engineBoots: 2 },
      MINUTE,
      true,
    ],
    [
      'boots begin anew: another engine',
      { sysUpTime: 9, engineBoots: 7 },
      { sysUpTime: 6_009, engineBoots: 1 },
      MINUTE,
      true,
    ],
    ['boots missing this once', { sysUpTime: 9, engineBoots: 7 }, { sysUpTime: 6_009 }, MINUTE, false],
    ['no sysUpTime, engineTime goes on', { engineTime: 10 }, { engineTime: 70 }, MINUTE, false],
    ['no sysUpTime, engineTime fell', { engineTime: 100 }, { engineTime: 30 }, MINUTE, true],
    ['nothing known', {}, {}, MINUTE, false],
    ['a clock a little slower than ours', { sysUpTime: 0 }, { sysUpTime: 95_500 }, 1_000_000, false],
  ])('%s', (_name, before, now, elapsed, restarted) => {
    expect(hasRestarted(before, now, elapsed)).toBe(restarted);
  });
});

describe('from poll to poll', () => {
  test('the first answer is no restart, and tells what is worth asking', () => {
    const watch = new RestartWatch();
    expect(watch.asked).toEqual(['sysUpTime', 'engineBoots', 'engineTime', 'tableLastChange']);
    expect(watch.note({ sysUpTime: 5, engineBoots: 3 }, 0)).toEqual({ restarted: false, tableChanged: false });
    expect(watch.asked).toEqual(['sysUpTime', 'engineBoots']);
    watch.learnAgain();
    expect(watch.asked).toHaveLength(4);
  });

  test('a sign that is missing once is neither forgotten nor taken for a change', () => {
    const watch = new RestartWatch();
    watch.note({ sysUpTime: HOUR, engineBoots: 3, tableLastChange: 70 }, 0);
    expect(watch.note({ sysUpTime: HOUR + 6_000 }, MINUTE)).toEqual({ restarted: false, tableChanged: false });
    expect(watch.asked).toEqual(['sysUpTime', 'engineBoots', 'tableLastChange']);
    expect(watch.note({ sysUpTime: HOUR + 12_000, engineBoots: 4 }, 2 * MINUTE).restarted).toBe(true);
  });

  test.each([
    ['the same', 70, false],
    ['another', 9_000, true],
  ])('ifTableLastChange %s', (_name, tableLastChange, tableChanged) => {
    const watch = new RestartWatch();
    watch.note({ sysUpTime: HOUR, tableLastChange: 70 }, 0);
    expect(watch.note({ sysUpTime: HOUR + 6_000, tableLastChange }, MINUTE)).toEqual({
      restarted: false,
      tableChanged,
    });
  });

  test('a restart brings another ifTableLastChange, which is no news of its own', () => {
    const watch = new RestartWatch();
    watch.note({ sysUpTime: HOUR, tableLastChange: 7_000 }, 0);
    expect(watch.note({ sysUpTime: 900, tableLastChange: 20 }, MINUTE)).toEqual({
      restarted: true,
      tableChanged: false,
    });
    expect(watch.note({ sysUpTime: 6_900, tableLastChange: 20 }, 2 * MINUTE)).toEqual({
      restarted: false,
      tableChanged: false,
    });
  });

  test('answers without sysUpTime do not move the moment that its next value is compared with', () => {
    const watch = new RestartWatch();
    watch.note({ sysUpTime: 6_000 }, 0);
    watch.note({}, 9 * MINUTE);
    expect(watch.note({ sysUpTime: 12_000 }, 10 * MINUTE).restarted).toBe(true);
  });
});
