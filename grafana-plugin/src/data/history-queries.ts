import { quoted } from './state-queries';

/** Shortest window in seconds: several rounds of pings, so that one lost scrape is no gap and two minutes are one. */
const PING_WINDOW = 60;
/** Counters are polled every minute; a rate needs several of them. */
const RATE_WINDOW = 300;

/** Charts of a device, each point the whole step that it stands for and not one sample of it. */
export function historyQueries(deviceId: string, stepSeconds: number) {
  const device = `{device_id=${quoted(deviceId)}}`;
  const uplinks = `{device_id=${quoted(deviceId)},interface_type="isp"}`;
  const ping = `${Math.max(PING_WINDOW, stepSeconds)}s`;
  const rate = `${Math.max(RATE_WINDOW, 2 * stepSeconds)}s`;
  // A 32-bit counter of a faster link may wrap more than once between two polls: it has no honest rate.
  const mayWrapUnseen = `unless (last_over_time(interface_counter_bits${uplinks}[10m]) == 32 and last_over_time(interface_speed${uplinks}[10m]) > 100e6)`;
  return {
    rtt: `avg_over_time(device_ping_rtt_ms${device}[${ping}])`,
    loss: `avg_over_time(device_ping_packet_loss${device}[${ping}])`,
    in: `rate(interface_if_hc_in_octets${uplinks}[${rate}]) * 8 ${mayWrapUnseen}`,
    out: `rate(interface_if_hc_out_octets${uplinks}[${rate}]) * 8 ${mayWrapUnseen}`,
  };
}

/** What is known of a device now, besides its state. */
export function factQueries(deviceId: string) {
  const device = `{device_id=${quoted(deviceId)}}`;
  return {
    rtt: `device_ping_rtt_ms${device}`,
    loss: `device_ping_packet_loss${device}`,
    snmp: `device_snmp_state${device}`,
    age: `device_data_age_seconds${device}`,
    info: `device_info${device}`,
  };
}
