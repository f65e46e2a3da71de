import type { PollScope } from '../model/snapshot';
import { SnmpError, type GetAnswer, type SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';
import { InterfacePlan } from './interface-plan';
import type { DecodedRow } from './interface-values';
import type { KnownRows, TrackedRow } from './known-rows';
import { RequestSize } from './request-size';
import { hasRestarted, type RestartWatch, type SystemSigns } from './restart-watch';

/** One answer of an agent to all that was asked. */
export interface Reading {
  scope: PollScope;
  /** The rows that were asked for, and in the same order what was found. */
  known: readonly TrackedRow[];
  rows: readonly DecodedRow[];
  signs: SystemSigns;
  /** Unix time in ms. */
  at: number;
}

/** The requests of one scope. */
interface Prepared {
  plan: InterfacePlan<TrackedRow>;
  /** The agent has answered all of them at least once. */
  proven: boolean;
}

/** Reads the known rows of one device, in requests as large as the agent takes, which are kept until what is known changes. */
export class InterfaceReader {
  private prepared: Partial<Record<PollScope, Prepared>> = {};
  private preparedFor: SnmpSession | null = null;
  private readonly size = new RequestSize();

  constructor(
    private readonly rows: KnownRows,
    private readonly watch: RestartWatch,
    private readonly now: () => number
  ) {}

  /** What is to be asked for has changed. */
  prepareAnew(): void {
    this.prepared = {};
  }

  /** A poll was good: requests that had to become smaller may grow again. */
  pollEnded(): void {
    if (this.size.answered()) {
      this.prepareAnew();
    }
  }

  /** @throws SnmpError */
  async read(session: SnmpSession, scope: PollScope): Promise<Reading> {
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
          this.prepareAnew();
        } else if (!again && restartedMidway(plan, answer, at - startedAt)) {
          again = true;
        } else {
          return { scope, known: plan.rows, rows: plan.decode(answer), signs: plan.signsOf(answer), at };
        }
      } catch (error) {
        const silent = error instanceof SnmpError && error.reason === 'timeout' && !prepared.proven;
        // When the agent lives and is only silent to this, answers as large as it do not get here.
        const lives = silent && plan.largest > 1 && (progress.answered > 0 || (await answers(session)));
        if (!lives || !this.size.shrink(plan.largest)) {
          throw error;
        }
        this.prepareAnew();
      }
    }
  }

  private prepare(session: SnmpSession, scope: PollScope): Prepared {
    if (this.preparedFor !== session) {
      this.prepareAnew();
      this.preparedFor = session;
    }
    this.prepared[scope] ??= { plan: this.plan(session, scope), proven: false };
    return this.prepared[scope];
  }

  private plan(session: SnmpSession, scope: PollScope): InterfacePlan<TrackedRow> {
    const rows = this.rows.in(scope).filter((row) => !row.missing);
    return new InterfacePlan(session, rows, this.watch.asked, this.size.value);
  }
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
