import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './load';
import { redactedConfig } from './redact';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'probes-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function load(text: string) {
  const file = path.join(dir, 'isp-monitor.yml');
  writeFileSync(file, text);
  return loadConfig(file, {});
}

function refusal(text: string): string[] {
  try {
    load(text);
  } catch (err) {
    return (err as Error).message.replaceAll(`${dir}/`, '').split('\n');
  }
  throw new Error('the file was accepted');
}

const FLEET = `
sites: [{ name: HQ, region: Tbilisi }, { name: Gori, region: Kartli }]
devices: [{ name: Core 1, address: 10.0.0.5, site: HQ, region: Centre }]
`;

it('takes a probe of each class and type, with defaults', () => {
  const { probes } = load(`${FLEET}
probes:
  - { name: gw, address: 10.0.0.1, class: gateway, device: Core 1, interface: Gi0/0 }
  - { name: resolver, address: 10.0.0.53, type: dns, class: dns, site: Gori, query: example.ge }
  - { name: web, address: "https://example.com/a?key=s3cret", type: http, class: internet, device: core-1, site: Gori, interval: 1m, timeout: 5s, status: 204 }
  - { name: shop, address: "[2001:db8::1]:443", type: tcp }
  - { name: six, address: "http://[2001:db8::2]/", type: http }
`);
  const places = { site: '', region: '', deviceId: '', ifName: '', intervalMs: 30_000, timeoutMs: 3000 };
  expect(probes).toEqual([
    {
      ...places,
      name: 'gw',
      class: 'gateway',
      target: '10.0.0.1',
      site: 'HQ',
      region: 'Centre',
      deviceId: 'core-1',
      ifName: 'Gi0/0',
      question: { type: 'icmp', host: '10.0.0.1' },
    },
    {
      ...places,
      name: 'resolver',
      class: 'dns',
      target: '10.0.0.53',
      site: 'Gori',
      region: 'Kartli',
      question: { type: 'dns', host: '10.0.0.53', port: 53, query: 'example.ge' },
    },
    {
      name: 'web',
      class: 'internet',
      target: 'https://example.com/a',
      site: 'Gori',
      region: 'Kartli',
      deviceId: 'core-1',
      ifName: '',
      intervalMs: 60_000,
      timeoutMs: 5000,
      question: { type: 'http', host: 'example.com', url: 'https://example.com/a?key=s3cret', status: 204 },
    },
    {
      ...places,
      name: 'shop',
      class: 'other',
      target: '[2001:db8::1]:443',
      question: { type: 'tcp', host: '2001:db8::1', port: 443 },
    },
    {
      ...places,
      name: 'six',
      class: 'other',
      target: 'http://[2001:db8::2]/',
      question: { type: 'http', host: '2001:db8::2', url: 'http://[2001:db8::2]/', status: null },
    },
  ]);
});

it('shows no part of an address that may be secret', () => {
  const shown = redactedConfig(load('probes: [{ name: a, type: http, address: "http://a.example/?key=s3cret" }]'));
  expect(shown).toContain('http://a.example/');
  expect(shown).not.toContain('s3cret');
});

describe('of a bundle', () => {
  const bundle = (targets: string) => {
    writeFileSync(
      path.join(dir, 'b.json'),
      `{ "name": "b", "sites": [], "devices": [], "probe_targets": [${targets}] }`
    );
    return 'bundle: b.json\n';
  };

  it('are probes like those of the file', () => {
    const text = bundle('{ "name": "Magti gateway", "address": "127.200.0.1", "kind": "icmp", "class": "gateway" }');
    expect(load(`${text}probes: [{ name: a, address: h }]`).probes).toEqual([
      expect.objectContaining({ name: 'a' }),
      {
        name: 'Magti gateway',
        class: 'gateway',
        target: '127.200.0.1',
        site: '',
        region: '',
        deviceId: '',
        ifName: '',
        intervalMs: 30_000,
        timeoutMs: 3000,
        question: { type: 'icmp', host: '127.200.0.1' },
      },
    ]);
  });

  it('are refused like those of the file', () => {
    const taken = bundle('{ "name": "a", "address": "h", "kind": "icmp" }');
    expect(refusal(`${taken}probes: [{ name: a, address: h }]`)).toEqual([
      'isp-monitor.yml:1: bundle b: probe a: it stands in probes: too; leave it in one of them',
    ]);
    expect(refusal(bundle('{ "name": "b", "address": "h", "kind": "tcp" }'))).toEqual([
      'b.json:1: probe_targets[0].address: found "h"; a tcp probe needs host:port (10.0.0.1:443, [2001:db8::1]:443)',
    ]);
  });
});

it('takes the device of a sidecar as it is named', () => {
  const { probes } = load(
    'inventory: { url: "http://127.0.0.1:1" }\nprobes: [{ name: a, address: 10.0.0.1, device: d-77 }]'
  );
  expect(probes[0]).toMatchObject({ deviceId: 'd-77', site: '' });
});

it.each<[string, string, string]>([
  [
    'an icmp address with a port',
    '{ name: a, address: "10.0.0.1:80" }',
    'address: an icmp probe needs an IPv4 or IPv6 address or a DNS name, without a port (10.0.0.1)',
  ],
  [
    'a tcp address without a port',
    '{ name: a, type: tcp, address: 10.0.0.1 }',
    'address: a tcp probe needs host:port (10.0.0.1:443, [2001:db8::1]:443)',
  ],
  [
    'a URL with a password',
    '{ name: a, type: http, address: "http://u:s3cret@h/" }',
    'address: an http probe needs an http:// or https:// address without a name and password in it',
  ],
  [
    'a name server that is none',
    '{ name: a, type: dns, address: "10.0.0.1:0" }',
    'address: a dns probe needs the address of a name server, with an optional :port (10.0.0.53)',
  ],
  [
    'a timeout as long as the interval',
    '{ name: a, address: h, interval: 5s, timeout: 5s }',
    'timeout: it must be shorter than the interval',
  ],
  [
    'an interface of no device',
    '{ name: a, address: h, interface: Gi0/0 }',
    'interface: it needs the device that has the interface; add device:',
  ],
  [
    'a status of a ping',
    '{ name: a, address: h, status: 200 }',
    'status: a probe of type icmp has none; leave it out or make it type: http',
  ],
  [
    'a device that is mistyped',
    '{ name: a, address: h, device: Core1 }',
    'device: there is no device "Core1"; did you mean "Core 1"?',
  ],
  [
    'a device of nobody',
    '{ name: a, address: h, device: zzzzzzzz }',
    'device: there is no device "zzzzzzzz"; name one of devices:',
  ],
])('refuses %s', (_what, probe, message) => {
  expect(refusal(`${FLEET}probes:\n  - ${probe}\n`)).toEqual([`isp-monitor.yml:5: probes[0].${message}`]);
});

it('refuses a class that does not exist and a name that is taken', () => {
  expect(refusal('probes:\n  - { name: a, address: h, class: web }\n')).toEqual([
    expect.stringMatching(/^isp-monitor\.yml:2: probes\[0\]\.class: found "web"; .*gateway.*internet/),
  ]);
  expect(refusal('probes:\n  - { name: a, address: h }\n  - { name: a, address: i }\n')).toEqual([
    'isp-monitor.yml:3: probes[1].name: the name "a" is taken by another probe; each probe needs its own (also at line 2)',
  ]);
});
