import type { Column } from './column';
import { addressKey } from './read-cell';
import type { DeviceWords } from './read-row';
import { NEW_DEVICE, type DeviceState, type SitePlace } from './stored-device';

const NOWHERE: SitePlace = { region: '', latitude: null, longitude: null };

export type SitesByName = ReadonlyMap<string, SitePlace>;

const clean = (text: string) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim();

/** What is there already, where the row means the same by it. */
const kept = <T extends string | null>(before: T, said: string | undefined): T | string =>
  said === undefined || clean(before ?? '') === clean(said) ? before : said;

/** An operator's word about something that discovery knows too; an empty one takes it back. */
const word = (before: string | null, said: string | undefined): string | null => kept(before, said) || null;

export const regionOf = (device: DeviceState, sites: SitesByName): string =>
  device.region_override ?? (sites.get(device.site) ?? NOWHERE).region;

export function placeOf(device: DeviceState, sites: SitesByName): Pick<SitePlace, 'latitude' | 'longitude'> {
  const site = sites.get(device.site) ?? NOWHERE;
  return { latitude: device.latitude ?? site.latitude, longitude: device.longitude ?? site.longitude };
}

/** How the device is when the row has its way. What it says nothing of stays; for a new device as `defaults` say. */
export function desiredState(
  words: DeviceWords,
  before: DeviceState | undefined,
  sites: SitesByName,
  newAuth: string | null
): DeviceState {
  const from: DeviceState = before ?? { ...NEW_DEVICE, name: '', address: '', auth: newAuth };
  const port = words.port ?? from.snmp_port;
  const sameAddress = before && addressKey(before.address, port) === addressKey(words.address, port);
  const moved: DeviceState = {
    name: kept(from.name, words.name),
    address: sameAddress ? before.address : words.address,
    snmp_port: port,
    site: kept(from.site, words.site),
    region_override: from.region_override,
    type: kept(from.type, words.type),
    role: kept(from.role, words.role),
    auth: words.auth === undefined ? from.auth : words.auth,
    vendor_override:
      from.vendor_override?.toLowerCase() === words.vendor
        ? from.vendor_override
        : word(from.vendor_override, words.vendor),
    model_override: word(from.model_override, words.model),
    latitude: from.latitude,
    longitude: from.longitude,
    ping: words.ping ?? from.ping,
    enabled: words.enabled ?? from.enabled,
    tier: words.tier ?? from.tier,
    tags: words.tags && !sameTags(words.tags, from.tags) ? words.tags : from.tags,
    notes: kept(from.notes, words.notes),
  };
  return withRegion(withPlace(moved, words, sites), words, sites);
}

/** The region of the row: what is in effect stays as it is, the site's is nothing of the device's own. */
function withRegion(device: DeviceState, { region }: DeviceWords, sites: SitesByName): DeviceState {
  if (region === undefined || region === regionOf(device, sites)) {
    return device;
  }
  const ofSite = (sites.get(device.site) ?? NOWHERE).region;
  return { ...device, region_override: region === '' || region === ofSite ? null : region };
}

function withPlace(device: DeviceState, { place }: DeviceWords, sites: SitesByName): DeviceState {
  const now = placeOf(device, sites);
  if (place === undefined || (place?.latitude === now.latitude && place?.longitude === now.longitude)) {
    return device;
  }
  const site = sites.get(device.site) ?? NOWHERE;
  return place === null || (place.latitude === site.latitude && place.longitude === site.longitude)
    ? { ...device, latitude: null, longitude: null }
    : { ...device, ...place };
}

const sameTags = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((tag, i) => clean(b[i] as string) === tag);

/** What the file says of its devices, and nobody else may change. */
const OF_THE_FILE: readonly [Column, keyof DeviceState][] = [
  ['name', 'name'],
  ['ip', 'address'],
  ['port', 'snmp_port'],
  ['branch', 'site'],
  ['region', 'region_override'],
  ['device_type', 'type'],
  ['role', 'role'],
  ['auth', 'auth'],
  ['ping', 'ping'],
  ['enabled', 'enabled'],
  ['tier', 'tier'],
];

/** The first column that wants something else than the file. */
export const againstFile = (before: DeviceState, after: DeviceState): [Column, keyof DeviceState] | undefined =>
  OF_THE_FILE.find(([, field]) => before[field] !== after[field]);

type Words = Record<string, unknown>;

/** A device in the words of the API, values in effect. */
function shown(device: DeviceState, sites: SitesByName): Words {
  const { region_override: _, vendor_override: vendor, model_override: model, ...rest } = device;
  return { ...rest, region: regionOf(device, sites), ...placeOf(device, sites), vendor, model };
}

/** Only what differs, before and after; undefined when nothing does. */
export function difference(
  before: DeviceState,
  after: DeviceState,
  sites: SitesByName
): { before: Words; after: Words } | undefined {
  const fields = (Object.keys(after) as (keyof DeviceState)[]).filter((field) => before[field] !== after[field]);
  if (fields.length === 0) {
    return undefined;
  }
  const [was, is] = [shown(before, sites), shown(after, sites)];
  const changed = Object.keys(is).filter((key) => was[key] !== is[key]);
  return { before: pick(was, changed), after: pick(is, changed) };
}

/** What a new device has that not every new device has. */
export const firstWords = (device: DeviceState, sites: SitesByName): Words => {
  const words = shown(device, sites);
  const usual = shown({ ...NEW_DEVICE, name: '', address: '' }, sites);
  return pick(
    words,
    Object.keys(words).filter((key) => key === 'snmp_port' || JSON.stringify(words[key]) !== JSON.stringify(usual[key]))
  );
};

const pick = (words: Words, keys: readonly string[]): Words => Object.fromEntries(keys.map((key) => [key, words[key]]));
