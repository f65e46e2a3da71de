import type { Device, Site } from '../model/device';
import type { Probe } from '../model/probe';
import type { Bundle } from './bundle';
import type { SourceDocument } from './document';
import { nearestKey } from './known-keys';
import { readProbeAddress } from './probe-address';
import { probeSchema, type ConfigFile } from './schema';

type ProbeFile = ConfigFile['probes'][number];

/** The probes of a bundle; what is wrong with them goes to the problems of the file that names it. */
export function bundleProbes(
  bundle: Pick<Bundle, 'name' | 'probeTargets'>,
  own: readonly Probe[],
  source: SourceDocument
): Probe[] {
  return bundle.probeTargets.flatMap(({ name, address, kind, class: of }): Probe[] => {
    const problem = (message: string) => {
      source.problems.push(
        source.problem({ path: ['bundle'], message: `bundle ${bundle.name}: probe ${name}: ${message}` })
      );
      return [];
    };
    if (own.some((probe) => probe.name === name)) {
      return problem('it stands in probes: too; leave it in one of them');
    }
    const probe = probeSchema.parse({ name, address, type: kind, class: of });
    const asked = readProbeAddress(probe);
    return 'rule' in asked ? problem(asked.rule) : [placed(probe, asked, undefined, { site: '', region: '' })];
  });
}

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
    const where = device?.site === site ? device : fleet.sites.find(({ name }) => name === site);
    return [placed(probe, asked, device, { site, region: where?.region ?? '' })];
  });
}

function placed(
  probe: ProbeFile,
  { target, question }: Pick<Probe, 'target' | 'question'>,
  device: Device | undefined,
  { site, region }: { site: string; region: string }
): Probe {
  return {
    name: probe.name,
    class: probe.class,
    target,
    site,
    region,
    deviceId: device?.id ?? probe.device ?? '',
    ifName: probe.interface ?? '',
    intervalMs: probe.interval,
    timeoutMs: probe.timeout,
    question,
  };
}

const byName = (devices: readonly Device[], name: string | undefined) => devices.find((d) => d.name === name);
