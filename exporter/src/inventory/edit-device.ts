import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { refuseTaken } from './device-taken';
import {
  COLUMN,
  OF_FILE,
  storedDevice,
  wordsOf,
  WORTH_A_LOOK,
  type DeviceWords,
  type StoredDevice,
} from './device-words';
import { ownRegion, siteNamed } from './edit-site';
import { changesOf, editing, EditRefused, refuseOtherVersion, setColumns, type Editor } from './edits';

/**
 * Changes what `wanted` says; a patch that changes nothing writes nothing.
 *
 * @throws EditRefused (not_found, changed_meanwhile, belongs_to_file, taken)
 */
export const patchDevice = (db: Database, id: string, wanted: Partial<DeviceWords>, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const device = await liveDevice(tx, id);
    const words = wordsOf(device);
    refuseOtherVersion(`Device ${id}`, words, editor.versions);
    const moved = wanted.site !== undefined && wanted.site !== words.site;
    const siteId = moved ? await siteNamed(tx, editor.caller, wanted.site ?? '', wanted.region ?? '') : device.siteId;
    const meant = { ...wanted };
    if (wanted.region !== undefined) {
      meant.region = await ownRegion(tx, siteId, wanted.region);
    }
    const changes = changesOf(words, meant);
    if (!changes) {
      return;
    }
    const { before, after } = changes;
    const ofFile = OF_FILE.filter((field) => field in after);
    if (device.origin === 'file' && ofFile.length > 0) {
      throw new EditRefused(
        'belongs_to_file',
        `Device ${id} comes from the configuration file, which alone says its ${ofFile.join(', ')}; change it there.`
      );
    }
    await refuseTaken(tx, id, { ...words, ...after });
    const columns = Object.entries({ ...after, ...(moved ? { site: siteId } : {}) });
    await setColumns(
      tx,
      'devices',
      { column: 'id', value: id },
      Object.fromEntries(columns.map(([field, value]) => [COLUMN[field as keyof DeviceWords] ?? field, value]))
    );
    if (WORTH_A_LOOK.some((field) => field in after)) {
      await tx.query(
        `update devices
            set next_discovery_at = '-infinity', next_full_walk_at = '-infinity', rediscover = lease_owner is not null
          where id = $1`,
        [id]
      );
    }
    if (after.auth !== undefined) {
      await tx.query('update devices set auth_found = null where id = $1 and auth_found is not null', [id]);
    }
    await writeAudit(tx, editor.caller, [{ action: 'update', entity: 'device', entityId: id, before, after }]);
  });

/**
 * Takes a device out; its interfaces and what people said of them stay for the case that it comes back.
 *
 * @throws EditRefused (not_found, changed_meanwhile, belongs_to_file)
 */
export const deleteDevice = (db: Database, id: string, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const device = await liveDevice(tx, id);
    refuseOtherVersion(`Device ${id}`, wordsOf(device), editor.versions);
    if (device.origin === 'file') {
      throw new EditRefused(
        'belongs_to_file',
        `Device ${id} comes from the configuration file; take it out there, or set enabled: false.`
      );
    }
    await tx.query(
      `update devices set removed_at = now(), updated_at = now(), lease_owner = null, lease_until = null where id = $1`,
      [id]
    );
    await writeAudit(tx, editor.caller, [
      { action: 'delete', entity: 'device', entityId: id, before: { ...wordsOf(device) }, after: null },
    ]);
  });

async function liveDevice(tx: Queryable, id: string): Promise<StoredDevice> {
  const device = await storedDevice(tx, id);
  if (!device || device.removed) {
    throw new EditRefused('not_found', `There is no device ${id}; ids are in /api/v1/devices.`);
  }
  return device;
}
