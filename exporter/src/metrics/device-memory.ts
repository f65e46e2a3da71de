import type { PollIntervals } from '../model/poll-kind';
import type { ModulePollResult, ModuleSnapshot, PingRound, PollResult } from '../model/snapshot';
import type { Damping, PingVerdict } from './damping';
import type { EchoTotals } from './ping-series';
import type { Held, PastDevice } from './states';

/** How often values are due; they are withdrawn after two and a half times as long. */
export interface Intervals {
  pingMs: number;
  snmp: PollIntervals;
  /** False: devices are not asked for modules. */
  modules: boolean;
}

/** What of a device outlives a change of its labels; times in Unix ms, null before the first. */
export interface DeviceMemory {
  totals: EchoTotals;
  addedAt: number;
  held: Held | null;
  /** What was known before this process began; null while that is not known. */
  past: PastDevice | null;
  damping: Damping;
  verdict: PingVerdict | null;
  lastRound: RoundOutcome | null;
  lastRoundAt: number | null;
  lastReplyAt: number | null;
  lastPoll: PollResult | null;
  lastPollAt: number | null;
  /** Newest answer to a poll of interfaces, whether of all of them or of the fast ones. */
  lastSnmpAt: number | null;
  /** Newest answer to a poll of all interfaces. */
  lastAllAt: number | null;
  modules: Record<ModuleSnapshot['tier'], ModuleMemory>;
}

/** What `/status` tells of a round. */
export interface RoundOutcome {
  /** Null when nothing was sent. */
  answering: boolean | null;
  error: string | null;
}

const ANSWERED: RoundOutcome = { answering: true, error: null };
const SILENT: RoundOutcome = { answering: false, error: null };

/** Without the round-trip times: kept until the next round, they would outlive the part of the heap that is cleaned often. */
export function outcomeOf({ sent, rttsMs, error }: PingRound): RoundOutcome {
  const answering = sent > 0 ? rttsMs.length > 0 : null;
  if (error === undefined && answering !== null) {
    return answering ? ANSWERED : SILENT;
  }
  return { answering, error: error ?? null };
}

/** What is known of the module polls of one tier. */
export interface ModuleMemory {
  lastPollAt: number | null;
  lastAnswerAt: number | null;
  last: Pick<ModulePollResult, 'reason' | 'detail'> | null;
}

const noModules = (): ModuleMemory => ({ lastPollAt: null, lastAnswerAt: null, last: null });

/** Of a device that was not heard of. */
export function blankMemory(totals: EchoTotals, held: Held | null, damping: Damping, now: number): DeviceMemory {
  return {
    totals,
    held,
    past: null,
    damping,
    addedAt: now,
    verdict: null,
    lastRound: null,
    lastRoundAt: null,
    lastReplyAt: null,
    lastPoll: null,
    lastPollAt: null,
    lastSnmpAt: null,
    lastAllAt: null,
    modules: { standard: noModules(), slow: noModules() },
  };
}
