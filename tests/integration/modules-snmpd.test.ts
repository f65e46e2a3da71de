import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collectModule } from '../../exporter/src/modules/collect';
import { loadModules } from '../../exporter/src/modules/load';
import { renderModule } from '../../exporter/src/modules/render';
import type { Sample } from '../../exporter/src/model/sample';
import { OPAQUE_FLOAT } from '../../exporter/src/snmp/decode';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import type { SnmpAuth } from '../../exporter/src/snmp/session';
import { freePort } from './postgres-server';
import { type Agent, snmpdMissing, startSnmpd } from './snmp-agents';

const ORACLE = '/usr/bin/prometheus-snmp-exporter';
const missing =
  snmpdMissing() ?? (existsSync(ORACLE) ? null : `left out: ${ORACLE} is not installed (Debian package of that name)`);
if (missing) {
  console.warn(`modules of snmp.yml against snmpd and snmp_exporter ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

/** In the form that snmp_exporter 0.21 reads; values of these columns stand still while both ask. */
const MODULES = `
here:
  version: VERSION
  auth: { community: localtest }
  max_repetitions: 7
  walk:
    - 1.3.6.1.2.1.2.2.1
    - 1.3.6.1.2.1.31.1.1.1.1
    - 1.3.6.1.2.1.31.1.1.1.15
    - 1.3.6.1.2.1.4.20.1
    - 1.3.6.1.2.1.4.34.1
    - 1.3.6.1.2.1.1.6.0
    - 1.3.6.1.2.1.1.9.1
    - 1.3.6.1.2.1.25.2.3.1
    - 1.3.6.1.2.1.25.1.2
    - 1.3.6.1.6.3.10.2.1.1
    - 1.3.6.1.9.9
  get:
    - 1.3.6.1.2.1.1.5.0
    - 1.3.6.1.2.1.1.2.0
    - 1.3.6.1.2.1.1.4.0
    - 1.3.6.1.2.1.1.99.0
    - 1.3.6.1.2.1.1.7.0
  metrics:
    - &column
      name: ifMtu
      oid: 1.3.6.1.2.1.2.2.1.4
      type: gauge
      help: MTU - 1.3.6.1.2.1.2.2.1.4
      indexes: [{ labelname: ifIndex, type: gauge }]
      lookups:
        - { labels: [ifIndex], labelname: ifName, oid: 1.3.6.1.2.1.31.1.1.1.1, type: DisplayString }
        - { labels: [ifIndex], labelname: ifPhys, oid: 1.3.6.1.2.1.2.2.1.6, type: PhysAddress48 }
        - { labels: [ifIndex], labelname: nowhere, oid: 1.3.6.1.2.1.99, type: gauge }
        - { labels: [], labelname: ifIndex }
    - { <<: *column, name: ifHighSpeed, oid: 1.3.6.1.2.1.31.1.1.1.15 }
    - { <<: *column, name: ifDescr, oid: 1.3.6.1.2.1.2.2.1.2, type: DisplayString }
    - { <<: *column, name: ifPhysAddress, oid: 1.3.6.1.2.1.2.2.1.6, type: PhysAddress48 }
    - { <<: *column, name: ifPhysOctets, oid: 1.3.6.1.2.1.2.2.1.22, type: OctetString }
    - { <<: *column, name: ifType, oid: 1.3.6.1.2.1.2.2.1.3, type: EnumAsInfo, enum_values: { 6: ethernetCsmacd, 24: softwareLoopback } }
    - { <<: *column, name: ifAdminStatus, oid: 1.3.6.1.2.1.2.2.1.7, type: EnumAsStateSet, enum_values: { 1: up, 2: down, 3: testing } }
    - { <<: *column, name: ifInErrors, oid: 1.3.6.1.2.1.2.2.1.14, type: counter }
    - { name: ipAdEntIfIndex, oid: 1.3.6.1.2.1.4.20.1.2, type: gauge, help: h, indexes: [{ labelname: ipAdEntAddr, type: InetAddressIPv4 }],
        lookups: [
          { labels: [ipAdEntAddr], labelname: ipAdEntIfIndex, oid: 1.3.6.1.2.1.4.20.1.2, type: gauge },
          { labels: [ipAdEntIfIndex], labelname: ifName, oid: 1.3.6.1.2.1.31.1.1.1.1, type: DisplayString }] }
    - { name: ipAdEntNetMask, oid: 1.3.6.1.2.1.4.20.1.3, type: InetAddressIPv4, help: h, indexes: [{ labelname: ipAdEntAddr, type: InetAddressIPv4 }] }
    - { name: ipAddressIfIndex, oid: 1.3.6.1.2.1.4.34.1.3, type: gauge, help: h, indexes: [{ labelname: address, type: InetAddress }] }
    - { name: ipAddressBytes, oid: 1.3.6.1.2.1.4.34.1.4, type: gauge, help: h, indexes: [{ labelname: kind, type: EnumAsInfo, enum_values: { 1: ipv4, 2: ipv6 } }, { labelname: address, type: OctetString }] }
    - { name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: h }
    - { name: sysObjectID, oid: 1.3.6.1.2.1.1.2, type: OctetString, help: h }
    - { name: sysLocation, oid: 1.3.6.1.2.1.1.6, type: DisplayString, help: h,
        regex_extracts: { Rack: [{ regex: 'nothing' }, { regex: 'rack (?P<number>[[:digit:]]+)', value: '\${number}' }], "": [{ regex: '.*', value: '4.5' }] } }
    - { name: sysServices, oid: 1.3.6.1.2.1.1.7, type: "", help: h }
    - { name: sysORDescr, oid: 1.3.6.1.2.1.1.9.1.3, type: OctetString, help: h, indexes: [{ labelname: sysORIndex, type: gauge }] }
    - { name: hrStorageType, oid: 1.3.6.1.2.1.25.2.3.1.2, type: DisplayString, help: h, indexes: [{ labelname: hrStorageIndex, type: gauge }] }
    - { name: hrStorageAllocationUnits, oid: 1.3.6.1.2.1.25.2.3.1.4, type: gauge, help: h, indexes: [{ labelname: hrStorageIndex, type: gauge }],
        lookups: [{ labels: [hrStorageIndex], labelname: hrStorageDescr, oid: 1.3.6.1.2.1.25.2.3.1.3, type: DisplayString }] }
    - { name: engineId, oid: 1.3.6.1.6.3.10.2.1.1, type: OctetString, help: h }
    - { name: sysContact, oid: 1.3.6.1.2.1.1.4, type: Bits, help: h, enum_values: { 0: first, 1: second, 7: last, 900: beyond } }
`;
const VERSIONS = [1, 2] as const;
const AUTH = (version: 1 | 2): SnmpAuth => ({ version, community: 'localtest' });

whenPresent('a module asked of snmpd, here and by snmp_exporter', () => {
  let agent: Agent;
  let engine: SharedSocketEngine;
  let directory: string;
  const oracles = new Map<number, { process: ChildProcess; url: string }>();
  const file = (version: number) => MODULES.replace('VERSION', String(version));

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'snmp-yml-'));
    agent = await startSnmpd();
    engine = new SharedSocketEngine();
    for (const version of VERSIONS) {
      oracles.set(version, await startOracle(path.join(directory, `v${version}.yml`), file(version)));
    }
  });
  afterAll(async () => {
    for (const { process } of oracles.values()) {
      process.kill('SIGKILL');
    }
    await engine?.close();
    await agent?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each(VERSIONS)('version %i: the same samples', async (version) => {
    const { modules, auths } = loadModules([{ name: 'snmp.yml', text: file(version) }]);
    const module = modules.get('here')!;
    expect(auths.here).toMatchObject(AUTH(version));
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: auths[module.auth!]!,
      timeoutMs: module.timeoutMs,
      retries: module.retries,
    });
    const { samples, problems } = renderModule(module, await collectModule(session, module));
    session.close();
    const answer = await fetch(`${oracles.get(version)!.url}/snmp?module=here&target=127.0.0.1:${agent.port}`);
    const page = await answer.text();
    expect([answer.status, problems]).toEqual([200, []]);
    const theirs = linesOf(page);
    const ours = samples.map(line).sort();
    expect(theirs.length).toBeGreaterThan(30);
    expect(ours).toEqual(theirs);
    expect(typesOf(samples)).toEqual(typeLines(page));
  });

  test('a float inside an Opaque is the number that snmpd writes beside it', async () => {
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: AUTH(2),
      timeoutMs: 2000,
      retries: 1,
    });
    const [laLoad, laLoadFloat] = ['1.3.6.1.4.1.2021.10.1.3.1', '1.3.6.1.4.1.2021.10.1.6.1'] as const;
    const values = await session.get([laLoad, laLoadFloat]);
    session.close();
    expect(values.get(laLoadFloat)?.type).toBe(OPAQUE_FLOAT);
    expect(values.get(laLoadFloat)?.value).toBeCloseTo(Number(String(values.get(laLoad)?.value)), 2);
  });

  test('somebody else’s community is an error, not a device without values', async () => {
    const { modules } = loadModules([{ name: 'snmp.yml', text: file(2) }]);
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 2, community: 'wrong' },
      timeoutMs: 150,
      retries: 0,
    });
    await expect(collectModule(session, modules.get('here')!)).rejects.toThrow(/^no answer from 127\.0\.0\.1:/);
    session.close();
  });
});

async function startOracle(config: string, text: string): Promise<{ process: ChildProcess; url: string }> {
  await writeFile(config, text);
  const port = await freePort();
  const child = spawn(ORACLE, [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && child.exitCode === null;) {
    const up = await fetch(url).then(
      (answer) => answer.ok,
      () => new Promise<false>((resolve) => setTimeout(resolve, 50, false))
    );
    if (up) {
      return { process: child, url };
    }
  }
  child.kill('SIGKILL');
  throw new Error(`snmp_exporter did not start: ${said}`);
}

/** Samples of the page, without those that snmp_exporter adds about itself, with numbers as JavaScript writes them. */
const linesOf = (page: string) =>
  page
    .split('\n')
    .filter((text) => text !== '' && !text.startsWith('#') && !text.startsWith('snmp_scrape_'))
    .map((text) => text.replace(/ (\S+)$/, (_whole, value: string) => ` ${Number(value.replace('Inf', 'Infinity'))}`))
    .sort();

const typeLines = (page: string) =>
  page
    .split('\n')
    .filter((text) => /^# (HELP|TYPE) /.test(text) && !text.includes(' snmp_scrape_'))
    .sort();

function line({ name, labels, value }: Sample): string {
  const escaped = (text: string) => text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));
  const pairs = Object.keys(labels)
    .sort()
    .map((label) => `${label}="${escaped(labels[label]!)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

const typesOf = (samples: readonly Sample[]) =>
  [...new Set(samples.flatMap(({ name, type, help }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]))].sort();
