import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Weight of each counter in its agent's formula, the same as in mib.h. */
const WEIGHTS = {
  ifHCInOctets: 1,
  ifHCOutOctets: 2,
  ifHCInUcastPkts: 3,
  ifHCOutUcastPkts: 4,
  ifInDiscards: 5,
  ifInErrors: 6,
  ifOutDiscards: 7,
  ifOutErrors: 8,
} as const;
type Counter = keyof typeof WEIGHTS;

const FAMILIES: Readonly<Record<string, Counter>> = {
  interface_if_hc_in_octets: 'ifHCInOctets',
  interface_if_hc_out_octets: 'ifHCOutOctets',
  interface_if_hc_in_ucast_pkts: 'ifHCInUcastPkts',
  interface_if_hc_out_ucast_pkts: 'ifHCOutUcastPkts',
  interface_if_in_discards: 'ifInDiscards',
  interface_if_in_errors: 'ifInErrors',
  interface_if_out_discards: 'ifOutDiscards',
  interface_if_out_errors: 'ifOutErrors',
};

/** How far the time of a poll may be from the agent's own. */
const CLOCK_MS = 2000;

/** What an agent's counter stands at after so many ms. */
export function counterOf(counter: Counter, address: string, ifIndex: number, elapsedMs: number): number {
  const value = elapsedMs * stepOf(counter, ifIndex) + tagOf(address);
  return counter.startsWith('ifHC') ? value : value % 2 ** 32;
}

function stepOf(counter: Counter, ifIndex: number): number {
  return (ifIndex * 16 + WEIGHTS[counter]) * 64;
}

function tagOf(address: string): number {
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return Math.imul(number, 0x9e3779b1) >>> 26;
}

/**
 * Checks every counter of an exposition against its agent: octets tell when the agent answered, all other counters of
 * the row must be those of the same moment, and that moment must be the time that stands on the line.
 */
export async function checkCounters(
  text: Readable,
  epoch: number
): Promise<{ values: number; interfaces: number; wrong: string[] }> {
  const rows = new Map<string, { elapsed: number; time: number }>();
  const wrong: string[] = [];
  let values = 0;
  for await (const line of createInterface({ input: text })) {
    const counter = FAMILIES[line.slice(0, line.indexOf('{'))];
    if (!counter) {
      continue;
    }
    const [, address, index] = /device_ip="([^"]+)".*if_name="ether(\d+)"/.exec(line)!;
    const [value, time] = line
      .slice(line.lastIndexOf('}') + 1)
      .trim()
      .split(/ +/)
      .map(Number) as [number, number];
    const key = `${address} ${index}`;
    const ifIndex = Number(index);
    values += 1;
    const row = rows.get(key);
    if (!row) {
      // The families stand in the order of the list above: octets first.
      const elapsed = (value - tagOf(address!)) / stepOf(counter, ifIndex);
      rows.set(key, { elapsed, time });
      if (!Number.isInteger(elapsed) || Math.abs(epoch + elapsed - time) > CLOCK_MS) {
        wrong.push(`${line}: the agent never had this at that time`);
      }
    } else if (value !== counterOf(counter, address!, ifIndex, row.elapsed) || time !== row.time) {
      wrong.push(`${line}: ${counterOf(counter, address!, ifIndex, row.elapsed)} at ${row.time} would be right`);
    }
  }
  return { values, interfaces: rows.size, wrong };
}
