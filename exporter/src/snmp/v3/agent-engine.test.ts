import type { SnmpAuth } from '../../model/snmp-auth';
import { AgentEngine } from './agent-engine';

const AUTH: SnmpAuth = { version: 3, community: '', username: 'u' };
const ID = Buffer.from('8000000001', 'hex');
const LATEST = 2 ** 31 - 1;

function engineAt(boots: number, time: number) {
  const clock = { ms: 5_000 };
  const engine = new AgentEngine(() => clock.ms);
  engine.adopt(ID, boots, time);
  return { engine, pass: (seconds: number) => (clock.ms += seconds * 1000) };
}

describe('clock of an engine', () => {
  test('goes on by itself', () => {
    const { engine, pass } = engineAt(3, 100);
    pass(40.9);
    expect(engine.clock).toEqual({ boots: 3, time: 140 });
  });

  test('at its end the next boot begins (RFC 3414 section 2.2.2)', () => {
    const { engine, pass } = engineAt(3, LATEST - 1);
    pass(4);
    expect(engine.clock).toEqual({ boots: 4, time: 2 });
  });

  // RFC 3414 section 3.2, 7b: what an authentic message with this time is worth, a minute after boots 3, time 1000.
  test.each([
    ['as expected', 3, 1060, true, { boots: 3, time: 1060 }],
    ['a fast clock is followed', 3, 5000, true, { boots: 3, time: 5000 }],
    ['a slow one too', 3, 1001, true, { boots: 3, time: 1001 }],
    ['a little old', 3, 911, true, { boots: 3, time: 1060 }],
    ['too old', 3, 909, false, { boots: 3, time: 1060 }],
    ['a restart', 4, 2, true, { boots: 4, time: 2 }],
    ['a boot of the past', 2, 1060, false, { boots: 3, time: 1060 }],
  ])('%s', (_name, boots, time, believed, after) => {
    const { engine, pass } = engineAt(3, 1000);
    pass(60);
    expect(engine.note(boots, time)).toBe(believed);
    expect(engine.clock).toEqual(after);
  });

  test('an engine out of boots is never in time (RFC 3414 section 2.3)', () => {
    expect(engineAt(LATEST, 10).engine.inWindow(LATEST, 10)).toBe(false);
  });
});

describe('trust of an engine', () => {
  test('is one credential’s, and ends with the engine', () => {
    const { engine } = engineAt(1, 1);
    engine.trust(AUTH);
    expect([engine.trusts(AUTH), engine.trusts({ ...AUTH })]).toEqual([true, false]);
    engine.adopt(Buffer.from(ID), 2, 0);
    expect(engine.trusts(AUTH)).toBe(true);
    engine.adopt(Buffer.from('8000000002', 'hex'), 1, 1);
    expect(engine.trusts(AUTH)).toBe(false);
  });

  test('can be taken back', () => {
    const { engine } = engineAt(1, 1);
    engine.trust(AUTH);
    engine.distrust(AUTH);
    expect(engine.trusts(AUTH)).toBe(false);
  });
});
