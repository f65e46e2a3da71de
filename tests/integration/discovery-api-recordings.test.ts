import './native-pglite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DiscoveryMetrics } from '../../exporter/src/discovery/discovery-metrics';
import { InventoryClassifier } from '../../exporter/src/discovery/provider-catalogue';
import { DiscoveryRunner } from '../../exporter/src/discovery/run';
import type { Database } from '../../exporter/src/inventory/database';
import { openInventory } from '../../exporter/src/inventory/open-database';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { ApiServer } from './api-server';
import { rowVersions } from './schema-image';
import { expectedDevices, recordingsMissing, startRecordings, type Agent, type ExpectedDevice } from './snmp-agents';
import { udpRelay, type Relay } from './udp-relay';

/** Where discovery keeps its own books, and where it is written who asked for it. */
const BOOKS = ['devices', 'discovery_runs', 'audit_log'];
const RECORDED = 12;

const missing = recordingsMissing();

(missing === null ? describe : describe.skip)(
  missing ?? 'recorded devices, added and discovered through the API',
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'api-recordings-'));
    const engine = new SharedSocketEngine();
    const relays: Relay[] = [];
    let expected: [name: string, device: ExpectedDevice][] = [];
    let agents: Agent;
    let db: Database;
    let runner: DiscoveryRunner;
    let api: ApiServer;

    beforeAll(async () => {
      expected = Object.entries(await expectedDevices());
      agents = await startRecordings();
      db = await openInventory({ databaseUrl: null, dataDir: directory });
      const names = expected.map(([name]) => name);
      // One agent behind one port: the community tells which recording is meant.
      const auths = Object.fromEntries(names.map((name) => [name, { version: 2 as const, community: name }]));
      const { classify } = await InventoryClassifier.open(db);
      const log = {
        info: () => undefined,
        warn: () => undefined,
        error: (...args: unknown[]) => {
          throw new Error(JSON.stringify(args));
        },
      };
      runner = new DiscoveryRunner(
        db,
        { engine, auths, classify, timeoutMs: 5000, retries: 5 },
        // The recordings are read by one slow program.
        { concurrency: 2, refreshMs: 3_600_000, fullWalkAt: '02:30', owner: 'test' },
        new DiscoveryMetrics(db, { version: '0' }),
        log as never
      );
      api = await ApiServer.start({ db, authNames: () => names, requestDiscovery: (id) => runner.request(id) });
      for (const name of names) {
        const relay = await udpRelay(agents.port);
        relays.push(relay);
        const body = { id: name, name, address: '127.0.0.1', snmp_port: relay.port, auth: name };
        expect(await api.call('POST', '/devices', body)).toMatchObject({ status: 201, body });
      }
    }, 120_000);
    afterAll(async () => {
      await api?.close();
      await engine.close();
      await db?.close();
      await Promise.all(relays.map((relay) => relay.close()));
      await agents?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const discoverAll = async () => {
      for (const [name] of expected) {
        expect(await api.call('POST', `/devices/${name}/discover`)).toMatchObject({ status: 202 });
      }
      return runner.runOnce();
    };
    const interfacesOf = async (name: string) => {
      const { status, body } = await api.get(`/interfaces?device_id=${name}&limit=1000&sort=if_index`);
      expect([name, status]).toEqual([name, 200]);
      return body as { total: number; items: Record<string, unknown>[] };
    };

    it('have every interface that was recorded, by index, name, description, alias and type', async () => {
      expect(expected).toHaveLength(RECORDED);
      expect(await discoverAll()).toMatchObject({ kind: 'manual', succeeded: RECORDED, failedByReason: {} });
      for (const [name, device] of expected) {
        const found = await interfacesOf(name);
        expect([name, found.total]).toEqual([name, device.ifCount]);
        const shown = found.items.map(({ if_index, if_name, if_descr, if_alias, if_type }) => ({
          if_index,
          // Of two interfaces with one name each gets its index behind it.
          if_name: String(if_name).replace(/#\d+$/, ''),
          if_descr,
          if_alias,
          if_type,
        }));
        const recorded = device.interfaces.map(({ ifIndex, name: ifName, descr, alias, type }) => ({
          if_index: ifIndex,
          if_name: (ifName || descr).trim(),
          if_descr: descr.trim(),
          if_alias: (alias ?? '').trim(),
          if_type: type,
        }));
        expect({ name, interfaces: shown }).toEqual({
          name,
          interfaces: recorded.sort((a, b) => a.if_index - b.if_index),
        });
      }
    }, 120_000);

    it('are written once: discovering all of them again writes no row of theirs', async () => {
      const versions = await rowVersions(db, BOOKS);
      // All but when they were asked and when they are next.
      const devices = async () =>
        (await api.get('/devices?limit=100')).body.items.map((device: Record<string, unknown>) =>
          Object.entries(device).filter(([key]) => !/^(last|next)_discovery/.test(key))
        );
      const before = await devices();
      expect(await discoverAll()).toMatchObject({
        succeeded: RECORDED,
        interfacesFound: expected.reduce((sum, [, { ifCount }]) => sum + ifCount, 0),
        interfacesAdded: 0,
        interfacesChanged: 0,
        interfacesRemoved: 0,
      });
      expect(await rowVersions(db, BOOKS)).toEqual(versions);
      expect(await devices()).toEqual(before);
    }, 120_000);
  }
);
