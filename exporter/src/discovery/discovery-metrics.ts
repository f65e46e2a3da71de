import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../inventory/database';
import type { RunResult } from '../inventory/discovery-runs';
import { countByResult } from '../inventory/list-devices';
import { countInterfacesByType } from '../inventory/list-interfaces';
import { INTERFACE_TYPES } from '../model/interface';
import { SNMP_REASONS } from '../model/snmp-reason';
import { ESCALATIONS, type Escalation } from './refresh-device';

const RESULTS = ['pending', 'not_asked', ...SNMP_REASONS] as const;

/** The sidecar's own metrics; what the inventory holds is counted when somebody scrapes. */
export class DiscoveryMetrics {
  readonly registry = new Registry();
  private readonly runs: Counter<'kind'>;
  private readonly runDuration: Gauge<'kind'>;
  private readonly walks: Histogram<'scope'>;
  private readonly escalations: Counter<'cause'>;
  private readonly lastRunDevices: Gauge<'kind' | 'result'>;
  private readonly lastRunInterfaces: Gauge<'kind' | 'change'>;
  private readonly walkResults: Counter<'result'>;
  private readonly changes: Counter<'change'>;
  private readonly lastSuccess: Gauge;
  private readonly failedPasses: Counter;

  /** `cutWalks`: columns that walks took in part only, since the start, by reason. */
  constructor(db: Database, build: { version: string }, cutWalks?: () => Readonly<Record<string, number>>) {
    const registers = [this.registry];
    new Gauge({
      name: 'isp_discovery_build_info',
      help: 'Always 1: version of the sidecar and of Node, and the kind of database (server, embedded).',
      labelNames: ['version', 'node_version', 'database'],
      registers,
    }).set({ version: build.version, node_version: process.version, database: db.kind }, 1);
    this.runs = new Counter({
      name: 'isp_discovery_runs_total',
      help: 'Finished passes over the devices that were due, by kind (full, refresh, manual).',
      labelNames: ['kind'],
      registers,
    });
    for (const kind of ['full', 'refresh', 'manual']) {
      this.runs.inc({ kind }, 0);
    }
    this.runDuration = new Gauge({
      name: 'isp_discovery_last_run_duration_seconds',
      help: 'Duration of the last finished run by kind; absent before the first.',
      labelNames: ['kind'],
      registers,
    });
    this.walks = new Histogram({
      name: 'isp_discovery_walk_duration_seconds',
      help: 'Duration of one device, from the first request to the last row written, by what was read (full, light).',
      labelNames: ['scope'],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.escalations = new Counter({
      name: 'isp_discovery_refreshes_made_full_total',
      help: 'Refreshes that became full walks at once, by cause: the agent started anew (restart), it says that its table changed (table_changed), its interfaces are others (other_interfaces), another box answers or it has another address (other_agent).',
      labelNames: ['cause'],
      registers,
    });
    for (const cause of ESCALATIONS) {
      this.escalations.inc({ cause }, 0);
    }
    this.lastRunDevices = new Gauge({
      name: 'isp_discovery_last_run_devices',
      help: 'Devices of the last finished run by kind and result: ok, or why they failed; absent before the first.',
      labelNames: ['kind', 'result'],
      registers,
    });
    this.lastRunInterfaces = new Gauge({
      name: 'isp_discovery_last_run_interfaces',
      help: 'Interfaces that the last finished run found, added, changed and removed, by kind; absent before the first.',
      labelNames: ['kind', 'change'],
      registers,
    });
    this.walkResults = new Counter({
      name: 'isp_discovery_walks_total',
      help: 'Walks of devices by result: ok, lease_lost, stopped (cut off by the end of the sidecar), or the reason why SNMP failed.',
      labelNames: ['result'],
      registers,
    });
    for (const result of SNMP_REASONS) {
      this.walkResults.inc({ result }, 0);
    }
    this.changes = new Counter({
      name: 'isp_discovery_interface_changes_total',
      help: 'Interfaces that walks added, changed and removed (missed by two full walks in a row).',
      labelNames: ['change'],
      registers,
    });
    for (const change of ['added', 'changed', 'removed']) {
      this.changes.inc({ change }, 0);
    }
    this.lastSuccess = new Gauge({
      name: 'isp_discovery_last_success_timestamp_seconds',
      help: 'Unix time of the end of the last run in which a device answered; absent before the first.',
      registers,
    });
    // A gauge without labels would start at 0, and 0 is 1970, not "never".
    this.lastSuccess.remove();
    this.failedPasses = new Counter({
      name: 'isp_discovery_failed_passes_total',
      help: 'Passes that broke off because the database did not answer.',
      registers,
    });
    if (cutWalks) {
      new Counter({
        name: 'isp_discovery_snmp_walks_truncated_total',
        help: 'Columns of which a walk took a part only, or nothing, without failing, by reason (error_status, loop, order, cap).',
        labelNames: ['reason'],
        registers,
        collect() {
          // The engine counts in absolute numbers.
          this.reset();
          Object.entries(cutWalks()).forEach(([reason, columns]) => this.inc({ reason }, columns));
        },
      });
    }
    this.describeInventory(db);
  }

  /** A walk that ended, well or not. */
  walked(scope: 'full' | 'light', seconds: number): void {
    this.walks.observe({ scope }, seconds);
  }

  escalated(cause: Escalation): void {
    this.escalations.inc({ cause });
  }

  failedPass(): void {
    this.failedPasses.inc();
  }

  /** @param finishedAt unix seconds */
  ranOnce(run: RunResult, seconds: number, finishedAt: number): void {
    this.runs.inc({ kind: run.kind });
    this.runDuration.set({ kind: run.kind }, seconds);
    this.tellLastRun(run);
    this.walkResults.inc({ result: 'ok' }, run.succeeded);
    for (const [result, devices] of Object.entries(run.failedByReason)) {
      this.walkResults.inc({ result }, devices);
    }
    this.changes.inc({ change: 'added' }, run.interfacesAdded);
    this.changes.inc({ change: 'changed' }, run.interfacesChanged);
    this.changes.inc({ change: 'removed' }, run.interfacesRemoved);
    if (run.succeeded > 0) {
      this.lastSuccess.set(finishedAt);
    }
  }

  private tellLastRun({ kind, ...run }: RunResult): void {
    // Reasons of the run before must not stay beside those of this one.
    for (const result of ['ok', 'lease_lost', 'stopped', ...SNMP_REASONS]) {
      this.lastRunDevices.remove({ kind, result });
    }
    for (const [result, devices] of Object.entries({ ...run.failedByReason, ok: run.succeeded })) {
      this.lastRunDevices.set({ kind, result }, devices);
    }
    this.lastRunInterfaces.set({ kind, change: 'found' }, run.interfacesFound);
    this.lastRunInterfaces.set({ kind, change: 'added' }, run.interfacesAdded);
    this.lastRunInterfaces.set({ kind, change: 'changed' }, run.interfacesChanged);
    this.lastRunInterfaces.set({ kind, change: 'removed' }, run.interfacesRemoved);
  }

  private describeInventory(db: Database): void {
    const registers = [this.registry];
    // While the database is away these are absent: the last count would look like a true one.
    const databaseUp = new Gauge({
      name: 'isp_discovery_database_up',
      help: '1 when the database answered this scrape, else 0.',
      registers,
    });
    new Gauge({
      name: 'isp_discovery_devices',
      help: 'Devices by the result of their last discovery; pending before the first, not_asked without SNMP or disabled.',
      labelNames: ['result'],
      registers,
      async collect() {
        this.reset();
        try {
          const rows = await countByResult(db, {});
          RESULTS.forEach((result) => this.set({ result }, 0));
          rows.forEach((row) => this.set({ result: row.result }, row.devices));
        } catch {
          // Told by isp_discovery_database_up.
        }
      },
    });
    new Gauge({
      name: 'isp_discovery_interfaces',
      help: 'Interfaces that are there, by type in effect.',
      labelNames: ['interface_type'],
      registers,
      async collect() {
        this.reset();
        try {
          const rows = await countInterfacesByType(db);
          INTERFACE_TYPES.forEach((type) => this.set({ interface_type: type }, 0));
          rows.forEach((row) => this.set({ interface_type: row.interface_type }, row.interfaces));
          databaseUp.set(1);
        } catch {
          databaseUp.set(0);
        }
      },
    });
    new Gauge({
      name: 'isp_discovery_database_connections',
      help: 'Connections to the database by state (total, idle), and queries that wait for one.',
      labelNames: ['state'],
      registers,
      collect() {
        const use = db.poolUse();
        this.set({ state: 'total' }, use.total);
        this.set({ state: 'idle' }, use.idle);
        this.set({ state: 'waiting' }, use.waiting);
      },
    });
  }
}
