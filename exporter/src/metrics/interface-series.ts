import { type DeviceIdentity } from '../model/device';
import { isUplinkOrCritical, type Interface } from '../model/interface';
import type { InterfaceValues } from '../model/snapshot';
import type { Labels } from './line';
import { continueState, holdState, judgeInterface, type Held, type PastDevice, type Verdict } from './states';
import type { SeriesId, SeriesStore } from './store';

/** Which value goes to which family; `counter` values carry the time of the poll. */
const COLUMNS: readonly {
  family: string;
  field: Exclude<keyof InterfaceValues, 'ifName'>;
  counter: boolean;
}[] = [
  { family: 'interface_oper_status', field: 'operStatus', counter: false },
  { family: 'interface_admin_status', field: 'adminStatus', counter: false },
  { family: 'interface_speed', field: 'speed', counter: false },
  { family: 'interface_counter_bits', field: 'counterBits', counter: false },
  { family: 'interface_if_hc_in_octets', field: 'inOctets', counter: true },
  { family: 'interface_if_hc_out_octets', field: 'outOctets', counter: true },
  { family: 'interface_if_hc_in_ucast_pkts', field: 'inUcastPkts', counter: true },
  { family: 'interface_if_hc_out_ucast_pkts', field: 'outUcastPkts', counter: true },
  { family: 'interface_if_in_errors', field: 'inErrors', counter: true },
  { family: 'interface_if_out_errors', field: 'outErrors', counter: true },
  { family: 'interface_if_in_discards', field: 'inDiscards', counter: true },
  { family: 'interface_if_out_discards', field: 'outDiscards', counter: true },
];

/** How many series an interface has, states included. */
export function seriesOfInterface(about: Interface): number {
  return 1 + (about.monitored ? COLUMNS.length : 0) + (isUplinkOrCritical(about) ? 1 : 0);
}

const ALIAS_CHARACTERS = 64;
const NO_SERIES = -1;

/** Where a device stands; on the state series of its interfaces too. */
export interface Place {
  branch: string;
  region: string;
}

/** What an operator should see of an interface on `/status`. */
export interface InterfaceStatus {
  if_name: string;
  interface_type: string;
  isp_provider: string;
  is_critical: boolean;
  state: Held['state'] | null;
  since: number | null;
  since_exact: boolean | null;
}

/** The series of one interface of one device. */
export class InterfaceSeries {
  private readonly info: SeriesId;
  /** In the order of the columns; empty where no values are collected. */
  private readonly values: readonly SeriesId[];
  private stateSeries: SeriesId = NO_SERIES;
  private held: Held | null = null;
  private polledAt: number | null = null;
  private adminStatus: number | undefined;
  private operStatus: number | undefined;

  /** `collected`: values are polled, so value series exist. Adds the series to the store. */
  constructor(
    private readonly store: SeriesStore,
    private readonly identity: DeviceIdentity,
    private readonly place: Place,
    readonly about: Interface,
    private readonly collected: boolean
  ) {
    const id = identity.device_id;
    this.info = store.add('interface_info', id, {
      ...identity,
      if_name: about.ifName,
      if_alias: shortened(about.ifAlias),
      if_index: String(about.ifIndex),
      if_type: String(about.ifType),
    });
    store.set(this.info, 1);
    const labels = this.labels();
    this.values = collected ? COLUMNS.map(({ family }) => store.add(family, id, labels)) : [];
  }

  /** One snapshot's values, or undefined when the snapshot does not have this interface. */
  publish(row: InterfaceValues | undefined, polledAt: number): void {
    if (!this.collected) {
      return;
    }
    if (!row) {
      this.hideValues();
      this.polledAt = null;
      return;
    }
    this.polledAt = polledAt;
    this.adminStatus = row.adminStatus;
    this.operStatus = row.operStatus;
    for (let i = 0; i < COLUMNS.length; i++) {
      const { field, counter } = COLUMNS[i]!;
      const value = field === 'speed' ? (row.speed ?? this.about.speedOverride ?? undefined) : row[field];
      if (value === undefined) {
        this.store.hide(this.values[i]!);
      } else {
        this.store.set(this.values[i]!, value, counter ? polledAt : undefined);
      }
    }
  }

  hideValues(): void {
    this.values.forEach((series) => this.store.hide(series));
  }

  /** Judges the state anew; only uplinks and critical interfaces have one. */
  judge(device: Verdict, snmpIntervalMs: number, now: number, past: PastDevice | null): void {
    if (!isUplinkOrCritical(this.about)) {
      return;
    }
    const { polledAt, adminStatus, operStatus } = this;
    const { monitored } = this.about;
    const verdict = judgeInterface({ now, monitored, device, snmpIntervalMs, polledAt, adminStatus, operStatus });
    const held = continueState(holdState(this.held, verdict, now), past?.interfaces.get(this.about.ifName));
    if (held !== this.held) {
      this.held = held;
      this.showState();
    }
  }

  status(): InterfaceStatus {
    const { ifName, interfaceType, ispProvider, isCritical } = this.about;
    return {
      if_name: ifName,
      interface_type: interfaceType,
      isp_provider: ispProvider,
      is_critical: isCritical,
      state: this.held?.state ?? null,
      since: this.held ? this.held.sinceMs / 1000 : null,
      since_exact: this.held?.exact ?? null,
    };
  }

  /** Removes the series from the store. */
  remove(): void {
    for (const series of [this.info, this.stateSeries, ...this.values]) {
      if (series !== NO_SERIES) {
        this.store.remove(series);
      }
    }
  }

  /** What must outlive a change of labels: the values (as they are served now) and the state. */
  memory(): InterfaceMemory {
    return {
      row: this.row(),
      polledAt: this.polledAt,
      held: this.held,
    };
  }

  recall(memory: InterfaceMemory): void {
    if (memory.row && memory.polledAt !== null) {
      this.publish(memory.row, memory.polledAt);
    }
    const { held } = memory;
    if (held && isUplinkOrCritical(this.about)) {
      this.held = held;
      this.showState();
    }
  }

  /** Made anew when they are needed, which is seldom: kept, they would be the largest part of an interface. */
  private labels(): Labels {
    const { ifName, interfaceType, ispProvider, isCritical } = this.about;
    return {
      ...this.identity,
      if_name: ifName,
      interface_type: interfaceType,
      isp_provider: ispProvider,
      is_critical: String(isCritical),
    };
  }

  private row(): InterfaceValues | undefined {
    if (this.polledAt === null) {
      return undefined;
    }
    const row: InterfaceValues = { ifName: this.about.ifName };
    COLUMNS.forEach(({ field }, i) => (row[field] = this.store.value(this.values[i]!)));
    // The override is the new target's word, not the agent's.
    if (row.speed === this.about.speedOverride) {
      row.speed = undefined;
    }
    return row;
  }

  private showState(): void {
    const { state, sinceMs, exact } = this.held!;
    if (this.stateSeries !== NO_SERIES) {
      this.store.remove(this.stateSeries);
    }
    const { branch, region } = this.place;
    const labels = { ...this.labels(), branch, region, state, since: exact ? 'exact' : 'approximate' };
    this.stateSeries = this.store.add('interface_state_since_timestamp_seconds', this.identity.device_id, labels);
    this.store.set(this.stateSeries, sinceMs / 1000);
  }
}

function shortened(alias: string): string {
  return alias.length <= ALIAS_CHARACTERS ? alias : [...alias].slice(0, ALIAS_CHARACTERS).join('');
}

export interface InterfaceMemory {
  row: InterfaceValues | undefined;
  polledAt: number | null;
  held: Held | null;
}
