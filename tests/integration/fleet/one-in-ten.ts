import type { ScenarioName } from '../../simulator/fault';
import type { Phase, PolledFleet } from './polled-fleet';

const SCENARIOS: readonly ScenarioName[] = ['acl-drop', 'slow-agent', 'malformed'];

/**
 * Watches a healthy fleet, makes one device in ten silent, slow (3 s an answer) or malformed, lets an interval pass, and
 * watches again.
 */
export async function strikeOneInTen(
  fleet: PolledFleet,
  intervals: number
): Promise<{ before: Phase; after: Phase; struck: number }> {
  const before = await fleet.watch(intervals);
  const sick = fleet.names.filter((_, i) => i % 10 === 0);
  await fleet.strike(sick, SCENARIOS);
  await fleet.watch(1);
  return { before, after: await fleet.watch(intervals), struck: sick.length };
}

/** One line for people. */
export function tellPhase(name: string, phase: Phase): string {
  const ms = (...values: number[]) => values.map((value) => value.toFixed(0)).join(' / ');
  const { reasons } = phase;
  const polls = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  return `${name}: polls begin ${ms(phase.lagP50, phase.lagP99, phase.lagMax)} ms late, intervals are off by ${ms(phase.offP50, phase.offP99, phase.offMax)} ms (p50 / p99 / max); ${polls.join(', ')}`;
}
