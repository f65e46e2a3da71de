import { exporterApp } from '../../exporter/src/http/exporter-app';
import { listen, type Listening } from '../../exporter/src/http/listen';
import { Readiness } from '../../exporter/src/http/readiness';
import { DeviceSeries } from '../../exporter/src/metrics/device-series';
import { OwnMetrics } from '../../exporter/src/metrics/own';
import { ProbeSeries } from '../../exporter/src/metrics/probe-series';
import { SeriesStore } from '../../exporter/src/metrics/store';
import type { Interface } from '../../exporter/src/model/interface';
import type { Target } from '../../exporter/src/model/target-list';

export interface ExpositionServer {
  url: string;
  devices: DeviceSeries;
  readiness: Readiness;
  close(): Promise<void>;
}

/** The exporter's HTTP over a fleet that nobody polls: tests publish what they like. */
export async function serveExposition(): Promise<ExpositionServer> {
  const store = new SeriesStore();
  const devices = new DeviceSeries({
    store,
    intervals: { pingMs: 10_000, snmp: { fastMs: null, standardMs: 60_000, slowMs: 300_000 }, modules: false },
    failedRounds: 2,
  });
  const own = new OwnMetrics({ version: '0.1.0', store, countByState: () => devices.countByState() });
  const readiness = new Readiness(devices);
  own.configLoaded(true);
  const app = exporterApp({
    version: '0.1.0',
    store,
    devices,
    probes: new ProbeSeries(store),
    own,
    readiness,
    pingDescription: () => 'ICMP datagram sockets',
    redactedConfig: () => 'auths: {}\n',
    reload: () => Promise.resolve(),
    log: (message, err) => {
      throw new Error(message, { cause: err });
    },
  });
  const server: Listening = await listen(app, {
    listen: { host: '127.0.0.1', port: 0 },
    allowUnauthenticated: false,
    flag: '--web.listen-address',
    key: 'exporter.listen',
  });
  return {
    url: server.url,
    devices,
    readiness,
    close: async () => {
      await server.close(0);
      own.stop();
    },
  };
}

/** A router with two uplinks; texts that need escaping in every label that people write. */
export function router(n: number): Target {
  const uplink = (index: number): Interface => ({
    ifName: `Gi0/${index}`,
    weakIdentity: false,
    ifIndex: index + 1,
    ifDescr: `GigabitEthernet0/${index}`,
    ifAlias: `"Internet" \\ ${index}\nინტერნეტი`,
    ifType: 6,
    interfaceType: 'isp',
    ispProvider: index === 0 ? 'magti' : 'silknet',
    isCritical: true,
    monitored: true,
    speedOverride: null,
  });
  return {
    device: {
      id: `router-${n}`,
      name: `branch-${n}`,
      address: `10.1.0.${n}`,
      snmpPort: 161,
      site: `Branch "${n}" \\ თბილისი`,
      region: 'Tbilisi',
      type: 'router',
      role: 'edge',
      auth: 'branch',
      ping: true,
      enabled: true,
      vendor: 'Cisco',
      model: 'ISR',
      osVersion: '17.3',
      sysName: `r${n}.example.net`,
    },
    interfaces: [uplink(0), uplink(1)],
  };
}

/** A round and a poll of a router, with octet counters that tell interface and direction apart. */
export function publish(devices: DeviceSeries, n: number, polledAt: number): void {
  devices.publishRound(`router-${n}`, { decidedAt: Date.now(), sent: 5, rttsMs: [10.5, 11.5, 12.5, 13.5] });
  devices.publishPoll(`router-${n}`, {
    reason: 'ok',
    detail: '',
    durationMs: 12,
    snapshot: {
      polledAt,
      interfaces: [0, 1].map((i) => ({
        ifName: `Gi0/${i}`,
        adminStatus: 1,
        operStatus: i === 0 ? 1 : 2,
        speed: 1e9,
        inOctets: inOctets(n, i),
        outOctets: 2 ** 53,
        inUcastPkts: 1,
        outUcastPkts: 2,
        inErrors: 3,
        outErrors: 4,
        inDiscards: 5,
        outDiscards: 6,
      })),
    },
  });
}

export const inOctets = (device: number, index: number): number => 10_000_000_000 + device * 1000 + index;
