import {
  dashboard,
  lines,
  queryVariable,
  row,
  stat,
  STATE_COLOURS,
  stateColumn,
  table,
  unitColumn,
} from './panels.mjs';

const DEVICE = 'device_id="$device"';
const UPLINK = `${DEVICE}, interface_type="isp"`;

export const device = dashboard({
  uid: 'ispmonitor-device',
  title: 'ISP monitor: device',
  description: 'One device: its state, how it answers, its uplinks and interfaces.',
  variables: [
    {
      ...queryVariable({
        name: 'device',
        label: 'Device',
        query:
          'query_result(group by (device_id, device_name) (last_over_time(device_state_since_timestamp_seconds[$__range])))',
      }),
      // People choose by name; queries ask for the id, which stays when a device is renamed.
      regex: '/device_id="(?<value>[^"]+)".*device_name="(?<text>[^"]+)"/',
    },
  ],
  panels: [
    stat({
      title: 'State, and since when',
      at: { x: 0, y: 0, w: 8, h: 4 },
      unit: 'dateTimeFromNow',
      queries: [{ expr: `device_state_since_timestamp_seconds{${DEVICE}} * 1000`, legend: '{{state}}' }],
      colours: STATE_COLOURS,
    }),
    stat({
      title: 'SNMP',
      description: 'ok, or why the last poll failed.',
      at: { x: 8, y: 0, w: 4, h: 4 },
      queries: [{ expr: `device_snmp_state{${DEVICE}}`, legend: '{{reason}}' }],
    }),
    stat({
      title: 'Age of the newest answer',
      at: { x: 12, y: 0, w: 6, h: 4 },
      unit: 's',
      queries: [{ expr: `device_data_age_seconds{${DEVICE}}`, legend: '{{collector}}' }],
    }),
    stat({
      title: 'Available, of the known time of a day',
      at: { x: 18, y: 0, w: 6, h: 4 },
      unit: 'percentunit',
      queries: [
        { expr: `device:availability:ratio1d{${DEVICE}}`, legend: 'available' },
        { expr: `device:availability_coverage:ratio1d{${DEVICE}}`, legend: 'known' },
      ],
    }),
    lines({
      title: 'Round-trip time',
      description: 'Smallest, mean and largest of a round. No reply, no point.',
      at: { x: 0, y: 4, w: 12, h: 8 },
      unit: 'ms',
      queries: ['min', '', 'max'].map((which) => ({
        expr: `avg_over_time(device_ping_rtt_${which && `${which}_`}ms{${DEVICE}}[$__rate_interval])`,
        legend: which || 'mean',
      })),
    }),
    lines({
      title: 'Packet loss',
      at: { x: 12, y: 4, w: 12, h: 8 },
      unit: 'percent',
      defaults: { max: 100 },
      queries: [{ expr: `avg_over_time(device_ping_packet_loss{${DEVICE}}[$__rate_interval])`, legend: 'loss' }],
    }),
    row('Uplinks', 12),
    lines({
      title: 'Traffic of the uplinks',
      description: 'Received above, sent below the line.',
      at: { x: 0, y: 13, w: 16, h: 9 },
      unit: 'bps',
      min: null,
      queries: [
        { expr: `interface:in_bits:rate5m{${UPLINK}}`, legend: '{{if_name}} {{isp_provider}} in' },
        { expr: `-interface:out_bits:rate5m{${UPLINK}}`, legend: '{{if_name}} {{isp_provider}} out' },
      ],
    }),
    table({
      title: 'State of the uplinks',
      at: { x: 16, y: 13, w: 8, h: 9 },
      queries: [{ expr: `time() - interface_state_since_timestamp_seconds{${UPLINK}}` }],
      columns: { if_name: 'Uplink', isp_provider: 'Provider', state: 'State', Value: 'For' },
      overrides: [stateColumn('State'), unitColumn('For', 's')],
    }),
    row('Interfaces', 22),
    table({
      title: 'Interfaces',
      description: 'Rates of the last five minutes; empty where not known.',
      at: { x: 0, y: 23, w: 24, h: 11 },
      queries: [
        { expr: `sum by (if_name, interface_type) (interface_oper_status{${DEVICE}})` },
        { expr: `sum by (if_name, interface_type) (interface_speed{${DEVICE}})` },
        { expr: `sum by (if_name, interface_type) (interface:in_bits:rate5m{${DEVICE}})` },
        { expr: `sum by (if_name, interface_type) (interface:out_bits:rate5m{${DEVICE}})` },
        { expr: `sum by (if_name, interface_type) (interface:errors:ratio5m{${DEVICE}})` },
        { expr: `sum by (if_name, interface_type) (interface:discards:ratio5m{${DEVICE}})` },
      ],
      columns: {
        if_name: 'Interface',
        interface_type: 'Type',
        'Value #A': 'ifOperStatus',
        'Value #B': 'Speed',
        'Value #C': 'In',
        'Value #D': 'Out',
        'Value #E': 'Errors',
        'Value #F': 'Discards',
      },
      overrides: [
        {
          matcher: { id: 'byName', options: 'ifOperStatus' },
          properties: [
            {
              id: 'mappings',
              value: [
                {
                  type: 'value',
                  options: Object.fromEntries(
                    ['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown'].map((text, i) => [
                      i + 1,
                      { text, index: i },
                    ])
                  ),
                },
              ],
            },
          ],
        },
        ...['Speed', 'In', 'Out'].map((name) => unitColumn(name, 'bps')),
        ...['Errors', 'Discards'].map((name) => unitColumn(name, 'percentunit')),
      ],
      sortBy: 'In',
    }),
    table({
      title: 'What discovery knows',
      at: { x: 0, y: 34, w: 24, h: 4 },
      queries: [{ expr: `device_info{${DEVICE}}` }],
      columns: {
        device_name: 'Device',
        device_ip: 'Address',
        vendor: 'Vendor',
        model: 'Model',
        os_version: 'Version',
        sys_name: 'sysName',
        role: 'Role',
        site: 'Site',
      },
    }),
  ],
});
