import { Pool, types, type CustomTypesConfig, type PoolClient } from 'pg';
import { DatabaseError, sqlState, type Database, type Queryable } from './database';

/** Connections that one sidecar may hold: many sidecars share one server. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** No statement of ours needs longer; one that does would hold locks that others wait for. */
const STATEMENT_TIMEOUT_MS = 30_000;

const INT8 = 20;
const NUMERIC = 1700;

/** pg gives bigint as text; ids and speeds stay below 2^53. */
const parsers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : types.getTypeParser(oid, format as 'text')) as CustomTypesConfig['getTypeParser'],
};

/** Connects to a Postgres server (13 or newer). Rejects with DatabaseError when it cannot be reached or is too old. */
export async function openServer(
  url: string,
  options: { connectTimeoutMs?: number; statementTimeoutMs?: number } = {}
): Promise<Database> {
  const place = placeOf(url);
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    application_name: 'isp-discovery',
    // Compiling a query of ours took 0.2 to 3 s where running it takes 5 ms: the views look dear to the planner.
    options: '-c jit=off',
    types: parsers,
  });
  // A server that goes away breaks idle connections; the pool drops them and the next query reports the trouble.
  pool.on('error', () => undefined);

  const connect = async (): Promise<PoolClient> => {
    try {
      return await pool.connect();
    } catch (err) {
      throw new DatabaseError(`cannot connect to ${place}: ${connectTrouble(err)}`, { cause: err });
    }
  };
  const withClient = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const client = await connect();
    let broken: Error | undefined;
    // Without a listener a connection that dies while it is lent would end the process.
    const onError = (err: Error) => (broken = err);
    client.on('error', onError);
    try {
      return await work(
        queryable(client, (err) => {
          // Not an answer of the server, or the server is ending: the connection is of no use any more.
          const state = sqlState(err);
          if (state !== undefined && !state.startsWith('57P') && !state.startsWith('08')) {
            return err;
          }
          broken = err as Error;
          return new DatabaseError(`lost the connection to ${place}: ${connectTrouble(err)}`, { cause: err });
        })
      );
    } finally {
      client.off('error', onError);
      client.release(broken ?? false);
    }
  };

  const db: Database = {
    kind: 'server',
    description: place,
    query: (sql, params) => withClient((client) => client.query(sql, params)),
    script: (sql) => withClient((client) => client.script(sql)),
    transaction: (work) =>
      withClient(async (client) => {
        await client.script('begin');
        try {
          const result = await work(client);
          await client.script('commit');
          return result;
        } catch (err) {
          // The first error is the news; a failing rollback only means that the connection is gone.
          await client.script('rollback').catch(() => undefined);
          throw err;
        }
      }),
    poolUse: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
  try {
    const [server] = await db.query<{ version: number; text: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as text`
    );
    if (!server || server.version < 130_000) {
      throw new DatabaseError(`${place} is Postgres ${server?.text}; version 13 or newer is needed`);
    }
  } catch (err) {
    await db.close();
    throw err;
  }
  return db;
}

function queryable(client: PoolClient, told: (err: unknown) => unknown): Queryable {
  const run = async <R>(query: () => Promise<R>): Promise<R> => {
    try {
      return await query();
    } catch (err) {
      throw told(err);
    }
  };
  return {
    query: async <T extends object>(sql: string, params: readonly unknown[] = []) =>
      (await run(() => client.query<T>(sql, [...params]))).rows,
    script: async (sql) => {
      await run(() => client.query(sql));
    },
  };
}

/** The address without user's password and parameters. */
function placeOf(url: string): string {
  const { hostname, port, pathname, username, searchParams } = new URL(url);
  // A socket directory stands in the parameter `host`, or encoded in the place of the host name.
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  const user = username === '' ? '' : ` as ${decodeURIComponent(username)}`;
  return `Postgres at ${host || 'localhost'}:${port || '5432'}${pathname}${user}`;
}

function connectTrouble(err: unknown): string {
  const state = sqlState(err);
  const code = (err as NodeJS.ErrnoException).code ?? '';
  const message = err instanceof Error ? err.message : String(err);
  if (state === '28P01' || state === '28000') {
    return 'the server refused the user or password; check database.url or database.url_file';
  }
  if (state === '3D000') {
    return 'there is no such database on the server; create it first (createdb)';
  }
  if (state === '53300') {
    return 'the server has no connection left; raise max_connections or stop other clients';
  }
  if (state?.startsWith('57P')) {
    return 'the server is starting or shutting down; try again when it runs';
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    return 'nothing listens there; start Postgres or correct database.url';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'the host name does not resolve; correct database.url';
  }
  if (/timeout/i.test(message)) {
    return 'no answer in time; check the network between here and the server';
  }
  return state === undefined && code === ''
    ? 'the connection was closed by the other side'
    : code || `SQLSTATE ${state}`;
}
