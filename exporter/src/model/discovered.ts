import type { Interface } from './interface';

/** What the system group (RFC 3418) and the vendor tables say of a device. */
export interface DiscoveredSystem {
  sysDescr: string;
  /** Dotted, without a leading dot; empty when the agent has none. */
  sysObjectID: string;
  sysName: string;
  sysLocation: string;
  vendor: string;
  model: string;
  osVersion: string;
  /** Names of the SNMP modules that fit it, in the order in which they are polled. */
  modules: readonly string[];
}

/** How it is known what carries an interface: IF-MIB::ifStackTable, or the names; empty when nothing does. */
export const PARENT_SOURCES = ['', 'stack', 'name'] as const;
export type ParentSource = (typeof PARENT_SOURCES)[number];

/** An interface as a walk found it, with the classifier's verdict. */
export interface DiscoveredInterface extends Omit<Interface, 'speedOverride'> {
  mtu: number | null;
  physAddress: string;
  /** IF-MIB::ifAdminStatus and ifOperStatus at the time of the walk; null when the agent did not say. */
  adminStatus: number | null;
  operStatus: number | null;
  /** bit/s at the time of the walk. */
  speed: number | null;
  /** 0..1 */
  confidence: number;
  /** Text that decided: alias, name, descr, type; empty when none did. */
  source: string;
  /** Rule that decided; empty when none did. */
  ruleId: string;
  /** `ifName` of what carries it: a port its VLANs, a bundle its members; empty when nothing does. */
  parentIfName: string;
  parentSource: ParentSource;
}
