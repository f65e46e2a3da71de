/** Parts of `/metrics` that `?collect[]=` serves on their own. */
export const COLLECT_PARTS = ['ping', 'states', 'probes', 'interfaces', 'device', 'inventory', 'self'] as const;
export type CollectPart = (typeof COLLECT_PARTS)[number];

export interface Family {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  part: Exclude<CollectPart, 'self'>;
  /** Labels beyond the identity of a device (device_id, device_ip, device_name). */
  labels: readonly string[];
  /** True: it is no device's, and `labels` are all that it has. */
  noDevice?: true;
  /** True: its series may have any labels, each its own; `labels` is empty. */
  open?: true;
}

const PLACE = ['branch', 'region', 'device_type'] as const;
const INTERFACE = ['if_name', 'interface_type', 'isp_provider', 'is_critical'] as const;

/** Names are those of blackbox_exporter where it has one. The last two tell the uplink that a probe belongs to. */
const PROBE = ['probe', 'target', 'class', 'branch', 'region', 'device_id', 'if_name'] as const;

const probe = (name: string, help: string, labels: readonly string[] = PROBE): Family => ({
  name,
  type: 'gauge',
  help,
  part: 'probes',
  labels,
  noDevice: true,
});
const ping = (name: string, type: Family['type'], help: string, labels: readonly string[] = PLACE): Family => ({
  name,
  type,
  help,
  part: 'ping',
  labels,
});
const device = (name: string, help: string, labels: readonly string[] = []): Family => ({
  name,
  type: 'gauge',
  help,
  part: 'device',
  labels,
});
const iface = (name: string, type: Family['type'], help: string): Family => ({
  name,
  type,
  help: type === 'counter' ? `${help} Absolute value as polled in the background, with the time of the poll.` : help,
  part: 'interfaces',
  labels: INTERFACE,
});

/** Every series of devices and probes that `/metrics` serves: the single source of the store, the documentation and its check. */
export const FAMILIES: readonly Family[] = [
  ping('device_ping_status', 'gauge', '1 when at least one echo of the last round was answered, else 0.'),
  ping('device_ping_rtt_ms', 'gauge', 'Mean round-trip time of the last round in ms; absent without a reply.'),
  ping('device_ping_rtt_min_ms', 'gauge', 'Smallest round-trip time of the last round in ms; absent without a reply.'),
  ping('device_ping_rtt_max_ms', 'gauge', 'Largest round-trip time of the last round in ms; absent without a reply.'),
  ping('device_ping_packet_loss', 'gauge', 'Echoes of the last round without a reply, in percent.'),
  ping('device_ping_requests_total', 'counter', 'Echoes sent, counted when decided by a reply or the timeout.', []),
  ping('device_ping_replies_total', 'counter', 'Echoes answered in time.', []),

  {
    name: 'device_state_since_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time since when the device is in the state of the label; since="approximate" when its beginning was not seen.',
    part: 'states',
    labels: [...PLACE, 'state', 'since'],
  },
  {
    name: 'interface_state_since_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time since when an uplink or critical interface is in the state of the label; since="approximate" when its beginning was not seen.',
    part: 'states',
    labels: [...INTERFACE, 'branch', 'region', 'state', 'since'],
  },
  {
    name: 'device_data_age_seconds',
    type: 'gauge',
    help: 'Age of the newest answer of the device, by collector: ping, interfaces (a poll of all of them), device (its modules).',
    part: 'states',
    labels: ['collector'],
  },

  probe('probe_success', '1 when the last asking succeeded, else 0; absent when this machine could not ask.'),
  probe(
    'probe_duration_seconds',
    'Time to the answer: icmp mean round trip, tcp connection, http head of the answer, dns reply; absent without one.'
  ),
  probe('probe_packet_loss_ratio', 'Share of the echoes of the last round without a reply, 0 to 1; icmp only.'),
  probe('probe_http_status_code', 'Status of the last answer; http only, absent without one.'),
  probe(
    'probe_ssl_earliest_cert_expiry',
    'Unix time at which the first certificate of the chain expires, valid or not; https only.'
  ),
  probe(
    'probe_failure_info',
    'Always 1: why the last asking did not succeed (timeout, refused, unreachable, tls, status, malformed), or could not be made (lookup, local).',
    [...PROBE, 'reason']
  ),

  iface('interface_oper_status', 'gauge', 'IF-MIB::ifOperStatus 1.3.6.1.2.1.2.2.1.8: 1 up … 7 lowerLayerDown.'),
  iface('interface_admin_status', 'gauge', 'IF-MIB::ifAdminStatus 1.3.6.1.2.1.2.2.1.7: 1 up, 2 down, 3 testing.'),
  iface(
    'interface_speed',
    'gauge',
    'Speed in bit/s: ifHighSpeed 1.3.6.1.2.1.31.1.1.1.15 x 1e6, else ifSpeed 1.3.6.1.2.1.2.2.1.5; absent when unknown.'
  ),
  iface(
    'interface_counter_bits',
    'gauge',
    'Width of the octet counters that are served: 64, or 32 where the agent has no 64-bit ones that count. A 32-bit counter wraps every 34 s at 1 Gbit/s.'
  ),
  iface(
    'interface_if_hc_in_octets',
    'counter',
    'ifHCInOctets 1.3.6.1.2.1.31.1.1.1.6, ifInOctets where the agent lacks it.'
  ),
  iface(
    'interface_if_hc_out_octets',
    'counter',
    'ifHCOutOctets 1.3.6.1.2.1.31.1.1.1.10, ifOutOctets where the agent lacks it.'
  ),
  iface(
    'interface_if_hc_in_ucast_pkts',
    'counter',
    'ifHCInUcastPkts 1.3.6.1.2.1.31.1.1.1.7, ifInUcastPkts where the agent lacks it.'
  ),
  iface(
    'interface_if_hc_out_ucast_pkts',
    'counter',
    'ifHCOutUcastPkts 1.3.6.1.2.1.31.1.1.1.11, ifOutUcastPkts where the agent lacks it.'
  ),
  iface('interface_if_in_errors', 'counter', 'ifInErrors 1.3.6.1.2.1.2.2.1.14.'),
  iface('interface_if_out_errors', 'counter', 'ifOutErrors 1.3.6.1.2.1.2.2.1.20.'),
  iface('interface_if_in_discards', 'counter', 'ifInDiscards 1.3.6.1.2.1.2.2.1.13.'),
  iface('interface_if_out_discards', 'counter', 'ifOutDiscards 1.3.6.1.2.1.2.2.1.19.'),

  {
    name: 'interface_info',
    type: 'gauge',
    help: 'Always 1: what discovery knows of the interface; ifAlias cut to 64 characters.',
    part: 'inventory',
    labels: ['if_name', 'if_alias', 'if_index', 'if_type'],
  },
  {
    name: 'device_info',
    type: 'gauge',
    help: 'Always 1: what discovery knows of the device.',
    part: 'inventory',
    labels: ['vendor', 'model', 'os_version', 'sys_name', 'role', 'site'],
  },
  {
    name: 'device_snmp_up',
    type: 'gauge',
    help: '1 when the last SNMP poll was answered, else 0.',
    part: 'device',
    labels: [],
  },
  {
    name: 'device_snmp_state',
    type: 'gauge',
    help: 'Always 1: how the last SNMP poll ended (ok, timeout, auth, unreachable, no_such_object, malformed, tooslow).',
    part: 'device',
    labels: ['reason'],
  },

  device('device_cpu_percent', 'Load of the processors, 0 to 100; the mean where there are several.'),
  device('device_memory_used_bytes', 'Memory in use, without what is only cached.'),
  device('device_memory_total_bytes', 'Memory that the device has.'),
  device('device_temperature_celsius', 'Temperature by sensor.', ['sensor']),
  device('device_uptime_seconds', 'Time since the device started, beyond the 497 days at which sysUpTime wraps.'),
  device('device_clock_skew_seconds', 'By how much the clock of the device is ahead of ours; negative when behind.'),
];

/** One array for all of them: lines of a row are rendered once where families have the same labels. */
const ANY_LABELS: readonly string[] = [];

/** Family of a value that a module of snmp.yml gives: known when the first one comes. */
export function moduleFamily({ name, type, help }: Pick<Family, 'name' | 'type' | 'help'>): Family {
  return { name, type, help, part: 'device', labels: ANY_LABELS, open: true };
}
