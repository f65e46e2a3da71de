import type { Caller } from '../model/caller';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { changesOf, editing, EditRefused, refuseOtherVersion, setColumns, type Editor } from './edits';
import { importProviders, type ProviderRow } from './providers';
import { getProvider, providerWords, type ProviderWords, type StoredProvider } from './provider-words';

const NEW_PROVIDER: Omit<ProviderWords, 'display_name'> = {
  aliases: [],
  weak_aliases: [],
  color: '',
  asn: null,
  contact_group: '',
  bandwidth_in: null,
  bandwidth_out: null,
};

/**
 * Adds a provider. A shipped one of that name stands aside until this one is deleted.
 *
 * @throws EditRefused (taken)
 */
export const createProvider = (
  db: Database,
  caller: Caller,
  name: string,
  given: Partial<ProviderWords> & Pick<ProviderWords, 'display_name'>
): Promise<void> =>
  editing(db, async (tx) => {
    const there = await getProvider(tx, name);
    if (there?.origin === 'operator') {
      throw new EditRefused('taken', `There is a provider ${name} of an operator; change that one.`);
    }
    await write(tx, caller, name, undefined, { ...NEW_PROVIDER, ...given });
  });

/**
 * Makes a provider exactly this; true: it is new. What is the same already is not written.
 *
 * @throws EditRefused (changed_meanwhile, taken)
 */
export const putProvider = (
  db: Database,
  name: string,
  given: Partial<ProviderWords> & Pick<ProviderWords, 'display_name'>,
  editor: Editor
): Promise<boolean> =>
  editing(db, async (tx) => {
    const there = await getProvider(tx, name);
    refuseOtherVersion(`Provider ${name}`, there ? providerWords(there) : {}, editor.versions);
    await write(tx, editor.caller, name, there, { ...NEW_PROVIDER, ...given });
    return there === undefined;
  });

/**
 * Changes what `wanted` says; a shipped provider becomes the operators' by it.
 *
 * @throws EditRefused (not_found, changed_meanwhile, taken)
 */
export const patchProvider = (
  db: Database,
  name: string,
  wanted: Partial<ProviderWords>,
  editor: Editor
): Promise<void> =>
  editing(db, async (tx) => {
    const there = await storedProvider(tx, name);
    refuseOtherVersion(`Provider ${name}`, providerWords(there), editor.versions);
    await write(tx, editor.caller, name, there, { ...providerWords(there), ...wanted });
  });

/**
 * Deletes an operator's provider; the shipped one of that name, if `catalogue` has one, is there again.
 *
 * @throws EditRefused (not_found, changed_meanwhile, shipped, in_use)
 */
export const deleteProvider = (
  db: Database,
  name: string,
  catalogue: readonly ProviderRow[],
  editor: Editor
): Promise<void> =>
  editing(db, async (tx) => {
    const there = await storedProvider(tx, name);
    refuseOtherVersion(`Provider ${name}`, providerWords(there), editor.versions);
    if (there.origin === 'shipped') {
      throw new EditRefused('shipped', `Provider ${name} comes with the catalogue; it can be changed, not deleted.`);
    }
    const [use] = await tx.query<{ interfaces: number }>(
      'select count(*) as interfaces from device_interfaces where isp_provider_override = $1 and active',
      [name]
    );
    const comesBack = catalogue.some((one) => one.name === name);
    if (use && use.interfaces > 0 && !comesBack) {
      throw new EditRefused(
        'in_use',
        `Provider ${name} is what operators said of ${use.interfaces} interface${use.interfaces === 1 ? '' : 's'}; take that back first (GET /api/v1/interfaces?provider=${name}&overridden=true).`
      );
    }
    await tx.query('delete from providers where name = $1', [name]);
    if (comesBack) {
      await importProviders(tx, catalogue);
    }
    await writeAudit(tx, editor.caller, [
      { action: 'delete', entity: 'provider', entityId: name, before: { ...providerWords(there) }, after: null },
    ]);
  });

async function storedProvider(tx: Queryable, name: string): Promise<StoredProvider> {
  const there = await getProvider(tx, name);
  if (!there) {
    throw new EditRefused('not_found', `There is no provider ${name}; names are in /api/v1/providers.`);
  }
  return there;
}

async function write(
  tx: Queryable,
  caller: Caller,
  name: string,
  there: StoredProvider | undefined,
  words: ProviderWords
): Promise<void> {
  const changes = there && changesOf<ProviderWords>(providerWords(there), words);
  if (there && !changes) {
    return;
  }
  await refuseTakenAlias(tx, name, words);
  if (!there) {
    await tx.query(
      `insert into providers (name, display_name, origin) values ($1, $2, 'operator')
       on conflict (name) do nothing`,
      [name, words.display_name]
    );
  }
  await setColumns(tx, 'providers', { column: 'name', value: name }, { ...words, origin: 'operator' });
  await writeAudit(tx, caller, [
    changes
      ? { action: 'update', entity: 'provider', entityId: name, ...changes }
      : { action: 'create', entity: 'provider', entityId: name, before: null, after: { ...words } },
  ]);
}

/** An alias of two providers would tell neither. */
async function refuseTakenAlias(tx: Queryable, name: string, words: ProviderWords): Promise<void> {
  const [other] = await tx.query<{ name: string; alias: string }>(
    `select p.name, alias from providers p, unnest(p.aliases || p.weak_aliases) alias
      where p.name <> $1 and search_form(alias) in (select search_form(own) from unnest($2::text[]) own)
      order by p.name limit 1`,
    [name, [...words.aliases, ...words.weak_aliases]]
  );
  if (other) {
    throw new EditRefused('taken', `The alias ${other.alias} belongs to provider ${other.name}.`);
  }
}
