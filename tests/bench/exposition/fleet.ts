import { FAMILIES, type Family } from '../../../exporter/src/metrics/families';

export const INTERFACES = 4;

const family = (name: string): Family => FAMILIES.find((f) => f.name === name)!;
const ofPart = (part: Family['part']) => FAMILIES.filter((f) => f.part === part);

/** What a device has in this bench: three ping series and twelve of each interface, 51 together. */
export const PING_FAMILIES = [
  family('device_ping_status'),
  family('device_ping_rtt_ms'),
  family('device_ping_packet_loss'),
];
export const INTERFACE_FAMILIES = ofPart('interfaces');

export interface BenchSeries {
  family: Family;
  deviceId: string;
  labels: Record<string, string>;
}

/** The series of a fleet, device by device; the families of an interface share one labels object. */
export function* fleet(devices: number): Generator<BenchSeries> {
  for (let d = 0; d < devices; d++) {
    const deviceId = `branch-${d}-router`;
    const identity = {
      device_id: deviceId,
      device_ip: `10.${d >> 16}.${(d >> 8) & 255}.${d & 255}`,
      device_name: `branch-${d}-router`,
    };
    const placed = { ...identity, branch: `Branch ${d}`, region: `Region ${d % 12}`, device_type: 'router' };
    for (const f of PING_FAMILIES) {
      yield { family: f, deviceId, labels: placed };
    }
    for (let i = 0; i < INTERFACES; i++) {
      const labels = {
        ...identity,
        if_name: `GigabitEthernet0/${i}`,
        interface_type: i < 2 ? 'isp' : 'trunk',
        isp_provider: i < 2 ? 'magti' : '',
        is_critical: String(i < 2),
      };
      for (const f of INTERFACE_FAMILIES) {
        yield { family: f, deviceId, labels };
      }
    }
  }
}

/** The value of the n-th series in a pass: counters of ten to eleven digits, round-trip times, states. */
export function valueOf(family: Family, n: number, pass: number): number {
  if (family.type === 'counter') {
    return 10_000_000_000 + n * 1009 + pass * 12_345_678;
  }
  if (family.name === 'device_ping_rtt_ms') {
    return (5000 + ((n + pass * 7919) % 90_000)) / 1000;
  }
  return ((n + pass) % 7) + 1;
}

/** Unix ms of the polls of pass 0. */
export const TIMESTAMP = 1_763_707_920_000;
