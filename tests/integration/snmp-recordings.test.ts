import type { Interface } from '../../exporter/src/model/interface';
import { InterfacePoll } from '../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { walkIfTable, type IfRow } from '../../exporter/src/snmp/if-table';
import { resolveNames } from '../../exporter/src/snmp/interface-name';
import type { SnmpAuth } from '../../exporter/src/snmp/session';
import {
  type Agent,
  expectedDevices,
  type ExpectedDevice,
  recordingsMissing,
  snmpget,
  startRecordings,
} from './snmp-agents';

const missing = recordingsMissing();
if (missing) {
  console.warn(`Recordings of real devices ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

const DEVICES = [
  'arista-dcs-7150s-52-cl',
  'cisco-7206vxr',
  'cisco-c3750',
  'cisco-n5000',
  'hpe-procurve-516733-b21',
  'huawei-s5720',
  'juniper-mx960-13-3r9-13',
  'mikrotik-chr1',
  'mikrotik-chr2',
  'paloalto-pa-5000',
  'samsung-ipolis',
  'ubiquiti-m5',
];

const COUNTERS = [
  IF_MIB.ifHCInOctets,
  IF_MIB.ifHCOutOctets,
  IF_MIB.ifHCInUcastPkts,
  IF_MIB.ifHCOutUcastPkts,
  IF_MIB.ifInOctets,
  IF_MIB.ifOutOctets,
  IF_MIB.ifInUcastPkts,
  IF_MIB.ifOutUcastPkts,
  IF_MIB.ifInErrors,
  IF_MIB.ifOutErrors,
  IF_MIB.ifInDiscards,
  IF_MIB.ifOutDiscards,
];

function monitored(rows: readonly IfRow[]): Interface[] {
  const names = resolveNames(rows);
  return rows.map((row) => ({
    ifName: names.get(row.ifIndex)!.name,
    weakIdentity: names.get(row.ifIndex)!.weak,
    ifIndex: row.ifIndex,
    ifDescr: row.ifDescr,
    ifAlias: row.ifAlias,
    ifType: row.ifType,
    interfaceType: 'other',
    ispProvider: '',
    isCritical: false,
    monitored: true,
    speedOverride: null,
  }));
}

whenPresent('twelve recorded devices', () => {
  let agent: Agent;
  let expected: Record<string, ExpectedDevice>;
  let engine: SharedSocketEngine;

  beforeAll(async () => {
    [agent, expected] = await Promise.all([startRecordings(), expectedDevices()]);
    engine = new SharedSocketEngine();
  });
  afterAll(async () => {
    await engine?.close();
    await agent?.stop();
  });

  const open = (auth: SnmpAuth) =>
    engine.open({ address: '127.0.0.1', port: agent.port, auth, timeoutMs: 3000, retries: 2 });

  test('none is left out', () => {
    expect(Object.keys(expected).sort()).toEqual(DEVICES);
  });

  describe.each(DEVICES)('%s', (community) => {
    test.each([
      ['version 2c', { version: 2, community }],
      ['version 1', { version: 1, community }],
      [
        'version 3 authPriv',
        {
          version: 3,
          community: '',
          securityLevel: 'authPriv',
          username: 'simulator',
          password: 'auctoritas',
          privPassword: 'privatus',
          authProtocol: 'MD5',
          privProtocol: 'DES',
          contextName: community,
        },
      ],
    ] as [string, SnmpAuth][])('every interface by a walk in %s', async (_name, auth) => {
      const session = open(auth);
      const rows = await walkIfTable(session);
      session.close();
      expect(
        rows.map(({ ifIndex, ifName, ifDescr, ifType }) => ({
          ifIndex,
          name: ifName || ifDescr,
          descr: ifDescr,
          type: ifType,
        }))
      ).toEqual(
        expected[community]!.interfaces.map(({ ifIndex, name, descr, type }) => ({ ifIndex, name, descr, type }))
      );
    });

    test('names, speeds, states and counters by two polls, equal to what snmpget reads', async () => {
      const session = open({ version: 2, community });
      const interfaces = monitored(await walkIfTable(session));
      const poll = new InterfacePoll(interfaces);
      const learning = await poll.poll(session);
      const { snapshot, renumbered } = await poll.poll(session);
      session.close();
      expect(renumbered).toBe(false);
      expect({ ...snapshot, polledAt: 0, sysUpTime: 0 }).toEqual({ ...learning.snapshot, polledAt: 0, sysUpTime: 0 });

      const byIndex = new Map(interfaces.map((one, i) => [one.ifIndex, snapshot.interfaces[i]!]));
      expect(snapshot.interfaces.map((one) => one.ifName)).toEqual(interfaces.map((one) => one.ifName));
      const { interfaces: truth } = expected[community]!;
      expect(byIndex.size).toBe(truth.length);
      const counters = await snmpget(
        agent.port,
        community,
        truth.flatMap(({ ifIndex }) => COUNTERS.map((column) => `${column}.${ifIndex}`))
      );
      for (const known of truth) {
        const values = byIndex.get(known.ifIndex)!;
        const read = (column: string) => {
          const text = counters.get(`${column}.${known.ifIndex}`);
          return text === undefined ? undefined : Number(text);
        };
        /** A pair of wide counters, or the narrow ones where the wide are not there or stand still beside them. */
        const pair = (wide: readonly string[], narrow: readonly string[]) => {
          const [w, n] = [wide.map(read), narrow.map(read)];
          const idle = w.every((value) => !value) && n.some((value) => value);
          return idle || w.every((value) => value === undefined) ? n : w;
        };
        expect({ ifIndex: known.ifIndex, ...values }).toMatchObject({
          adminStatus: known.admin,
          operStatus: known.oper,
        });
        expect(values.speed).toBe(
          known.highSpeed ? known.highSpeed * 1e6 : known.speed && known.speed < 4294967295 ? known.speed : undefined
        );
        expect([values.inOctets, values.outOctets]).toEqual(
          pair([IF_MIB.ifHCInOctets, IF_MIB.ifHCOutOctets], [IF_MIB.ifInOctets, IF_MIB.ifOutOctets])
        );
        expect([values.inUcastPkts, values.outUcastPkts]).toEqual(
          pair([IF_MIB.ifHCInUcastPkts, IF_MIB.ifHCOutUcastPkts], [IF_MIB.ifInUcastPkts, IF_MIB.ifOutUcastPkts])
        );
        expect([values.inErrors, values.outErrors, values.inDiscards, values.outDiscards]).toEqual(
          [IF_MIB.ifInErrors, IF_MIB.ifOutErrors, IF_MIB.ifInDiscards, IF_MIB.ifOutDiscards].map(read)
        );
      }
    });
  });
});
