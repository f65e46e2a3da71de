import { readFileSync } from 'node:fs';
import { freePorts } from './provisioning/programs';
import { Page } from './programs/exposition-text';
import { build, Ground } from './programs/program';
import { snmpdMissing, snmpget, startSnmpd, type Agent } from './snmp-agents';

const IDENTITY = { device_id: 'gateway', device_ip: '127.0.0.1', device_name: 'gateway' };
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
const HR_SYSTEM_UPTIME = '1.3.6.1.2.1.25.1.1.0';
const MEM_TOTAL = '1.3.6.1.4.1.2021.4.5.0';
/** Loads of two processors, which snmpd itself knows only after minutes. */
const PROCESSORS = [20, 45].map((load, i) => `override 1.3.6.1.2.1.25.3.3.1.2.${196608 + i} integer ${load}`);
const OWN_MODULE = `modules:
  shop:
    get: [1.3.6.1.2.1.1.5.0, ${SYS_UP_TIME}]
    walk: [1.3.6.1.2.1.11.1]
    metrics:
      - { name: agent_up_ticks, oid: ${SYS_UP_TIME.slice(0, -2)}, type: gauge, help: Ticks. }
      - { name: shop_snmp_packets, oid: 1.3.6.1.2.1.11.1, type: counter, help: Packets. }
      - name: shop_name
        oid: 1.3.6.1.2.1.1.5
        type: DisplayString
        help: Name.
`;
const OWN_PROFILES = `profiles:
  shop:
    extends: generic
    match: [{ sys_descr: '.' }]
    modules: { standard: [shop] }
`;

const missing = snmpdMissing();
if (missing) {
  console.warn(`Debian's snmpd ${missing}`);
}

(missing ? describe.skip : describe)("modules of a device on Debian's snmpd", () => {
  let ground: Ground;
  let agent: Agent;
  beforeAll(async () => {
    await build();
    ground = new Ground();
    agent = await startSnmpd(PROCESSORS);
  }, 120_000);
  afterAll(async () => {
    await ground?.remove();
    await agent?.stop();
  });

  const configuration = (snmp: string) => `auths: { agent: { version: 2, community: localtest } }
snmp: { interval: 5s, slow_interval: 5s, timeout: 500ms, retries: 0, ${snmp} }
devices:
  - { name: gateway, address: "127.0.0.1:${agent.port}", auth: agent }
`;
  async function start(name: string, snmp: string, ...flags: string[]) {
    const [port] = await freePorts(1);
    const file = ground.file(`${name}.yml`, configuration(snmp));
    const program = ground.start('exporter', [
      ...['--config.file', file, '--data.dir', ground.path(name)],
      ...['--web.listen-address', `127.0.0.1:${port}`, ...flags],
    ]);
    return { program, file, url: await program.serving() };
  }

  test('CPU, memory and uptime are served while the device answers, and withdrawn when it is silent', async () => {
    const { program, url } = await start('gateway', 'max_interfaces: 500');
    await program.until(
      'modules of both tiers are served',
      async () => (await Page.of(url)).one('device_cpu_percent') !== undefined && (await skew()) !== undefined
    );
    async function skew() {
      return (await Page.of(url)).value('device_clock_skew_seconds');
    }
    const page = await Page.of(url);
    const truth = await snmpget(agent.port, 'localtest', [HR_SYSTEM_UPTIME, MEM_TOTAL]);
    expect(page.one('device_cpu_percent')).toMatchObject({ value: 32.5, labels: IDENTITY, timestamp: undefined });
    const total = page.value('device_memory_total_bytes')!;
    // Containers may shrink what procfs says between two readings, never by a tenth.
    expect(total / (Number(truth.get(MEM_TOTAL)) * 1024)).toBeCloseTo(1, 1);
    expect(page.value('device_memory_used_bytes')).toBeGreaterThan(0);
    expect(page.value('device_memory_used_bytes')).toBeLessThan(total);
    expect(Number(truth.get(HR_SYSTEM_UPTIME)) / 100 - page.value('device_uptime_seconds')!).toBeGreaterThanOrEqual(-1);
    expect(Math.abs((await skew())!)).toBeLessThan(5);
    const own = page.samples.filter(({ name }) => name.startsWith('snmp_'));
    expect(own.length).toBeGreaterThan(10);
    expect(own.every(({ labels }) => labels['device_id'] === 'gateway' && 'vendor' in labels)).toBe(true);
    expect(page.value('isp_exporter_snmp_polls_total', { poll: 'modules', reason: 'ok' })).toBeGreaterThan(0);
    expect(page.value('isp_exporter_snmp_poll_exceptions_total')).toBe(0);
    expect(page.value('device_data_age_seconds', { collector: 'device' })).toBeLessThan(13);
    const onlyDevice = await (await fetch(`${url}/metrics?collect[]=device`)).text();
    expect(onlyDevice).toContain('device_cpu_percent{');
    expect(onlyDevice).toContain('snmp_hr_');
    expect(onlyDevice).not.toContain('interface_');

    const { devices } = (await (await fetch(`${url}/status?device=gateway`)).json()) as { devices: unknown[] };
    expect(devices).toMatchObject([
      { modules: { reason: 'ok', age_seconds: expect.any(Number) as number }, over_budget: null },
    ]);

    await agent.stop();
    await program.until(
      'values are withdrawn',
      async () =>
        (await Page.of(url)).samples.every(({ name }) => !/^(snmp_|device_(cpu|memory|uptime|clock))/.test(name)),
      30_000
    );
    const silent = await Page.of(url);
    expect(silent.value('device_data_age_seconds', { collector: 'device' })).toBeGreaterThanOrEqual(12);
    expect(silent.value('device_snmp_up')).toBe(0);
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
    agent = await startSnmpd(PROCESSORS);
  }, 90_000);

  test("a user's own module: prefix, time of counters, reload, and what a bad file does", async () => {
    const modules = ground.file('shop.yml', OWN_MODULE);
    ground.file('own-profiles.yml', OWN_PROFILES);
    const { program, url } = await start('own', `modules: [sh*.yml], profiles: own-profiles.yml, max_interfaces: 1`);
    await program.until(
      'its values are served',
      async () => (await Page.of(url)).one('snmp_agent_up_ticks') !== undefined
    );
    const page = await Page.of(url);
    expect(page.one('snmp_agent_up_ticks')).toMatchObject({ labels: IDENTITY, timestamp: undefined });
    expect(page.one('snmp_shop_name')).toMatchObject({ value: 1, labels: { ...IDENTITY, shop_name: 'test-agent' } });
    const packets = page.one('snmp_shop_snmp_packets')!;
    expect(Date.now() - packets.timestamp!).toBeLessThan(15_000);
    expect(page.one('device_cpu_percent')).toBeDefined();

    // Of the interfaces of this machine, lo among them, one may stay.
    expect(page.all('interface_info')).toHaveLength(1);
    expect(page.value('isp_exporter_devices_over_budget')).toBe(1);
    await program.until(
      'what is left out is counted',
      async () => (await Page.of(url)).value('isp_exporter_dropped_series_total', { reason: 'max_interfaces' })! > 0
    );
    expect(program.told(/^\d+ of \d+ interfaces of device gateway are left out/)).toHaveLength(1);
    const { devices } = (await (await fetch(`${url}/status`)).json()) as {
      devices: { over_budget: { interfaces: number } | null }[];
    };
    expect(devices[0]!.over_budget!.interfaces).toBeGreaterThan(0);

    ground.file('shop.yml', readFileSync(modules, 'utf8').replace('name: agent_up_ticks', 'nme: agent_up_ticks'));
    const refused = await fetch(`${url}/-/reload`, { method: 'POST' });
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('shop.yml')]);
    expect((await Page.of(url)).value('isp_exporter_config_last_reload_successful')).toBe(0);

    ground.file('shop.yml', OWN_MODULE.replace('name: agent_up_ticks', 'name: agent_age_ticks'));
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(200);
    await program.until(
      'the new name is served',
      async () => (await Page.of(url)).one('snmp_agent_age_ticks') !== undefined
    );
    expect((await Page.of(url)).one('snmp_agent_up_ticks')).toBeUndefined();
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  }, 60_000);

  test('two shards share the devices, and a module file that is wrong is refused at the start', async () => {
    const [first, second] = await Promise.all(
      ['0', '1'].map((index) =>
        start(`shard${index}`, 'device_modules: false', '--shard.index', index, '--shard.count', '2')
      )
    );
    const counts = async () =>
      Promise.all([first!, second!].map(async ({ url }) => (await Page.of(url)).all('device_snmp_up').length));
    await first!.program.until('one of them has the device', async () => (await counts()).some((count) => count > 0));
    expect((await counts()).sort()).toEqual([0, 1]);
    const pages = await Promise.all([first!, second!].map(({ url }) => Page.of(url)));
    expect(pages.map((page) => page.value('isp_exporter_shard_index'))).toEqual([0, 1]);
    expect(pages.map((page) => page.value('isp_exporter_shard_count'))).toEqual([2, 2]);
    expect(pages.flatMap((page) => page.all('device_cpu_percent'))).toEqual([]);
    [first!, second!].forEach(({ program }) => program.signal('SIGTERM'));

    ground.file('wrong.yml', 'modules: { m: { walk: [1.3], metrics: [{ oid: 1.3 }] } }\n');
    const file = ground.file('wrong-config.yml', configuration('modules: [wrong.yml]'));
    for (const flags of [['--check-config'], []]) {
      const program = ground.start('exporter', [
        '--config.file',
        file,
        '--web.listen-address',
        '127.0.0.1:9760',
        ...flags,
      ]);
      expect((await program.ended).code).toBe(2);
      expect(program.said).toContain('wrong.yml');
    }
  }, 60_000);
});
