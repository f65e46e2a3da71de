import type { Interface } from '../model/interface';
import type { InterfaceSnapshot, InterfaceValues, PollScope } from '../model/snapshot';
import { SnmpError, type GetAnswer, type SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';
import { withoutCounters } from './counter-history';
import { LEARN, type RowMode } from './interface-columns';
import { InterfacePlan } from './interface-plan';
import type { DecodedRow } from './interface-values';
import { KnownRows, type TrackedRow } from './known-rows';
import { RequestSize } from './request-size';
import { hasRestarted, RestartWatch, type SystemSigns } from './restart-watch';
import { WalkWish } from './walk-wish';

export interface InterfacePollOutcome {
  snapshot: InterfaceSnapshot;
  /** Interfaces are under other ifIndexes than known, or gone. */
  renumbered: boolean;
  /** The system started anew or interfaces came or went: the device is worth a walk. Not at every poll that says so. */
  changed: boolean;
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
  signs: SystemSigns;
  rows: DecodedRow[];
  /** Unix time in ms. */
  at: number;
}

/** How often interfaces that are gone are looked for, and 64-bit counters of rows that have shown none. */
const LOOK_AGAIN_MS = 600_000;

/**
 * Polls the known interfaces of one device and remembers what that taught: where they are, which counters they have,
 * how much the agent answers at once. One poll at a time.
 */
export class InterfacePoll {
  private readonly rows = new KnownRows();
  private prepared: Partial<Record<PollScope, Prepared>> = {};
  private preparedFor: SnmpSession | null = null;
  private readonly size = new RequestSize();
  private readonly watch = new RestartWatch();
  private readonly walks = new WalkWish();
  private lookedAt = -Infinity;

  constructor(
    interfaces: readonly Interface[],
    private readonly now: () => number = Date.now
  ) {
    this.setInterfaces(interfaces);
  }

  /** Takes a new inventory; what was learnt of interfaces that stay is kept. */
  setInterfaces(interfaces: readonly Interface[]): void {
    if (this.rows.take(interfaces)) {
      this.prepared = {};
    }
  }

  /** How many interfaces a poll of this scope asks for; without any it asks for sysUpTime alone. */
  count(scope: PollScope): number {
    return this.rows.in(scope).length;
  }

  /** @throws SnmpError; no_such_object when the agent answers but has nothing of what is asked */
  async poll(session: SnmpSession, scope: PollScope = 'all'): Promise<InterfacePollOutcome> {
    let reading = await this.read(session, scope);
    let restarted = this.note(reading);
    let renumbered = false;
    if (this.needsNames(reading)) {
      this.lookedAt = reading.at;
      renumbered = await this.rows.find(session);
      this.prepared = {};
      reading = await this.read(session, scope);
      restarted = this.note(reading) || restarted;
      this.giveUpOn(reading);
    }
    refuseNothing(reading);
    const snapshot = this.snapshotOf(reading);
    this.learn(reading, restarted);
    return { snapshot, renumbered, changed: this.walks.take(reading.at) };
  }

  private async read(session: SnmpSession, scope: PollScope): Promise<Reading> {
    const startedAt = this.now();
    let again = false;
    for (;;) {
      const prepared = this.prepare(session, scope);
      const { plan } = prepared;
      const progress = { answered: 0 };
      try {
        const answer = await plan.read(progress);
        prepared.proven = true;
        const at = this.now();
        if (answer.atOnce !== undefined && this.size.limit(answer.atOnce)) {
          // In parts that we did not cut, names and values may be of different moments.
          this.prepared = {};
        } else if (!again && restartedMidway(plan, answer, at - startedAt)) {
          again = true;
        } else {
          return { scope, plan, signs: plan.signsOf(answer), rows: plan.decode(answer), at };
        }
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
    const plan = () => {
      const rows = this.rows.in(scope).filter((row) => !row.missing);
      return new InterfacePlan(session, rows, this.watch.asked, this.size.value);
    };
    this.prepared[scope] ??= { plan: plan(), proven: false };
    return this.prepared[scope];
  }

  /** True when the system started anew since the last poll. */
  private note({ signs, at }: Reading): boolean {
    const { asked } = this.watch;
    const news = this.watch.note(signs, at);
    const { restarted, tableChanged } = news;
    this.walks.note(news);
    if (restarted) {
      this.rows.systemRestarted();
      this.watch.learnAgain();
    }
    if (restarted || tableChanged) {
      this.lookedAt = -Infinity;
    }
    if (restarted || this.watch.asked !== asked) {
      this.prepared = {};
    }
    return restarted;
  }

  /**
   * Names are read anew when a row is another interface or gone (RFC 2863 section 3.1.5 lets a restart renumber), and
   * for what was not found after a restart, a change of the table, and now and then. Rows that carry their name are right.
   */
  private needsNames({ scope, rows, at }: Reading): boolean {
    return (
      rows.some((row) => row.check !== 'same') ||
      (at - this.lookedAt >= LOOK_AGAIN_MS && this.rows.in(scope).some((row) => row.missing))
    );
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

  private learn({ plan, rows, at }: Reading, restarted: boolean): void {
    let changed = this.size.answered() || restarted;
    for (const [i, row] of plan.rows.entries()) {
      const decoded = rows[i]!;
      if (row.mode === LEARN) {
        row.learntAt = at;
      }
      const stale = at - row.learntAt >= LOOK_AGAIN_MS && isNarrow(decoded);
      // A new system may count differently: the poll after a restart asks for everything.
      const mode = restarted || stale ? LEARN : decoded.learnt;
      changed ||= row.mode !== mode;
      row.mode = mode;
    }
    if (changed) {
      this.prepared = {};
    }
  }

  /** Only rows that carry their own name: no value is ever published under another interface's. */
  private snapshotOf({ scope, plan, signs, rows, at }: Reading): InterfaceSnapshot {
    const interfaces: InterfaceValues[] = [];
    let discontinuities = 0;
    for (const [i, row] of plan.rows.entries()) {
      const decoded = rows[i]!;
      if (decoded.check !== 'same') {
        continue;
      }
      const { history } = row;
      const held = history.holding;
      const admitted = history.admit(decoded, at, row.broken);
      row.broken = false;
      discontinuities += history.holding && !held ? 1 : 0;
      interfaces.push(admitted ? decoded.values : withoutCounters(decoded.values));
    }
    return { scope, polledAt: at, sysUpTime: signs.sysUpTime, interfaces, discontinuities };
  }
}

/** 32-bit counters, or none: a table that was still filling when the row was learnt shows more later. */
function isNarrow({ learnt, values }: { learnt: RowMode; values: InterfaceValues }): boolean {
  return learnt.octets === 'c32' || learnt.ucast === 'c32' || values.inOctets === undefined;
}

/** What was answered before the restart and what after it do not belong together. */
function restartedMidway(plan: InterfacePlan<TrackedRow>, answer: GetAnswer, tookMs: number): boolean {
  const sysUpTime = plan.closingUpTime(answer);
  return sysUpTime !== undefined && hasRestarted(plan.signsOf(answer), { sysUpTime }, tookMs);
}

async function answers(session: SnmpSession): Promise<boolean> {
  try {
    return (await session.get([SYS_UP_TIME])).size > 0;
  } catch {
    // What is reported is why the poll itself failed.
    return false;
  }
}

function refuseNothing({ signs, rows }: Reading): void {
  if (signs.sysUpTime === undefined && rows.every((row) => row.check !== 'same')) {
    throw new SnmpError(
      'no_such_object',
      'the agent answers but has neither sysUpTime nor any known interface: its view must include 1.3.6.1.2.1'
    );
  }
}
