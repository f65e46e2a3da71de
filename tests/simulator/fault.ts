import type { Port } from './port';

/** Everything that can be wrong with a simulated device, and what the scenario switch calls it. */
export const SCENARIOS = {
  'device-down': { picks: 'device', about: 'neither echo nor SNMP is answered' },
  'uplink-down': { picks: 'uplink', about: 'ifOperStatus of one uplink is down and its counters stand still' },
  'both-uplinks-down': { picks: 'site', about: 'all uplinks of a site are down' },
  'link-saturation': { picks: 'uplink', about: 'one uplink carries 97 % of its speed inwards' },
  'packet-loss': { picks: 'device', about: '2 of 5 echoes are lost' },
  flapping: { picks: 'uplink', about: 'one uplink goes down and up, 20 s each' },
  reboot: { picks: 'device', about: 'silent for 15 s, then sysUpTime and counters begin at zero', seconds: 15 },
  'ifindex-renumber': { picks: 'ports', about: 'sysUpTime begins at zero, every ifIndex is another one', seconds: 0 },
  'acl-drop': { picks: 'device', about: 'echoes are answered, SNMP is not' },
  'slow-agent': { picks: 'device', about: 'every SNMP answer takes 3 s' },
  malformed: { picks: 'device', about: 'SNMP answers are garbage' },
  'clock-skew': { picks: 'device', about: 'the clock of the device is 10 minutes ahead' },
} as const satisfies Record<string, { picks: 'device' | 'uplink' | 'ports' | 'site'; about: string; seconds?: number }>;

export type ScenarioName = keyof typeof SCENARIOS;

export const isScenario = (name: string): name is ScenarioName => Object.hasOwn(SCENARIOS, name);

/** How far the clock of a device with a wrong one is ahead, in seconds. */
export const CLOCK_SKEW_SECONDS = 600;

/** How long an uplink stays in each state while it flaps, in seconds. */
export const FLAP_SECONDS = 20;

/** One scenario at work on one device. Times are unix seconds. */
export interface Fault {
  name: ScenarioName;
  since: number;
  /** Infinity: until it is taken away. */
  until: number;
  /** The interfaces that it strikes; empty for those that strike the whole device. */
  ports: ReadonlySet<Port>;
  /** How often a flapping interface has changed sides since `since`. */
  toggles: number;
}

/** Whether a fault holds this interface down at the moment. */
export function holdsDown(fault: Fault, port: Port): boolean {
  switch (fault.name) {
    case 'uplink-down':
    case 'both-uplinks-down':
      return fault.ports.has(port);
    case 'flapping':
      return fault.ports.has(port) && fault.toggles % 2 === 0;
    default:
      return false;
  }
}

/** When something changes next by itself: the end of the fault, or the next turn of a flapping interface. */
export function nextChange(fault: Fault): number {
  return fault.name === 'flapping'
    ? Math.min(fault.until, fault.since + FLAP_SECONDS * (fault.toggles + 1))
    : fault.until;
}
