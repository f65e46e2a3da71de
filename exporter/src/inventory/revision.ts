import type { Queryable } from './database';

/** Number that grows whenever the target list may have changed. */
export async function inventoryRevision(db: Queryable): Promise<number> {
  const [row] = await db.query<{ revision: number }>('select revision from inventory_revision');
  if (!row) {
    throw new Error(
      'table inventory_revision has lost its row; insert it again: insert into inventory_revision default values'
    );
  }
  return row.revision;
}

/** First statement of a transaction that writes what the target list shows: writers follow one another. */
export async function lockForWriting(tx: Queryable): Promise<void> {
  await tx.query('select revision from inventory_revision for update');
}
