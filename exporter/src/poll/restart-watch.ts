import { IF_TABLE_LAST_CHANGE } from '../snmp/if-mib';
import { SNMP_ENGINE_BOOTS, SNMP_ENGINE_TIME, SYS_UP_TIME } from '../snmp/system';

/** What an agent says of its own age; undefined where it has no such object. */
export interface SystemSigns {
  /** Hundredths of a second, modulo 2^32 (RFC 3418). */
  sysUpTime?: number;
  /** RFC 3411 section 5. */
  engineBoots?: number;
  /** Seconds since engineBoots rose last. */
  engineTime?: number;
  /** sysUpTime when a row of ifTable came or went last (RFC 2863). */
  tableLastChange?: number;
}

/** The objects of the signs, in the order in which they are asked: one varbind each, in the first request of a poll. */
export const SIGNS: readonly { sign: keyof SystemSigns; oid: string }[] = [
  { sign: 'sysUpTime', oid: SYS_UP_TIME },
  { sign: 'engineBoots', oid: SNMP_ENGINE_BOOTS },
  { sign: 'engineTime', oid: SNMP_ENGINE_TIME },
  { sign: 'tableLastChange', oid: IF_TABLE_LAST_CHANGE },
];

const ALL = SIGNS.map(({ sign }) => sign);

/** TimeTicks end here: after 497.1 days. */
const TICKS = 2 ** 32;
const MS_PER_TICK = 10;
/** By how much the clocks of an agent and of ours may be apart: of every interval, and whenever they are read. */
const CLOCK_DRIFT = 0.05;
const CLOCK_SLACK_MS = 10_000;

/** Tells from one poll to the next whether the system or its table of interfaces is another one. */
export class RestartWatch {
  private readonly last: SystemSigns = {};
  private lastAt: number | null = null;

  /** The signs that are worth asking for: all until an answer has told which the agent has. */
  asked: readonly (keyof SystemSigns)[] = ALL;

  /** `at`: Unix time in ms. A sign that is missing this once is compared when it is back. */
  note(signs: SystemSigns, at: number): { restarted: boolean; tableChanged: boolean } {
    const { last, lastAt } = this;
    const restarted = lastAt !== null && hasRestarted(last, signs, at - lastAt);
    const tableChanged = !restarted && differ(last.tableLastChange, signs.tableLastChange);
    // In place: an object that lives from poll to poll is moved twice by the garbage collector, and then is its burden.
    last.sysUpTime = signs.sysUpTime ?? last.sysUpTime;
    last.engineBoots = signs.engineBoots ?? last.engineBoots;
    last.engineTime = signs.engineTime ?? last.engineTime;
    last.tableLastChange = signs.tableLastChange ?? last.tableLastChange;
    if (signs.sysUpTime !== undefined || lastAt === null) {
      this.lastAt = at;
    }
    if (this.asked === ALL) {
      // sysUpTime is asked for even of an agent that has shown none: it tells an empty answer from a silent one.
      this.asked = ALL.filter((sign) => sign === 'sysUpTime' || this.last[sign] !== undefined);
    }
    return { restarted, tableChanged };
  }

  /** The agent may have other signs now. */
  learnAgain(): void {
    this.asked = ALL;
  }
}

/** Whether the system started anew between two answers that lie `elapsedMs` apart. */
export function hasRestarted(before: SystemSigns, now: SystemSigns, elapsedMs: number): boolean {
  if (differ(before.engineBoots, now.engineBoots)) {
    return true;
  }
  const engineFell = fell(before.engineTime, now.engineTime);
  if (before.sysUpTime === undefined || now.sysUpTime === undefined) {
    return engineFell;
  }
  if (now.sysUpTime < before.sysUpTime) {
    return engineFell || !wrapped(before.sysUpTime, now.sysUpTime, elapsedMs);
  }
  // Younger than our last look: it started since, however long ago that was. A clock that stands still says nothing.
  const youngerBy = elapsedMs * (1 - CLOCK_DRIFT) - CLOCK_SLACK_MS - now.sysUpTime * MS_PER_TICK;
  return now.sysUpTime !== before.sysUpTime && youngerBy > 0;
}

/** The clock is where one that passed its end would be now. */
function wrapped(before: number, now: number, elapsedMs: number): boolean {
  const expected = before + elapsedMs / MS_PER_TICK - TICKS;
  return Math.abs(now - expected) * MS_PER_TICK <= elapsedMs * CLOCK_DRIFT + CLOCK_SLACK_MS;
}

const differ = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && a !== b;
const fell = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && b < a;
