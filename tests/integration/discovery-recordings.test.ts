import './native-pglite';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DiscoveryMetrics } from '../../exporter/src/discovery/discovery-metrics';
import { InventoryClassifier } from '../../exporter/src/discovery/provider-catalogue';
import { DiscoveryRunner } from '../../exporter/src/discovery/run';
import type { RunResult } from '../../exporter/src/inventory/discovery-runs';
import type { Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { openInventory } from '../../exporter/src/inventory/open-database';
import { targetList } from '../../exporter/src/inventory/target-list';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';

const RECORDINGS = path.resolve(__dirname, '../../../shared/recordings');
const missing = !existsSync(path.join(RECORDINGS, 'expected.json'))
  ? `no recordings in ${RECORDINGS}`
  : spawnSync('sh', ['-c', 'command -v snmpsimd']).status !== 0
    ? 'snmpsimd is not installed'
    : undefined;

interface Recorded {
  sysObjectID: string;
  ifCount: number;
  interfaces: { ifIndex: number; name: string; descr: string; alias: string | null; type: number }[];
}

const PARENTS: Record<string, Record<string, string>> = {
  'arista-dcs-7150s-52-cl': { Ethernet47: 'stack Port-Channel1', Ethernet48: 'stack Port-Channel1' },
  'paloalto-pa-5000': { 'ethernet1/13.4008': 'stack ethernet1/13', 'ethernet1/13.4060': 'stack ethernet1/13' },
  // Its stack lists no pair, and its names are none of sub-interfaces.
  'cisco-7206vxr': {},
};

(missing === undefined ? describe : describe.skip)(
  missing ? `left out: ${missing}` : 'discovery of recorded devices',
  () => {
    const expected: Record<string, Recorded> = missing
      ? {}
      : JSON.parse(readFileSync(path.join(RECORDINGS, 'expected.json'), 'utf8'));
    let simulator: ChildProcess;
    let db: Database;
    let metrics: DiscoveryMetrics;
    const refreshes: Record<string, RunResult> = {};
    const engine = new SharedSocketEngine();
    const directory = mkdtempSync(path.join(tmpdir(), 'recordings-'));

    beforeAll(async () => {
      const port = await freeUdpPort();
      const cache = mkdtempSync(path.join(tmpdir(), 'simcache-'));
      chmodSync(cache, 0o777);
      simulator = spawn(
        'snmpsimd',
        [
          `--data-dir=${RECORDINGS}`,
          `--cache-dir=${cache}`,
          `--agent-udpv4-endpoint=127.0.0.1:${port}`,
          ...(process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : []),
          '--logging-method=null',
        ],
        { stdio: 'ignore' }
      );
      db = await openInventory({ databaseUrl: null, dataDir: directory });
      // One agent, one address a device: the community tells snmpsimd which recording is meant.
      const devices = Object.keys(expected).map((name, i) => ({
        id: name,
        name,
        address: '127.0.0.1',
        snmpPort: port,
        site: '',
        region: '',
        type: 'router',
        role: '',
        auth: name,
        ping: false,
        enabled: i === 0,
        vendor: '',
        model: '',
        osVersion: '',
        sysName: '',
      }));
      const auths = Object.fromEntries(devices.map((d) => [d.auth, { version: 2 as const, community: d.auth }]));
      const walker = {
        engine,
        auths,
        classify: (await InventoryClassifier.open(db)).classify,
        timeoutMs: 5000,
        retries: 5,
      };
      const log = {
        info: () => undefined,
        warn: () => undefined,
        error: (...args: unknown[]) => {
          throw new Error(JSON.stringify(args));
        },
      };
      metrics = new DiscoveryMetrics(db, { version: '0' });
      const runner = new DiscoveryRunner(
        db,
        walker,
        { concurrency: 1, refreshMs: 3_600_000, fullWalkAt: '02:30', owner: 'test' },
        metrics,
        log as never
      );
      for (const device of devices) {
        const others = devices
          .filter((d) => d !== device)
          .map((d, i) => ({ ...d, address: `192.0.2.${i + 1}`, enabled: false }));
        await importFileDevices(db, { devices: [...others, { ...device, enabled: true }], sites: [] });
        expect(await runner.runOnce()).toMatchObject({ devices: 1, succeeded: 1, failedByReason: {} });
        await db.query(`update devices set next_discovery_at = '-infinity' where id = $1`, [device.id]);
        refreshes[device.id] = (await runner.runOnce()) as RunResult;
      }
    }, 300_000);

    afterAll(async () => {
      await engine.close();
      await db.close();
      simulator.kill();
      rmSync(directory, { recursive: true, force: true });
    });

    it.each(Object.entries(expected))('%s: every interface under its name', async (id, recorded) => {
      const target = (await targetList(db, 0)).targets.find((t) => t.device.id === id);
      const found = target?.interfaces ?? [];
      expect(found).toHaveLength(recorded.ifCount);
      const byIndex = new Map(found.map((i) => [i.ifIndex, i]));
      for (const want of recorded.interfaces) {
        const got = byIndex.get(want.ifIndex);
        expect({ ifType: got?.ifType, alias: got?.ifAlias, name: got?.ifName.replace(/#\d+$/, '') }).toEqual({
          ifType: want.type,
          alias: (want.alias ?? '').trim(),
          name: (want.name || want.descr).trim(),
        });
        expect(got?.interfaceType === 'loopback' || want.type !== 24).toBe(true);
      }
      expect(target?.device.vendor).toBe(VENDORS[id.split('-')[0] as string]);
    });

    it.each(Object.entries(expected))('%s: a light refresh finds them all and nothing new', (id, recorded) => {
      expect(refreshes[id]).toMatchObject({
        kind: 'refresh',
        succeeded: 1,
        interfacesFound: recorded.ifCount,
        interfacesAdded: 0,
        interfacesChanged: 0,
        interfacesRemoved: 0,
      });
    });

    it('no refresh had to become a full walk', async () => {
      const lines = (await metrics.registry.metrics()).split('\n');
      const made = lines.filter((line) => line.startsWith('isp_discovery_refreshes_made_full_total{'));
      expect(made.map((line) => line.split(' ')[1])).toEqual(['0', '0', '0', '0']);
    });

    it.each(Object.entries(PARENTS))('%s: knows what carries what', async (id, parents) => {
      const found = await db.query<{ name: string; parent: string }>(
        `select if_name as name, parent_source || ' ' || parent_if_name as parent
           from device_interfaces where device_id = $1 and parent_if_name <> '' order by if_index`,
        [id]
      );
      const first = Object.fromEntries(found.map(({ name, parent }) => [name, parent]));
      expect(first).toEqual({ ...first, ...parents });
      expect(Object.keys(first).length > 0).toBe(Object.keys(parents).length > 0);
    });
  }
);

const VENDORS: Record<string, string> = {
  arista: 'arista',
  cisco: 'cisco',
  hpe: 'hpe',
  huawei: 'huawei',
  juniper: 'juniper',
  mikrotik: 'mikrotik',
  paloalto: 'paloalto',
  samsung: 'samsung',
  ubiquiti: 'ubiquiti',
};

const freeUdpPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createSocket('udp4').once('error', reject);
    probe.bind(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
