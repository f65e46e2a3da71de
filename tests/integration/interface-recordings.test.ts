import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Interface } from '../../exporter/src/model/interface';
import { InterfacePoll } from '../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { type Agent, expectedDevices, type ExpectedDevice, recordingsMissing, startRecordings } from './snmp-agents';

const run = promisify(execFile);
const missing = recordingsMissing();
if (missing) {
  console.warn(`Recordings of real devices ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

/** Device; interfaces; rows with 64-bit octets, with 32-bit ones, with none; rows whose speed is not known; rows that are up. */
const DEVICES: [string, number, number, number, number, number, number][] = [
  ['arista-dcs-7150s-52-cl', 59, 59, 0, 0, 7, 42],
  ['cisco-7206vxr', 3, 2, 1, 0, 0, 3],
  ['cisco-c3750', 19, 15, 2, 2, 3, 9],
  ['cisco-n5000', 61, 61, 0, 0, 0, 41],
  ['hpe-procurve-516733-b21', 42, 42, 0, 0, 17, 25],
  ['huawei-s5720', 39, 39, 0, 0, 3, 15],
  ['juniper-mx960-13-3r9-13', 61, 61, 0, 0, 13, 24],
  ['mikrotik-chr1', 32, 32, 0, 0, 0, 32],
  ['mikrotik-chr2', 4, 4, 0, 0, 3, 4],
  ['paloalto-pa-5000', 46, 46, 0, 0, 26, 21],
  ['samsung-ipolis', 6, 6, 0, 0, 4, 2],
  ['ubiquiti-m5', 9, 0, 9, 0, 7, 8],
];

/** Columns under the names that they have here; written out, so that a wrong OID in the product is seen. */
const OIDS = {
  speed: '1.3.6.1.2.1.2.2.1.5',
  admin: '1.3.6.1.2.1.2.2.1.7',
  oper: '1.3.6.1.2.1.2.2.1.8',
  in32: '1.3.6.1.2.1.2.2.1.10',
  inPackets32: '1.3.6.1.2.1.2.2.1.11',
  out32: '1.3.6.1.2.1.2.2.1.16',
  outPackets32: '1.3.6.1.2.1.2.2.1.17',
  in64: '1.3.6.1.2.1.31.1.1.1.6',
  inPackets64: '1.3.6.1.2.1.31.1.1.1.7',
  out64: '1.3.6.1.2.1.31.1.1.1.10',
  outPackets64: '1.3.6.1.2.1.31.1.1.1.11',
  highSpeed: '1.3.6.1.2.1.31.1.1.1.15',
};
type Name = keyof typeof OIDS;
type Cells = Partial<Record<Name, bigint>>;

/** Rows by ifIndex as net-snmp's own client walks and prints them. */
async function walkedByNetSnmp(port: number, community: string): Promise<Map<number, Cells>> {
  const rows = new Map<number, Cells>();
  for (const [name, oid] of Object.entries(OIDS)) {
    const { stdout } = await run('snmpbulkwalk', [
      ...['-v2c', '-c', community, '-On', '-Oe', '-OU', '-Oq', '-m', '', '-Cr40', '-t', '5'],
      ...[`127.0.0.1:${port}`, oid],
    ]);
    for (const line of stdout.split('\n')) {
      const [, index, value] = new RegExp(`^\\.${oid.replaceAll('.', '\\.')}\\.(\\d+) (-?\\d+)$`).exec(line) ?? [];
      if (index !== undefined && value !== undefined) {
        rows.set(Number(index), { ...rows.get(Number(index)), [name]: BigInt(value) });
      }
    }
  }
  return rows;
}

const number = (value: bigint | undefined) => (value === undefined ? undefined : Number(value % 2n ** 53n));

/** What an operator would take for the truth, from the printed numbers alone. */
function truthOf(cells: Cells) {
  const pick = (wide: [Name, Name], narrow: [Name, Name]) => {
    const [w, n] = [wide.map((name) => cells[name]), narrow.map((name) => cells[name])];
    const there = (pair: (bigint | undefined)[]) => pair.some((value) => value !== undefined);
    const moves = (pair: (bigint | undefined)[]) => pair.some((value) => value !== undefined && value > 0n);
    const bits = there(w) && !(moves(n) && !moves(w)) ? 64 : there(n) ? 32 : undefined;
    return { bits, values: (bits === 64 ? w : n).map(number) };
  };
  const octets = pick(['in64', 'out64'], ['in32', 'out32']);
  const packets = pick(['inPackets64', 'outPackets64'], ['inPackets32', 'outPackets32']);
  const [high = 0n, low = 0n] = [cells.highSpeed, cells.speed];
  const within = (value: bigint | undefined, last: bigint) =>
    value !== undefined && value >= 1n && value <= last ? Number(value) : undefined;
  return {
    adminStatus: within(cells.admin, 3n),
    operStatus: within(cells.oper, 7n),
    // None of the twelve has a nonsensical ifHighSpeed.
    speed: high > 0n ? Number(high) * 1e6 : low > 0n && low < 4294967295n ? Number(low) : undefined,
    counterBits: octets.bits,
    inOctets: octets.values[0],
    outOctets: octets.values[1],
    inUcastPkts: packets.values[0],
    outUcastPkts: packets.values[1],
  };
}

whenPresent('interfaces of recorded devices, as polled and as net-snmp walks them', () => {
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

  test('none is left out', () => {
    expect(DEVICES.map(([name]) => name)).toEqual(Object.keys(expected).sort());
  });

  test.each(DEVICES)('%s: %i interfaces', async (name, interfaces, wide, narrow, none, speedless, up) => {
    const walked = await walkedByNetSnmp(agent.port, name);
    const known = [...walked.keys()].map((ifIndex): Interface => {
      const {
        name: ifName = '',
        descr = '',
        type = 0,
      } = expected[name]!.interfaces.find((one) => one.ifIndex === ifIndex) ?? {};
      const twins = expected[name]!.interfaces.filter((one) => one.name === ifName).length;
      return {
        ifName: twins > 1 ? `${ifName}#${ifIndex}` : ifName,
        weakIdentity: twins > 1,
        ifIndex,
        ifDescr: descr,
        ifAlias: '',
        ifType: type,
        interfaceType: 'other',
        ispProvider: '',
        isCritical: false,
        monitored: true,
        speedOverride: null,
      };
    });
    const auth = { version: 2 as const, community: name };
    const session = engine.open({ address: '127.0.0.1', port: agent.port, auth, timeoutMs: 3000, retries: 2 });
    const poll = new InterfacePoll(known);
    await poll.poll(session);
    const { snapshot, renumbered, changed } = await poll.poll(session);
    session.close();
    expect([renumbered, changed]).toEqual([false, false]);

    const polled = new Map(snapshot.interfaces.map(({ ifName, ...values }) => [ifName, values]));
    for (const { ifName, ifIndex } of known) {
      expect({ ifName, ...polled.get(ifName) }).toMatchObject({ ifName, ...truthOf(walked.get(ifIndex)!) });
    }
    const rows = snapshot.interfaces;
    expect([
      rows.length,
      ...[64, 32, undefined].map((bits) => rows.filter((row) => row.counterBits === bits).length),
      rows.filter((row) => row.speed === undefined).length,
      rows.filter((row) => row.operStatus === 1).length,
    ]).toEqual([interfaces, wide, narrow, none, speedless, up]);
  });
});
