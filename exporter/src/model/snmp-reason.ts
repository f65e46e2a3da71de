/** Why SNMP of a device works or does not: label `reason` of `device_snmp_state`. */
export const SNMP_REASONS = ['ok', 'timeout', 'auth', 'unreachable', 'no_such_object', 'malformed', 'tooslow'] as const;
export type SnmpReason = (typeof SNMP_REASONS)[number];
