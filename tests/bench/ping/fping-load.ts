import { spawn } from 'node:child_process';
import type { Load } from './load';

const COUNT = 5;

/**
 * fping with its echoes paced over the interval, as one would run it for monitoring. The shell's `times` gives the CPU
 * time of its ended children (getrusage RUSAGE_CHILDREN).
 */
export function fpingLoad(addresses: readonly string[], intervalMs: number): Promise<Load> {
  const gap = (intervalMs / (addresses.length * COUNT)).toFixed(3);
  const period = Math.floor(intervalMs / COUNT);
  const script = `fping -q -C ${COUNT} -p ${period} -i ${gap} -f - 2>&1; times >&2`;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script]);
    let results = '';
    let times = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (results += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (times += text));
    child.on('error', reject);
    child.on('close', () => {
      const ofChildren = times.trim().split('\n').at(-1) ?? '';
      const cpuUs = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)]
        .map(([, minutes, seconds]) => (Number(minutes) * 60 + Number(seconds)) * 1e6)
        .reduce((sum, part) => sum + part, 0);
      const echoes = addresses.length * COUNT;
      const lost = results.split(/\s+/).filter((word) => word === '-').length;
      if (lost > 0 || cpuUs === 0) {
        reject(new Error(`fping lost ${lost} of ${echoes} echoes to loopback addresses; times said "${times.trim()}"`));
        return;
      }
      resolve({ cpuUs, echoes, wallMs: performance.now() - start, way: 'fping' });
    });
    child.stdin.end(`${addresses.join('\n')}\n`);
  });
}
