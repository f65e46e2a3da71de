import './native-pglite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../exporter/src/inventory/database';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { openServer } from '../../exporter/src/inventory/server-database';
import { postgresPrograms, startPostgres, type PostgresServer } from './postgres-server';

/** A way to get empty databases: the same tests run on each. */
export interface Backend {
  start(): Promise<void>;
  /** An empty database; closed and dropped by stop(). */
  fresh(): Promise<Database>;
  /** A second connection to the same database, where that exists. */
  again(db: Database): Promise<Database> | undefined;
  stop(): Promise<void>;
}

class Embedded implements Backend {
  private readonly open: { db: Database; directory: string }[] = [];

  async start(): Promise<void> {}

  async fresh(): Promise<Database> {
    const directory = mkdtempSync(path.join(tmpdir(), 'inventory-'));
    const db = await openEmbedded(path.join(directory, 'pg'));
    this.open.push({ db, directory });
    return db;
  }

  again(): undefined {
    return undefined;
  }

  async stop(): Promise<void> {
    for (const { db, directory } of this.open.splice(0)) {
      await db.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

class Server implements Backend {
  private server!: PostgresServer;
  private readonly urls = new Map<Database, string>();

  constructor(private readonly bin: string) {}

  async start(): Promise<void> {
    this.server = await startPostgres(this.bin);
  }

  async fresh(): Promise<Database> {
    return this.connect(this.server.createDatabase(`t${this.urls.size + 1}`));
  }

  again(db: Database): Promise<Database> {
    return this.connect(this.urls.get(db) as string);
  }

  private async connect(url: string): Promise<Database> {
    const db = await openServer(url);
    this.urls.set(db, url);
    return db;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.urls.keys()].map((db) => db.close()));
    await this.server.stop();
  }
}

/** Runs the same tests on the embedded database and on a server; says so where no server is installed. */
export function describeOnBoth(title: string, tests: (backend: Backend) => void): void {
  const bin = postgresPrograms();
  const kinds: [string, Backend | undefined][] = [
    ['embedded', new Embedded()],
    ['server', bin === undefined ? undefined : new Server(bin)],
  ];
  for (const [name, backend] of kinds) {
    if (!backend) {
      describe(`${title} (${name})`, () =>
        it.skip('left out: no Postgres server in /usr/lib/postgresql', () => undefined));
      continue;
    }
    describe(`${title} (${name})`, () => {
      beforeAll(() => backend.start(), 120_000);
      afterAll(() => backend.stop(), 60_000);
      tests(backend);
    });
  }
}
