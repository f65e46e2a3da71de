import {
  UPTIME_CLOCKS,
  type Aggregate,
  type MemorySource,
  type NormalisedValues,
  type SensorSource,
  type Source,
  type Summand,
  type UptimeClock,
} from './profile';
import type { MemoryEntry, ProfileEntry, SensorEntry, SourceEntry, SummandEntry } from './profile-schema';

/** What a profile says itself, over what the profile that it extends says. */
export function normalisedValues(entry: ProfileEntry, parent: NormalisedValues | undefined): NormalisedValues {
  return {
    cpu: entry.cpu?.map((one) => source(one, 'mean')) ?? parent?.cpu ?? [],
    memory: entry.memory?.map(memory) ?? parent?.memory ?? [],
    temperature: entry.temperature?.map((sensors) => sensors.map(sensor)) ?? parent?.temperature ?? [],
    uptime: entry.uptime ?? parent?.uptime ?? (Object.keys(UPTIME_CLOCKS) as UptimeClock[]),
  };
}

/** The sources of each alternative. */
export function sourcesOf(values: NormalisedValues, key: 'cpu' | 'memory' | 'temperature'): readonly Source[][] {
  switch (key) {
    case 'cpu':
      return values.cpu.map((one) => [one]);
    case 'memory':
      return values.memory.map(({ used, free, total }) => [...used, ...free, ...total]);
    case 'temperature':
      return values.temperature.map((sensors) => [...sensors]);
  }
}

function source(entry: SourceEntry, usual: Aggregate): Source {
  return {
    metric: entry.metric,
    where: new Map(Object.entries(entry.where)),
    unless: new Map(Object.entries(entry.unless)),
    absent: entry.absent,
    status: entry.status ? { metric: entry.status.metric, is: entry.status.is ?? null, isnt: entry.status.isnt } : null,
    times: entry.times ?? null,
    scaled:
      entry.scale_label === undefined || entry.precision_label === undefined
        ? null
        : { scale: entry.scale_label, precision: entry.precision_label },
    scale: entry.scale,
    remainder: entry.remainder,
    aggregate: entry.aggregate ?? usual,
  };
}

const sensor = (entry: SensorEntry): SensorSource => ({
  ...source(entry, 'mean'),
  names: entry.names,
  sensor: entry.sensor ?? null,
  id: entry.id ?? null,
});

const memory = ({ used = [], free = [], total = [] }: MemoryEntry): MemorySource => ({
  used: used.map(summand),
  free: free.map(summand),
  total: total.map(summand),
});

const summand = (entry: SummandEntry): Summand => ({
  ...source(entry, 'sum'),
  subtract: entry.subtract,
  optional: entry.optional,
});
