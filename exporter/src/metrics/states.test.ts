import type { State } from '../model/state';
import {
  continueState,
  holdState,
  judgeDevice,
  judgeInterface,
  type DeviceFacts,
  type Held,
  type InterfaceFacts,
  type PastState,
} from './states';

const NOW = 1_000_000_000;
const PING = 10_000;
const SNMP = 60_000;

describe('a device', () => {
  const base: DeviceFacts = {
    now: NOW,
    enabled: true,
    pingIntervalMs: PING,
    snmpIntervalMs: SNMP,
    ping: null,
    lastRoundAt: null,
    lastSnmpAt: null,
    snmpAnswering: false,
  };
  const round = (ago: number, state: 'up' | 'down' | 'unknown', sinceAgo: number): Partial<DeviceFacts> => ({
    lastRoundAt: NOW - ago,
    ping: { state, sinceMs: NOW - sinceAgo },
  });
  const snmp = (ago: number, snmpAnswering = true): Partial<DeviceFacts> => ({ lastSnmpAt: NOW - ago, snmpAnswering });

  it.each<[string, Partial<DeviceFacts>, State, number]>([
    ['never heard of', {}, 'unknown', 0],
    ['with a first failed round only', round(1000, 'unknown', 1000), 'unknown', 0],
    ['answering pings', round(1000, 'up', 50_000), 'up', 50_000],
    ['answering pings, SNMP silent for long', { ...round(1000, 'up', 50_000), ...snmp(900_000, false) }, 'up', 50_000],
    ['silent to pings', round(1000, 'down', 20_000), 'down', 20_000],
    ['silent to pings, SNMP answered before only', { ...round(1000, 'down', 20_000), ...snmp(30_000) }, 'down', 20_000],
    ['silent to pings, SNMP answered since', { ...round(1000, 'down', 20_000), ...snmp(5000) }, 'up', 5000],
    [
      'silent to pings, the newest SNMP poll failed',
      { ...round(1000, 'down', 20_000), ...snmp(5000, false) },
      'down',
      5000,
    ],
    ['silent to pings, SNMP stale', { ...round(1000, 'down', 900_000), ...snmp(150_001) }, 'down', 150_001],
    ['whose last round is just fresh', round(25_000, 'up', 50_000), 'up', 50_000],
    ['whose last round is too old', round(25_001, 'up', 50_000), 'unknown', 1],
    ['that was down when the rounds ended', round(40_000, 'down', 50_000), 'unknown', 15_000],
    [
      'without fresh rounds, with a fresh SNMP answer',
      { ...round(40_000, 'down', 50_000), ...snmp(10_000) },
      'up',
      10_000,
    ],
    ['without any round, with a fresh SNMP answer', snmp(150_000), 'up', 150_000],
    ['without any round, SNMP too old', snmp(150_002), 'unknown', 2],
    ['disabled, whatever was heard', { ...round(1000, 'up', 50_000), ...snmp(10), enabled: false }, 'disabled', 0],
  ])('%s', (_, facts, state, ago) => {
    expect(judgeDevice({ ...base, ...facts })).toEqual({ state, sinceMs: NOW - ago });
  });
});

describe('an interface', () => {
  const base: InterfaceFacts = {
    now: NOW,
    monitored: true,
    device: { state: 'up', sinceMs: NOW - 500_000 },
    snmpIntervalMs: SNMP,
    polledAt: NOW - 1000,
    adminStatus: 1,
    operStatus: 1,
  };
  const device = (state: State, ago: number) => ({ device: { state, sinceMs: NOW - ago } });

  it.each<[string, Partial<InterfaceFacts>, State, number]>([
    ['up', {}, 'up', 1000],
    ['down', { operStatus: 2 }, 'down', 1000],
    ['notPresent', { operStatus: 6 }, 'down', 1000],
    ['lowerLayerDown', { operStatus: 7 }, 'down', 1000],
    ['testing', { operStatus: 3 }, 'unknown', 1000],
    ['dormant', { operStatus: 5 }, 'unknown', 1000],
    ['without a status', { operStatus: undefined }, 'unknown', 1000],
    ['admin down', { adminStatus: 2, operStatus: 2 }, 'disabled', 1000],
    ['never polled', { polledAt: null }, 'unknown', 0],
    ['just fresh', { polledAt: NOW - 150_000 }, 'up', 150_000],
    ['polled too long ago', { polledAt: NOW - 150_001 }, 'unknown', 1],
    ['of a device that went down after the poll', device('down', 500), 'unknown', 500],
    ['of a device that went down before the poll', { ...device('down', 5000), operStatus: 2 }, 'down', 1000],
    ['of a device that is down, never polled', { ...device('down', 5000), polledAt: null }, 'unknown', 5000],
    ['of a device without fresh pings', device('unknown', 500), 'up', 1000],
    ['of a disabled device', device('disabled', 700), 'disabled', 700],
    ['not monitored', { monitored: false, polledAt: null }, 'disabled', 0],
  ])('%s', (_, facts, state, ago) => {
    expect(judgeInterface({ ...base, ...facts })).toEqual({ state, sinceMs: NOW - ago });
  });
});

describe('since', () => {
  const held = (state: State, sinceMs: number, exact = true, first = false): Held => ({ state, sinceMs, exact, first });

  it.each<[string, Held | null, State, number, Held]>([
    ['the first state is approximate', null, 'up', 500, held('up', 500, false, true)],
    ['the same state goes on', held('up', 100, false), 'up', 900, held('up', 100, false)],
    ['a change that was seen is exact', held('up', 100, false, true), 'down', 900, held('down', 900)],
    ['what comes out of unknown began unseen', held('unknown', 100), 'up', 900, held('up', 900, false)],
    [
      'a start unheard is no state before the first',
      held('unknown', 100, false, true),
      'up',
      900,
      held('up', 900, false, true),
    ],
    ['becoming unknown is seen', held('up', 100, false, true), 'unknown', 900, held('unknown', 900)],
    ['disabling is seen', held('unknown', 100, false), 'disabled', 900, held('disabled', 900)],
    ['no state begins before the one it follows', held('up', 950), 'down', 900, held('down', 950)],
    ['no state begins in the future', held('up', 100), 'down', 2000, held('down', 1000)],
  ])('%s', (_, before, state, sinceMs, expected) => {
    expect(holdState(before, { state, sinceMs }, 1000)).toEqual(expected);
  });
});

describe('a state from before the start', () => {
  const now = (state: State, sinceMs: number, first = true): Held => ({ state, sinceMs, exact: false, first });
  const PAST: PastState = { state: 'down', sinceMs: 100, exact: true, holdsUntilMs: 1000 };

  it.each<[string, Held, PastState | undefined, Held]>([
    ['goes on', now('down', 900), PAST, { state: 'down', sinceMs: 100, exact: true, first: false }],
    [
      'goes on as approximately as it was',
      now('down', 900),
      { ...PAST, exact: false },
      { state: 'down', sinceMs: 100, exact: false, first: false },
    ],
    [
      'goes on until the gap is too long',
      now('down', 1000),
      PAST,
      { state: 'down', sinceMs: 100, exact: true, first: false },
    ],
    ['does not after too long a gap', now('down', 1001), PAST, now('down', 1001)],
    ['does not when the first state is another', now('up', 900), PAST, now('up', 900)],
    ['does not when another was in between', now('down', 900, false), PAST, now('down', 900, false)],
    ['does not when none is known', now('down', 900), undefined, now('down', 900)],
    [
      'never began later than it was seen',
      now('down', 90),
      PAST,
      { state: 'down', sinceMs: 90, exact: true, first: false },
    ],
  ])('%s', (_, held, past, expected) => {
    expect(continueState(held, past)).toEqual(expected);
    // Once is enough.
    expect(continueState(continueState(held, past), past)).toEqual(expected);
  });
});
