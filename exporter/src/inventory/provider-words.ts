import type { Queryable } from './database';
import { Conditions, orderBy, type Page, type PageRequest } from './list-query';

/** What operators say of a provider. */
export interface ProviderWords {
  display_name: string;
  aliases: string[];
  /** Tell the provider only beside a word for an uplink. */
  weak_aliases: string[];
  /** #rrggbb; empty: none of its own. */
  color: string;
  asn: number | null;
  contact_group: string;
  /** Contracted bit/s of an uplink that says nothing of its own. */
  bandwidth_in: number | null;
  bandwidth_out: number | null;
}

/** A provider as the API shows it. */
export interface StoredProvider extends ProviderWords {
  /** Value of the label isp_provider. */
  name: string;
  origin: 'shipped' | 'operator';
  updated_at: Date;
}

export const PROVIDER_SORTS = ['name', 'display_name', 'origin', 'asn', 'updated_at'] as const;
export type ProviderSort = (typeof PROVIDER_SORTS)[number];

const COLUMNS = `name, display_name, aliases, weak_aliases, color, asn, contact_group, bandwidth_in, bandwidth_out,
  origin, updated_at`;
const ORDER: Record<ProviderSort, string> = {
  name: 'name',
  display_name: 'lower(display_name)',
  origin: 'origin',
  asn: 'asn',
  updated_at: 'updated_at',
};

/** The words of a provider, as versions tell them apart. */
export const providerWords = ({
  name: _name,
  origin: _origin,
  updated_at: _updated,
  ...words
}: StoredProvider): ProviderWords => words;

export async function searchProviders(
  db: Queryable,
  filters: { q?: string; origin?: 'shipped' | 'operator' },
  page: PageRequest<ProviderSort>
): Promise<Page<StoredProvider>> {
  const { where, params } = new Conditions()
    .search(['name', 'display_name', `array_to_string(aliases || weak_aliases, ' ')`], filters.q)
    .add('origin = ?', filters.origin);
  const n = params.length;
  const items = await db.query<StoredProvider>(
    `select ${COLUMNS} from providers where ${where} order by ${orderBy(page.sort, ORDER, ['name'])}
      limit $${n + 1} offset $${n + 2}`,
    [...params, page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>(`select count(*) as total from providers where ${where}`, params);
  return { total: count?.total ?? 0, items };
}

export const getProvider = async (db: Queryable, name: string): Promise<StoredProvider | undefined> =>
  (await db.query<StoredProvider>(`select ${COLUMNS} from providers where name = $1`, [name]))[0];
