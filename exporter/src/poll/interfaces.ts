import { isUplinkOrCritical, type Interface } from '../model/interface';
import type { InterfaceSnapshot, PollScope } from '../model/snapshot';
import { SnmpError, type GetAnswer, type SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';
import { LEARN } from './interface-columns';
import { InterfacePlan } from './interface-plan';
import type { DecodedRow, KnownRow } from './interface-values';
import { walkNames } from './remap';
import { RequestSize } from './request-size';

export interface InterfacePollOutcome {
  snapshot: InterfaceSnapshot;
  /** Interfaces are under other ifIndexes than known, or gone. */
  renumbered: boolean;
}

interface TrackedRow extends KnownRow {
  /** ifIndex as the inventory has it; the row may have moved since. */
  toldIndex: number;
  missing: boolean;
  /** An uplink or critical: asked in polls of scope `fast` too. */
  fast: boolean;
}

/** The requests of one scope. */
interface Prepared {
  plan: InterfacePlan<TrackedRow>;
  /** The agent has answered all of them at least once. */
  proven: boolean;
}

interface Reading {
  scope: PollScope;
  plan: InterfacePlan<TrackedRow>;
  answer: GetAnswer;
  rows: DecodedRow[];
  /** Unix time in ms. */
  at: number;
}

/** Polls between two looks for interfaces that are gone. */
const LOOK_AGAIN_AFTER = 10;

/**
 * Polls the known interfaces of one device and remembers what that taught: where they are, which counters they have,
 * how much the agent answers at once. One poll at a time.
 */
export class InterfacePoll {
  private rows: TrackedRow[] = [];
  private prepared: Partial<Record<PollScope, Prepared>> = {};
  private preparedFor: SnmpSession | null = null;
  private readonly size = new RequestSize();
  private sinceLooked = 0;
  private lastUpTime: number | undefined;

  constructor(
    interfaces: readonly Interface[],
    private readonly now: () => number = Date.now
  ) {
    this.setInterfaces(interfaces);
  }

  /** Takes a new inventory; what was learnt of interfaces that stay is kept. */
  setInterfaces(interfaces: readonly Interface[]): void {
    const monitored = interfaces.filter((one) => one.monitored);
    const unchanged = (row: TrackedRow, i: number) =>
      row.ifName === monitored[i]!.ifName &&
      row.toldIndex === monitored[i]!.ifIndex &&
      row.speedOverride === monitored[i]!.speedOverride &&
      row.fast === isUplinkOrCritical(monitored[i]!);
    if (this.rows.length === monitored.length && this.rows.every(unchanged)) {
      return;
    }
    const known = new Map(this.rows.map((row) => [row.ifName, row]));
    this.rows = monitored.map((one) => {
      const { ifName, ifIndex, speedOverride } = one;
      const fast = isUplinkOrCritical(one);
      const old = known.get(ifName);
      return old?.toldIndex === ifIndex
        ? { ...old, speedOverride, fast }
        : { ifName, ifIndex, toldIndex: ifIndex, speedOverride, fast, mode: LEARN, missing: false };
    });
    this.prepared = {};
  }

  /** How many interfaces a poll of this scope asks for; without any it asks for sysUpTime alone. */
  count(scope: PollScope): number {
    return scope === 'all' ? this.rows.length : this.rows.filter((row) => row.fast).length;
  }

  /** @throws SnmpError; no_such_object when the agent answers but has nothing of what is asked */
  async poll(session: SnmpSession, scope: PollScope = 'all'): Promise<InterfacePollOutcome> {
    let reading = await this.read(session, scope);
    const restarted = this.noteUpTime(reading);
    let renumbered = false;
    if (this.needsNames(reading, restarted)) {
      renumbered = await this.lookForRows(session);
      reading = await this.read(session, scope);
      this.noteUpTime(reading);
      this.giveUpOn(reading);
    }
    refuseNothing(reading);
    this.learn(reading, restarted);
    return { snapshot: snapshotOf(reading), renumbered };
  }

  private async read(session: SnmpSession, scope: PollScope): Promise<Reading> {
    for (;;) {
      const prepared = this.prepare(session, scope);
      const { plan } = prepared;
      const progress = { answered: 0 };
      try {
        const answer = await plan.read(progress);
        prepared.proven = true;
        return { scope, plan, answer, rows: plan.decode(answer), at: this.now() };
      } catch (error) {
        const silent = error instanceof SnmpError && error.reason === 'timeout' && !prepared.proven;
        // When the agent lives and is only silent to this, answers as large as it do not get here.
        const lives = silent && plan.largest > 1 && (progress.answered > 0 || (await answers(session)));
        if (!lives || !this.size.shrink(plan.largest)) {
          throw error;
        }
        this.prepared = {};
      }
    }
  }

  private prepare(session: SnmpSession, scope: PollScope): Prepared {
    if (this.preparedFor !== session) {
      this.prepared = {};
      this.preparedFor = session;
    }
    const rows = () => this.rows.filter((row) => !row.missing && (scope === 'all' || row.fast));
    this.prepared[scope] ??= { plan: new InterfacePlan(session, rows(), this.size.value), proven: false };
    return this.prepared[scope];
  }

  /** True when the system started anew since the last poll, or its 32-bit clock wrapped (after 497 days). */
  private noteUpTime({ plan, answer }: Reading): boolean {
    const upTime = plan.upTime(answer);
    const restarted = upTime !== undefined && this.lastUpTime !== undefined && upTime < this.lastUpTime;
    this.lastUpTime = upTime ?? this.lastUpTime;
    return restarted;
  }

  /**
   * Names are read anew when a row is another interface or gone (RFC 2863 section 3.1.5 lets a restart renumber), after
   * a restart when something is amiss, and now and then for what was not found. Rows that carry their name are right.
   */
  private needsNames({ rows }: Reading, restarted: boolean): boolean {
    if (rows.some((row) => row.check !== 'same')) {
      return true;
    }
    if (!this.rows.some((row) => row.missing)) {
      return false;
    }
    this.sinceLooked += 1;
    return restarted || this.sinceLooked >= LOOK_AGAIN_AFTER;
  }

  /** True when something is elsewhere than before, or newly gone. */
  private async lookForRows(session: SnmpSession): Promise<boolean> {
    this.sinceLooked = 0;
    const indexes = await walkNames(session);
    let changed = false;
    for (const row of this.rows) {
      // A row that is named after its index has no name to look for.
      const ifIndex = indexes.get(row.ifName) ?? (row.ifName === String(row.toldIndex) ? row.toldIndex : undefined);
      const missing = ifIndex === undefined;
      if (missing !== row.missing || (ifIndex !== undefined && ifIndex !== row.ifIndex)) {
        changed = true;
      }
      row.missing = missing;
      row.ifIndex = ifIndex ?? row.ifIndex;
      row.mode = LEARN;
      row.recognised = undefined;
    }
    this.prepared = {};
    return changed;
  }

  /** What is not there even under its right index waits for the next look, so that not every poll ends in a walk. */
  private giveUpOn({ plan, rows }: Reading): void {
    for (const [i, row] of plan.rows.entries()) {
      if (rows[i]!.check !== 'same') {
        row.missing = true;
        this.prepared = {};
      }
    }
  }

  private learn({ plan, rows }: Reading, restarted: boolean): void {
    let changed = this.size.answered();
    for (const [i, row] of plan.rows.entries()) {
      // A new system may count differently: the poll after a restart asks for everything.
      const mode = restarted ? LEARN : rows[i]!.learnt;
      changed ||= row.mode !== mode;
      row.mode = mode;
    }
    if (changed) {
      this.prepared = {};
    }
  }
}

async function answers(session: SnmpSession): Promise<boolean> {
  try {
    return (await session.get([SYS_UP_TIME])).size > 0;
  } catch {
    // What is reported is why the poll itself failed.
    return false;
  }
}

function refuseNothing({ plan, answer, rows }: Reading): void {
  if (plan.upTime(answer) === undefined && rows.every((row) => row.check !== 'same')) {
    throw new SnmpError(
      'no_such_object',
      'the agent answers but has neither sysUpTime nor any known interface: its view must include 1.3.6.1.2.1'
    );
  }
}

/** Only rows that carry their own name: no value is ever published under another interface's. */
function snapshotOf({ scope, plan, answer, rows, at }: Reading): InterfaceSnapshot {
  return {
    scope,
    polledAt: at,
    sysUpTime: plan.upTime(answer),
    interfaces: rows.filter((row) => row.check === 'same').map((row) => row.values),
  };
}
