import type { PastDevice, PastState } from '../metrics/states';
import { FRESH_INTERVALS, STATES, type State } from '../model/state';
import type { VectorSample } from './instant-query';

/** Evaluates PromQL at the moment before which the past is. */
export type AskPast = (query: string) => Promise<VectorSample[]>;

/** A gap that is taken for none at the least: as long as Prometheus itself shows a sample for the present. */
const SHORTEST_HOLD_MS = 5 * 60_000;
/** How closely the end of a series is looked for; a state is taken to end up to so much too early, but not before its beginning. */
const STEP_S = 15;

/** How long after it was last seen a state may be seen again and be the same one. */
export interface Holds {
  deviceMs: number;
  interfaceMs: number;
}

/** @param intervals how often devices and interfaces are judged anew */
export function holdsOf(intervals: { pingMs: number; snmpMs: number }): Holds {
  const hold = (intervalMs: number) => Math.max(SHORTEST_HOLD_MS, FRESH_INTERVALS * intervalMs);
  return { deviceMs: hold(intervals.pingMs), interfaceMs: hold(intervals.snmpMs) };
}

/** The last known states of the fleet, by device_id. Series whose labels or values are none of ours are left out. */
export async function readPastStates(ask: AskPast, holds: Holds): Promise<Map<string, PastDevice>> {
  const devices = await newest(ask, 'device_state_since_timestamp_seconds', ['device_id'], holds.deviceMs);
  const interfaces = await newest(
    ask,
    'interface_state_since_timestamp_seconds',
    ['device_id', 'if_name'],
    holds.interfaceMs
  );
  const past = new Map<string, { state?: PastState; interfaces: Map<string, PastState> }>();
  const of = (id: string) => {
    const known = past.get(id) ?? { interfaces: new Map<string, PastState>() };
    past.set(id, known);
    return known;
  };
  for (const { labels, state } of devices) {
    of(labels['device_id']!).state = state;
  }
  for (const { labels, state } of interfaces) {
    of(labels['device_id']!).interfaces.set(labels['if_name']!, state);
  }
  return past;
}

interface Found {
  labels: VectorSample['labels'];
  state: PastState;
}

/** The state that each one was in last: there was a series a state, and one of them was written last. */
async function newest(ask: AskPast, family: string, identity: string[], holdMs: number): Promise<Iterable<Found>> {
  const by = [...identity, 'state', 'since'];
  const window = `${Math.ceil(holdMs / 1000)}s`;
  const began = await ask(`max by (${by.join(', ')}) (last_over_time(${family}[${window}]))`);
  const seen = await ask(`max by (${by.join(', ')}) (max_over_time(timestamp(${family})[${window}:${STEP_S}s]))`);
  const key = ({ labels }: VectorSample, names: string[]) => names.map((name) => labels[name]).join('\0');
  const seenAt = new Map(seen.map((sample) => [key(sample, by), sample.value * 1000]));
  const last = new Map<string, Found>();
  for (const sample of began) {
    const { labels, value } = sample;
    const state = labels['state'] as State;
    const isOurs = STATES.includes(state) && identity.every((name) => labels[name]) && Number.isFinite(value);
    if (!isOurs) {
      continue;
    }
    // One that began after the last look and was written since held at its beginning.
    const seenMs = Math.max(seenAt.get(key(sample, by)) ?? 0, value * 1000);
    const found: PastState = {
      state,
      sinceMs: Math.round(value * 1000),
      exact: labels['since'] === 'exact',
      holdsUntilMs: seenMs + holdMs,
    };
    const who = key(sample, identity);
    const known = last.get(who);
    if (!known || isLater(found, known.state)) {
      last.set(who, { labels, state: found });
    }
  }
  return last.values();
}

/**
 * Of two states of one thing, the one that was seen later. Where a look lies between them, the one that began later: a
 * state ends in the database when it was last scraped, which may be after the next one has begun.
 */
function isLater(a: PastState, b: PastState): boolean {
  const apartMs = a.holdsUntilMs - b.holdsUntilMs;
  return Math.abs(apartMs) < STEP_S * 1000 ? a.sinceMs > b.sinceMs : apartMs > 0;
}
