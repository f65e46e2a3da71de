import type { Queryable } from './database';

/** One row of the provider catalogue; `name` is the value of the label `isp_provider`. */
export interface ProviderRow {
  name: string;
  displayName: string;
  aliases: string[];
  weakAliases: string[];
  color: string;
}

/** Brings the shipped part of the catalogue up to date; rows of operators stay, also under a shipped name. */
export async function importProviders(db: Queryable, providers: readonly ProviderRow[]): Promise<void> {
  await db.query(
    `insert into providers as p (name, display_name, aliases, weak_aliases, color, origin)
     select name, "displayName", array(select jsonb_array_elements_text(aliases)),
            array(select jsonb_array_elements_text("weakAliases")), color, 'shipped'
       from jsonb_to_recordset($1::jsonb)
         as c (name text, "displayName" text, aliases jsonb, "weakAliases" jsonb, color text)
     on conflict (name) do update
        set display_name = excluded.display_name, aliases = excluded.aliases, weak_aliases = excluded.weak_aliases,
            color = excluded.color, updated_at = now()
      where p.origin = 'shipped'
        and (p.display_name, p.aliases, p.weak_aliases, p.color)
            is distinct from (excluded.display_name, excluded.aliases, excluded.weak_aliases, excluded.color)`,
    [JSON.stringify(providers)]
  );
  await db.query(`delete from providers where origin = 'shipped' and not (name = any ($1::text[]))`, [
    providers.map((p) => p.name),
  ]);
}

/** Shipped and operators' providers together: what the classifier works with. */
export const listProviders = (db: Queryable): Promise<ProviderRow[]> =>
  db.query<ProviderRow>(
    `select name, display_name as "displayName", aliases, weak_aliases as "weakAliases", color
       from providers order by name`
  );
