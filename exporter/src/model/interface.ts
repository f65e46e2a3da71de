/**
 * What an interface is for. `isp` is an uplink; the others say why it is none.
 * The order is the order of precedence in classification.
 */
export const INTERFACE_TYPES = [
  'isp',
  'trunk',
  'server_link',
  'branch_link',
  'management',
  'access',
  'loopback',
  'voice',
  'camera',
  'other',
] as const;
export type InterfaceType = (typeof INTERFACE_TYPES)[number];

/**
 * One row of IF-MIB on a device. Identity is the device and `ifName`; `ifIndex` is an attribute that may change at a
 * reboot (RFC 2863 section 3.1.5).
 */
export interface Interface {
  /** IF-MIB::ifName, else ifDescr, else the index; made unique within the device by an ifIndex suffix. */
  ifName: string;
  /** True when `ifName` had to be invented or suffixed: it may not survive a renumbering. */
  weakIdentity: boolean;
  /** InterfaceIndex; agents also use values above 2^31-1. */
  ifIndex: number;
  ifDescr: string;
  /** IF-MIB::ifAlias in full; labels carry 64 characters at most. */
  ifAlias: string;
  /** IANAifType number, 6 = ethernetCsmacd. */
  ifType: number;
  interfaceType: InterfaceType;
  /** Provider name when `interfaceType` is `isp`, `unknown` when it could not be told, else empty. */
  ispProvider: string;
  isCritical: boolean;
  /** False: known, but no values are collected (loopbacks, operator's choice). */
  monitored: boolean;
  /** Operator's word on the speed in bit/s where the agent has none; null when not told. */
  speedOverride: number | null;
}

/** Interfaces that have a state of their own and may be polled faster than the others. */
export function isUplinkOrCritical(one: Pick<Interface, 'interfaceType' | 'isCritical'>): boolean {
  return one.interfaceType === 'isp' || one.isCritical;
}
