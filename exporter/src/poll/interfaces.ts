import type { Interface } from '../model/interface';
import type { InterfaceSnapshot, InterfaceValues, PollScope } from '../model/snapshot';
import { SnmpError, type SnmpSession } from '../snmp/session';
import { withoutCounters } from './counter-history';
import { LEARN } from './interface-columns';
import { InterfaceReader, type Reading } from './interface-reader';
import type { DecodedRow } from './interface-values';
import { KnownRows } from './known-rows';
import { RestartWatch } from './restart-watch';
import { WalkWish } from './walk-wish';

export interface InterfacePollOutcome {
  snapshot: InterfaceSnapshot;
  /** Interfaces are under other ifIndexes than known, or gone. */
  renumbered: boolean;
  /** The system started anew or interfaces came or went: the device is worth a walk. Not at every poll that says so. */
  changed: boolean;
}

/** How often interfaces that are gone are looked for. */
const LOOK_AGAIN_MS = 600_000;

/**
 * Polls the known interfaces of one device and remembers what that taught: where they are, which counters they have,
 * how much the agent answers at once. One poll at a time.
 */
export class InterfacePoll {
  private readonly rows = new KnownRows();
  private readonly watch = new RestartWatch();
  private readonly walks = new WalkWish();
  private readonly reader: InterfaceReader;
  private lookedAt = -Infinity;

  constructor(interfaces: readonly Interface[], now: () => number = Date.now) {
    this.reader = new InterfaceReader(this.rows, this.watch, now);
    this.setInterfaces(interfaces);
  }

  /** Takes a new inventory; what was learnt of interfaces that stay is kept. */
  setInterfaces(interfaces: readonly Interface[]): void {
    if (this.rows.take(interfaces)) {
      this.reader.prepareAnew();
    }
  }

  /** How many interfaces a poll of this scope asks for; without any it asks for sysUpTime alone. */
  count(scope: PollScope): number {
    return this.rows.in(scope).length;
  }

  /** @throws SnmpError; no_such_object when the agent answers but has nothing of what is asked */
  async poll(session: SnmpSession, scope: PollScope = 'all'): Promise<InterfacePollOutcome> {
    let reading = await this.reader.read(session, scope);
    let restarted = this.note(reading);
    let renumbered = false;
    if (this.needsNames(reading)) {
      this.lookedAt = reading.at;
      renumbered = await this.rows.find(session);
      this.reader.prepareAnew();
      reading = await this.reader.read(session, scope);
      restarted = this.note(reading) || restarted;
      this.giveUpOn(reading);
    }
    refuseNothing(reading);
    const snapshot = snapshotOf(reading);
    this.learn(reading, restarted);
    return { snapshot, renumbered, changed: this.walks.take(reading.at) };
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
      this.reader.prepareAnew();
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
  private giveUpOn({ known, rows }: Reading): void {
    for (const [i, row] of known.entries()) {
      if (rows[i]!.check !== 'same') {
        row.missing = true;
        this.reader.prepareAnew();
      }
    }
  }

  private learn({ known, rows, at }: Reading, restarted: boolean): void {
    let changed = restarted;
    for (let i = 0; i < known.length; i += 1) {
      const row = known[i]!;
      const decoded = rows[i]!;
      const again = row.wideAgain.due(isNarrow(decoded), at);
      // A new system may count differently: the poll after a restart asks for everything.
      const mode = restarted || again ? LEARN : decoded.learnt;
      changed ||= row.mode !== mode;
      row.mode = mode;
    }
    if (changed) {
      this.reader.prepareAnew();
    }
    this.reader.pollEnded();
  }
}

/** 32-bit counters, or none: there may be wider ones by now. */
function isNarrow({ learnt, values }: DecodedRow): boolean {
  return learnt.octets === 'c32' || learnt.ucast === 'c32' || values.inOctets === undefined;
}

/** Only rows that carry their own name: no value is ever published under another interface's. */
function snapshotOf({ scope, known, rows, signs, at }: Reading): InterfaceSnapshot {
  const interfaces: InterfaceValues[] = [];
  let discontinuities = 0;
  let fromOctets = 0;
  for (let i = 0; i < known.length; i += 1) {
    const row = known[i]!;
    const decoded = rows[i]!;
    if (decoded.check !== 'same') {
      continue;
    }
    const { history } = row;
    const held = history.holding;
    const admitted = history.admit(decoded, at, row.broken);
    row.broken = false;
    discontinuities += history.holding && !held ? 1 : 0;
    fromOctets += decoded.fromOctets;
    interfaces.push(admitted ? decoded.values : withoutCounters(decoded.values));
  }
  return { scope, polledAt: at, sysUpTime: signs.sysUpTime, interfaces, discontinuities, fromOctets };
}

function refuseNothing({ signs, rows }: Reading): void {
  if (signs.sysUpTime === undefined && rows.every((row) => row.check !== 'same')) {
    throw new SnmpError(
      'no_such_object',
      'the agent answers but has neither sysUpTime nor any known interface: its view must include 1.3.6.1.2.1'
    );
  }
}
