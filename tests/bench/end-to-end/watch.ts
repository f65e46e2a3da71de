import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpuMicros } from '../measured-process';
import { read } from '../poll/read';

/** What the exporter says of itself at one moment, and what the kernel says of it. */
export interface Moment {
  /** Unix ms. */
  at: number;
  cpuUs: number;
  /** Of interfaces. */
  pollsOk: number;
  /** Of interfaces and modules, for whatever reason. */
  pollsFailed: number;
  pollsSkipped: number;
  echoes: number;
  replies: number;
  lateRounds: number;
  series: number;
  /** Seconds, over the last 30 to 60 s. */
  loopP99: number;
  loopMax: number;
  /** SNMP answers that the kernel threw away because the socket was full. */
  socketDrops: number;
}

/** Watches one exporter: memory each second, everything else when asked. */
export class Watch {
  /** Resident memory each second, bytes, with its time. */
  readonly memory: { at: number; bytes: number }[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pid: number,
    private readonly url: string
  ) {
    this.timer = setInterval(() => this.memory.push({ at: Date.now(), bytes: residentBytes(pid) }), 1000);
  }

  async moment(): Promise<Moment> {
    const text = await read(`${this.url}/metrics?collect[]=self`);
    const sum = (name: string, ...labels: string[]) => {
      const lines = [...text.matchAll(new RegExp(`^isp_exporter_${name}(?:\\{([^}]*)\\})? (\\S+)`, 'gm'))];
      if (lines.length === 0) {
        throw new Error(`the exporter's own metrics have no isp_exporter_${name}`);
      }
      return lines
        .filter(([, found = '']) => labels.every((label) => found.includes(label)))
        .reduce((total, [, , value]) => total + Number(value), 0);
    };
    return {
      at: Date.now(),
      cpuUs: cpuMicros(this.pid),
      pollsOk: sum('snmp_polls_total', 'poll="interfaces"', 'reason="ok"'),
      pollsFailed: sum('snmp_polls_total') - sum('snmp_polls_total', 'reason="ok"'),
      pollsSkipped: sum('snmp_polls_skipped_total'),
      echoes: sum('ping_echoes_total'),
      replies: sum('ping_replies_total'),
      lateRounds: sum('ping_late_rounds_total'),
      series: sum('series'),
      loopP99: sum('event_loop_lag_seconds', 'statistic="p99"'),
      loopMax: sum('event_loop_lag_seconds', 'statistic="max"'),
      socketDrops: socketDrops(this.pid),
    };
  }

  /** Mean and largest memory between two moments, bytes. */
  memoryBetween(from: number, to: number): { mean: number; max: number } {
    const within = this.memory.filter(({ at }) => at >= from && at < to).map(({ bytes }) => bytes);
    return { mean: within.reduce((sum, bytes) => sum + bytes, 0) / within.length, max: Math.max(...within) };
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

/**
 * Column "drops" of the process' own UDP sockets in /proc/net. Raw sockets would count every echo of the machine, ours or
 * not; an echo that is lost shows as one without a reply.
 */
function socketDrops(pid: number): number {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) {
        inodes.add(inode);
      }
    } catch {
      // Closed meanwhile.
    }
  }
  return ['udp', 'udp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trimEnd().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9]!))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}
