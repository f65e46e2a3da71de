import type { Queryable } from './database';

/** One row of the provider catalogue; `name` is the value of the label `isp_provider`. */
export interface ProviderRow {
  name: string;
  displayName: string;
  aliases: string[];
  weakAliases: string[];
  color: string;
  /** Autonomous system; null: not told. */
  asn: number | null;
  contactGroup: string;
  /** Contracted bit/s of an uplink that says nothing of its own. */
  bandwidthIn: number | null;
  bandwidthOut: number | null;
}

const SHIPPED = `display_name, aliases, weak_aliases, color, asn, contact_group, bandwidth_in, bandwidth_out`;
const EXCLUDED = SHIPPED.replace(/\w+/g, 'excluded.$&');

/** Brings the shipped part of the catalogue up to date; rows of operators stay, also under a shipped name. */
export async function importProviders(db: Queryable, providers: readonly ProviderRow[]): Promise<void> {
  await db.query(
    `insert into providers as p (name, ${SHIPPED}, origin)
     select name, "displayName", array(select jsonb_array_elements_text(aliases)),
            array(select jsonb_array_elements_text("weakAliases")), color, asn, "contactGroup", "bandwidthIn",
            "bandwidthOut", 'shipped'
       from jsonb_to_recordset($1::jsonb)
         as c (name text, "displayName" text, aliases jsonb, "weakAliases" jsonb, color text, asn bigint,
               "contactGroup" text, "bandwidthIn" numeric, "bandwidthOut" numeric)
     on conflict (name) do update set (${SHIPPED}, updated_at) = (${EXCLUDED}, now())
      where p.origin = 'shipped'
        and (${SHIPPED.replace(/\w+/g, 'p.$&')}) is distinct from (${EXCLUDED})`,
    [JSON.stringify(providers)]
  );
  await db.query(`delete from providers where origin = 'shipped' and not (name = any ($1::text[]))`, [
    providers.map((p) => p.name),
  ]);
}

/** Shipped and operators' providers together, those of operators first: what the classifier works with. */
export const listProviders = (db: Queryable): Promise<ProviderRow[]> =>
  db.query<ProviderRow>(
    `select name, display_name as "displayName", aliases, weak_aliases as "weakAliases", color, asn,
            contact_group as "contactGroup", bandwidth_in as "bandwidthIn", bandwidth_out as "bandwidthOut"
       from providers order by origin, name`
  );
