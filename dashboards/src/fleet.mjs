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

const IN_REGION = 'region=~"$region"';
const LINK = {
  id: 'links',
  value: [{ title: 'Device', url: '/d/ispmonitor-device?var-device=${__data.fields.device_id}' }],
};
const deviceLink = { matcher: { id: 'byName', options: 'Device' }, properties: [LINK] };
const states = Object.keys(STATE_COLOURS);

export const fleet = dashboard({
  uid: 'ispmonitor-fleet',
  title: 'ISP monitor: fleet',
  description: 'State of all sites and devices, what is worst, and whether the monitoring itself is well.',
  variables: [
    queryVariable({
      name: 'region',
      label: 'Region',
      query: 'label_values(device_state_since_timestamp_seconds, region)',
      multi: true,
    }),
  ],
  panels: [
    stat({
      title: 'Devices by state',
      description: 'Unknown: no fresh answer. It is neither up nor down.',
      at: { x: 0, y: 0, w: 12, h: 4 },
      queries: states.map((state) => ({
        // 0 only where other devices are known: without any data there is nothing to count.
        expr: `count(device_state_since_timestamp_seconds{${IN_REGION}, state="${state}"}) or 0 * count(device_state_since_timestamp_seconds{${IN_REGION}})`,
        legend: state,
      })),
      colours: STATE_COLOURS,
    }),
    stat({
      title: 'Sites by their uplinks',
      at: { x: 12, y: 0, w: 12, h: 4 },
      queries: [
        {
          legend: 'up',
          expr: `count(site:uplinks_up:count{${IN_REGION}} > 0 and on (branch, region) site:uplinks_down:count == 0 and on (branch, region) site:uplinks_unknown:count == 0) or 0 * count(site:uplinks_up:count{${IN_REGION}})`,
        },
        {
          legend: 'redundancy lost',
          expr: `count(site:uplinks_up:count{${IN_REGION}} > 0 and on (branch, region) site:uplinks_down:count > 0) or 0 * count(site:uplinks_up:count{${IN_REGION}})`,
        },
        {
          legend: 'isolated',
          expr: `count(site:uplinks_down:count{${IN_REGION}} > 0 and on (branch, region) site:uplinks_up:count == 0 and on (branch, region) site:uplinks_unknown:count == 0) or 0 * count(site:uplinks_up:count{${IN_REGION}})`,
        },
      ],
      colours: { up: 'green', 'redundancy lost': 'orange', isolated: 'red' },
    }),
    table({
      title: 'Devices that are down or not known',
      at: { x: 0, y: 4, w: 12, h: 9 },
      queries: [{ expr: `(time() - device_state_since_timestamp_seconds{${IN_REGION}, state=~"down|unknown"})` }],
      columns: {
        device_name: 'Device',
        device_id: 'device_id',
        branch: 'Site',
        region: 'Region',
        state: 'State',
        since: 'Start',
        Value: 'For',
      },
      overrides: [stateColumn('State'), unitColumn('For', 's'), deviceLink],
      sortBy: 'For',
    }),
    table({
      title: 'Sites',
      at: { x: 12, y: 4, w: 12, h: 9 },
      queries: [
        { expr: `sum by (branch, region) (site:uplinks_up:count{${IN_REGION}})` },
        { expr: `sum by (branch, region) (site:uplinks_down:count{${IN_REGION}})` },
        { expr: `sum by (branch, region) (site:uplinks_unknown:count{${IN_REGION}})` },
      ],
      columns: {
        branch: 'Site',
        region: 'Region',
        'Value #A': 'Uplinks up',
        'Value #B': 'Down',
        'Value #C': 'Not known',
      },
      sortBy: 'Down',
    }),
    row('Worst', 13),
    table({
      title: 'Packet loss, last five minutes',
      at: { x: 0, y: 14, w: 12, h: 8 },
      queries: [{ expr: `topk(10, avg_over_time(device_ping_packet_loss{${IN_REGION}}[5m]) > 0)` }],
      columns: { device_name: 'Device', device_id: 'device_id', branch: 'Site', Value: 'Loss' },
      overrides: [unitColumn('Loss', 'percent'), deviceLink],
      sortBy: 'Loss',
    }),
    table({
      title: 'Round-trip time, last five minutes',
      at: { x: 12, y: 14, w: 12, h: 8 },
      queries: [{ expr: `topk(10, avg_over_time(device_ping_rtt_ms{${IN_REGION}}[5m]))` }],
      columns: { device_name: 'Device', device_id: 'device_id', branch: 'Site', Value: 'Time' },
      overrides: [unitColumn('Time', 'ms'), deviceLink],
      sortBy: 'Time',
    }),
    lines({
      title: 'Busiest uplinks: received',
      at: { x: 0, y: 22, w: 12, h: 8 },
      unit: 'bps',
      queries: [
        {
          expr: 'topk(10, interface:in_bits:rate5m{interface_type="isp"})',
          legend: '{{device_name}} {{if_name}} {{isp_provider}}',
        },
      ],
    }),
    lines({
      title: 'Fullest uplinks: share of their speed',
      at: { x: 12, y: 22, w: 12, h: 8 },
      unit: 'percentunit',
      queries: [
        {
          expr: 'topk(10, interface:in_utilisation:ratio5m{interface_type="isp"})',
          legend: '{{device_name}} {{if_name}} in',
        },
        {
          expr: 'topk(10, interface:out_utilisation:ratio5m{interface_type="isp"})',
          legend: '{{device_name}} {{if_name}} out',
        },
      ],
    }),
    row('Collection', 30),
    stat({
      title: 'Collectors that answer',
      at: { x: 0, y: 31, w: 6, h: 6 },
      queries: [{ expr: 'max by (instance) (up{job=~"isp-exporter.*"})', legend: '{{instance}}' }],
      defaults: {
        mappings: [
          { type: 'value', options: { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } } },
        ],
      },
    }),
    lines({
      title: 'SNMP polls by result',
      at: { x: 6, y: 31, w: 9, h: 6 },
      unit: 'ops',
      queries: [
        { expr: 'sum by (reason) (rate(isp_exporter_snmp_polls_total[$__rate_interval]))', legend: '{{reason}}' },
      ],
    }),
    lines({
      title: 'Lag of the event loop',
      at: { x: 15, y: 31, w: 9, h: 6 },
      unit: 's',
      queries: [{ expr: 'isp_exporter_event_loop_lag_seconds', legend: '{{instance}} {{statistic}}' }],
    }),
  ],
});
