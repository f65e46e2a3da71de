import { Writable } from 'node:stream';
import { FAMILIES } from '../../exporter/src/metrics/families';
import { EVERYTHING, writeExposition } from '../../exporter/src/metrics/exposition';
import { InterfaceSeries } from '../../exporter/src/metrics/interface-series';
import { SeriesStore } from '../../exporter/src/metrics/store';
import type { Interface } from '../../exporter/src/model/interface';
import { testInterface } from '../../exporter/src/model/interface.fixture';
import { InterfacePoll } from '../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { SnmpError, type SnmpSession } from '../../exporter/src/snmp/session';
import { SYS_UP_TIME } from '../../exporter/src/snmp/system';
import { TAG } from '../simulator/ber-reader';
import { makeFleet } from '../simulator/fleet';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { freePorts, Programs } from './provisioning/programs';
import { describeWithPrograms } from './provisioning/repository';
import { type Row, scriptedAgent, type ScriptedAgent } from './scripted-agent';

const MINUTE = 60_000;
const MINUTES = 60;
const COMMUNITY = 'truth';
const COUNTERS = FAMILIES.filter(({ name }) => name.startsWith('interface_if_')).map(({ name }) => name);
/** Whole minutes, so that every run asks VictoriaMetrics for the same points. */
const START = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTES * MINUTE;

/** One device on the way from its agent to the text that is scraped, at the times that the test says. */
class Watched {
  readonly lines: string[] = [];
  private readonly store = new SeriesStore();
  private readonly series: Map<string, InterfaceSeries>;
  private readonly poll: InterfacePoll;

  constructor(
    readonly name: string,
    interfaces: readonly Interface[],
    private readonly session: SnmpSession,
    private readonly now: () => number
  ) {
    const identity = { device_id: name, device_ip: '127.0.0.1', device_name: name };
    const place = { branch: 'HQ', region: 'Tbilisi' };
    this.series = new Map(
      interfaces.map((about) => [about.ifName, new InterfaceSeries(this.store, identity, place, about, true)])
    );
    this.poll = new InterfacePoll(interfaces, now);
  }

  /** A poll that is not answered changes nothing, as in the exporter. */
  async pollOnce(): Promise<void> {
    try {
      const { snapshot } = await this.poll.poll(this.session);
      const rows = new Map(snapshot.interfaces.map((row) => [row.ifName, row]));
      this.series.forEach((series, ifName) => series.publish(rows.get(ifName), this.now()));
    } catch (error) {
      if (!(error instanceof SnmpError) || error.reason !== 'timeout') {
        throw error;
      }
    }
  }

  async scrape(): Promise<void> {
    const chunks: Buffer[] = [];
    const sink = new Writable({ write: (chunk: Buffer, _, done) => (chunks.push(Buffer.from(chunk)), done()) });
    await writeExposition(this.store, FAMILIES, EVERYTHING, sink);
    this.lines.push(
      ...Buffer.concat(chunks)
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('interface_if_'))
    );
  }
}

const interfaceOf = (ifName: string, ifIndex: number) => testInterface({ ifName, ifIndex });

interface Curve {
  metric: Record<string, string>;
  /** Unix seconds and value. */
  values: [number, number][];
}

describeWithPrograms('rates in VictoriaMetrics', () => {
  const programs = new Programs();
  const engine = new SharedSocketEngine();
  let storage: string;
  let clock = START;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    storage = `http://127.0.0.1:${port}`;
    await programs.start(
      'victoria-metrics',
      [
        ...[`-storageDataPath=${programs.folder}/vm`, `-httpListenAddr=127.0.0.1:${port}`],
        ...['-retentionPeriod=1', '-search.latencyOffset=0s', '-search.disableCache'],
      ],
      `${storage}/health`
    );
  });
  afterAll(async () => {
    await engine.close();
    await programs.stop();
  });

  const open = (address: string, port: number) => {
    const auth = { version: 2 as const, community: COMMUNITY };
    return engine.open({ address, port, auth, timeoutMs: 150, retries: 0 });
  };

  async function keep(lines: readonly string[]): Promise<void> {
    const { ok } = await fetch(`${storage}/api/v1/import/prometheus`, { method: 'POST', body: lines.join('\n') });
    expect(ok).toBe(true);
    await fetch(`${storage}/internal/force_flush`);
  }

  /** The rule's rate of a counter, every 15 s from the first full window on. */
  async function rates(counter: string, selector = ''): Promise<Curve[]> {
    const range = { start: START / 1000 + 360, end: (START + MINUTES * MINUTE) / 1000, step: 15 };
    const body = new URLSearchParams({
      query: `rate(${counter}{${selector}}[5m])`,
      ...Object.fromEntries(Object.entries(range).map(([name, value]) => [name, String(value)])),
    });
    const answer = await fetch(`${storage}/api/v1/query_range`, { method: 'POST', body });
    const { data } = (await answer.json()) as {
      data: { result: { metric: Curve['metric']; values: [number, string][] }[] };
    };
    return data.result.map(({ metric, values }) => ({
      metric,
      values: values.map(([at, value]) => [at, Number(value)]),
    }));
  }

  const minute = (at: number) => (at - START / 1000) / 60;

  describe('of simulated devices, each interface with a constant rate of its own', () => {
    const PORTS = 14;
    const fleet = makeFleet({ devices: 3, interfaces: 3 * PORTS });
    const [rebooted, renumbered] = fleet.devices.map((device) => device.name);
    let simulator: Simulator;
    const polled: number[] = [];

    beforeAll(async () => {
      simulator = await startSimulator({
        bundle: fleet,
        community: COMMUNITY,
        controlPort: 0,
        snmpPort: 0,
        habit: 'constant',
        clock: () => clock,
      });
      const devices = fleet.devices.map((device, i) => {
        const { snmp_port } = simulator.devices[i]!;
        const interfaces = device.interfaces.map(({ ifName, ifIndex }) => interfaceOf(ifName, ifIndex));
        return new Watched(device.name, interfaces, open(device.address, snmp_port), () => clock);
      });
      // Minute and second of what happens. The second reboot is silent while a poll is due.
      const events: [number, () => unknown][] = [
        [15.5, () => simulator.setScenario({ name: 'reboot', device: rebooted })],
        [33.95, () => simulator.setScenario({ name: 'reboot', device: rebooted })],
        [35, () => simulator.setScenario({ name: 'reboot', device: rebooted })],
        [15.5, () => simulator.setScenario({ name: 'ifindex-renumber', device: renumbered })],
        [26.01, () => simulator.setScenario({ name: 'ifindex-renumber', device: renumbered })],
        [26.99, () => simulator.setScenario({ name: 'ifindex-renumber', device: renumbered })],
      ];
      for (let at = 0; at <= MINUTES; at += 1) {
        for (const [when, happen] of events.filter(([when]) => when > at - 1 && when <= at).sort(([a], [b]) => a - b)) {
          clock = START + when * MINUTE;
          happen();
        }
        clock = START + at * MINUTE;
        polled.push(clock);
        for (const device of devices) {
          await device.pollOnce();
          await device.scrape();
        }
      }
      await keep(devices.flatMap((device) => device.lines));
    }, 60_000);
    afterAll(() => simulator?.stop());

    test('no rate is negative, none above the line, and none above its own', async () => {
      for (const counter of COUNTERS) {
        const curves = await rates(counter, 'device_id=~"router-.*"');
        expect(curves).toHaveLength(3 * PORTS);
        for (const { metric, values } of curves) {
          const device = fleet.devices.find(({ name }) => name === metric.device_name)!;
          const { speed } = device.interfaces.find(({ ifName }) => ifName === metric.if_name)!;
          const own = values.find(([at]) => minute(at) >= 14)![1];
          const line = counter.includes('octets') ? speed / 8 : speed / 8 / 64;
          const wrong = values.filter(([, rate]) => !(rate >= 0 && rate <= line && rate <= own * 1.001 + 0.1));
          expect({ counter, metric, wrong }).toEqual({ counter, metric, wrong: [] });
        }
      }
    });

    test("no value under a wrong name: every interface keeps its own rate, which is nobody else's", async () => {
      for (const counter of ['interface_if_hc_in_octets', 'interface_if_hc_out_octets']) {
        const curves = await rates(counter, 'device_id=~"router-.*"');
        for (const name of fleet.devices.map((device) => device.name)) {
          const own = curves
            .filter(({ metric }) => metric.device_name === name)
            .map(({ values }) => values.find(([at]) => minute(at) >= 14)![1]);
          expect(own).toHaveLength(PORTS);
          const sorted = [...own].sort((a, b) => a - b);
          expect(Math.min(...sorted.slice(1).map((rate, i) => rate / sorted[i]!))).toBeGreaterThan(1.002);
        }
        for (const { metric, values } of curves) {
          const own = values.find(([at]) => minute(at) >= 14)![1];
          // Windows over a restart hold a piece of the time before the first poll after it, and miss what came before.
          const quiet = values.filter(
            ([at]) => minute(at) < 15.5 || minute(at) > 41.2 || metric.device_name === 'router-0003'
          );
          expect(quiet.length).toBeGreaterThan(80);
          const off = quiet.filter(([, rate]) => Math.abs(rate / own - 1) > 1e-4);
          expect({ metric, off }).toEqual({ metric, off: [] });
        }
      }
    });
  });

  describe('of counters that break off and stand higher', () => {
    /** Octets per second. */
    const RATE = 1_000_000;
    const BREAK = 20.5;
    const LINE = 1e9 / 8;

    interface Counting {
      upTime: number;
      /** 64-bit and 32-bit octets. */
      hc?: number;
      c32?: number;
      mark?: number;
    }
    const seconds = (at: number) => at * 60;
    const steady = (at: number) => 5e12 + seconds(at) * RATE;
    const aged = (at: number) => 9_000_000 + seconds(at) * 100;
    const restarted = (at: number) => Math.round(seconds(at - BREAK) * 100);
    const CASES: [string, (at: number) => Counting, (at: number) => Counting][] = [
      [
        'ifCounterDiscontinuityTime changes',
        (at) => ({ upTime: aged(at), hc: steady(at), mark: 0 }),
        (at) => ({ upTime: aged(at), hc: steady(at) + 9e11, mark: 9_100_000 }),
      ],
      [
        'a restart into counters that are higher than the line can carry',
        (at) => ({ upTime: aged(at), hc: steady(at) }),
        (at) => ({ upTime: restarted(at), hc: steady(at) + 9e11 }),
      ],
      [
        '32-bit counters instead of 64-bit ones after a restart',
        (at) => ({ upTime: aged(at), hc: steady(at) }),
        (at) => ({ upTime: restarted(at), c32: (4e9 + seconds(at) * RATE) % 2 ** 32 }),
      ],
      [
        '64-bit counters instead of 32-bit ones after a restart',
        (at) => ({ upTime: aged(at), c32: 1e9 + seconds(at) * RATE * 0.5 }),
        (at) => ({ upTime: restarted(at), hc: steady(at) }),
      ],
    ];
    const agents: ScriptedAgent[] = [];
    afterAll(() => Promise.all(agents.map((agent) => agent.close())));

    const rows = ({ upTime, hc, c32, mark }: Counting): Row[] => [
      [SYS_UP_TIME, TAG.timeTicks, upTime],
      [`${IF_MIB.ifName}.1`, TAG.octetString, 'wan'],
      [`${IF_MIB.ifOperStatus}.1`, TAG.integer, 1],
      [`${IF_MIB.ifHighSpeed}.1`, TAG.gauge32, 1000],
      ...(hc === undefined ? [] : [[`${IF_MIB.ifHCInOctets}.1`, TAG.counter64, Math.floor(hc)] as const]),
      ...(c32 === undefined ? [] : [[`${IF_MIB.ifInOctets}.1`, TAG.counter32, Math.floor(c32)] as const]),
      ...(mark === undefined ? [] : [[`${IF_MIB.ifCounterDiscontinuityTime}.1`, TAG.timeTicks, mark] as const]),
    ];

    test.each(CASES)(
      '%s',
      async (name, before, after) => {
        const agent = await scriptedAgent([]);
        agents.push(agent);
        const id = `break-${CASES.findIndex(([one]) => one === name)}`;
        const device = new Watched(id, [interfaceOf('wan', 1)], open('127.0.0.1', agent.port), () => clock);
        const naive: string[] = [];
        for (let at = 0; at <= MINUTES; at += 1) {
          clock = START + at * MINUTE;
          const counting = (at < BREAK ? before : after)(at);
          agent.rows = rows(counting);
          naive.push(`naive_octets{device_id="${id}"} ${Math.floor(counting.hc ?? counting.c32!)} ${clock}`);
          await device.pollOnce();
          await device.scrape();
        }
        await keep([...device.lines, ...naive]);

        const [published] = await rates('interface_if_hc_in_octets', `device_id="${id}"`);
        const all = published!.values.map(([, rate]) => rate);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...all)).toBeLessThanOrEqual(RATE * 1.001);
        expect(Math.max(...all)).toBeLessThan(LINE);
        // Both sides of the break are there, and at the end all is as it was.
        expect(all[0]).toBeGreaterThan(RATE * 0.49);
        expect(all.at(-1)! / RATE).toBeCloseTo(1, 2);
        // What it would have been: the test sees the danger.
        const [raw] = await rates('naive_octets', `device_id="${id}"`);
        expect(Math.max(...raw!.values.map(([, rate]) => rate))).toBeGreaterThan(RATE * 3);
      },
      30_000
    );
  });
});
