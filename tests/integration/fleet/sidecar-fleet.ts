import type { Bundle } from '../../../exporter/src/config/bundle';

/** What a sidecar is told of a simulated fleet; the community comes from the environment. */
export interface SidecarFleet {
  bundle: Bundle;
  /** Devices of the bundle by name, on the port that each agent really has. */
  ports: ReadonlyMap<string, number>;
  /** Port of the sidecar. */
  port: number;
  /** Further keys under `discovery:`. */
  discovery?: object;
  /** Lines of YAML of one's own. */
  more?: readonly string[];
}

/** A configuration file with every device of the fleet, asked with `${COMMUNITY}` and pinged by nobody. */
export function sidecarConfig({ bundle, ports, port, discovery, more = [] }: SidecarFleet): string {
  const devices = bundle.devices.map(({ id, name, address, site, region, type }) => {
    const at = `${address}:${ports.get(name)}`;
    return JSON.stringify({ id, name, address: at, site, region, type, auth: 'fleet', ping: false });
  });
  return [
    'auths: { fleet: { version: 2, community: "${COMMUNITY}" } }',
    `discovery: ${JSON.stringify({ listen: `127.0.0.1:${port}`, ...discovery })}`,
    ...more,
    'devices:',
    ...devices.map((device) => `  - ${device}`),
    '',
  ].join('\n');
}
