import type { Sample } from '../model/sample';
import { FAMILIES } from '../metrics/families';
import { aggregate, DeviceRows, type Row } from './chosen-rows';
import {
  UPTIME_CLOCKS,
  type DeviceProfile,
  type MemorySource,
  type NormalisedValues,
  type SensorSource,
  type Source,
  type Summand,
} from './profile';

const CPU = described('device_cpu_percent');
const MEMORY_USED = described('device_memory_used_bytes');
const MEMORY_TOTAL = described('device_memory_total_bytes');
const TEMPERATURE = described('device_temperature_celsius');
const UPTIME = described('device_uptime_seconds');
const CLOCK_SKEW = described('device_clock_skew_seconds');

function described(name: string): Pick<Sample, 'name' | 'type' | 'help'> {
  const family = FAMILIES.find((one) => one.name === name);
  if (!family) {
    throw new Error(`there is no family ${name} among those that the exporter serves`);
  }
  return { name, type: family.type, help: family.help };
}

/** No sensor of network equipment works beyond these; what a broken one says is not a temperature. */
const COLDEST = -100;
const HOTTEST = 250;

/** Modules and families that tell the date of a device; two modules, because one makes one metric of an object. */
const CLOCK_MODULE = 'clock';
const DATE = 'snmp_hr_system_date_seconds';
const ZONE_KNOWN = 'snmp_hr_system_date_zone_known';

/** Zones differ from UTC in steps of 15 minutes: a clock that is nearer than half a step shows UTC. */
const HALF_A_ZONE_S = 450;

/**
 * What every device has in common, from the samples of its modules: `device_cpu_percent`, `device_memory_used_bytes`,
 * `device_memory_total_bytes`, `device_temperature_celsius` (label `sensor`), `device_uptime_seconds`,
 * `device_clock_skew_seconds`. A value that is not known has no sample. `samples` holds, by the module's name, what has
 * been read; a module that is missing gives nothing. `now` is the present in Unix seconds; `readAt` tells for a module
 * when its answers came, which the clock skew needs where they are kept longer than a moment.
 */
export function normalise(
  profile: DeviceProfile,
  samples: ReadonlyMap<string, readonly Sample[]>,
  now: number,
  readAt: (module: string) => number = () => now
): Sample[] {
  const rows = new DeviceRows(samples.values());
  const { cpu, memory, temperature, uptime } = profile.normalised;
  return [
    ...one(CPU, cpuPercent(rows, cpu)),
    ...memorySamples(rows, memory),
    ...temperatures(rows, temperature),
    ...one(UPTIME, uptimeSeconds(rows, uptime)),
    ...one(CLOCK_SKEW, clockSkew(rows, readAt(CLOCK_MODULE))),
  ];
}

const one = (family: typeof CPU, value: number | undefined): Sample[] =>
  value === undefined ? [] : [{ ...family, labels: {}, value }];

function cpuPercent(rows: DeviceRows, alternatives: readonly Source[]): number | undefined {
  for (const source of alternatives) {
    const values = rows
      .choose(source)
      .map((row) => row.value)
      .filter((value) => value >= 0 && value <= 100);
    const cpu = aggregate(source.aggregate, values);
    if (cpu !== undefined) {
      return cpu;
    }
  }
  return undefined;
}

function memorySamples(rows: DeviceRows, alternatives: readonly MemorySource[]): Sample[] {
  for (const source of alternatives) {
    const [used, free, total] = [source.used, source.free, source.total].map((parts) => sum(rows, parts));
    const all = total ?? (used !== undefined && free !== undefined ? used + free : undefined);
    const taken = used ?? (all !== undefined && free !== undefined ? all - free : undefined);
    if (all !== undefined && taken !== undefined && all > 0 && taken >= 0 && taken <= all) {
      return [...one(MEMORY_USED, Math.round(taken)), ...one(MEMORY_TOTAL, Math.round(all))];
    }
  }
  return [];
}

function sum(rows: DeviceRows, parts: readonly Summand[]): number | undefined {
  if (parts.length === 0) {
    return undefined;
  }
  let total = 0;
  for (const part of parts) {
    const value = aggregate(
      part.aggregate,
      rows.choose(part).map((row) => row.value)
    );
    if (value === undefined && !part.optional) {
      return undefined;
    }
    total += part.subtract ? -(value ?? 0) : (value ?? 0);
  }
  return total;
}

interface Sensor {
  name: string;
  id: string;
  celsius: number;
}

function temperatures(rows: DeviceRows, alternatives: NormalisedValues['temperature']): Sample[] {
  for (const sources of alternatives) {
    const sensors = sources.flatMap((source) =>
      rows.choose(source).flatMap((row) => {
        const name = sensorName(source, row);
        return name === '' || row.value <= COLDEST || row.value >= HOTTEST
          ? []
          : [{ name, id: source.id === null ? '' : (row.labels[source.id] ?? ''), celsius: row.value }];
      })
    );
    if (sensors.length > 0) {
      return withOwnNames(sensors).map(({ name, celsius }) => ({
        ...TEMPERATURE,
        labels: { sensor: name },
        value: celsius,
      }));
    }
  }
  return [];
}

function sensorName({ sensor, names }: SensorSource, { labels }: Row): string {
  return sensor ?? names.map((label) => (labels[label] ?? '').trim()).find((name) => name !== '') ?? '';
}

/** Sensors of one name all get their id behind it, so that none changes its name when another appears or goes. */
function withOwnNames(sensors: readonly Sensor[]): Sensor[] {
  const count = new Map<string, number>();
  for (const { name } of sensors) {
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return sensors.map((sensor) =>
    count.get(sensor.name) === 1 || sensor.id === '' ? sensor : { ...sensor, name: `${sensor.name} #${sensor.id}` }
  );
}

/** sysUpTime and hrSystemUptime wrap at 497 days and restart with the agent, so the one that shows most is right. */
function uptimeSeconds(rows: DeviceRows, clocks: NormalisedValues['uptime']): number | undefined {
  const values = clocks
    .map((clock) => rows.single(UPTIME_CLOCKS[clock]))
    .filter((value) => value !== undefined && value >= 0);
  const longest = aggregate('max', values as number[]);
  // Hundredths, as TimeTicks have them; a product with 0.01 has more digits.
  return longest === undefined ? undefined : Math.round(longest * 100) / 100;
}

/**
 * Whole seconds, because the date comes in whole seconds. A date without a zone is read as UTC; where that gives a
 * difference of minutes, the zone may be all that is wrong with it, and nothing is known.
 */
function clockSkew(rows: DeviceRows, readAt: number): number | undefined {
  const date = rows.single(DATE);
  if (date === undefined) {
    return undefined;
  }
  // On average the device is half a second further than the second that it shows.
  const skew = Math.round(date + 0.5 - readAt) + 0;
  return rows.single(ZONE_KNOWN) === 1 || Math.abs(skew) < HALF_A_ZONE_S ? skew : undefined;
}
