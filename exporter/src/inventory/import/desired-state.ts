import { KEPT, NEW_DEVICE, type DeviceWords } from '../device-words';
import { addressKey } from './read-cell';
import type { RowWords } from './read-row';
import type { SitePlace, SitesByName, StoredDevice } from './stored-device';

const NOWHERE: SitePlace = { region: '', latitude: null, longitude: null };

/**
 * How the device is when the row has its way. What the row says nothing of stays; for a device that is new, or comes
 * back, it is as for one that is added by hand.
 */
export function desiredState(
  row: RowWords,
  before: StoredDevice | undefined,
  sites: SitesByName,
  newAuth: string | null
): DeviceWords {
  const from = !before || before.removed ? { ...beginning(before), auth: newAuth } : before;
  const port = row.port ?? from.snmp_port;
  const sameAddress = addressKey(from.address, port) === addressKey(row.address, port);
  const moved: DeviceWords = {
    name: kept(from.name, row.name),
    address: sameAddress ? from.address : row.address,
    snmp_port: port,
    site: kept(from.site, row.site),
    region: from.region,
    type: kept(from.type, row.type),
    role: kept(from.role, row.role),
    auth: row.auth === undefined ? from.auth : row.auth,
    ping: row.ping ?? from.ping,
    enabled: row.enabled ?? from.enabled,
    tier: row.tier ?? from.tier,
    vendor: from.vendor?.toLowerCase() === row.vendor ? from.vendor : word(from.vendor, row.vendor),
    model: word(from.model, row.model),
    latitude: from.latitude,
    longitude: from.longitude,
    tags: row.tags && !sameTags(row.tags, from.tags) ? row.tags : from.tags,
    notes: kept(from.notes, row.notes),
  };
  return withRegion(withCoordinates(moved, row, sites), row, sites);
}

function beginning(before: StoredDevice | undefined): DeviceWords {
  const blank: DeviceWords = { ...NEW_DEVICE, name: '', address: '' };
  return before ? { ...blank, ...Object.fromEntries(KEPT.map((field) => [field, before[field]])) } : blank;
}

const clean = (text: string) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim();

/** What is there already, where the row means the same by it. */
const kept = <T extends string | null>(before: T, said: string | undefined): T | string =>
  said === undefined || clean(before ?? '') === clean(said) ? before : said;

/** An operator's word about something that discovery knows too; an empty one takes it back. */
const word = (before: string | null, said: string | undefined): string | null => kept(before, said) || null;

const sameTags = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((tag, i) => clean(b[i] as string) === tag);

export const regionOf = (device: DeviceWords, sites: SitesByName): string =>
  device.region ?? (sites.get(device.site) ?? NOWHERE).region;

export function coordinatesOf(device: DeviceWords, sites: SitesByName): Pick<SitePlace, 'latitude' | 'longitude'> {
  const { latitude, longitude } = device.latitude === null ? (sites.get(device.site) ?? NOWHERE) : device;
  return { latitude, longitude };
}

/** What is in effect already stays as it is; what the site says is nothing of the device's own. */
function withRegion(device: DeviceWords, { region }: RowWords, sites: SitesByName): DeviceWords {
  if (region === undefined || region === regionOf(device, sites)) {
    return device;
  }
  const ofSite = (sites.get(device.site) ?? NOWHERE).region;
  return { ...device, region: region === '' || region === ofSite ? null : region };
}

function withCoordinates(device: DeviceWords, { place }: RowWords, sites: SitesByName): DeviceWords {
  const now = coordinatesOf(device, sites);
  if (place === undefined || (place?.latitude === now.latitude && place?.longitude === now.longitude)) {
    return device;
  }
  const site = sites.get(device.site) ?? NOWHERE;
  return place === null || (place.latitude === site.latitude && place.longitude === site.longitude)
    ? { ...device, latitude: null, longitude: null }
    : { ...device, ...place };
}
