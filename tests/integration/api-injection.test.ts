import './native-pglite';
import { describedSchema, SchemaShelf } from '../../exporter/src/http/api/described-schema';
import { withDocument } from '../../exporter/src/http/api/openapi';
import type { ApiRoute } from '../../exporter/src/http/api/route';
import { apiRoutes } from '../../exporter/src/http/api/routes';
import { knownAddress } from './api-fleet';
import type { ApiAnswer } from './api-server';
import { overUntouchedInventory } from './untouched-inventory';

/** What no answer may hold: words of the database. */
const SQL = /syntax error|violates|SQLSTATE|pg_(?!sleep)|relation "|invalid byte|at character/i;

/** Texts that are code somewhere. */
const ATTEMPTS = [
  `'; drop table devices; --`,
  `1) or (1=1`,
  `0 union select 1, version()`,
  `name; select pg_sleep(9)`,
  `\\'; truncate sites; --`,
  `$1`,
  `a\0b`,
  `../../etc/passwd`,
  `-1`,
  `1e999`,
  `99999999999999999999`,
  `\ud800`,
  `%`,
  'x'.repeat(5000),
];
/** Of these a search finds what has it in it, as of any other word. */
const WORDS = ['-1', '%', '$1'];

// No operation is called while they are listed.
const routes = withDocument(apiRoutes({} as never), '0');

const open = overUntouchedInventory();

const properties = (schema: NonNullable<ApiRoute['query']>) =>
  describedSchema(schema, 'input', new SchemaShelf()).properties ?? {};

const written = (value: string) => encodeURIComponent(value.replace('\ud800', '\ufffd'));

function call(route: ApiRoute, at: string): Promise<ApiAnswer> {
  const headers: Record<string, string> = route.text ? { 'content-type': route.text.types[0] as string } : {};
  return open.api.call(route.method.toUpperCase(), at, route.body || route.text ? {} : undefined, headers);
}

const parameters = (route: ApiRoute) => [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);

test.each(routes.filter((route) => route.params).map((route) => [route.operationId, route] as const))(
  'the path of %s takes no code',
  async (_id, route) => {
    for (const name of parameters(route)) {
      for (const attempt of ATTEMPTS) {
        const { status, body } = await call(route, knownAddress(route.path.replace(`{${name}}`, written(attempt))));
        expect([attempt, JSON.stringify(body)]).toEqual([attempt, expect.not.stringMatching(SQL)]);
        expect({ attempt, fits: [400, 404].includes(status), status }).toMatchObject({ attempt, fits: true });
      }
    }
  }
);

test.each(
  routes
    .filter(({ method, query }) => method === 'get' && query)
    .flatMap((route) =>
      Object.entries(properties(route.query as never)).map(([key, schema]) => [route.path, key, route, schema] as const)
    )
)('GET %s?%s= takes no code', async (_at, key, route, { type, enum: words, format }) => {
  // What is decoded before the database hears of it needs no more than a few.
  const free = type === 'string' && words === undefined && format === undefined;
  for (const attempt of free ? ATTEMPTS : ATTEMPTS.slice(0, 3)) {
    const { status, body } = await open.api.get(`${knownAddress(route.path)}?${key}=${written(attempt)}`);
    expect({ attempt, fits: [200, 400].includes(status), status }).toMatchObject({ attempt, fits: true });
    if (status === 400) {
      expect([attempt, body.code, body.errors[0].field]).toEqual([
        attempt,
        'invalid_request',
        expect.stringContaining(key),
      ]);
    } else if (!WORDS.includes(attempt)) {
      // A table of no rows is its header.
      const found = typeof body === 'string' ? body.trim().split('\n').length - 1 : (body.total ?? body.length ?? 0);
      expect([attempt, found]).toEqual([attempt, 0]);
    }
  }
});

test.each(routes.map((route) => [route.operationId, route] as const))('%s takes no other key', async (_id, route) => {
  const { status, body } = await call(route, `${knownAddress(route.path)}?${written("x'; drop table sites")}=1`);
  expect([status, body.code, body.errors?.map((one: { field: string }) => one.field)]).toEqual([
    400,
    'invalid_request',
    expect.arrayContaining([`x'; drop table sites`]),
  ]);
});
