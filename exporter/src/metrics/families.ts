/** Parts of `/metrics` that `?collect[]=` serves on their own. */
export const COLLECT_PARTS = ['ping', 'states', 'interfaces', 'device', 'inventory', 'self'] as const;
export type CollectPart = (typeof COLLECT_PARTS)[number];

export interface Family {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  part: Exclude<CollectPart, 'self'>;
  /** Labels beyond the identity of a device (device_id, device_ip, device_name). */
  labels: readonly string[];
}

const PLACE = ['branch', 'region', 'device_type'] as const;
const INTERFACE = ['if_name', 'interface_type', 'isp_provider', 'is_critical'] as const;

const ping = (name: string, type: Family['type'], help: string, labels: readonly string[] = PLACE): Family => ({
  name,
  type,
  help,
  part: 'ping',
  labels,
});
const iface = (name: string, type: Family['type'], help: string): Family => ({
  name,
  type,
  help: type === 'counter' ? `${help} Absolute value as polled in the background, with the time of the poll.` : help,
  part: 'interfaces',
  labels: INTERFACE,
});

/** Every device series that `/metrics` serves: the single source of the store, the documentation and its check. */
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
    help: 'Unix time since when the device is in the state of the label; since="approximate" when it began before this process.',
    part: 'states',
    labels: [...PLACE, 'state', 'since'],
  },
  {
    name: 'interface_state_since_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time since when an uplink or critical interface is in the state of the label; since="approximate" when it began before this process.',
    part: 'states',
    labels: [...INTERFACE, 'branch', 'region', 'state', 'since'],
  },
  {
    name: 'device_data_age_seconds',
    type: 'gauge',
    help: 'Age of the newest answer of the device, by collector (ping, interfaces, device).',
    part: 'states',
    labels: ['collector'],
  },

  iface('interface_oper_status', 'gauge', 'IF-MIB::ifOperStatus 1.3.6.1.2.1.2.2.1.8: 1 up … 7 lowerLayerDown.'),
  iface('interface_admin_status', 'gauge', 'IF-MIB::ifAdminStatus 1.3.6.1.2.1.2.2.1.7: 1 up, 2 down, 3 testing.'),
  iface(
    'interface_speed',
    'gauge',
    'Speed in bit/s: ifHighSpeed 1.3.6.1.2.1.31.1.1.1.15 x 1e6, else ifSpeed 1.3.6.1.2.1.2.2.1.5; absent when unknown.'
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
];
