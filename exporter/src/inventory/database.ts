/** Runs SQL; placeholders are $1, $2, …; a rejected query is the driver's error with its SQLSTATE in `code`. */
export interface Queryable {
  query<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several statements without parameters. */
  script(sql: string): Promise<void>;
}

export interface PoolUse {
  /** Connections that exist. */
  total: number;
  idle: number;
  /** Queries that wait for a connection. */
  waiting: number;
}

/** The inventory's Postgres: a server or one inside this process. bigint and numeric arrive as numbers, times as Date. */
export interface Database extends Queryable {
  readonly kind: 'server' | 'embedded';
  /** For people, without the password: "Postgres at db.example:5432/isp", "embedded Postgres in /var/lib/…". */
  readonly description: string;
  /** Commits when `work` resolves and rolls back when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  poolUse(): PoolUse;
  close(): Promise<void>;
}

/** A database that cannot be used: one line that names the place and the cure, never the password. */
export class DatabaseError extends Error {
  /** Of a program that cannot start because of it. */
  readonly exitCode = 1;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DatabaseError';
  }
}

/** SQLSTATE of a driver's error (Postgres manual, appendix A); undefined when it is no answer of the server. */
export function sqlState(err: unknown): string | undefined {
  const code = (err as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
