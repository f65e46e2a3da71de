import type { Queryable } from './database';

/** A column to sort by; with - in front from the last to the first. */
export type SortKey<S extends string> = S | `-${S}`;

/** A page of a list, asked for by people: sorted, cut, with the total that the filters leave. */
export interface PageRequest<S extends string> {
  sort: readonly SortKey<S>[];
  limit: number;
  offset: number;
}

export interface Page<T> {
  total: number;
  items: T[];
}

/** Collects conditions with their parameters; values never become part of the SQL text. */
export class Conditions {
  readonly params: unknown[] = [];
  private readonly parts: string[] = [];

  /** `sql` has `?` where the value goes; an undefined value adds no condition. */
  add(sql: string, value: unknown): this {
    if (value !== undefined) {
      this.params.push(value);
      this.parts.push(sql.replaceAll('?', `$${this.params.length}`));
    }
    return this;
  }

  /** Of a condition without value: that it holds, or that it does not. */
  flag(sql: string, value: boolean | undefined): this {
    if (value !== undefined) {
      this.parts.push(value ? sql : `not (${sql})`);
    }
    return this;
  }

  /** Rows that have every word of `text` in one of `columns`, in any place and case. */
  search(columns: readonly string[], text: string | undefined): this {
    return this.words(columns.map((column) => `search_form(${column}) like search_form(?)`).join(' or '), text);
  }

  /** The same by a condition of its own: `sql` has `?` where the pattern for LIKE goes. */
  words(sql: string, text: string | undefined): this {
    for (const word of new Set((text ?? '').normalize('NFC').split(/\s+/).filter(Boolean))) {
      this.add(`(${sql})`, `%${word.replace(/[\\%_]/g, '\\$&')}%`);
    }
    return this;
  }

  get where(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' and ');
  }
}

/**
 * `order by` of a list; `last` makes the order of equal rows the same on every page. `indexed`: columns without nulls
 * whose index may be read backwards, which an order with nulls last would forbid.
 */
export function orderBy<S extends string>(
  sort: readonly SortKey<S>[],
  columns: Readonly<Record<S, string>>,
  last: readonly string[],
  indexed: readonly S[] = []
): string {
  const keys = sort.map((key) => {
    const column = (key.startsWith('-') ? key.slice(1) : key) as S;
    const down = indexed.includes(column) ? 'desc' : 'desc nulls last';
    return key === column ? columns[column] : `${columns[column]} ${down}`;
  });
  return [...new Set([...keys, ...last])].join(', ');
}

/** Reads one page of `page`, a select of `id` in its order; counts with `count` where the page itself does not say it. */
export async function pageOfIds<T extends string | number>(
  db: Queryable,
  select: { page: string; count: string; params: readonly unknown[] },
  { limit, offset }: { limit: number; offset: number }
): Promise<{ total: number; ids: T[] }> {
  const n = select.params.length;
  const rows = await db.query<{ id: T; total?: number }>(`${select.page} limit $${n + 1} offset $${n + 2}`, [
    ...select.params,
    limit,
    offset,
  ]);
  const ids = rows.map((row) => row.id);
  // The page itself tells where the list ends: when it is not full, and when not even its first row is there.
  const ended = ids.length < limit && (ids.length > 0 || offset === 0);
  const total = rows[0]?.total ?? (ended ? offset + ids.length : undefined);
  return { total: total ?? (await db.query<{ total: number }>(select.count, select.params))[0]?.total ?? 0, ids };
}
