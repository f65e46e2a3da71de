import { parseBundle, type Bundle } from '../../exporter/src/config/bundle';

export interface FleetSize {
  devices: number;
  interfaces: number;
  /** Every how many devices a new site begins. */
  perSite?: number;
}

const PROVIDERS = ['Magti', 'Silknet'];
/** Devices in a /16 of their own behind 127: 250 a /24. */
const PER_BLOCK = 250;

/** `devices=877,interfaces=5000`; throws an Error that says what would be right. */
export function parseFleetSize(textValue: string): FleetSize {
  const size: Record<string, number> = {};
  for (const part of textValue.split(',')) {
    const match = /^(devices|interfaces)=([1-9]\d*)$/.exec(part.trim());
    if (!match) {
      throw new Error(`fleet "${textValue}": found "${part}"; it must be devices=N,interfaces=M`);
    }
    size[match[1] as string] = Number(match[2]);
  }
  const { devices, interfaces } = size;
  if (devices === undefined || interfaces === undefined) {
    throw new Error(`fleet "${textValue}": it must name both, as in devices=877,interfaces=5000`);
  }
  if (devices > 250 * PER_BLOCK || interfaces < devices) {
    throw new Error(
      `fleet "${textValue}": it must have ${250 * PER_BLOCK} devices at most and one interface a device at least`
    );
  }
  return { devices, interfaces };
}

/** A fleet of any size: routers with up to two uplinks, the interfaces spread evenly. Addresses from 127.16.0.1 up. */
export function makeFleet({ devices, interfaces, perSite = 5 }: FleetSize): Bundle {
  const siteCount = Math.ceil(devices / perSite);
  const number = (n: number) => String(n + 1).padStart(4, '0');
  return parseBundle({
    name: 'fleet',
    description: `${devices} devices, ${interfaces} interfaces`,
    sites: Array.from({ length: siteCount }, (_, n) => ({
      name: `Site ${number(n)}`,
      region: `Region ${(n % 10) + 1}`,
    })),
    devices: Array.from({ length: devices }, (_, n) => {
      const count = Math.floor(((n + 1) * interfaces) / devices) - Math.floor((n * interfaces) / devices);
      return {
        name: `router-${number(n)}`,
        address: `127.${16 + Math.floor(n / (PER_BLOCK * 200))}.${Math.floor(n / PER_BLOCK) % 200}.${(n % PER_BLOCK) + 1}:1161`,
        site: `Site ${number(Math.floor(n / perSite))}`,
        type: 'router',
        vendor: 'MikroTik',
        model: 'RB4011iGS+',
        auth: 'demo',
        interfaces: Array.from({ length: count }, (_, i) => fleetInterface(i, n)),
      };
    }),
  });
}

function fleetInterface(i: number, device: number) {
  const provider = i < 2 ? PROVIDERS[(device + i) % 2] : undefined;
  return {
    if_name: `ether${i + 1}`,
    if_alias: provider ? `${provider}_Internet` : i === 2 ? 'LAN trunk' : '',
    speed: i < 2 ? 200e6 : 1e9,
    provider,
  };
}
