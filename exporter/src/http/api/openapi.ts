import { z } from 'zod';
import { bodyTypes } from './body';
import { COMMON_PROBLEMS, problemAnswer, PROBLEMS, type ProblemCode } from './problem';
import { describedSchema, SchemaShelf, type JsonSchema } from './described-schema';
import { route, type ApiRoute } from './route';

const PROBLEM_TYPE = 'application/problem+json';

/** What each group of operations is about; a group that is missing here is a mistake that a test finds. */
export const TAGS: Readonly<Record<string, string>> = {
  inventory: 'All of it in figures.',
  devices: 'What is monitored.',
  interfaces: 'Ports of devices: what discovery found and what operators say.',
  sites: 'Places where devices stand.',
  providers: 'Who sells the uplinks.',
  discovery: 'Walks of devices: asking for them, what they brought, and which devices do not answer SNMP.',
  import: 'Lists of devices in and out.',
  scans: 'Looking through networks for devices, and what was found.',
  bundles: 'Ready-made fleets.',
  audit: 'Who changed what.',
  api: 'The API itself.',
};

/** The operations, and one that describes them all. */
export function withDocument(routes: readonly ApiRoute[], version: string): ApiRoute[] {
  let document: Record<string, unknown> | undefined;
  const all: ApiRoute[] = [
    ...routes,
    route({
      method: 'get',
      path: '/openapi.json',
      role: 'viewer',
      tag: 'api',
      operationId: 'getOpenApiDocument',
      summary: 'This document',
      answer: { status: 200, schema: z.record(z.string(), z.unknown()), description: 'OpenAPI 3.1.' },
      async handle() {
        return (document ??= openApiDocument(all, version));
      },
    }),
  ];
  return all;
}

/** The OpenAPI 3.1 document of the operations, made of the schemas that decode their requests. */
export function openApiDocument(routes: readonly ApiRoute[], version: string): Record<string, unknown> {
  const shelf = new SchemaShelf();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method] = operation(route, shelf);
  }
  const problem = shelf.reference(problemAnswer, 'output');
  const used = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'isp-discovery',
      version,
      description:
        'The inventory of the fleet. Errors are problems (RFC 9457); `code` is stable, `detail` is for people. Lists come in pages: `limit`, `offset`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    tags: Object.entries(TAGS).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths,
    components: {
      schemas: shelf.schemas,
      responses: Object.fromEntries(COMMON_PROBLEMS.map((code) => [code, problemResponse([code], problem)])),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token of `discovery.tokens`. Without any configured, whoever reaches the sidecar on its own machine may do everything.',
        },
      },
    },
  };
}

function operation(route: ApiRoute, shelf: SchemaShelf): Record<string, unknown> {
  const types = bodyTypes(route);
  const schema = route.text ? { type: 'string' } : route.body && shelf.reference(route.body, 'input');
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    'x-required-role': route.role,
    ...(route.exporters ? { 'x-exporters-may': true } : {}),
    parameters: [...parameters('path', route.params, shelf), ...parameters('query', route.query, shelf)],
    ...(types === undefined
      ? {}
      : { requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) } }),
    responses: { [route.answer.status]: answer(route, shelf), ...problems(route, shelf) },
  };
}

function parameters(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  shelf: SchemaShelf
): Record<string, unknown>[] {
  const { properties = {}, required = [] } =
    schema === undefined ? ({} as JsonSchema) : describedSchema(schema, 'input', shelf);
  return Object.entries(properties).map(([name, { description, ...inner }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: inner,
  }));
}

function answer({ answer: { description, schema, type } }: ApiRoute, shelf: SchemaShelf): Record<string, unknown> {
  const content = {
    ...(schema ? { 'application/json': { schema: shelf.reference(schema, 'output') } } : {}),
    ...(type === undefined ? {} : { [type]: { schema: { type: 'string' } } }),
  };
  return { description, ...(Object.keys(content).length > 0 ? { content } : {}) };
}

/** By status; those that every operation may give stand in the components. */
function problems(route: ApiRoute, shelf: SchemaShelf): Record<string, unknown> {
  const own = new Map<number, ProblemCode[]>();
  const body = bodyTypes(route) === undefined ? [] : (['body_too_large', 'wrong_media_type'] as const);
  const codes: ProblemCode[] = [
    ...COMMON_PROBLEMS,
    ...(route.params ? (['not_found'] as const) : []),
    ...body,
    ...(route.problems ?? []),
  ];
  for (const code of new Set(codes)) {
    const { status } = PROBLEMS[code];
    own.set(status, [...(own.get(status) ?? []), code]);
  }
  const schema = shelf.reference(problemAnswer, 'output');
  return Object.fromEntries(
    [...own].map(([status, those]) => [
      status,
      those.length === 1 && COMMON_PROBLEMS.includes(those[0] as ProblemCode)
        ? { $ref: `#/components/responses/${those[0]}` }
        : problemResponse(those, schema),
    ])
  );
}

function problemResponse(codes: readonly ProblemCode[], schema: JsonSchema): Record<string, unknown> {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    content: { [PROBLEM_TYPE]: { schema } },
  };
}
