import { z } from 'zod';
import { getRun, listRuns, type StoredRun } from '../../inventory/discovery-runs';
import { moment, pageOf } from './answer';
import { numericId, pageShape } from './input';
import { linkToNext } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

const runAnswer = z
  .strictObject({
    id: z.int(),
    kind: z.enum(['full', 'refresh', 'manual']),
    owner: z.string(),
    started_at: moment,
    finished_at: moment
      .nullable()
      .meta({ description: 'Null while it runs, and for good when its sidecar was killed.' }),
    devices: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    failed_by_reason: z.record(z.string(), z.int()),
    interfaces_found: z.int(),
    interfaces_added: z.int(),
    interfaces_changed: z.int(),
    interfaces_removed: z.int(),
  })
  .meta({ id: 'DiscoveryRun' });

/** What discovery brought, run by run. */
export const runRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/discovery/runs',
    role: 'viewer',
    tag: 'discovery',
    operationId: 'listDiscoveryRuns',
    summary: 'Discovery runs, newest first',
    query: z.strictObject(pageShape),
    answer: { status: 200, schema: pageOf(runAnswer), description: 'A page of runs.' },
    async handle({ query, req, res }) {
      const { total, runs } = await listRuns(db, query);
      linkToNext(req, res, { total, ...query });
      return { total, items: runs.map(shown), ...query };
    },
  }),
  route({
    method: 'get',
    path: '/discovery/runs/{id}',
    role: 'viewer',
    tag: 'discovery',
    operationId: 'getDiscoveryRun',
    summary: 'One discovery run',
    params: z.strictObject({ id: numericId }),
    answer: { status: 200, schema: runAnswer, description: 'The run.' },
    problems: ['not_found'],
    async handle({ params: { id } }) {
      const run = await getRun(db, id);
      if (!run) {
        throw new ApiProblem('not_found', `There is no run ${id}; ids are in /api/v1/discovery/runs.`);
      }
      return shown(run);
    },
  }),
];

const shown = (r: StoredRun) => ({
  id: r.id,
  kind: r.kind,
  owner: r.owner,
  started_at: r.startedAt,
  finished_at: r.finishedAt,
  devices: r.devices,
  succeeded: r.succeeded,
  failed: r.failed,
  failed_by_reason: r.failedByReason,
  interfaces_found: r.interfacesFound,
  interfaces_added: r.interfacesAdded,
  interfaces_changed: r.interfacesChanged,
  interfaces_removed: r.interfacesRemoved,
});
