/** How the octets of a value or the arcs of an index become text. */
export const TEXT_TYPES = [
  'Integer32',
  'Integer',
  'gauge',
  'counter',
  'EnumAsInfo',
  'PhysAddress48',
  'InetAddressIPv4',
  'InetAddressIPv6',
  'OctetString',
  'DisplayString',
  'InetAddress',
  'InetAddressMissingSize',
  'LldpPortId',
] as const;
export type TextType = (typeof TEXT_TYPES)[number];

/** What `type` of a metric or of a lookup may be. The empty one is OctetString. */
export const VALUE_TYPES = [
  '',
  ...TEXT_TYPES,
  'Float',
  'Double',
  'DateAndTime',
  'ParseDateAndTime',
  'NTPTimeStamp',
  'EnumAsStateSet',
  'Bits',
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export type EnumValues = ReadonlyMap<number, string>;

/** A regular expression of RE2 as it stands in the file, and a test for it. */
export interface Pattern {
  source: string;
  /** Null without a match. */
  match(text: string): PatternMatch | null;
}

export interface PatternMatch {
  /** 0 is all of it; empty for a group that took no part or does not exist. */
  group(nameOrNumber: string): string;
}

/** A label that is read off the row index. */
export interface ModuleIndex {
  labelname: string;
  type: TextType;
  /** Octets of a string without a length in front; 0 where there is one. */
  fixedSize: number;
  /** RFC 2578 section 7.7: the last string of an index comes without its length. */
  implied: boolean;
  enumValues: EnumValues;
}

/** A label that is read from another column; without `labels` it deletes the label instead. */
export interface ModuleLookup {
  labels: readonly string[];
  labelname: string;
  oid: string;
  type: ValueType;
  displayHint: string;
  enumValues: EnumValues;
}

export interface RegexExtract {
  /** Follows the metric's name; may be empty. */
  suffix: string;
  /** The first that matches and gives a number counts. */
  choices: readonly { regex: Pattern; value: string }[];
}

export interface ModuleMetric {
  name: string;
  oid: string;
  type: ValueType;
  help: string;
  indexes: readonly ModuleIndex[];
  lookups: readonly ModuleLookup[];
  regexExtracts: readonly RegexExtract[];
  enumValues: EnumValues;
  /** Multiplies first; 0 where there is none. */
  scale: number;
  /** Is added then. */
  offset: number;
  datetimePattern: string;
  displayHint: string;
}

/** Walks `targets` only in the rows whose value below `oid` matches one of `values` somewhere. */
export interface DynamicFilter {
  oid: string;
  targets: readonly string[];
  values: readonly Pattern[];
}

/** One entry of `modules:` in snmp.yml. Nothing changes it after it is loaded: what is prepared from it is kept. */
export interface SnmpModule {
  name: string;
  /** Subtree roots, dotted, without a leading dot. */
  walk: readonly string[];
  /** Instances. */
  get: readonly string[];
  metrics: readonly ModuleMetric[];
  /** Repetitions of a GETBULK and OIDs of a GET; 0 leaves it to the collector. */
  maxRepetitions: number;
  /** Attempts after the first. */
  retries: number;
  /** Per attempt. */
  timeoutMs: number;
  allowNonIncreasingOids: boolean;
  useUnconnectedUdpSocket: boolean;
  filters: readonly DynamicFilter[];
  /** The credential that a file from before snmp_exporter 0.23 holds inside the module; null in newer files. */
  auth: string | null;
}
