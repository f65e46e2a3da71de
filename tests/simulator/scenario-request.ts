import { z } from 'zod';
import type { SimulatedDevice } from './device';
import { isScenario, SCENARIOS, type ScenarioName } from './fault';
import type { Port } from './port';

/** A scenario as the control port takes it. */
export const scenarioRequestSchema = z.strictObject({
  name: z.string(),
  device: z.string().optional(),
  site: z.string().optional(),
  interface: z.string().optional(),
  /** Seconds; without it until it is taken away. */
  for: z.number().positive().optional(),
});
export type ScenarioRequest = z.infer<typeof scenarioRequestSchema>;

/** What cannot be switched, and what could. */
export class ScenarioError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScenarioError';
  }
}

/** The devices that a request strikes, each with the interfaces concerned. */
export interface Stroke {
  name: ScenarioName;
  /** Seconds; undefined: until it is taken away. */
  seconds: number | undefined;
  victims: { device: SimulatedDevice; ports: Port[] }[];
}

export const scenarioNames = (): string[] => ['healthy', ...Object.keys(SCENARIOS)];

/** Finds what a request means among the devices; throws ScenarioError that says what there is instead. */
export function choose(request: ScenarioRequest, devices: readonly SimulatedDevice[]): Stroke {
  const { name } = request;
  if (!isScenario(name)) {
    throw new ScenarioError(`there is no scenario "${name}"; there are ${scenarioNames().join(', ')}`);
  }
  const candidates = inPlace(request, devices);
  const scenario = SCENARIOS[name];
  const stroke = { name, seconds: request.for ?? ('seconds' in scenario ? scenario.seconds : undefined) };
  if (request.interface !== undefined && scenario.picks !== 'uplink') {
    throw new ScenarioError(
      `scenario ${name} strikes a whole ${scenario.picks === 'site' ? 'site' : 'device'}, leave out "interface"`
    );
  }
  switch (scenario.picks) {
    case 'device':
      return { ...stroke, victims: [{ device: first(candidates, () => true, 'device'), ports: [] }] };
    case 'ports':
      return {
        ...stroke,
        victims: [{ device: first(candidates, (d) => d.ports.length > 0, 'device with interfaces'), ports: [] }],
      };
    case 'uplink':
      return { ...stroke, victims: [onePort(request, candidates)] };
    case 'site':
      return { ...stroke, victims: wholeSite(candidates, devices) };
  }
}

function inPlace(request: ScenarioRequest, devices: readonly SimulatedDevice[]): readonly SimulatedDevice[] {
  const { device, site } = request;
  const found = devices.filter(
    (d) =>
      (device === undefined || d.promise.name === device || d.promise.id === device) &&
      (site === undefined || d.promise.site === site)
  );
  if (found.length > 0) {
    return found;
  }
  if (device !== undefined && devices.some((d) => d.promise.name === device || d.promise.id === device)) {
    throw new ScenarioError(`device "${device}" is not at site "${site}"; leave one of the two out`);
  }
  throw new ScenarioError(
    device !== undefined
      ? `there is no device "${device}"; there are ${some(devices.map((d) => d.promise.name))}`
      : `there is no site "${site}" with devices; there are ${some([...new Set(devices.map((d) => d.promise.site))])}`
  );
}

function onePort(request: ScenarioRequest, candidates: readonly SimulatedDevice[]) {
  if (request.interface === undefined) {
    const device = first(candidates, (d) => d.uplinks.length > 0, 'device with an uplink');
    return { device, ports: device.uplinks.slice(0, 1) };
  }
  const has = (d: SimulatedDevice) => d.ports.find((p) => p.promise.ifName === request.interface);
  const device = candidates.find((d) => has(d));
  if (!device) {
    const names = candidates.flatMap((d) => d.ports.map((p) => p.promise.ifName));
    throw new ScenarioError(
      `there is no interface "${request.interface}" there; there are ${some([...new Set(names)])}`
    );
  }
  return { device, ports: [has(device) as Port] };
}

function wholeSite(candidates: readonly SimulatedDevice[], devices: readonly SimulatedDevice[]) {
  const sites = [...new Set(candidates.map((d) => d.promise.site))];
  const uplinksOf = (site: string) =>
    devices
      .filter((d) => d.promise.site === site && d.uplinks.length > 0)
      .map((device) => ({ device, ports: device.uplinks }));
  const count = (site: string) => uplinksOf(site).reduce((n, v) => n + v.ports.length, 0);
  const site = sites.find((s) => count(s) >= 2) ?? sites.find((s) => count(s) === 1);
  if (site === undefined) {
    throw new ScenarioError(`there is no uplink at ${some(sites)}; name another site`);
  }
  return uplinksOf(site);
}

function first(
  devices: readonly SimulatedDevice[],
  fits: (d: SimulatedDevice) => boolean,
  what: string
): SimulatedDevice {
  const found = devices.find(fits);
  if (!found) {
    throw new ScenarioError(`there is no ${what} among ${some(devices.map((d) => d.promise.name))}; name another`);
  }
  return found;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown || 'none';
}
