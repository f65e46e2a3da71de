import { z } from 'zod';
import { createProvider, deleteProvider, patchProvider, putProvider } from '../../inventory/edit-provider';
import { getProvider, PROVIDER_SORTS, providerWords, searchProviders } from '../../inventory/provider-words';
import { moment, pageOf } from './answer';
import { edited, editor, tellVersion } from './edit-request';
import { oneOf, pageShape, text } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';
import { bitrate, line, name as displayName } from './words';

const ORIGINS = ['shipped', 'operator'] as const;
const MAX_ALIASES = 100;
const MAX_ASN = 4_294_967_295;
const asnError = { error: `it must be a whole number from 1 to ${MAX_ASN}` };

const providerName = z
  .string()
  .max(64, { error: 'it must have 64 characters at most' })
  .regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'it must be a label value of a-z, 0-9 and dashes, such as magti' })
  .refine((given) => given !== 'unknown', {
    error: 'it is what an uplink of no known provider has; take another name',
  });
const aliases = z
  .array(line(64).min(1, { error: 'it must not be empty' }))
  .max(MAX_ALIASES, { error: `it must be ${MAX_ALIASES} aliases at most` })
  .transform((list) => [...new Set(list)]);
const optionalWords = {
  aliases: aliases.optional(),
  weak_aliases: aliases.optional().meta({ description: 'Tell the provider only beside a word for an uplink.' }),
  color: z
    .string()
    .regex(/^(#[0-9a-f]{6})?$/i, { error: 'it must be a colour such as #e2001a' })
    .optional(),
  asn: z.int(asnError).min(1, asnError).max(MAX_ASN, asnError).nullable().optional(),
  contact_group: line(200).optional(),
  bandwidth_in: bitrate
    .nullable()
    .optional()
    .meta({ description: 'Contracted bit/s of an uplink that says nothing of its own.' }),
  bandwidth_out: bitrate.nullable().optional(),
};
const providerBody = z.strictObject({ display_name: displayName, ...optionalWords }).meta({ id: 'ProviderWords' });
const newProvider = z.strictObject({ name: providerName, display_name: displayName, ...optionalWords }).meta({
  id: 'NewProvider',
  examples: [{ name: 'village-net', display_name: 'Village Net', aliases: ['vnet', 'village net'] }],
});
const providerPatch = z
  .strictObject({ display_name: displayName.optional(), ...optionalWords })
  .meta({ id: 'ProviderPatch' });

const providerAnswer = z
  .strictObject({
    name: z.string(),
    display_name: z.string(),
    aliases: z.array(z.string()),
    weak_aliases: z.array(z.string()),
    color: z.string(),
    asn: z.int().nullable(),
    contact_group: z.string(),
    bandwidth_in: z.number().nullable(),
    bandwidth_out: z.number().nullable(),
    origin: z.enum(ORIGINS),
    updated_at: moment,
  })
  .meta({ id: 'Provider' });
const params = z.strictObject({ name: text });

/** Providers: the shipped ones, and those of operators, which stand in the place of a shipped one of the same name. */
export const providerRoutes = ({ db, catalogue, providersChanged }: ApiParts): ApiRoute[] => {
  const providerOr404 = async (name: string) => {
    const found = await getProvider(db, name);
    if (!found) {
      throw new ApiProblem('not_found', `There is no provider ${name}; names are in /api/v1/providers.`);
    }
    return found;
  };
  const shown = async (res: Parameters<typeof tellVersion>[0], name: string) => {
    const found = await providerOr404(name);
    tellVersion(res, providerWords(found));
    return found;
  };
  return [
    route({
      method: 'get',
      path: '/providers',
      role: 'viewer',
      tag: 'providers',
      operationId: 'listProviders',
      summary: 'Providers, shipped and of operators',
      query: z.strictObject({
        q: text
          .optional()
          .meta({ description: 'Words, all of which must be there: parts of name, display name or aliases.' }),
        origin: oneOf(ORIGINS).optional(),
        sort: sortKeys(PROVIDER_SORTS, 'name'),
        ...pageShape,
      }),
      answer: { status: 200, schema: pageOf(providerAnswer), description: 'A page of providers.' },
      async handle({ query: { sort, limit, offset, ...filters }, req, res }) {
        const page = await searchProviders(db, filters, { sort, limit, offset });
        linkToNext(req, res, { total: page.total, limit, offset });
        return { ...page, limit, offset };
      },
    }),
    route({
      method: 'get',
      path: '/providers/{name}',
      role: 'viewer',
      tag: 'providers',
      operationId: 'getProvider',
      summary: 'One provider',
      params,
      answer: { status: 200, schema: providerAnswer, description: 'The provider.' },
      problems: ['not_found'],
      handle: ({ params: { name }, res }) => shown(res, name),
    }),
    route({
      method: 'post',
      path: '/providers',
      role: 'editor',
      tag: 'providers',
      operationId: 'createProvider',
      summary: 'Add a provider',
      description: 'A shipped one of that name stands aside until this one is deleted.',
      body: newProvider,
      answer: { status: 201, schema: providerAnswer, description: 'The provider, its address in Location.' },
      problems: ['taken'],
      async handle({ body: { name, ...words }, caller, req, res }) {
        await edited(createProvider(db, caller, name, words));
        await providersChanged?.();
        res.setHeader('Location', `${req.baseUrl}/providers/${name}`);
        return shown(res, name);
      },
    }),
    route({
      method: 'put',
      path: '/providers/{name}',
      role: 'editor',
      tag: 'providers',
      operationId: 'putProvider',
      summary: 'Make a provider exactly this',
      params: z.strictObject({ name: providerName }),
      body: providerBody,
      answer: { status: 200, schema: providerAnswer, description: 'The provider as it is now; 201 when it is new.' },
      problems: ['changed_meanwhile', 'taken'],
      async handle({ params: { name }, body, caller, req, res }) {
        const isNew = await edited(putProvider(db, name, body, editor({ caller, req })));
        await providersChanged?.();
        res.status(isNew ? 201 : 200);
        return shown(res, name);
      },
    }),
    route({
      method: 'patch',
      path: '/providers/{name}',
      role: 'editor',
      tag: 'providers',
      operationId: 'patchProvider',
      summary: 'Change what is said of a provider',
      description:
        "What is absent stays as it is. A shipped provider becomes the operators' by it, until it is deleted.",
      params,
      body: providerPatch,
      answer: { status: 200, schema: providerAnswer, description: 'The provider as it is now.' },
      problems: ['not_found', 'changed_meanwhile', 'taken'],
      async handle({ params: { name }, body, caller, req, res }) {
        await edited(patchProvider(db, name, body, editor({ caller, req })));
        await providersChanged?.();
        return shown(res, name);
      },
    }),
    route({
      method: 'delete',
      path: '/providers/{name}',
      role: 'editor',
      tag: 'providers',
      operationId: 'deleteProvider',
      summary: "Delete an operator's provider",
      params,
      answer: { status: 204, description: 'It is gone; a shipped one of that name is there again.' },
      problems: ['not_found', 'changed_meanwhile', 'shipped', 'in_use'],
      async handle({ params: { name }, caller, req }) {
        await edited(deleteProvider(db, name, catalogue?.() ?? [], editor({ caller, req })));
        await providersChanged?.();
      },
    }),
  ];
};
