import type { Device, Site } from '../model/device';
import type { Probe } from '../model/probe';
import type { SourceDocument } from './document';
import { nearestKey } from './known-keys';
import { readProbeAddress } from './probe-address';
import type { ConfigFile } from './schema';

type ProbeFile = ConfigFile['probes'][number];

/** The probes of a file, placed at their sites and uplinks; what is wrong with them goes to the problems of `source`. */
export function readProbes(
  data: ConfigFile,
  fleet: { sites: readonly Site[]; devices: readonly Device[] },
  source: SourceDocument
): Probe[] {
  return data.probes.flatMap((probe, index): Probe[] => {
    const problem = (key: keyof ProbeFile, message: string) =>
      source.problems.push(
        source.problem({ path: ['probes', index, key], message: `probes[${index}].${key}: ${message}` })
      );
    const asked = readProbeAddress(probe);
    if ('rule' in asked) {
      problem('address', asked.rule);
    }
    if (probe.timeout >= probe.interval) {
      problem('timeout', 'it must be shorter than the interval');
    }
    if (probe.interface !== undefined && probe.device === undefined) {
      problem('interface', 'it needs the device that has the interface; add device:');
    }
    if (probe.status !== undefined && probe.type !== 'http') {
      problem('status', `a probe of type ${probe.type} has none; leave it out or make it type: http`);
    }
    const device = fleet.devices.find(({ id }) => id === probe.device) ?? byName(fleet.devices, probe.device);
    // The devices of a sidecar are not known here: there it is the device_id, whatever it is.
    if (probe.device !== undefined && !device && !data.inventory) {
      const near = nearestKey(
        probe.device,
        fleet.devices.map(({ name }) => name)
      );
      problem(
        'device',
        `there is no device "${probe.device}"; ${near ? `did you mean "${near}"?` : 'name one of devices:'}`
      );
    }
    if ('rule' in asked) {
      return [];
    }
    const site = probe.site ?? device?.site ?? '';
    const placed = device?.site === site ? device : fleet.sites.find(({ name }) => name === site);
    return [
      {
        name: probe.name,
        class: probe.class,
        target: asked.target,
        site,
        region: placed?.region ?? '',
        deviceId: device?.id ?? probe.device ?? '',
        ifName: probe.interface ?? '',
        intervalMs: probe.interval,
        timeoutMs: probe.timeout,
        question: asked.question,
      },
    ];
  });
}

const byName = (devices: readonly Device[], name: string | undefined) => devices.find((d) => d.name === name);
