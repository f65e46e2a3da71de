import type { Response } from 'express';
import { z } from 'zod';
import { createSite, deleteSite, patchSite, siteWords } from '../../inventory/edit-site';
import { getSite, listSites, SITE_SORTS } from '../../inventory/list-sites';
import { moment, pageOf } from './answer';
import { ORIGINS } from './device-routes';
import { EDIT_PROBLEMS, edited, editor, tellVersion } from './edit-request';
import { numericId, oneOf, pageShape, text } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';
import { BOTH_COORDINATES, bothCoordinates, coordinates, line, name, notes } from './words';

const listQuery = z.strictObject({
  q: text.optional().meta({ description: 'Words, all of which must be there: parts of name, region or address.' }),
  region: text.optional(),
  origin: oneOf(ORIGINS).optional(),
  bundle: text.optional(),
  sort: sortKeys(SITE_SORTS, 'name'),
  ...pageShape,
});

export const siteAnswer = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    region: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    address: z.string(),
    notes: z.string(),
    origin: z.enum(ORIGINS),
    bundle: z.string().nullable(),
    devices: z.int(),
    interfaces: z.int(),
    isp_interfaces: z.int().meta({ description: 'Uplinks: a port and its VLANs are one.' }),
    critical_interfaces: z.int(),
    created_at: moment,
    updated_at: moment,
  })
  .meta({ id: 'Site' });

const words = {
  region: line(200).optional(),
  ...coordinates,
  address: line(500).optional().meta({ description: 'Postal.' }),
  notes: notes.optional(),
};
const newSite = z
  .strictObject({ name, ...words })
  .refine(bothCoordinates, BOTH_COORDINATES)
  .meta({ id: 'NewSite', examples: [{ name: 'Batumi', region: 'Adjara', latitude: 41.65, longitude: 41.64 }] });
const sitePatch = z
  .strictObject({ name: name.optional(), ...words })
  .refine(bothCoordinates, BOTH_COORDINATES)
  .meta({ id: 'SitePatch' });
const params = z.strictObject({ id: numericId });

/** Sites with what stands there, and what people change of them. */
export const siteRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/sites',
    role: 'viewer',
    tag: 'sites',
    operationId: 'listSites',
    summary: 'Sites with the number of their devices and uplinks',
    query: listQuery,
    answer: { status: 200, schema: pageOf(siteAnswer), description: 'A page of sites.' },
    async handle({ query: { sort, limit, offset, ...filters }, req, res }) {
      const page = await listSites(db, filters, { sort, limit, offset });
      linkToNext(req, res, { total: page.total, limit, offset });
      return { ...page, limit, offset };
    },
  }),
  route({
    method: 'get',
    path: '/sites/{id}',
    role: 'viewer',
    tag: 'sites',
    operationId: 'getSite',
    summary: 'One site',
    params,
    answer: { status: 200, schema: siteAnswer, description: 'The site.' },
    problems: ['not_found'],
    handle: ({ params: { id }, res }) => shown(db, res, id),
  }),
  route({
    method: 'post',
    path: '/sites',
    role: 'editor',
    tag: 'sites',
    operationId: 'createSite',
    summary: 'Add a site',
    body: newSite,
    answer: { status: 201, schema: siteAnswer, description: 'The site, its address in Location.' },
    problems: ['taken'],
    async handle({ body, caller, req, res }) {
      const id = await edited(createSite(db, caller, body));
      res.setHeader('Location', `${req.baseUrl}/sites/${id}`);
      return shown(db, res, id);
    },
  }),
  route({
    method: 'patch',
    path: '/sites/{id}',
    role: 'editor',
    tag: 'sites',
    operationId: 'patchSite',
    summary: 'Change what is said of a site',
    description:
      'What is absent stays as it is. Of a site of the configuration file only address and notes may be changed.',
    params,
    body: sitePatch,
    answer: { status: 200, schema: siteAnswer, description: 'The site as it is now.' },
    problems: EDIT_PROBLEMS,
    async handle({ params: { id }, body, caller, req, res }) {
      await edited(patchSite(db, id, body, editor({ caller, req })));
      return shown(db, res, id);
    },
  }),
  route({
    method: 'delete',
    path: '/sites/{id}',
    role: 'editor',
    tag: 'sites',
    operationId: 'deleteSite',
    summary: 'Delete a site where no device is',
    params,
    answer: { status: 204, description: 'It is gone.' },
    problems: ['not_found', 'belongs_to_file', 'changed_meanwhile', 'in_use'],
    async handle({ params: { id }, caller, req }) {
      await edited(deleteSite(db, id, editor({ caller, req })));
    },
  }),
];

async function shown(db: ApiParts['db'], res: Response, id: number) {
  const site = await getSite(db, id);
  if (!site) {
    throw new ApiProblem('not_found', `There is no site ${id}; ids are the numbers in /api/v1/sites.`);
  }
  tellVersion(res, siteWords(site));
  return site;
}
