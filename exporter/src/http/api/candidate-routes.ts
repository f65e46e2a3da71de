import { z } from 'zod';
import { approveCandidates, ApprovalRefused, type ApprovedWords } from '../../discovery/scan/approve';
import { suggestedName, suggestedType } from '../../discovery/scan/suggestion';
import {
  CANDIDATE_SORTS,
  CANDIDATE_STATES,
  dismissCandidate,
  getCandidate,
  listCandidates,
  type CandidateRow,
} from '../../inventory/candidates';
import type { Caller } from '../../model/caller';
import { moment, pageOf } from './answer';
import { deviceWords } from './device-edit-routes';
import { flag, numericId, oneOf, pageShape, text } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';
import { network } from './scan-routes';
import { BOTH_COORDINATES, bothCoordinates, name } from './words';

const candidateAnswer = z
  .strictObject({
    id: z.int(),
    address: z.string(),
    port: z.int(),
    auth: z
      .string()
      .nullable()
      .meta({ description: 'Which configured credential answered; null: none, but somebody is there.' }),
    sys_name: z.string(),
    sys_descr: z.string(),
    sys_object_id: z.string(),
    vendor: z.string(),
    model: z.string(),
    os_version: z.string(),
    suggested_name: z.string().meta({ description: 'What approval calls it when nobody says otherwise.' }),
    suggested_type: z.string().meta({ description: 'Empty where vendor and model leave doubt.' }),
    scan_id: z.int().nullable().meta({ description: 'The scan that saw it last.' }),
    found_at: moment,
    last_seen: moment,
    state: z.enum(CANDIDATE_STATES),
    decided_by: z.string().nullable(),
    decided_at: moment.nullable(),
    device_id: z.string().nullable(),
  })
  .meta({ id: 'Candidate' });

const approvedAnswer = z
  .strictObject({ id: z.int().meta({ description: 'Of the candidate.' }), device_id: z.string(), name: z.string() })
  .meta({ id: 'ApprovedCandidate' });

const { snmp_port: _port, ...words } = {
  ...deviceWords,
  type: deviceWords.type.meta({ description: 'Absent: the suggested one.' }),
  auth: deviceWords.auth.meta({
    description: 'Name of a configured credential, or auto; absent: the one that answered; null: pinged only.',
  }),
};

const params = z.strictObject({ id: numericId });

/** What scans found and is no device yet. */
export const candidateRoutes = ({ db, discoverDue, authNames }: ApiParts): ApiRoute[] => {
  const approve = async (ids: readonly number[], wanted: ApprovedWords, caller: Caller) => {
    const approved = await approveCandidates(db, caller, ids, wanted, authNames()).catch((err: unknown) => {
      throw err instanceof ApprovalRefused ? problemOf(err, ids.length) : err;
    });
    discoverDue?.();
    return approved.map((one) => ({ id: one.id, device_id: one.deviceId, name: one.name }));
  };
  return [
    route({
      method: 'get',
      path: '/candidates',
      role: 'viewer',
      tag: 'scans',
      operationId: 'listCandidates',
      summary: 'Addresses that answered scans, searched, filtered and sorted',
      query: z.strictObject({
        q: text.optional().meta({ description: 'Words: parts of address, sysName, sysDescr, vendor or model.' }),
        state: oneOf(CANDIDATE_STATES).optional(),
        network: network.optional(),
        scan_id: numericId.optional(),
        vendor: text.optional(),
        snmp: flag.optional().meta({ description: 'Whether a credential answered.' }),
        sort: sortKeys(CANDIDATE_SORTS, 'address'),
        ...pageShape,
      }),
      answer: { status: 200, schema: pageOf(candidateAnswer), description: 'A page of candidates.' },
      async handle({ query: { sort, limit, offset, scan_id, network: within, ...filters }, req, res }) {
        const { total, items } = await listCandidates(
          db,
          { ...filters, scanId: scan_id, network: within?.text },
          { sort, limit, offset }
        );
        linkToNext(req, res, { total, limit, offset });
        return { total, items: items.map(shown), limit, offset };
      },
    }),
    route({
      method: 'get',
      path: '/candidates/{id}',
      role: 'viewer',
      tag: 'scans',
      operationId: 'getCandidate',
      summary: 'One candidate',
      params,
      answer: { status: 200, schema: candidateAnswer, description: 'The candidate.' },
      problems: ['not_found'],
      async handle({ params: { id } }) {
        return shown(found(id, await getCandidate(db, id)));
      },
    }),
    route({
      method: 'post',
      path: '/candidates/{id}/approve',
      role: 'editor',
      tag: 'scans',
      operationId: 'approveCandidate',
      summary: 'Make a device of a candidate',
      description:
        'The device is asked with the credential that answered, and discovered at once. A dismissed one may still be approved.',
      params,
      body: z.strictObject({ name: name.optional(), ...words }).refine(bothCoordinates, BOTH_COORDINATES),
      answer: { status: 201, schema: approvedAnswer, description: 'The device, its address in Location.' },
      problems: ['not_found', 'candidate_decided', 'taken', 'unknown_auth'],
      async handle({ params: { id }, body, caller, req, res }) {
        const [approved] = await approve([id], body, caller);
        res.setHeader('Location', `${req.baseUrl}/devices/${encodeURIComponent(approved!.device_id)}`);
        return approved;
      },
    }),
    route({
      method: 'post',
      path: '/candidates/approve',
      role: 'editor',
      tag: 'scans',
      operationId: 'approveCandidates',
      summary: 'Make devices of several candidates, all or none',
      body: z
        .strictObject({
          ids: z.array(z.int().min(1)).min(1).max(1000, { error: 'it may have 1000 ids at most' }),
          ...words,
        })
        .refine(bothCoordinates, BOTH_COORDINATES),
      answer: { status: 201, schema: z.strictObject({ items: z.array(approvedAnswer) }), description: 'The devices.' },
      problems: ['not_found', 'candidate_decided', 'taken', 'unknown_auth'],
      async handle({ body: { ids, ...wanted }, caller }) {
        return { items: await approve(ids, wanted, caller) };
      },
    }),
    route({
      method: 'post',
      path: '/candidates/{id}/dismiss',
      role: 'editor',
      tag: 'scans',
      operationId: 'dismissCandidate',
      summary: 'Keep a candidate out of the pending ones',
      description: 'It stays dismissed when scans see it again.',
      params,
      answer: { status: 200, schema: candidateAnswer, description: 'The candidate, dismissed.' },
      problems: ['not_found', 'candidate_decided'],
      async handle({ params: { id }, caller }) {
        const candidate = found(id, await dismissCandidate(db, id, caller));
        if (candidate.state === 'approved') {
          throw new ApiProblem(
            'candidate_decided',
            `Candidate ${id} (${candidate.address}) is device ${candidate.device_id ?? 'that is gone'} already.`
          );
        }
        return shown(candidate);
      },
    }),
  ];
};

function problemOf({ findings }: ApprovalRefused, asked: number): ApiProblem {
  const [first] = findings as [ApprovalRefused['findings'][number]];
  if (asked === 1) {
    return new ApiProblem(first.because, first.detail);
  }
  const nothing = `Nothing was approved, because of ${findings.length} of ${asked} candidates: ${first.detail}`;
  return new ApiProblem(
    first.because,
    nothing,
    findings.map(({ detail }) => ({ detail, field: 'ids' }))
  );
}

function found(id: number, candidate: CandidateRow | undefined): CandidateRow {
  if (!candidate) {
    throw new ApiProblem('not_found', `There is no candidate ${id}; ids are in /api/v1/candidates.`);
  }
  return candidate;
}

const shown = ({ snmp_port: port, ...candidate }: CandidateRow) => ({
  ...candidate,
  port,
  suggested_name: suggestedName(candidate),
  suggested_type: suggestedType({ ...candidate }),
});
