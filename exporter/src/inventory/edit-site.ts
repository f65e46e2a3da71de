import type { Caller } from '../model/caller';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { changesOf, editing, EditRefused, refuseOtherVersion, setColumns, type Editor } from './edits';

/** What operators say of a site. */
export interface SiteWords {
  name: string;
  region: string;
  /** Degrees, WGS 84; both or neither. */
  latitude: number | null;
  longitude: number | null;
  /** Postal. */
  address: string;
  notes: string;
}

const NEW_SITE: Omit<SiteWords, 'name'> = { region: '', latitude: null, longitude: null, address: '', notes: '' };
/** What the configuration file says of its sites. */
const OF_FILE: readonly (keyof SiteWords)[] = ['name', 'region', 'latitude', 'longitude'];
const DEVICES_NAMED = 5;

interface StoredSite extends SiteWords {
  id: number;
  origin: 'file' | 'api';
}

/** The words of a site, as versions tell them apart. */
export const siteWords = ({ name, region, latitude, longitude, address, notes }: SiteWords): SiteWords => ({
  name,
  region,
  latitude,
  longitude,
  address,
  notes,
});

/** @throws EditRefused (taken) */
export const createSite = (
  db: Database,
  caller: Caller,
  words: Partial<SiteWords> & Pick<SiteWords, 'name'>
): Promise<number> =>
  editing(db, async (tx) => {
    await refuseTaken(tx, words.name);
    return insertSite(tx, caller, words);
  });

/** The id of the site of that name, which comes into being when there is none; null without a name. */
export async function siteNamed(tx: Queryable, caller: Caller, name: string, region: string): Promise<number | null> {
  if (name === '') {
    return null;
  }
  const [known] = await tx.query<{ id: number }>('select id from sites where name = $1', [name]);
  return known?.id ?? insertSite(tx, caller, { name, region });
}

/** The region as a word of a device's own: null where it is its site's anyway. */
export async function ownRegion(tx: Queryable, siteId: number | null, region: string | null): Promise<string | null> {
  if (region === null) {
    return null;
  }
  const [site] = await tx.query<{ region: string }>('select region from sites where id = $1', [siteId]);
  return region === (site?.region ?? '') ? null : region;
}

async function insertSite(
  tx: Queryable,
  caller: Caller,
  given: Partial<SiteWords> & Pick<SiteWords, 'name'>
): Promise<number> {
  const words = siteWords({ ...NEW_SITE, ...given });
  const [row] = await tx.query<{ id: number }>(
    `insert into sites (name, region, latitude, longitude, address, notes) values ($1, $2, $3, $4, $5, $6) returning id`,
    [words.name, words.region, words.latitude, words.longitude, words.address, words.notes]
  );
  const { id } = row as { id: number };
  await writeAudit(tx, caller, [
    { action: 'create', entity: 'site', entityId: String(id), before: null, after: { ...words } },
  ]);
  return id;
}

/** @throws EditRefused (not_found, changed_meanwhile, belongs_to_file, taken) */
export const patchSite = (db: Database, id: number, wanted: Partial<SiteWords>, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const site = await storedSite(tx, id);
    const words = siteWords(site);
    refuseOtherVersion(`Site ${site.name}`, words, editor.versions);
    const changes = changesOf(words, wanted);
    if (!changes) {
      return;
    }
    const ofFile = OF_FILE.filter((field) => field in changes.after);
    if (site.origin === 'file' && ofFile.length > 0) {
      throw new EditRefused(
        'belongs_to_file',
        `Site ${site.name} comes from the configuration file, which alone says its ${ofFile.join(', ')}; change it there.`
      );
    }
    if (changes.after.name !== undefined) {
      await refuseTaken(tx, changes.after.name);
    }
    await setColumns(tx, 'sites', { column: 'id', value: id }, changes.after);
    await writeAudit(tx, editor.caller, [{ action: 'update', entity: 'site', entityId: String(id), ...changes }]);
  });

/** @throws EditRefused (not_found, changed_meanwhile, belongs_to_file, in_use) */
export const deleteSite = (db: Database, id: number, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const site = await storedSite(tx, id);
    const words = siteWords(site);
    refuseOtherVersion(`Site ${site.name}`, words, editor.versions);
    if (site.origin === 'file') {
      throw new EditRefused(
        'belongs_to_file',
        `Site ${site.name} comes from the configuration file; take it out there, and the devices that name it.`
      );
    }
    const there = await tx.query<{ name: string }>(
      'select name from devices where site_id = $1 and removed_at is null order by name',
      [id]
    );
    if (there.length > 0) {
      const names = there.slice(0, DEVICES_NAMED).map((device) => device.name);
      const more = there.length > names.length ? ` and ${there.length - names.length} more` : '';
      throw new EditRefused(
        'in_use',
        `Site ${site.name} has ${there.length} device${there.length === 1 ? '' : 's'} (${names.join(', ')}${more}); move or delete them first.`
      );
    }
    await tx.query('update devices set site_id = null where site_id = $1', [id]);
    await tx.query('delete from sites where id = $1', [id]);
    await writeAudit(tx, editor.caller, [
      { action: 'delete', entity: 'site', entityId: String(id), before: { ...words }, after: null },
    ]);
  });

async function storedSite(tx: Queryable, id: number): Promise<StoredSite> {
  const [site] = await tx.query<StoredSite>(
    'select id, name, region, latitude, longitude, address, notes, origin from sites where id = $1',
    [id]
  );
  if (!site) {
    throw new EditRefused('not_found', `There is no site ${id}; ids are the numbers in /api/v1/sites.`);
  }
  return site;
}

async function refuseTaken(tx: Queryable, name: string): Promise<void> {
  const [other] = await tx.query<{ id: number }>('select id from sites where name = $1', [name]);
  if (other) {
    throw new EditRefused('taken', `The name ${name} belongs to site ${other.id}.`);
  }
}
