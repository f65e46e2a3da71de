import { Counter, Gauge, type Registry } from 'prom-client';
import type { ScanState } from '../../inventory/scans';
import type { Answer } from './ask-address';

const ENDS = ['done', 'cancelled', 'failed'] as const satisfies readonly ScanState[];
const ANSWERS = ['snmp', 'alive'] as const satisfies readonly Answer['kind'][];

/** What this sidecar's scans did since it started. */
export class ScanMetrics {
  private readonly running: Gauge;
  private readonly ends: Counter<'state'>;
  private readonly addresses: Counter;
  private readonly answers: Counter<'answer'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.running = new Gauge({
      name: 'isp_discovery_scan_running',
      help: '1 while this sidecar looks through a network for devices, else 0.',
      registers,
    });
    this.ends = new Counter({
      name: 'isp_discovery_scans_total',
      help: 'Scans that ended, by state (done, cancelled, failed).',
      labelNames: ['state'],
      registers,
    });
    this.addresses = new Counter({
      name: 'isp_discovery_scan_addresses_total',
      help: 'Addresses that scans asked and decided, whether they answered or not.',
      registers,
    });
    this.answers = new Counter({
      name: 'isp_discovery_scan_answers_total',
      help: 'Addresses that answered a scan: snmp, a credential fits; alive, echoes or a refusal only.',
      labelNames: ['answer'],
      registers,
    });
    ENDS.forEach((state) => this.ends.inc({ state }, 0));
    ANSWERS.forEach((answer) => this.answers.inc({ answer }, 0));
  }

  began(): void {
    this.running.set(1);
  }

  decided(answer: Answer['kind']): void {
    this.addresses.inc();
    if (answer === 'snmp' || answer === 'alive') {
      this.answers.inc({ answer });
    }
  }

  ended(state: (typeof ENDS)[number]): void {
    this.running.set(0);
    this.ends.inc({ state });
  }
}
