import { isIP } from 'node:net';
import type { ScrapeDevice } from '../inventory/scrape-devices';
import { cleanText } from '../snmp/text';

/** One entry of an http_sd or file_sd answer (https://prometheus.io/docs/prometheus/latest/http_sd/). */
export interface TargetGroup {
  targets: [string];
  labels: Record<string, string>;
}

/** How often devices are asked, in ms. */
export interface ScrapeIntervals {
  pingMs: number;
  standardMs: number;
  slowMs: number;
}

/** Only devices that have one of the values of every list that is not empty. */
export interface ScrapeFilters {
  site: readonly string[];
  region: readonly string[];
  role: readonly string[];
  type: readonly string[];
  vendor: readonly string[];
  tag: readonly string[];
}

type Job = (device: ScrapeDevice, intervals: ScrapeIntervals) => TargetGroup | undefined;

/** A scrape may take half its interval, so that it never runs into the next one; what takes a minute has failed. */
const MOST_TIMEOUT_MS = 60_000;

const snmp: Job = (device, { standardMs, slowMs }) =>
  device.auth === null
    ? undefined
    : {
        targets: [snmpTarget(device)],
        labels: labels(device, {
          // Interfaces are nobody's special module: every device has them.
          __param_module: ['if_mib', ...device.modules].join(','),
          __param_auth: device.auth,
          ...pace(device.tier === 'slow' ? slowMs : standardMs),
        }),
      };

const ping: Job = (device, { pingMs }) =>
  device.ping
    ? { targets: [device.address], labels: labels(device, { __param_module: 'icmp', ...pace(pingMs) }) }
    : undefined;

/** What `/sd/<job>` lists. `icmp` is `ping` under the name that blackbox_exporter has for it. */
const JOBS: ReadonlyMap<string, Job> = new Map([
  ['snmp', snmp],
  ['ping', ping],
  ['icmp', ping],
]);
export const SCRAPE_JOBS = [...JOBS.keys()];

export function scrapeTargets(
  job: string,
  devices: readonly ScrapeDevice[],
  filters: ScrapeFilters,
  intervals: ScrapeIntervals
): TargetGroup[] {
  return devices
    .filter((device) => wanted(device, filters))
    .flatMap((device) => JOBS.get(job)?.(device, intervals) ?? []);
}

function wanted(device: ScrapeDevice, { tag, ...others }: ScrapeFilters): boolean {
  const keys = Object.keys(others) as (keyof typeof others)[];
  return (
    keys.every((key) => others[key].length === 0 || others[key].includes(device[key])) &&
    (tag.length === 0 || tag.some((one) => device.tags.includes(one)))
  );
}

/** As snmp_exporter takes it: the port only where it is not 161, brackets only where a port follows. */
const snmpTarget = ({ address, snmpPort }: ScrapeDevice): string =>
  snmpPort === 161 ? address : `${isIP(address) === 6 ? `[${address}]` : address}:${snmpPort}`;

const duration = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

const pace = (intervalMs: number) => ({
  __scrape_interval__: duration(intervalMs),
  __scrape_timeout__: duration(Math.min(Math.floor(intervalMs / 2), MOST_TIMEOUT_MS)),
});

/** Empty ones are left out: to Prometheus an empty label is none. Labels that begin with __ never reach a series. */
function labels(device: ScrapeDevice, own: Record<string, string>): Record<string, string> {
  const all = {
    device_id: device.id,
    device_ip: device.address,
    device_name: device.name,
    site: device.site,
    region: device.region,
    role: device.role,
    device_type: device.type,
    vendor: device.vendor,
    __meta_isp_model: device.model,
    __meta_isp_tier: device.tier,
    // With separators around, as Consul has it, so that a regex of one tag needs no cases.
    __meta_isp_tags: device.tags.length === 0 ? '' : `,${device.tags.join(',')},`,
    ...own,
  };
  return Object.fromEntries(
    Object.entries(all)
      .map(([name, value]) => [name, cleanText(value)] as const)
      .filter(([, value]) => value !== '')
  );
}
