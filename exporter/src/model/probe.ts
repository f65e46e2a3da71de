export const PROBE_CLASSES = ['gateway', 'dns', 'internet', 'other'] as const;
export type ProbeClass = (typeof PROBE_CLASSES)[number];

export const PROBE_TYPES = ['icmp', 'tcp', 'http', 'dns'] as const;
export type ProbeType = (typeof PROBE_TYPES)[number];

/** What is asked of whom. `host` is an IP literal or a DNS name. */
export type ProbeQuestion =
  | { type: 'icmp'; host: string }
  | { type: 'tcp'; host: string; port: number }
  /** `status`: the only right answer; null: any 2xx. */
  | { type: 'http'; host: string; url: string; status: number | null }
  /** `query`: name whose IPv4 addresses (RFC 1035 type A) are asked for. */
  | { type: 'dns'; host: string; port: number; query: string };

/** Something that is no device and must answer: a gateway, a name server, a place in the internet. */
export interface Probe {
  /** Identity. Label `probe`. */
  name: string;
  class: ProbeClass;
  /** The address for people, without what may be secret in a URL. Label `target`. */
  target: string;
  /** Label `branch`; empty when unassigned. */
  site: string;
  region: string;
  /** The uplink that it belongs to; both empty when it belongs to none. */
  deviceId: string;
  ifName: string;
  intervalMs: number;
  timeoutMs: number;
  question: ProbeQuestion;
}

/**
 * Why a probe did not succeed. The last two are troubles of this machine and say nothing of the target: its name did not
 * resolve here, or nothing could be sent.
 */
export const PROBE_FAILURES = [
  'timeout',
  'refused',
  'unreachable',
  'tls',
  'status',
  'malformed',
  'lookup',
  'local',
] as const;
export type ProbeFailure = (typeof PROBE_FAILURES)[number];

export function saysNothing(reason: ProbeFailure | null): boolean {
  return reason === 'lookup' || reason === 'local';
}

/** What came of asking once. */
export interface ProbeAnswer {
  /** Null: it succeeded. */
  reason: ProbeFailure | null;
  /** For people: what was asked of whom and what came back; empty when it succeeded. */
  detail: string;
  /** Time to the answer in ms (icmp: mean of the echoes); absent without one. */
  durationMs?: number;
  /** icmp: share of the echoes without a reply, 0..1. */
  lossRatio?: number;
  /** http: status of the answer. */
  httpStatus?: number;
  /** https: Unix time in ms at which the first certificate of the chain expires. */
  certExpiryMs?: number;
}

export interface ProbeResult extends ProbeAnswer {
  /** Unix time in ms of the answer, or of giving up. */
  decidedAt: number;
}
