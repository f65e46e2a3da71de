import { Breaker } from './breaker';

const MINUTE = 60_000;

describe('breaker', () => {
  test('five silent polls make the next a sign of life, one answer makes it whole again', () => {
    const breaker = new Breaker();
    const turns = ['timeout', 'unreachable', 'tooslow', 'timeout', 'timeout'] as const;
    for (const reason of turns) {
      expect(breaker.next(0)).toBe('full');
      breaker.note(reason, 0, MINUTE);
    }
    expect(breaker.next(0)).toBe('sign_of_life');
    breaker.note('timeout', 0, MINUTE);
    expect(breaker.next(0)).toBe('sign_of_life');
    breaker.note('ok', 0, MINUTE);
    expect(breaker.next(0)).toBe('full');
  });

  test('refused credentials pause two, four, eight … intervals, ten minutes at most', () => {
    const breaker = new Breaker();
    const polled: number[] = [];
    for (let minute = 0; minute < 40; minute += 1) {
      if (breaker.next(minute * MINUTE) !== 'pause') {
        polled.push(minute);
        breaker.note('auth', minute * MINUTE, MINUTE);
      }
    }
    expect(polled).toEqual([0, 2, 6, 14, 24, 34]);
  });

  test('new credentials end the pause', () => {
    const breaker = new Breaker();
    breaker.note('auth', 0, MINUTE);
    expect(breaker.next(1000)).toBe('pause');
    breaker.reset();
    expect(breaker.next(1000)).toBe('full');
  });
});
