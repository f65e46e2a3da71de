/** A page of a list, asked for by people: sorted, cut, with the total that the filters leave. */
export interface PageRequest<S extends string> {
  sort: S;
  descending: boolean;
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

  /** Rows of which one of `columns` contains the text, whatever the case. */
  search(columns: readonly string[], text: string | undefined): this {
    const pattern = text === undefined || text === '' ? undefined : `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return this.add(`(${columns.map((column) => `${column} ilike ?`).join(' or ')})`, pattern);
  }

  get where(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' and ');
  }
}
