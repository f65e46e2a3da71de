import { useTicking } from '../data/clock';
import { formatDuration } from '../status/duration';
import type { Observation } from '../status/entities';

type SinceProps = Pick<Observation, 'since' | 'approximate' | 'lastSeen'> & { lastState?: Observation['lastState'] };

/** "3 min 12 s", "≥ 2 h" when nobody saw it begin, "no data for 5 min (was up)" when data has stopped. */
export function sinceText({ since, approximate, lastSeen, lastState }: SinceProps, nowMs: number): string {
  if (lastSeen !== null) {
    const was = lastState ? ` (was ${lastState})` : '';
    return `no data for ${formatDuration(nowMs / 1000 - lastSeen)}${was}`;
  }
  if (since === null) {
    return '';
  }
  return `${approximate ? '≥ ' : ''}${formatDuration(nowMs / 1000 - since)}`;
}

export const Since = (props: SinceProps) => <>{useTicking((nowMs) => sinceText(props, nowMs))}</>;
