import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { saysNothing, type ProbeResult } from '../model/probe';
import type { ExporterShard } from '../model/device-hash';
import { POLL_KINDS, type PollKind } from '../model/poll-kind';
import type { ModulePollResult, PingRound, PollResult } from '../model/snapshot';
import { SNMP_REASONS } from '../model/snmp-reason';
import { STATES, type State } from '../model/state';
import { EventLoopLag, type Lag } from './event-loop-lag';
import type { Written } from './exposition';
import type { SeriesStore } from './store';

/** Where the list of what to poll came from: the configuration file, the sidecar, or its last copy on disk. */
export type TargetSource = 'file' | 'sidecar' | 'disk';

const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts of what an SNMP engine met that fails nothing. */
export interface SnmpTrouble {
  late: number;
  unknownSource: number;
  /** By reason. */
  cutWalks: Readonly<Record<string, number>>;
  agentsWithoutBulk: number;
}

export interface OwnMetricsOptions {
  version: string;
  store: Pick<SeriesStore, 'counts' | 'dropped'>;
  countByState: () => Record<State, number>;
  /** SNMP sessions that are open now. */
  openSessions?: () => number;
  /** What came of packets and walks since the start, and agents that are walked by GETNEXT. */
  snmp?: () => SnmpTrouble;
  /** Polls under way, and those that are due and have not begun. */
  polls?: () => { inFlight: number; queued: number };
  /** Series left out since the start, by reason, and devices of which something is left out now. */
  overBudget?: () => { dropped: ReadonlyMap<string, number>; devices: number };
  shard?: () => ExporterShard;
  /** Unix ms. */
  clock?: () => number;
}

/** The exporter's word on itself: `isp_exporter_*`, and what Node.js tells of the process. */
export class OwnMetrics {
  readonly registry = new Registry();
  private readonly lagMonitor = new EventLoopLag();
  private readonly clock: () => number;
  private targets: { source: TargetSource; confirmedAt: number } | null = null;
  private lastScheduleLagMs: number | null = null;

  private readonly reloadSuccessful = this.gauge(
    'config_last_reload_successful',
    '1 when the configuration was valid at the last load, else 0; the one before is then still in use.'
  );
  private readonly reloadTimestamp = this.gauge(
    'config_last_reload_success_timestamp_seconds',
    'Unix time of the last load of a valid configuration.'
  );
  private readonly scrapes = this.counter(
    'scrapes_total',
    'Answers of /metrics, by result (complete, or aborted when the reader went away).',
    ['result']
  );
  private readonly scrapeDuration = this.histogram(
    'scrape_duration_seconds',
    'Time to write an answer of /metrics, the reader included.'
  );
  private readonly scrapeBytes = this.counter(
    'scrape_bytes_total',
    'Bytes of the answers of /metrics before compression.'
  );
  private readonly rounds = this.counter(
    'ping_rounds_total',
    'Rounds decided, by result (answered, silent, unsent when no echo could be sent).',
    ['result']
  );
  private readonly echoes = this.counter('ping_echoes_total', 'Echoes decided.');
  private readonly replies = this.counter('ping_replies_total', 'Echoes answered in time.');
  private readonly lateRounds = this.counter('ping_late_rounds_total', 'Rounds that started later than planned.');
  private readonly sendErrors = this.counter('ping_send_errors_total', 'Rounds with echoes that could not be sent.');
  private readonly probes = this.counter(
    'probes_total',
    'Probes by result (answered, failed, unasked when this machine could not ask, skipped while the one before was not over).',
    ['result']
  );
  private readonly polls = this.counter(
    'snmp_polls_total',
    'SNMP polls ended, by what was polled (interfaces, interfaces_fast, modules, modules_slow) and reason.',
    ['poll', 'reason']
  );
  private readonly pollDuration = this.histogram(
    'snmp_poll_duration_seconds',
    'Time of an SNMP poll of one device, by what was polled.',
    ['poll']
  );
  private readonly moduleErrors = this.counter(
    'snmp_module_errors_total',
    'Modules that gave nothing or not all although the device answers, by module and reason.',
    ['module', 'reason']
  );
  private readonly scheduleLag = this.histogram(
    'snmp_schedule_lag_seconds',
    'Time between the planned and the true start of an SNMP poll; without those that waited for another one of their device.'
  );
  private readonly overruns = this.counter(
    'snmp_poll_overruns_total',
    'SNMP polls that took longer than their deadline, which is never longer than their interval.'
  );
  private readonly skipped = this.counter(
    'snmp_polls_skipped_total',
    'Turns left out, because the poll before or another one of the same device took too long.'
  );
  private readonly discontinuities = this.counter(
    'interface_discontinuities_total',
    'Times that the counters of an interface broke off and were held back until no rate spans the break.'
  );
  private readonly walkRequests = this.counter(
    'walk_requests_total',
    'Requests to the sidecar for a walk of a device that restarted or has other interfaces, by result (accepted, refused, failed while the sidecar was away and made again, held_back within five minutes of the one before, dropped when too many waited).',
    ['result']
  );
  private readonly octetCounters = this.counter(
    'snmp_counters_from_octets_total',
    'Counters of interfaces that an agent sent as text or as octets and that were read as numbers.'
  );
  private readonly exceptions = this.counter(
    'snmp_poll_exceptions_total',
    'SNMP polls that ended in an error of the exporter itself; the log has it.'
  );

  constructor(private readonly options: OwnMetricsOptions) {
    this.clock = options.clock ?? Date.now;
    collectDefaultMetrics({ register: this.registry });
    this.gauge('build_info', 'Always 1: the version that runs.', ['version', 'node_version']).set(
      { version: options.version, node_version: process.version },
      1
    );
    this.collectStore();
    this.collectTargets();
    this.collectLag();
    this.gauge('snmp_sessions_open', 'SNMP sessions that are open now.', [], (gauge) =>
      gauge.set(options.openSessions?.() ?? 0)
    );
    for (const result of ['complete', 'aborted']) {
      this.scrapes.inc({ result }, 0);
    }
    for (const result of ['answered', 'silent', 'unsent']) {
      this.rounds.inc({ result }, 0);
    }
    for (const result of ['answered', 'failed', 'unasked', 'skipped']) {
      this.probes.inc({ result }, 0);
    }
    for (const poll of POLL_KINDS) {
      for (const reason of SNMP_REASONS) {
        this.polls.inc({ poll, reason }, 0);
      }
    }
    this.collectSnmp();
    this.collectPolls();
    this.collectShard();
  }

  /** After each try to load the configuration. */
  configLoaded(valid: boolean): void {
    this.reloadSuccessful.set(valid ? 1 : 0);
    if (valid) {
      this.reloadTimestamp.set(this.clock() / 1000);
    }
  }

  /**
   * Each time a source gives or confirms the list of what to poll; `confirmedAt` (Unix ms) is when the sidecar last
   * vouched for it, which a copy on disk remembers.
   */
  targetList(source: TargetSource, confirmedAt: number): void {
    this.targets = { source, confirmedAt };
  }

  roundDecided(round: PingRound): void {
    const answered = round.rttsMs.length > 0;
    this.rounds.inc({ result: answered ? 'answered' : round.sent > 0 ? 'silent' : 'unsent' });
    this.echoes.inc(round.sent);
    this.replies.inc(round.rttsMs.length);
    if (round.error !== undefined) {
      this.sendErrors.inc();
    }
  }

  roundLate(): void {
    this.lateRounds.inc();
  }

  probeEnded({ reason }: ProbeResult): void {
    this.probes.inc({ result: reason === null ? 'answered' : saysNothing(reason) ? 'unasked' : 'failed' });
  }

  probeSkipped(): void {
    this.probes.inc({ result: 'skipped' });
  }

  /** `lagMs`: how much later than planned the poll starts. */
  pollStarted(lagMs: number): void {
    this.lastScheduleLagMs = lagMs;
    this.scheduleLag.observe(lagMs / 1000);
  }

  pollEnded(poll: PollKind, { reason, durationMs }: PollResult | ModulePollResult): void {
    this.polls.inc({ poll, reason });
    this.pollDuration.observe({ poll }, durationMs / 1000);
    if (reason === 'tooslow') {
      this.overruns.inc();
    }
  }

  /** Interfaces of one poll whose counters broke off. */
  countersBroke(count: number): void {
    this.discontinuities.inc(count);
  }

  /** Counters of one poll that came as octets. */
  countersFromOctets(count: number): void {
    this.octetCounters.inc(count);
  }

  modulesEnded(poll: PollKind, result: ModulePollResult): void {
    this.pollEnded(poll, result);
    for (const { module, reason } of result.errors) {
      this.moduleErrors.inc({ module, reason });
    }
  }

  pollSkipped(turns: number): void {
    this.skipped.inc(turns);
  }

  /** A request to the sidecar for a walk of a device. */
  walkRequested(result: string): void {
    this.walkRequests.inc({ result });
  }

  /** A poll, or what was done with its result, threw. */
  pollFailed(): void {
    this.exceptions.inc();
  }

  scrapeEnded({ bytes, complete }: Written, durationMs: number): void {
    this.scrapes.inc({ result: complete ? 'complete' : 'aborted' });
    this.scrapeBytes.inc(bytes);
    this.scrapeDuration.observe(durationMs / 1000);
  }

  /** Seconds; the schedule's is that of the newest start, null before the first. */
  lag(): { eventLoop: Lag; schedule: number | null } {
    return {
      eventLoop: this.lagMonitor.read(),
      schedule: this.lastScheduleLagMs === null ? null : this.lastScheduleLagMs / 1000,
    };
  }

  /** All of it in the text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Ends the timers. */
  stop(): void {
    this.lagMonitor.stop();
    this.registry.clear();
  }

  private collectStore(): void {
    const { store, countByState } = this.options;
    this.gauge('series', 'Series that are served now, by metric family.', ['family'], (gauge) => {
      for (const { family, visible } of store.counts()) {
        gauge.set({ family }, visible);
      }
    });
    this.countedElsewhere(
      'dropped_values_total',
      'Values that were not published because they were no finite number or had an impossible time, by metric family.',
      'family',
      () => store.dropped().map(({ family, count }): [string, number] => [family, count])
    );
    this.gauge('devices', 'Devices of the target list, by state.', ['state'], (gauge) => {
      const counts = countByState();
      for (const state of STATES) {
        gauge.set({ state }, counts[state]);
      }
    });
  }

  private collectSnmp(): void {
    const { snmp } = this.options;
    this.countedElsewhere(
      'snmp_walks_truncated_total',
      'Columns and subtrees of which a walk took a part only, or nothing, without failing, by reason (error_status of the agent; loop when OIDs came again; order when they went back; cap when there were too many rows).',
      'reason',
      () => Object.entries(snmp?.().cutWalks ?? {})
    );
    this.countedElsewhere(
      'snmp_stray_packets_total',
      'Packets that answer no open request, by reason (late when an answer came after its time or twice, unknown_source when nothing was asked of the sender).',
      'reason',
      () => {
        const { late, unknownSource } = snmp?.() ?? { late: 0, unknownSource: 0 };
        return Object.entries({ late, unknown_source: unknownSource });
      }
    );
    this.gauge(
      'snmp_agents_without_getbulk',
      'Agents that answer GETNEXT and no GETBULK, as far as is known: walks of them take more packets.',
      [],
      (gauge) => gauge.set(snmp?.().agentsWithoutBulk ?? 0)
    );
  }

  private collectPolls(): void {
    const { polls, overBudget } = this.options;
    this.gauge('snmp_polls_in_flight', 'SNMP polls under way.', [], (gauge) => gauge.set(polls?.().inFlight ?? 0));
    this.gauge('snmp_polls_queued', 'SNMP polls that are due and have not begun.', [], (gauge) =>
      gauge.set(polls?.().queued ?? 0)
    );
    this.countedElsewhere(
      'dropped_series_total',
      'Series that a poll left out, counted at every poll, by reason (max_interfaces, max_series, duplicate when a device gave two values with the same labels, type when two modules do not agree on a family).',
      'reason',
      () => overBudget?.().dropped ?? []
    );
    this.gauge(
      'devices_over_budget',
      'Devices of which series are left out for want of room (snmp.max_interfaces, snmp.max_series).',
      [],
      (gauge) => gauge.set(overBudget?.().devices ?? 0)
    );
  }

  private collectShard(): void {
    const { shard } = this.options;
    this.gauge('shard_index', 'Which part of the devices is the share of this exporter, from 0.', [], (gauge) =>
      gauge.set(shard?.().index ?? 0)
    );
    this.gauge('shard_count', 'How many exporters share the devices.', [], (gauge) => gauge.set(shard?.().count ?? 1));
  }

  private collectTargets(): void {
    this.gauge(
      'target_list_age_seconds',
      'Time since the sidecar last vouched for the target list; absent when the list comes from the configuration.',
      [],
      (gauge) => {
        gauge.remove();
        if (this.targets && this.targets.source !== 'file') {
          gauge.set(Math.max(0, (this.clock() - this.targets.confirmedAt) / 1000));
        }
      }
    );
    this.gauge(
      'target_list_info',
      'Always 1: where the target list came from (file, sidecar, disk).',
      ['source'],
      (gauge) => {
        gauge.reset();
        if (this.targets) {
          gauge.set({ source: this.targets.source }, 1);
        }
      }
    );
  }

  private collectLag(): void {
    this.gauge(
      'event_loop_lag_seconds',
      'How late the event loop was within the last 30 to 60 s, by statistic (p50, p99, max).',
      ['statistic'],
      (gauge) => {
        const { p50, p99, max } = this.lagMonitor.read();
        gauge.set({ statistic: 'p50' }, p50);
        gauge.set({ statistic: 'p99' }, p99);
        gauge.set({ statistic: 'max' }, max);
      }
    );
  }

  private gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void
  ): Gauge<L> {
    const gauge: Gauge<L> = new Gauge<L>({
      name: `isp_exporter_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => collect(gauge) }),
    });
    return gauge;
  }

  private counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (counter: Counter<L>) => void
  ): Counter<L> {
    const counter: Counter<L> = new Counter<L>({
      name: `isp_exporter_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => collect(counter) }),
    });
    return counter;
  }

  /** A counter whose absolute numbers, by the value of its label, are kept by who counts. */
  private countedElsewhere(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [string, number]>
  ): void {
    this.counter(name, help, [label], (counter) => {
      counter.reset();
      for (const [value, count] of read()) {
        counter.inc({ [label]: value }, count);
      }
    });
  }

  private histogram<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Histogram<L> {
    const full = `isp_exporter_${name}`;
    return new Histogram<L>({ name: full, help, labelNames, buckets: DURATIONS, registers: [this.registry] });
  }
}
