import type { Config } from '../config/config';
import { withinBudget } from '../metrics/interface-budget';
import { inShard } from '../model/device-hash';
import type { Target } from '../model/target-list';

/** Which devices and interfaces of the fleet this exporter takes on. */
export class FleetShare {
  /** What was told of a device that is too large, so that it is told once. */
  private told = new Map<string, string>();

  constructor(private readonly warn: (message: string) => void) {}

  /** The devices of this exporter's shard, none with more interfaces than it may have. */
  of(targets: readonly Target[], { exporter, snmp }: Config): Target[] {
    const budget = { interfaces: snmp.maxInterfaces, series: snmp.maxSeries };
    const mine = targets
      .filter(({ device }) => inShard(device.id, exporter.shard))
      .map((target) => withinBudget(target, budget));
    this.tell(mine);
    return mine;
  }

  private tell(targets: readonly Target[]): void {
    const now = new Map<string, string>();
    for (const { device, interfaces, leftOut } of targets) {
      if (leftOut) {
        const text = `${leftOut.interfaces} of ${interfaces.length + leftOut.interfaces} interfaces of device ${device.name} are left out (${leftOut.series} series): snmp.max_interfaces or snmp.max_series allows no more`;
        now.set(device.id, text);
        if (this.told.get(device.id) !== text) {
          this.warn(text);
        }
      }
    }
    this.told = now;
  }
}
