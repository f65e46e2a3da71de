import type { Device } from '../model/device';
import type { PollResult } from '../model/snapshot';
import type { DeviceMemory } from './device-memory';
import type { InterfaceStatus } from './interface-series';
import type { Held } from './states';

/** What an operator should see of a device on `/status`; times in Unix seconds. */
export interface DeviceStatus {
  device_id: string;
  name: string;
  address: string;
  site: string;
  state: Held['state'];
  since: number;
  since_exact: boolean;
  /** Null when the device is not pinged. */
  ping: {
    last_round: number | null;
    last_reply: number | null;
    answering: boolean | null;
    error: string | null;
  } | null;
  /** Null when the device is not polled. */
  snmp: {
    last_poll: number | null;
    last_answer: number | null;
    reason: PollResult['reason'] | null;
    detail: string;
  } | null;
  /** Null when the device is not polled; times are null before the first poll of its modules. */
  modules: {
    last_poll: number | null;
    last_answer: number | null;
    reason: PollResult['reason'] | null;
    detail: string;
  } | null;
  /** What there was no room for; null when all is served. */
  over_budget: { interfaces: number; series: number } | null;
  interfaces: InterfaceStatus[];
}

/** `collected`: what is asked of the device. */
export function deviceStatus(
  device: Device,
  memory: DeviceMemory,
  held: Held,
  collected: { ping: boolean; snmp: boolean },
  interfaces: InterfaceStatus[],
  overBudget: DeviceStatus['over_budget']
): DeviceStatus {
  const { lastRound, lastPoll } = memory;
  const { standard } = memory.modules;
  return {
    device_id: device.id,
    name: device.name,
    address: device.address,
    site: device.site,
    state: held.state,
    since: held.sinceMs / 1000,
    since_exact: held.exact,
    ping: collected.ping
      ? {
          last_round: seconds(memory.lastRoundAt),
          last_reply: seconds(memory.lastReplyAt),
          answering: lastRound?.answering ?? null,
          error: lastRound?.error ?? null,
        }
      : null,
    snmp: collected.snmp
      ? {
          last_poll: seconds(memory.lastPollAt),
          last_answer: seconds(memory.lastSnmpAt),
          reason: lastPoll?.reason ?? null,
          detail: lastPoll?.detail ?? '',
        }
      : null,
    modules: collected.snmp
      ? {
          last_poll: seconds(standard.lastPollAt),
          last_answer: seconds(standard.lastAnswerAt),
          reason: standard.last?.reason ?? null,
          detail: standard.last?.detail ?? '',
        }
      : null,
    over_budget: overBudget,
    interfaces,
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
