import type { PingRound } from '../model/snapshot';
import { OwnMetrics } from './own';

let now: number;
let own: OwnMetrics;
beforeEach(() => {
  now = 1_763_700_000_000;
  own = new OwnMetrics({
    version: '1.2.3',
    store: {
      counts: () => [{ family: 'device_info', visible: 7, hidden: 3 }],
      dropped: () => [{ family: 'interface_speed', count: 4 }],
    },
    countByState: () => ({ up: 5, down: 1, unknown: 1, disabled: 0 }),
    openSessions: () => 9,
    snmp: () => ({ late: 4, unknownSource: 1, cutWalks: { error_status: 3, loop: 0 }, agentsWithoutBulk: 2 }),
    polls: () => ({ inFlight: 3, queued: 2 }),
    overBudget: () => ({
      dropped: new Map([
        ['max_interfaces', 12],
        ['duplicate', 0],
      ]),
      devices: 2,
    }),
    shard: () => ({ index: 1, count: 4 }),
    clock: () => now,
  });
});
afterEach(() => own.stop());

/** Samples of the exporter's own metrics that a reader gets, by line. */
async function samples(name: string): Promise<Record<string, number>> {
  const lines = (await own.text()).split('\n').filter((line) => line.startsWith(`isp_exporter_${name}`));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice('isp_exporter_'.length, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ])
  );
}
const round = (sent: number, rttsMs: number[], error?: string): PingRound => ({ decidedAt: now, sent, rttsMs, error });

it('tells what the store, the fleet and the SNMP engine hold, and reads absolute counts twice without adding them up', async () => {
  await own.text();
  expect(await samples('series')).toEqual({ 'series{family="device_info"}': 7 });
  expect(await samples('dropped_values_total')).toEqual({ 'dropped_values_total{family="interface_speed"}': 4 });
  expect(await samples('devices')).toEqual({
    'devices{state="up"}': 5,
    'devices{state="down"}': 1,
    'devices{state="unknown"}': 1,
    'devices{state="disabled"}': 0,
    devices_over_budget: 2,
  });
  expect(await samples('dropped_series_total')).toEqual({
    'dropped_series_total{reason="max_interfaces"}': 12,
    'dropped_series_total{reason="duplicate"}': 0,
  });
  expect(await samples('shard')).toEqual({ shard_index: 1, shard_count: 4 });
  expect(await samples('snmp_polls_in_flight')).toEqual({ snmp_polls_in_flight: 3 });
  expect(await samples('snmp_polls_queued')).toEqual({ snmp_polls_queued: 2 });
  expect(await samples('snmp_sessions_open')).toEqual({ snmp_sessions_open: 9 });
  expect(await samples('snmp_walks')).toEqual({
    'snmp_walks_truncated_total{reason="error_status"}': 3,
    'snmp_walks_truncated_total{reason="loop"}': 0,
  });
  expect(await samples('snmp_stray')).toEqual({
    'snmp_stray_packets_total{reason="late"}': 4,
    'snmp_stray_packets_total{reason="unknown_source"}': 1,
  });
  expect(await samples('snmp_agents')).toEqual({ snmp_agents_without_getbulk: 2 });
});

it('counts rounds by what came of them', async () => {
  [round(5, [1, 2]), round(5, []), round(0, [], 'no route'), round(3, [1], 'no buffer space')].forEach((r) =>
    own.roundDecided(r)
  );
  own.roundLate();
  expect(await samples('ping_')).toEqual({
    'ping_rounds_total{result="answered"}': 2,
    'ping_rounds_total{result="silent"}': 1,
    'ping_rounds_total{result="unsent"}': 1,
    ping_echoes_total: 13,
    ping_replies_total: 3,
    ping_late_rounds_total: 1,
    ping_send_errors_total: 2,
  });
});

it('counts polls by reason, with time, lag, overruns and those skipped', async () => {
  own.pollStarted(30);
  own.pollEnded('interfaces', { reason: 'ok', detail: '', durationMs: 40 });
  own.pollStarted(2);
  own.pollEnded('interfaces', { reason: 'tooslow', detail: '', durationMs: 20_000 });
  own.modulesEnded('modules', {
    reason: 'ok',
    detail: '',
    durationMs: 70,
    errors: [
      { module: 'bgp4', reason: 'timeout' },
      { module: 'bgp4', reason: 'timeout' },
      { module: 'ups', reason: 'malformed' },
    ],
  });
  own.pollSkipped(3);
  own.countersFromOctets(8);
  own.pollFailed();
  own.walkRequested('accepted');
  expect(await samples('walk_')).toEqual({ 'walk_requests_total{result="accepted"}': 1 });
  const all = await samples('snmp_');
  expect(all).toMatchObject({
    'snmp_polls_total{poll="interfaces",reason="ok"}': 1,
    'snmp_polls_total{poll="interfaces",reason="tooslow"}': 1,
    'snmp_polls_total{poll="interfaces_fast",reason="timeout"}': 0,
    'snmp_polls_total{poll="modules",reason="ok"}': 1,
    'snmp_poll_duration_seconds_bucket{le="0.05",poll="interfaces"}': 1,
    'snmp_poll_duration_seconds_bucket{le="30",poll="interfaces"}': 2,
    'snmp_poll_duration_seconds_sum{poll="interfaces"}': 20.04,
    'snmp_poll_duration_seconds_count{poll="modules"}': 1,
    'snmp_module_errors_total{module="bgp4",reason="timeout"}': 2,
    'snmp_module_errors_total{module="ups",reason="malformed"}': 1,
    snmp_poll_exceptions_total: 1,
    'snmp_schedule_lag_seconds_bucket{le="0.005"}': 1,
    snmp_schedule_lag_seconds_count: 2,
    snmp_poll_overruns_total: 1,
    snmp_polls_skipped_total: 3,
    snmp_counters_from_octets_total: 8,
  });
  expect(own.lag().schedule).toBe(0.002);
});

it('keeps the time of the last good configuration when a bad one comes', async () => {
  own.configLoaded(true);
  now += 60_000;
  own.configLoaded(false);
  expect(await samples('config_')).toEqual({
    config_last_reload_successful: 0,
    config_last_reload_success_timestamp_seconds: 1_763_700_000,
  });
});

it.each([
  ['sidecar', { target_list_age_seconds: 90, 'target_list_info{source="sidecar"}': 1 }],
  ['disk', { target_list_age_seconds: 90, 'target_list_info{source="disk"}': 1 }],
  // A file does not grow old.
  ['file', { 'target_list_info{source="file"}': 1 }],
] as const)('tells the age of a target list from %s', async (source, expected) => {
  expect(await samples('target_list')).toEqual({});
  own.targetList('disk', now);
  own.targetList(source, now);
  now += 90_000;
  expect(await samples('target_list')).toEqual(expected);
});

it('measures how late the event loop is, without its own period', async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = performance.now() + 120;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { max, p50 } = own.lag().eventLoop;
  expect(max).toBeGreaterThan(0.1);
  expect(p50).toBeLessThan(max / 2);
  expect(await samples('event_loop')).toMatchObject({ 'event_loop_lag_seconds{statistic="max"}': expect.any(Number) });
});
