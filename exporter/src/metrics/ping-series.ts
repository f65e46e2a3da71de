import type { DeviceIdentity } from '../model/device';
import type { PingRound } from '../model/snapshot';
import type { Labels } from './line';
import type { SeriesId, SeriesStore } from './store';

/** Totals since the process started: they outlive a change of labels. */
export interface EchoTotals {
  requests: number;
  replies: number;
}

/** The ping series of one device. */
export class PingSeries {
  private readonly status: SeriesId;
  private readonly rtts: readonly [mean: SeriesId, min: SeriesId, max: SeriesId];
  private readonly loss: SeriesId;
  private readonly requests: SeriesId;
  private readonly replies: SeriesId;

  constructor(
    private readonly store: SeriesStore,
    identity: DeviceIdentity,
    placed: Labels,
    private readonly totals: EchoTotals
  ) {
    const id = identity.device_id;
    const own: Labels = { ...identity };
    this.status = store.add('device_ping_status', id, placed);
    this.rtts = [
      store.add('device_ping_rtt_ms', id, placed),
      store.add('device_ping_rtt_min_ms', id, placed),
      store.add('device_ping_rtt_max_ms', id, placed),
    ];
    this.loss = store.add('device_ping_packet_loss', id, placed);
    this.requests = store.add('device_ping_requests_total', id, own);
    this.replies = store.add('device_ping_replies_total', id, own);
  }

  /** One decided round in which at least one echo was sent. */
  publish({ sent, rttsMs }: Pick<PingRound, 'sent' | 'rttsMs'>): void {
    const { store } = this;
    const replies = rttsMs.length;
    this.totals.requests += sent;
    this.totals.replies += replies;
    store.set(this.status, replies > 0 ? 1 : 0);
    store.set(this.loss, thousandths((100 * (sent - replies)) / sent));
    store.set(this.requests, this.totals.requests);
    store.set(this.replies, this.totals.replies);
    if (replies === 0) {
      this.rtts.forEach((series) => store.hide(series));
      return;
    }
    let sum = 0;
    let min = Infinity;
    let max = -Infinity;
    for (const rtt of rttsMs) {
      sum += rtt;
      min = Math.min(min, rtt);
      max = Math.max(max, rtt);
    }
    store.set(this.rtts[0], thousandths(sum / replies));
    store.set(this.rtts[1], thousandths(min));
    store.set(this.rtts[2], thousandths(max));
  }

  hide(): void {
    this.all().forEach((series) => this.store.hide(series));
  }

  remove(): void {
    this.all().forEach((series) => this.store.remove(series));
  }

  /** Values as they are served, in an order that `restore` knows. */
  values(): (number | undefined)[] {
    return this.all().map((series) => this.store.value(series));
  }

  restore(values: readonly (number | undefined)[]): void {
    this.all().forEach((series, i) => {
      const value = values[i];
      if (value !== undefined) {
        this.store.set(series, value);
      }
    });
  }

  private all(): SeriesId[] {
    return [this.status, ...this.rtts, this.loss, this.requests, this.replies];
  }
}

/** Microseconds of a round-trip time, and no false decimals of a share. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
