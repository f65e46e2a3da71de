import type { RunResult } from '../inventory/discovery-runs';

/** Adds up a run. */
export class RunTally {
  readonly result: RunResult = {
    kind: 'refresh',
    devices: 0,
    succeeded: 0,
    failed: 0,
    failedByReason: {},
    interfacesFound: 0,
    interfacesAdded: 0,
    interfacesChanged: 0,
    interfacesRemoved: 0,
  };
  private asked = 0;
  private full = 0;

  /** `requested`: somebody asked for this device. */
  claimed({ full }: { full: boolean }, requested: boolean): void {
    this.result.devices++;
    this.asked += requested ? 1 : 0;
    this.full += full ? 1 : 0;
    // A run is what most people would call it: manual when all of it was asked for, full when any of it was.
    this.result.kind = this.asked === this.result.devices ? 'manual' : this.full > 0 ? 'full' : 'refresh';
  }

  succeeded(found: number, saved: { added: number; changed: number; removed: number }): void {
    this.result.succeeded++;
    this.result.interfacesFound += found;
    this.result.interfacesAdded += saved.added;
    this.result.interfacesChanged += saved.changed;
    this.result.interfacesRemoved += saved.removed;
  }

  failed(reason: string): void {
    this.result.failed++;
    this.result.failedByReason[reason] = (this.result.failedByReason[reason] ?? 0) + 1;
  }
}
