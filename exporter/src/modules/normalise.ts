import type { Sample } from '../model/sample';
import type { DeviceProfile } from './profile';

/**
 * What every device has in common, from the samples of its modules: `device_cpu_percent`, `device_memory_used_bytes`,
 * `device_memory_total_bytes`, `device_temperature_celsius` (label `sensor`), `device_uptime_seconds`,
 * `device_clock_skew_seconds`. A value that is not known has no sample. `samples` holds, by the module's name, what has
 * been read; a module that is missing gives nothing. `now` is the time at which the answers came, in Unix seconds.
 */
export function normalise(
  _profile: DeviceProfile,
  _samples: ReadonlyMap<string, readonly Sample[]>,
  _now: number
): Sample[] {
  return [];
}
