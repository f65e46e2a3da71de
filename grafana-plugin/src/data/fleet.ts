import type { DeviceStatus, Fleet, Observation, UplinkStatus } from '../status/entities';
import { parseState } from '../status/state';
import type { Sample } from './samples';
import { GONE_LABEL } from './state-queries';

/** Devices from samples of device_state_since_timestamp_seconds; one for each device_id. */
export function devicesOf(samples: readonly Sample[]): DeviceStatus[] {
  return newestOf(samples, ({ labels }) => labels.device_id).map((sample) => ({
    ...observationOf(sample),
    id: sample.labels.device_id ?? '',
    name: sample.labels.device_name || sample.labels.device_id || '',
    address: sample.labels.device_ip ?? '',
    type: sample.labels.device_type ?? '',
    site: sample.labels.branch ?? '',
    region: sample.labels.region ?? '',
  }));
}

/** Uplinks from samples of interface_state_since_timestamp_seconds; one for each device_id and if_name. */
export function uplinksOf(samples: readonly Sample[]): UplinkStatus[] {
  const uplinks = samples.filter(({ labels }) => labels.interface_type === 'isp' && labels.if_name);
  return newestOf(uplinks, ({ labels }) => labels.device_id && `${labels.device_id}\u0000${labels.if_name}`).map(
    (sample) => ({
      ...observationOf(sample),
      deviceId: sample.labels.device_id ?? '',
      deviceName: sample.labels.device_name || sample.labels.device_id || '',
      address: sample.labels.device_ip ?? '',
      ifName: sample.labels.if_name ?? '',
      provider: sample.labels.isp_provider || 'unknown',
      critical: sample.labels.is_critical === 'true' || sample.labels.is_critical === '1',
      site: sample.labels.branch ?? '',
      region: sample.labels.region ?? '',
    })
  );
}

export function fleetOf(devices: readonly Sample[], uplinks: readonly Sample[]): Fleet {
  return { devices: devicesOf(devices), uplinks: uplinksOf(uplinks) };
}

function observationOf({ labels, value }: Sample): Observation {
  if (labels[GONE_LABEL]) {
    const lastState = parseState(labels.state);
    return { state: 'unknown', since: null, approximate: false, lastSeen: value, lastState };
  }
  return {
    state: parseState(labels.state),
    since: value,
    approximate: labels.since !== 'exact',
    lastSeen: null,
    lastState: null,
  };
}

/**
 * One sample for each identity. Around a change both the old and the new state may be answered for: a live one beats
 * one that is gone, then the state that began (or was seen) last wins.
 */
function newestOf(samples: readonly Sample[], identity: (sample: Sample) => string | undefined): Sample[] {
  const best = new Map<string, Sample>();
  for (const sample of samples) {
    const key = identity(sample);
    if (!key) {
      continue;
    }
    const rival = best.get(key);
    if (!rival || beats(sample, rival)) {
      best.set(key, sample);
    }
  }
  return [...best.values()];
}

function beats(a: Sample, b: Sample): boolean {
  const goneA = Boolean(a.labels[GONE_LABEL]);
  const goneB = Boolean(b.labels[GONE_LABEL]);
  return goneA === goneB ? a.value > b.value : goneB;
}
