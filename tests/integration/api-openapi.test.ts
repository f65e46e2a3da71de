import './native-pglite';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiDocument, TAGS, withDocument } from '../../exporter/src/http/api/openapi';
import { apiRoutes } from '../../exporter/src/http/api/routes';
import type { Database } from '../../exporter/src/inventory/database';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { fillEveryTable, knownAddress } from './api-fleet';
import { withReference } from './api-reference';
import { ApiServer } from './api-server';

const VALIDATOR = require
  .resolve('@seriousme/openapi-schema-validator')
  .replace(/index\.js$/, 'bin/validate-api-cli.js');

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };

// No operation is called while they are listed.
const routes = withDocument(apiRoutes({} as never), '0');

let directory: string;
let db: Database;
let api: ApiServer;
let document: Document;
const ajv = new Ajv({ strict: false });
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'openapi-'));
  db = await openEmbedded(path.join(directory, 'pg'));
  await fillEveryTable(db);
  api = await ApiServer.start({ db });
  document = (await api.get('/openapi.json')).body as Document;
  addFormats(ajv);
  ajv.addSchema(document, 'document');
}, 60_000);
afterAll(async () => {
  await api.close();
  await db.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => expect(api.logged).toEqual([]));

test('the document that is served is a valid one', () => {
  const file = path.join(directory, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const said = execFileSync(process.execPath, [VALIDATOR, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(said).toContain('"valid": true');
});

test('the validator finds what is wrong', () => {
  const file = path.join(directory, 'wrong.json');
  writeFileSync(file, JSON.stringify({ ...document, paths: { devices: { fetch: {} } } }));
  const validate = () => execFileSync(process.execPath, [VALIDATOR, file], { encoding: 'utf8', stdio: 'pipe' });
  expect(validate).toThrow();
});

test('every operation has its own name, a known group and parameters that stand in its path', () => {
  const ids = routes.map(({ operationId }) => operationId);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  expect(routes.filter(({ tag }) => TAGS[tag] === undefined).map(({ path, tag }) => [path, tag])).toEqual([]);
  for (const [at, operations] of Object.entries(document.paths)) {
    const inPath = [...at.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    for (const { operationId, parameters } of Object.values(operations)) {
      const described = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect([operationId, described]).toEqual([operationId, inPath]);
    }
  }
});

test('two schemas of one name are refused', () => {
  const { z } = jest.requireActual<typeof import('zod')>('zod');
  const named = (schema: ReturnType<typeof z.object>) => ({
    ...routes[0]!,
    answer: { status: 200 as const, schema, description: '' },
  });
  const one = z.object({ a: z.string() }).meta({ id: 'TwiceNamed' });
  expect(Object.keys((openApiDocument([named(one)], '0') as never as Document).components.schemas)).toContain(
    'TwiceNamed'
  );
  z.globalRegistry.remove(one);
  const two = z.object({ a: z.int() }).meta({ id: 'TwiceNamed' });
  expect(() => openApiDocument([named(one.meta({ id: 'TwiceNamed' })), named(two)], '0')).toThrow('TwiceNamed');
});

test.each(routes.filter(({ method }) => method === 'get').map((route) => [route.path, route] as const))(
  'what GET %s answers is what it declares',
  async (_at, route) => {
    const { status, headers, body } = await api.get(knownAddress(route.path));
    expect([status, status === 200 ? '' : body]).toEqual([200, '']);
    if (route.answer.schema === undefined) {
      expect(headers.get('content-type')).toContain(route.answer.type);
      return;
    }
    const pointer = `/paths/${route.path.replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
    const validate = ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
    validate(body);
    expect(validate.errors ?? []).toEqual([]);
    // A list that is empty would prove nothing.
    expect([route.path, body.total ?? 1]).not.toEqual([route.path, 0]);
  }
);

test('what it refuses with is what it declares', async () => {
  const validate = ajv.compile({ $ref: 'document#/components/schemas/Problem' });
  for (const at of ['/devices?limit=0', '/devices/nobody', '/nowhere']) {
    const { status, body } = await api.get(at);
    validate(body);
    expect([at, status >= 400, validate.errors]).toEqual([at, true, null]);
  }
});

test('docs/api.md names every operation with its role and every problem', () => {
  const file = path.join(__dirname, '../../docs/api.md');
  const page = readFileSync(file, 'utf8');
  if (process.env['UPDATE_API_DOC']) {
    writeFileSync(file, withReference(page, routes));
  }
  expect(withReference('<!-- operations -->\n<!-- end of operations -->', routes)).toContain(
    '| `GET /devices` | viewer |'
  );
  // Written by: UPDATE_API_DOC=1 npx jest -c tests/jest.config.cjs api-openapi
  expect(readFileSync(file, 'utf8')).toBe(withReference(page, routes));
});
