import type { Probe } from './probe';

/** A probe for tests. */
export function testProbe(about: Partial<Probe> = {}): Probe {
  return {
    name: 'internet',
    class: 'internet',
    target: '192.0.2.1',
    site: 'HQ',
    region: 'Tbilisi',
    deviceId: '',
    ifName: '',
    intervalMs: 30_000,
    timeoutMs: 3000,
    question: { type: 'icmp', host: '192.0.2.1' },
    ...about,
  };
}
