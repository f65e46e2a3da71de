import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../../integration/provisioning/programs';
import { inFlight } from '../measured-process';
import { answers, PeerProgram } from '../peer-program';
import { read } from '../poll/read';
import type { Load } from './load';

/** Probes of blackbox_exporter at once: about what a Prometheus server with some hundred targets has. */
const AT_ONCE = 8;
const COUNT = 5;

/** Measures one turn after the other; nothing is open any more once `stop` has resolved. */
export interface Prober {
  measure(): Promise<Load>;
  stop(): Promise<void>;
}

/** Debian's prometheus-blackbox-exporter with its icmp prober: an HTTP request for each echo. */
export async function startBlackbox(folder: string, addresses: readonly string[]): Promise<Prober> {
  const config = path.join(folder, 'blackbox.json');
  const icmp = { prober: 'icmp', timeout: '2s', icmp: { preferred_ip_protocol: 'ip4' } };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ modules: { icmp } }));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}/`;
  const args = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'];
  const peer = await PeerProgram.start(['prometheus-blackbox-exporter', ...args], () => answers(url));
  const probe = async (address: string): Promise<void> => {
    const text = await read(`${url}probe?module=icmp&target=${address}`);
    if (!text.includes('\nprobe_success 1\n')) {
      throw new Error(`prometheus-blackbox-exporter had no echo from ${address}: ${text.slice(-300)}`);
    }
  };
  return {
    async measure() {
      const [cpu, start] = [peer.cpuMicros(), performance.now()];
      await inFlight(AT_ONCE, addresses.length, (i) => probe(addresses[i]!));
      const wallMs = performance.now() - start;
      return { cpuUs: peer.cpuMicros() - cpu, echoes: addresses.length, wallMs, way: 'blackbox_exporter' };
    },
    stop: () => peer.stop(),
  };
}

/**
 * Debian's prometheus-smokeping-prober through ICMP datagram sockets, one for each host, in a namespace in which they
 * are allowed: 5 echoes to each address every interval, always. Nobody reads its metrics meanwhile.
 */
export async function startSmokeping(
  folder: string,
  addresses: readonly string[],
  intervalMs: number
): Promise<Prober> {
  const config = path.join(folder, 'smokeping.json');
  const target = { hosts: addresses, interval: `${intervalMs / COUNT}ms`, network: 'ip', protocol: 'udp' };
  writeFileSync(config, JSON.stringify({ targets: [target] }));
  const namespace = `bench-smokeping-${process.pid}`;
  const remove = () => ip('netns', 'del', namespace);
  ip('netns', 'add', namespace);
  try {
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    ip('netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    const inside = ['ip', 'netns', 'exec', namespace, 'prlimit', `--nofile=${addresses.length + 1000}`];
    const program = ['prometheus-smokeping-prober', `--config.file=${config}`, '--web.listen-address=127.0.0.1:9374'];
    const peer = await PeerProgram.start([...inside, ...program, '--log.level=error'], async ({ pid }) => {
      const before = echoes(pid).asked;
      await delay(1000);
      return echoes(pid).asked - before > 0.1 * addresses.length * COUNT * (1000 / intervalMs);
    });
    return {
      measure: () => measureAtWork(peer, addresses.length * COUNT, intervalMs),
      stop: async () => {
        await peer.stop();
        remove();
      },
    };
  } catch (err) {
    remove();
    throw err;
  }
}

/** On a busy machine it falls behind what is due; what an echo costs shows all the same. */
async function measureAtWork(peer: PeerProgram, due: number, intervalMs: number): Promise<Load> {
  const [cpu, before, start] = [peer.cpuMicros(), echoes(peer.pid), performance.now()];
  await delay(intervalMs);
  const [cpuUs, after] = [peer.cpuMicros() - cpu, echoes(peer.pid)];
  const [asked, answered] = [after.asked - before.asked, after.answered - before.answered];
  if (asked < due / 10 || answered < 0.99 * asked) {
    throw new Error(
      `prometheus-smokeping-prober sent ${asked} of ${due} echoes in ${intervalMs} ms, ${answered} answered`
    );
  }
  return { cpuUs, echoes: asked, wallMs: performance.now() - start, way: 'smokeping_prober' };
}

/** Echo requests and replies that the kernel has seen in the namespace of a process. */
function echoes(pid: number): { asked: number; answered: number } {
  const [names, values] = readFileSync(`/proc/${pid}/net/snmp`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '));
  const count = (name: string) => Number(values?.[names?.indexOf(name) ?? -1]);
  return { asked: count('InEchos'), answered: count('InEchoReps') };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
