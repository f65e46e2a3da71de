import type { SnmpModule } from '../modules/snmp-module';
import { type SnmpError, type SnmpSession, type Varbind } from '../snmp/session';
import { SYS_OBJECT_ID } from '../snmp/system';
import { answerBytes, type InstanceAnswer, InstancePlan, type ModuleInstances } from './instance-plan';
import { RequestSize } from './request-size';
import { firstDue } from './spread';

/** Larger modules are walked: what is kept of them for every device would be more than the walk is worth. */
const MOST_INSTANCES = 1000;
/** How long a row that is new may go unseen. */
const MOST_PERIOD_MS = 600_000;
/** A box that has just started tells some of its values only after a minute or two. */
const SETTLED_MS = 120_000;
/** GETs of one module that failed or missed what a walk right after them found: then it is walked for good. */
const MOST_DOUBTS = 3;

export interface ModuleAnswer {
  varbinds: readonly Varbind[];
  /** Unix time in ms. */
  readAt: number;
}

export interface KnownAnswer {
  /** Undefined where the device does not tell it. */
  sysObjectID: string | undefined;
  /** Modules of which every known instance was there. */
  complete: ReadonlyMap<SnmpModule, ModuleAnswer>;
}

/**
 * The instances that the modules of one device had when they were walked last: asking for them by GET costs a fraction of
 * the walk. What that cannot tell, rows that are new, a walk of all of them tells now and then.
 */
export class KnownInstances {
  private readonly instances = new Map<string, ModuleInstances>();
  private readonly missed = new Map<string, readonly string[]>();
  private readonly doubts = new Map<string, number>();
  private readonly size = new RequestSize();
  private plan: InstancePlan | null = null;
  private walkAt = -Infinity;

  constructor(
    private readonly deviceId: string,
    private readonly now: () => number
  ) {}

  /** All modules are to be walked, as if for the first time. */
  clear(): void {
    this.instances.clear();
    this.missed.clear();
    this.doubts.clear();
    this.plan = null;
    this.walkAt = -Infinity;
  }

  /**
   * Asks for what is known of these modules; those that are not in the answer are to be walked.
   * @param walkEveryMs when rows that are new are looked for; never less often than every ten minutes
   * @throws SnmpError
   */
  async read(session: SnmpSession, modules: readonly SnmpModule[], walkEveryMs: number): Promise<KnownAnswer> {
    this.forgetWhenDue(Math.min(walkEveryMs, MOST_PERIOD_MS));
    const plan = this.planFor(session, modules);
    if (plan === null) {
      return { sysObjectID: undefined, complete: new Map() };
    }
    const answer = await plan.read(this.now);
    if (this.size.answered() || (answer.atOnce !== undefined && this.size.limit(answer.atOnce))) {
      this.plan = null;
    }
    const sysObjectID = answer.found.get(SYS_OBJECT_ID)?.value;
    return {
      sysObjectID: typeof sysObjectID === 'string' ? sysObjectID : undefined,
      complete: this.completeOf(plan, answer),
    };
  }

  /** The device lives and did not answer the GETs: what was asked is to be walked, and next time asked in smaller parts. */
  failed({ reason }: Pick<SnmpError, 'reason'>): void {
    const { plan } = this;
    if (plan === null) {
      return;
    }
    this.plan = null;
    // Requests of this size were answered before: this was a lost packet.
    const excused = plan.proven || (reason === 'timeout' && this.size.shrink(plan.largest));
    for (const { module } of plan.modules) {
      this.instances.delete(module.name);
      if (!excused) {
        this.doubt(module.name);
      }
    }
  }

  /** What a walk of the module found. */
  note(module: SnmpModule, varbinds: readonly Varbind[]): void {
    const found = new Map(varbinds.map((varbind) => [sharedText(varbind.oid), varbind]));
    const missed = this.missed.get(module.name);
    this.missed.delete(module.name);
    if (missed?.some((oid) => found.has(oid))) {
      this.doubt(module.name);
    }
    if (this.mayGet(module) && found.size > 0 && found.size <= MOST_INSTANCES) {
      const bytes = [...found.values()].map(answerBytes);
      this.instances.set(module.name, { module, oids: [...found.keys()], bytes });
    } else {
      this.instances.delete(module.name);
    }
  }

  private forgetWhenDue(periodMs: number): void {
    const now = this.now();
    if (now < this.walkAt) {
      return;
    }
    const settled = this.walkAt === -Infinity ? now + SETTLED_MS : Infinity;
    this.walkAt = Math.min(firstDue(this.deviceId, periodMs, now + 1), settled);
    this.instances.clear();
    this.plan = null;
  }

  private planFor(session: SnmpSession, modules: readonly SnmpModule[]): InstancePlan | null {
    const wanted: ModuleInstances[] = [];
    for (const module of modules) {
      const known = this.instances.get(module.name);
      if (known) {
        wanted.push(known);
      }
    }
    if (wanted.length === 0) {
      return null;
    }
    const { plan } = this;
    const same =
      plan?.session === session &&
      plan.modules.length === wanted.length &&
      wanted.every((known, i) => known === plan.modules[i]);
    return same ? plan : (this.plan = new InstancePlan(session, wanted, this.size.value));
  }

  private completeOf({ modules }: InstancePlan, { found, readAt }: InstanceAnswer): Map<SnmpModule, ModuleAnswer> {
    const complete = new Map<SnmpModule, ModuleAnswer>();
    for (const [i, { module, oids }] of modules.entries()) {
      const varbinds: Varbind[] = [];
      for (const oid of oids) {
        const varbind = found.get(oid);
        if (varbind) {
          varbinds.push(varbind);
        }
      }
      if (varbinds.length === oids.length) {
        complete.set(module, { varbinds, readAt: readAt[i]! });
      } else {
        // Its table is another one by now: rows that went may have made room for others.
        this.instances.delete(module.name);
        this.missed.set(
          module.name,
          oids.filter((oid) => !found.has(oid))
        );
      }
    }
    return complete;
  }

  /** Filters choose rows by values, and who goes back in its tables does not answer alike twice. */
  private mayGet(module: SnmpModule): boolean {
    return (
      module.filters.length === 0 && !module.allowNonIncreasingOids && (this.doubts.get(module.name) ?? 0) < MOST_DOUBTS
    );
  }

  private doubt(module: string): void {
    this.doubts.set(module, (this.doubts.get(module) ?? 0) + 1);
  }
}

/** One copy of every OID for all devices that have it: texts would take more memory than all else that is known of them. */
const texts = new Map<string, string>();
const MOST_TEXTS = 100_000;

function sharedText(oid: string): string {
  const known = texts.get(oid);
  if (known !== undefined) {
    return known;
  }
  if (texts.size === MOST_TEXTS) {
    texts.clear();
  }
  texts.set(oid, oid);
  return oid;
}
