import './native-pglite';
import { describedSchema, SchemaShelf, type JsonSchema } from '../../exporter/src/http/api/described-schema';
import type { ApiRoute } from '../../exporter/src/http/api/route';
import { apiRoutes } from '../../exporter/src/http/api/routes';
import { knownAddress } from './api-fleet';
import { overUntouchedInventory } from './untouched-inventory';

/** A body that is right, of each operation that takes one; a new operation is added here. */
const RIGHT: Readonly<Record<string, Record<string, unknown>>> = {
  createDevice: { name: 'New', address: '10.77.0.1' },
  patchDevice: {},
  interfacesByDevices: { device_ids: ['dev-00001'] },
  patchInterface: {},
  createSite: { name: 'New' },
  patchSite: {},
  createProvider: { name: 'new-net', display_name: 'New Net' },
  putProvider: { display_name: 'New Net' },
  patchProvider: {},
  discoverDevices: {},
  startScan: { network: '10.1.0.0/24' },
  approveCandidate: { name: 'New' },
  approveCandidates: { ids: [1] },
  loadBundle: {},
};

const withBody = apiRoutes({} as never).filter(({ body }) => body);

const open = overUntouchedInventory();

test('every operation with a body is tried', () => {
  expect(withBody.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(RIGHT).sort());
});

/** Ways in which the value of a field may be wrong, as its schema has it. */
function wrongValues(schema: JsonSchema, shelf: SchemaShelf): [what: string, value: unknown][] {
  const ref = typeof schema['$ref'] === 'string' ? (schema['$ref'].split('/').at(-1) as string) : undefined;
  if (ref !== undefined) {
    return wrongValues(shelf.schemas[ref] as JsonSchema, shelf);
  }
  const choices = (schema['anyOf'] as JsonSchema[] | undefined) ?? [schema];
  const types = choices.flatMap((one) => one['type'] ?? []) as string[];
  const of = (type: string) => choices.find((one) => [one['type']].flat().includes(type)) ?? {};
  const samples: [string, unknown][] = [
    ['string', 'nonsense '],
    ['number', 1.5],
    ['boolean', true],
    ['array', []],
    ['object', { a: 1 }],
    ['null', null],
  ];
  const wrong = samples
    .filter(([type]) => !types.includes(type) && !(type === 'number' && types.includes('integer')))
    .map(([type, value]): [string, unknown] => [`a ${type}`, value]);
  if (types.includes('integer')) {
    wrong.push(['a fraction', 1.5]);
  }
  for (const type of ['integer', 'number']) {
    const { minimum, maximum } = of(type) as { minimum?: number; maximum?: number };
    if (types.includes(type)) {
      wrong.push(['too little', (minimum ?? -Number.MAX_SAFE_INTEGER) - 1], ['too much', (maximum ?? 1e300) * 2 + 1]);
    }
  }
  if (types.includes('string')) {
    wrong.push(['too long', 'x'.repeat(20_000)], ['with U+0000', 'a\0b']);
  }
  if (types.includes('array')) {
    const items = (of('array')['items'] ?? {}) as JsonSchema;
    wrong.push(['too many', Array.from({ length: 20_000 }, (_, i) => (items['type'] === 'string' ? `x${i}` : i + 1))]);
    wrong.push(
      ...wrongValues(items, shelf).map(([what, value]): [string, unknown] => [`a list with ${what}`, [value]])
    );
  }
  return wrong;
}

interface Case {
  route: ApiRoute;
  field: string;
  what: string;
  body: unknown;
}

function casesOf(route: ApiRoute): Case[] {
  const shelf = new SchemaShelf();
  const { properties = {}, required = [] } = describedSchema(route.body as never, 'input', shelf);
  const right = RIGHT[route.operationId] ?? {};
  return [
    ...required.map((field) => {
      const { [field]: _, ...body } = right;
      return { route, field, what: 'missing', body };
    }),
    ...Object.entries(properties).flatMap(([field, schema]) =>
      wrongValues(schema, shelf).map(([what, value]) => ({ route, field, what, body: { ...right, [field]: value } }))
    ),
    { route, field: 'nonsense', what: 'unknown', body: { ...right, nonsense: 1 } },
    { route, field: '__proto__', what: 'unknown', body: JSON.parse(`{ "__proto__": { "admin": true } }`) as unknown },
  ];
}

test.each(withBody.map((route) => [route.operationId, route] as const))(
  '%s names every field that is wrong',
  async (_id, route) => {
    const cases = casesOf(route);
    expect(cases.length).toBeGreaterThan(3);
    for (const { field, what, body } of cases) {
      const answer = await open.api.call(route.method.toUpperCase(), knownAddress(route.path), body);
      const named = (answer.body.errors ?? []).map((one: { field?: string }) => one.field?.split(/[.[]/)[0]);
      const told = { field, what, status: answer.status, named: [...new Set(named)].filter((name) => name === field) };
      expect(told).toEqual({ field, what, status: 400, named: [field] });
      if (field !== '__proto__') {
        expect({ field, what, others: [...new Set(named)] }).toEqual({ field, what, others: [field] });
      }
      // What is wrong is told in short, and with the place.
      expect(JSON.stringify(answer.body).length).toBeLessThan(100_000);
      expect(answer.body.errors[0].pointer).toMatch(/^#\//);
    }
  }
);

test.each(withBody.map((route) => [route.operationId, route] as const))(
  '%s takes no other body',
  async (_id, route) => {
    for (const body of [[], 'x', 1, true, null]) {
      const { status, body: said } = await open.api.call(route.method.toUpperCase(), knownAddress(route.path), body);
      expect([body, status, said.code]).toEqual([body, 400, 'invalid_request']);
    }
  }
);
