import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { freePorts } from './provisioning/programs';
import { Page } from './programs/exposition-text';
import { build, Ground } from './programs/program';
import {
  type Agent,
  expectedDevices,
  recordingsMissing,
  snmpdMissing,
  snmpget,
  startRecordings,
  startSnmpd,
} from './snmp-agents';

const run = promisify(execFile);
const SOFTWARE_LOOPBACK = 24;

/** Families beside the counters that they carry: the wide ones, else the narrow ones. */
const COUNTERS: [family: string, wide: string, narrow?: string][] = [
  ['interface_if_hc_in_octets', IF_MIB.ifHCInOctets, IF_MIB.ifInOctets],
  ['interface_if_hc_out_octets', IF_MIB.ifHCOutOctets, IF_MIB.ifOutOctets],
  ['interface_if_hc_in_ucast_pkts', IF_MIB.ifHCInUcastPkts, IF_MIB.ifInUcastPkts],
  ['interface_if_hc_out_ucast_pkts', IF_MIB.ifHCOutUcastPkts, IF_MIB.ifOutUcastPkts],
  ['interface_if_in_errors', IF_MIB.ifInErrors],
  ['interface_if_out_errors', IF_MIB.ifOutErrors],
  ['interface_if_in_discards', IF_MIB.ifInDiscards],
  ['interface_if_out_discards', IF_MIB.ifOutDiscards],
];

let ground: Ground;
beforeAll(async () => {
  await build();
  ground = new Ground();
}, 120_000);
afterAll(() => ground?.remove());

/** An exporter of its own on one device, once so many interfaces of a poll are on its page. */
async function startOn(agent: Agent, name: string, community: string, interfaces: number) {
  const [port] = await freePorts(1);
  const file = ground.file(
    `${name}.yml`,
    `auths: { agent: { version: 2, community: ${community} } }
snmp: { interval: 5s }
devices:
  - { name: ${name}, address: "127.0.0.1:${agent.port}", auth: agent, site: HQ, region: Tbilisi, type: router }
`
  );
  const program = ground.start('exporter', [
    '--config.file',
    file,
    '--data.dir',
    ground.path(name),
    '--web.listen-address',
    `127.0.0.1:${port}`,
  ]);
  const url = await program.serving();
  await program.until(
    `${interfaces} interfaces are served`,
    async () => (await Page.of(url)).all('interface_oper_status').length >= interfaces
  );
  return { program, url };
}

/** What snmpwalk prints of a column, by ifIndex. */
async function snmpwalk(agent: Agent, community: string, column: string): Promise<Map<string, string>> {
  const options = ['-v2c', '-c', community, '-On', '-Oq', '-Oe', '-m', ''];
  const { stdout } = await run('snmpwalk', [...options, `127.0.0.1:${agent.port}`, column]);
  return new Map(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, index, value] = /\.(\d+) "?(.*?)"?$/.exec(line)!;
        return [index!, value!];
      })
  );
}

const missingSnmpd = snmpdMissing();
if (missingSnmpd) {
  console.warn(`Debian's snmpd ${missingSnmpd}`);
}
(missingSnmpd ? describe.skip : describe)("the exporter alone on Debian's snmpd", () => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await startSnmpd();
  });
  afterAll(() => agent?.stop());

  test('every interface of snmpwalk, with its speed, states and counters', async () => {
    const [names, types] = await Promise.all([
      snmpwalk(agent, 'localtest', IF_MIB.ifName),
      snmpwalk(agent, 'localtest', IF_MIB.ifType),
    ]);
    const monitored = [...names].filter(([index]) => Number(types.get(index)) !== SOFTWARE_LOOPBACK);
    expect(monitored.length).toBeGreaterThan(0);
    expect([...names.values()]).toContain('lo');

    const { program, url } = await startOn(agent, 'gateway', 'localtest', monitored.length);
    const status = [IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus, IF_MIB.ifHighSpeed, IF_MIB.ifSpeed];
    const read = () =>
      snmpget(
        agent.port,
        'localtest',
        monitored.flatMap(([index]) => [...status, ...COUNTERS.map(([, wide]) => wide)].map((oid) => `${oid}.${index}`))
      );
    const before = await read();
    const from = Date.now();
    let page = await Page.of(url);
    // The first poll that began after the reading, and the first round of pings.
    await program.until('a later poll', async () => {
      page = await Page.of(url);
      const counters = page.all('interface_if_hc_in_octets');
      return counters.every(({ timestamp }) => timestamp! > from) && page.all('device_ping_status').length === 1;
    });
    const after = await read();

    const identity = { device_id: 'gateway', device_ip: '127.0.0.1', device_name: 'gateway' };
    const served = page.all('interface_oper_status').map(({ labels }) => labels);
    expect(served.map((labels) => labels['if_name']).sort()).toEqual(monitored.map(([, name]) => name).sort());
    for (const labels of served) {
      expect(Object.keys(labels).sort()).toEqual(
        [...Object.keys(identity), 'if_name', 'interface_type', 'isp_provider', 'is_critical'].sort()
      );
      expect(labels).toMatchObject(identity);
    }
    for (const [index, name] of monitored) {
      const at = { device_name: 'gateway', if_name: name };
      const range = (column: string) => [before, after].map((reading) => Number(reading.get(`${column}.${index}`)));
      expect(page.value('interface_admin_status', at)).toBe(range(IF_MIB.ifAdminStatus)[1]);
      expect(page.value('interface_oper_status', at)).toBe(range(IF_MIB.ifOperStatus)[1]);
      const high = range(IF_MIB.ifHighSpeed)[1]!;
      expect(page.value('interface_speed', at)).toBe(high ? high * 1e6 : range(IF_MIB.ifSpeed)[1] || undefined);
      for (const [family, wide] of COUNTERS) {
        const sample = page.one(family, at)!;
        const [low, top] = range(wide);
        expect([family, name, sample.value >= low!, sample.value <= top!]).toEqual([family, name, true, true]);
        expect(sample.timestamp).toBeGreaterThan(from);
        expect(sample.timestamp).toBeLessThanOrEqual(Date.now());
      }
    }
    expect(page.all('interface_oper_status').every(({ timestamp }) => timestamp === undefined)).toBe(true);
    expect(page.value('device_snmp_up', identity)).toBe(1);
    expect(page.one('device_info', identity)!.labels).toMatchObject({ sys_name: 'test-agent', site: 'HQ' });
    expect(page.one('device_ping_status', identity)).toMatchObject({
      value: 1,
      labels: { branch: 'HQ', region: 'Tbilisi', device_type: 'router' },
    });
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });
});

const missingRecordings = recordingsMissing();
if (missingRecordings) {
  console.warn(`Recordings of real devices ${missingRecordings}`);
}
(missingRecordings ? describe.skip : describe)('the exporter alone on recorded devices', () => {
  const DEVICES = ['arista-dcs-7150s-52-cl', 'mikrotik-chr1', 'cisco-c3750'];
  let agent: Agent;
  beforeAll(async () => {
    agent = await startRecordings();
  });
  afterAll(() => agent?.stop());

  test.each(DEVICES)('%s', async (community) => {
    const { interfaces } = (await expectedDevices())[community]!;
    const monitored = interfaces.filter(({ type }) => type !== SOFTWARE_LOOPBACK);
    const { program, url } = await startOn(agent, community, community, monitored.length);
    await program.until('counters', async () => (await Page.of(url)).all('interface_if_in_errors').length > 0);
    const page = await Page.of(url);
    const truth = await snmpget(
      agent.port,
      community,
      monitored.flatMap(({ ifIndex }) =>
        COUNTERS.flatMap(([, wide, narrow]) => [wide, ...(narrow ? [narrow] : [])].map((oid) => `${oid}.${ifIndex}`))
      )
    );
    expect(
      page
        .all('interface_oper_status')
        .map(({ labels }) => labels['if_name'])
        .sort()
    ).toEqual(monitored.map(({ name }) => name).sort());
    for (const known of monitored) {
      const at = { if_name: known.name };
      const read = (oid: string) => {
        const text = truth.get(`${oid}.${known.ifIndex}`);
        return text === undefined ? undefined : Number(text);
      };
      const speed = known.highSpeed
        ? known.highSpeed * 1e6
        : known.speed && known.speed < 4294967295
          ? known.speed
          : undefined;
      expect({
        name: known.name,
        admin: page.value('interface_admin_status', at),
        oper: page.value('interface_oper_status', at),
        speed: page.value('interface_speed', at),
        index: page.one('interface_info', at)?.labels['if_index'],
      }).toEqual({ name: known.name, admin: known.admin, oper: known.oper, speed, index: `${known.ifIndex}` });
      for (const [family, wide, narrow] of COUNTERS) {
        const served = page.one(family, at);
        // A wide counter that stands still beside a moving narrow one is not kept by the agent.
        const value = narrow === undefined ? read(wide) : read(wide) || (read(narrow) ?? read(wide));
        expect([family, known.name, served?.value]).toEqual([family, known.name, value]);
        expect(served === undefined || served.timestamp !== undefined).toBe(true);
      }
    }
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });
});
