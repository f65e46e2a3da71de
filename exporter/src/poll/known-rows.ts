import { isUplinkOrCritical, type Interface } from '../model/interface';
import type { PollScope } from '../model/snapshot';
import type { SnmpSession } from '../snmp/session';
import { CounterHistory } from './counter-history';
import { LEARN } from './interface-columns';
import type { KnownRow } from './interface-values';
import { LookAgain } from './look-again';
import { walkNames } from './remap';

export interface TrackedRow extends KnownRow {
  /** ifIndex as the inventory has it; the row may have moved since. */
  toldIndex: number;
  missing: boolean;
  /** An uplink or critical: asked in polls of scope `fast` too. */
  fast: boolean;
  /** The system started anew, or the row moved, since its counters were read last. */
  broken: boolean;
  history: CounterHistory;
  /** When a row without 64-bit counters is asked for them again. */
  wideAgain: LookAgain;
}

/** The monitored interfaces of one device, and what polls have taught of each. */
export class KnownRows {
  private rows: TrackedRow[] = [];

  /** Takes a new inventory; what was learnt of interfaces that stay is kept. False when nothing is new. */
  take(interfaces: readonly Interface[]): boolean {
    const monitored = interfaces.filter((one) => one.monitored);
    const unchanged = (row: TrackedRow, i: number) =>
      row.ifName === monitored[i]!.ifName &&
      row.toldIndex === monitored[i]!.ifIndex &&
      row.speedOverride === monitored[i]!.speedOverride &&
      row.fast === isUplinkOrCritical(monitored[i]!);
    if (this.rows.length === monitored.length && this.rows.every(unchanged)) {
      return false;
    }
    const known = new Map(this.rows.map((row) => [row.ifName, row]));
    this.rows = monitored.map((one) => {
      const old = known.get(one.ifName);
      known.delete(one.ifName);
      // A copy: a poll that is under way reads its answer by the row that it asked for.
      const row = old ? { ...old } : fresh(one);
      row.speedOverride = one.speedOverride;
      row.fast = isUplinkOrCritical(one);
      if (row.toldIndex !== one.ifIndex) {
        row.toldIndex = one.ifIndex;
        move(row, one.ifIndex);
      }
      return row;
    });
    return true;
  }

  in(scope: PollScope): TrackedRow[] {
    return scope === 'all' ? this.rows : this.rows.filter((row) => row.fast);
  }

  /** Of a system that started anew nothing is known but the names. */
  systemRestarted(): void {
    for (const row of this.rows) {
      row.broken = true;
      row.mode = LEARN;
      row.wideAgain = new LookAgain();
    }
  }

  /**
   * Finds every row by its name. True when something is elsewhere than before, or newly gone.
   * @throws SnmpError
   */
  async find(session: SnmpSession): Promise<boolean> {
    const indexes = await walkNames(session);
    let changed = false;
    for (const row of this.rows) {
      // A row that is named after its index has no name to look for.
      const ifIndex = indexes.get(row.ifName) ?? (row.ifName === String(row.toldIndex) ? row.toldIndex : undefined);
      const missing = ifIndex === undefined;
      changed ||= missing !== row.missing || (ifIndex !== undefined && ifIndex !== row.ifIndex);
      row.missing = missing;
      move(row, ifIndex ?? row.ifIndex);
    }
    return changed;
  }
}

function fresh({ ifName, ifIndex, speedOverride }: Interface): TrackedRow {
  return {
    ifName,
    ifIndex,
    toldIndex: ifIndex,
    speedOverride,
    fast: false,
    mode: LEARN,
    missing: false,
    broken: false,
    history: new CounterHistory(),
    wideAgain: new LookAgain(),
  };
}

function move(row: TrackedRow, ifIndex: number): void {
  row.broken ||= row.ifIndex !== ifIndex;
  row.missing &&= row.ifIndex === ifIndex;
  row.ifIndex = ifIndex;
  row.mode = LEARN;
  row.recognised = undefined;
}
