/** One value of one series, not yet text: what a module of snmp.yml makes of a device's answers. */
export interface Sample {
  /** Family, with the suffixes that snmp.yml adds (`_info`, those of regex_extracts). */
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  /** Several samples may share one object. An empty text is a label that Prometheus drops. */
  labels: Readonly<Record<string, string>>;
  value: number;
}
