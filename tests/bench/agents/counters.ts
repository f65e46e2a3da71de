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
 * Checks every counter of an exposition against its agent: all counters of a row that carry one time must be those of
 * one moment of the agent, and that moment must be that time. (Between two families of a page a row may be polled again.)
 */
export async function checkCounters(text: Readable, epoch: number): Promise<{ values: number; wrong: string[] }> {
  /** ms that the agent had counted, by row and time of its poll. */
  const moments = new Map<string, number>();
  const wrong: string[] = [];
  let values = 0;
  for await (const line of createInterface({ input: text })) {
    const counter = FAMILIES[line.slice(0, line.indexOf('{'))];
    if (!counter) {
      continue;
    }
    values += 1;
    const [, address = '', index] = /device_ip="([^"]+)".*if_name="ether(\d+)"/.exec(line)!;
    const sample = line.slice(line.lastIndexOf('}') + 1).trim();
    const [value = NaN, time = NaN] = sample.split(/ +/).map(Number);
    const key = `${address} ${index} ${time}`;
    const elapsed = moments.get(key) ?? momentOf(counter, address, Number(index), value, time - epoch);
    if (elapsed === undefined || value !== counterOf(counter, address, Number(index), elapsed)) {
      wrong.push(`${line}: the agent had ${counterOf(counter, address, Number(index), time - epoch)} at that time`);
    } else {
      moments.set(key, elapsed);
    }
  }
  return { values, wrong };
}

/** When, near that time, the counter stood at that value; undefined when it never did. */
function momentOf(counter: Counter, address: string, ifIndex: number, value: number, near: number): number | undefined {
  for (let off = 0; off <= CLOCK_MS; off++) {
    const found = [near - off, near + off].find((at) => counterOf(counter, address, ifIndex, at) === value);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
