import type { SimulatedDevice } from './device';
import { counter32, counter64, gauge32, integer, octets, oid, text, timeTicks } from './mib-value';
import { deviceObjects } from './device-mib';
import { SYSTEM_SCALARS, uptime } from './system-mib';
import { ObjectColumn, OidTable, parseOid, RowSet, SCALAR } from './oid-table';
import type { Port, PortCounters } from './port';
import type { Value } from './ber-writer';
import { identityOf, macAddress } from './vendor';

/** What a column needs to know of its row. */
interface Row {
  device: SimulatedDevice;
  port: Port;
  ifIndex: number;
  /** Position in the bundle. */
  position: number;
}

const LOOPBACK = 24;
const ETHERNET = 6;
/** Share of packets that are no unicasts. */
const MULTICAST = 0.012;
const BROADCAST = 0.004;

const count = (r: Row): PortCounters => r.port.counters(r.device.now);
const multicast = (packets: number) => Math.floor(packets * MULTICAST);
const broadcast = (packets: number) => Math.floor(packets * BROADCAST);
const others = (packets: number) => multicast(packets) + broadcast(packets);
const truth = (value: boolean) => integer(value ? 1 : 2);

/** IF-MIB::ifTable, 1.3.6.1.2.1.2.2.1: all 22 columns, the deprecated ones too, as agents in the field have them. */
const IF_TABLE: Readonly<Record<number, (r: Row) => Value>> = {
  1: (r) => integer(r.ifIndex),
  2: (r) => text(r.port.promise.ifDescr),
  3: (r) => integer(r.port.promise.ifType),
  4: (r) => integer(r.port.promise.mtu),
  5: (r) => gauge32(r.port.promise.speed),
  6: (r) =>
    octets(
      r.port.promise.ifType === LOOPBACK
        ? new Uint8Array(0)
        : macAddress(identityOf(r.device.promise), r.device.seed, r.position)
    ),
  7: (r) => truth(r.port.promise.enabled),
  8: (r) => truth(r.port.operUp),
  9: (r) => timeTicks(Math.min(r.port.changedAt - r.device.startedAt, uptime(r.device))),
  10: (r) => counter32(count(r).inOctets),
  11: (r) => counter32(count(r).inPackets),
  12: (r) => counter32(others(count(r).inPackets)),
  13: (r) => counter32(count(r).inDiscards),
  14: (r) => counter32(count(r).inErrors),
  15: () => counter32(0),
  16: (r) => counter32(count(r).outOctets),
  17: (r) => counter32(count(r).outPackets),
  18: (r) => counter32(others(count(r).outPackets)),
  19: (r) => counter32(count(r).outDiscards),
  20: (r) => counter32(count(r).outErrors),
  21: () => gauge32(0),
  22: () => oid('0.0'),
};

/** IF-MIB::ifXTable, 1.3.6.1.2.1.31.1.1.1: all 19 columns. */
const IFX_TABLE: Readonly<Record<number, (r: Row) => Value>> = {
  1: (r) => text(r.port.promise.ifName),
  2: (r) => counter32(multicast(count(r).inPackets)),
  3: (r) => counter32(broadcast(count(r).inPackets)),
  4: (r) => counter32(multicast(count(r).outPackets)),
  5: (r) => counter32(broadcast(count(r).outPackets)),
  6: (r) => counter64(count(r).inOctets),
  7: (r) => counter64(count(r).inPackets),
  8: (r) => counter64(multicast(count(r).inPackets)),
  9: (r) => counter64(broadcast(count(r).inPackets)),
  10: (r) => counter64(count(r).outOctets),
  11: (r) => counter64(count(r).outPackets),
  12: (r) => counter64(multicast(count(r).outPackets)),
  13: (r) => counter64(broadcast(count(r).outPackets)),
  14: () => integer(1),
  15: (r) => gauge32(Math.round(r.port.promise.speed / 1e6)),
  16: () => truth(false),
  17: (r) => truth(r.port.promise.ifType === ETHERNET),
  18: (r) => text(r.port.promise.ifAlias),
  19: () => timeTicks(0),
};

/** A device with its interfaces in the order of their ifIndex. */
export interface AgentState {
  device: SimulatedDevice;
  rows: readonly Row[];
}

const COLUMNS = [
  ...columns('1.3.6.1.2.1.2.2.1', IF_TABLE, new Set()),
  ...columns('1.3.6.1.2.1.31.1.1.1', IFX_TABLE, new Set([6, 7, 8, 9, 10, 11, 12, 13])),
];

function columns(entry: string, table: typeof IF_TABLE, wide: ReadonlySet<number>): ObjectColumn<AgentState>[] {
  return Object.entries(table).map(
    ([sub, read]) =>
      new ObjectColumn<AgentState>(
        [...parseOid(entry), Number(sub)],
        (state, row) => read(state.rows[row] as Row),
        wide.has(Number(sub))
      )
  );
}

const SCALARS = SYSTEM_SCALARS.map(([object, read]) => ({
  column: new ObjectColumn<AgentState>(parseOid(object), (state) => read(state.device)),
  rows: SCALAR,
}));

/** Most devices of a fleet number their interfaces alike: their row sets are one. */
const rowSets = new Map<string, RowSet>();

/** Everything that this device answers at its present numbering of interfaces. */
export function tableOf(device: SimulatedDevice): OidTable<AgentState> {
  const rows = device.ports
    .map((port, position): Row => ({ device, port, ifIndex: device.ifIndexes[position] as number, position }))
    .sort((a, b) => a.ifIndex - b.ifIndex);
  const key = rows.map((r) => r.ifIndex).join();
  const rowSet = rowSets.get(key) ?? new RowSet(rows.map((r) => [r.ifIndex]));
  rowSets.set(key, rowSet);
  return new OidTable<AgentState>({ device, rows }, [
    ...SCALARS,
    ...deviceObjects(device),
    ...COLUMNS.map((column) => ({ column, rows: rowSet })),
  ]);
}
