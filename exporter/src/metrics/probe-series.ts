import { isDeepStrictEqual } from 'node:util';
import { saysNothing, type Probe, type ProbeFailure, type ProbeResult } from '../model/probe';
import { isFresh } from '../model/state';
import type { Labels } from './line';
import type { SeriesId, SeriesStore } from './store';

/** What an operator should see of a probe on `/status`; times in Unix seconds. */
export interface ProbeStatus {
  name: string;
  class: Probe['class'];
  target: string;
  site: string;
  /** Null: not known (not asked yet, no fresh answer, or this machine could not ask). */
  success: boolean | null;
  /** Null before the first. */
  last_asked: number | null;
  reason: ProbeFailure | null;
  detail: string;
  duration_seconds: number | null;
}

/** Values of a result that are served as they are, in seconds and shares. */
const VALUES: readonly { family: string; of: (result: ProbeResult) => number | undefined }[] = [
  {
    family: 'probe_success',
    of: ({ reason }) => (reason === null ? 1 : saysNothing(reason) ? undefined : 0),
  },
  { family: 'probe_duration_seconds', of: ({ durationMs }) => micros(durationMs) },
  { family: 'probe_packet_loss_ratio', of: ({ lossRatio }) => lossRatio },
  { family: 'probe_http_status_code', of: ({ httpStatus }) => httpStatus },
  { family: 'probe_ssl_earliest_cert_expiry', of: ({ certExpiryMs }) => certExpiryMs && certExpiryMs / 1000 },
];

interface Entry {
  probe: Probe;
  labels: Labels;
  values: readonly SeriesId[];
  failure: SeriesId | null;
  /** Null before the first, and when it is too old to be served. */
  shown: ProbeResult | null;
  last: ProbeResult | null;
}

/** Keeps the series of the probes in the store: what asking brought, as long as it is fresh. */
export class ProbeSeries {
  private entries = new Map<string, Entry>();

  constructor(
    private readonly store: SeriesStore,
    /** Unix ms. */
    private readonly clock: () => number = Date.now
  ) {}

  /** Replaces the probes. What is known of one goes on while it is described as before. */
  setProbes(probes: readonly Probe[]): void {
    const wanted = new Map(probes.map((probe) => [probe.name, probe]));
    for (const [name, { probe }] of this.entries) {
      if (!isDeepStrictEqual(wanted.get(name), probe)) {
        this.store.removeDevice(owner(name));
        this.entries.delete(name);
      }
    }
    const entries = new Map<string, Entry>();
    for (const [name, probe] of wanted) {
      entries.set(name, this.entries.get(name) ?? this.create(probe));
    }
    this.entries = entries;
  }

  /** Of a probe that is gone it is ignored. */
  publish(name: string, result: ProbeResult): void {
    const entry = this.entries.get(name);
    if (!entry) {
      return;
    }
    entry.last = result;
    entry.shown = result;
    VALUES.forEach(({ of }, i) => {
      const value = of(result);
      if (value === undefined) {
        this.store.hide(entry.values[i]!);
      } else {
        this.store.set(entry.values[i]!, value);
      }
    });
    this.showFailure(entry, result.reason);
  }

  /** Once a second: what is older than two and a half intervals is withdrawn. */
  tick(now = this.clock()): void {
    for (const entry of this.entries.values()) {
      if (entry.shown && !isFresh(now - entry.shown.decidedAt, entry.probe.intervalMs)) {
        entry.values.forEach((series) => this.store.hide(series));
        this.showFailure(entry, null);
        entry.shown = null;
      }
    }
  }

  /** In the order of the configuration. */
  status(): ProbeStatus[] {
    return [...this.entries.values()].map(({ probe, shown, last }) => ({
      name: probe.name,
      class: probe.class,
      target: probe.target,
      site: probe.site,
      success: shown === null || saysNothing(shown.reason) ? null : shown.reason === null,
      last_asked: last === null ? null : last.decidedAt / 1000,
      reason: shown?.reason ?? null,
      detail: shown?.detail ?? '',
      duration_seconds: micros(shown?.durationMs) ?? null,
    }));
  }

  private create(probe: Probe): Entry {
    const labels: Labels = {
      probe: probe.name,
      target: probe.target,
      class: probe.class,
      branch: probe.site,
      region: probe.region,
      device_id: probe.deviceId,
      if_name: probe.ifName,
    };
    const values = VALUES.map(({ family }) => this.store.add(family, owner(probe.name), labels));
    return { probe, labels, values, failure: null, shown: null, last: null };
  }

  private showFailure(entry: Entry, reason: ProbeFailure | null): void {
    if (entry.failure !== null) {
      this.store.remove(entry.failure);
      entry.failure = null;
    }
    if (reason !== null) {
      entry.failure = this.store.add('probe_failure_info', owner(entry.probe.name), { ...entry.labels, reason });
      this.store.set(entry.failure, 1);
    }
  }
}

/** In the store a probe stands beside the devices; no device has such an id. */
const owner = (name: string) => `probe\0${name}`;

/** Seconds with microseconds, of ms. */
function micros(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1e6;
}
