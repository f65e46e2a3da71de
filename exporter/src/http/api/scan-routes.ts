import { z } from 'zod';
import { ScanRefused } from '../../discovery/scan/scan-request';
import { endLostScans, getScan, listScans, type ScanRow } from '../../inventory/scans';
import {
  countHosts,
  MOST_ADDRESSES,
  NETWORK_RULE,
  parseIpNetwork,
  sizeOf,
  type IpNetwork,
} from '../../model/ip-network';
import { moment, pageOf } from './answer';
import { numericId, pageShape } from './input';
import { linkToNext } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

/** A network in a request, whole or in a filter. */
export const network = z
  .string()
  .max(50, { error: NETWORK_RULE })
  .refine((text) => parseIpNetwork(text) !== undefined, { error: NETWORK_RULE })
  .transform((text) => parseIpNetwork(text) as IpNetwork)
  .meta({ examples: ['10.1.0.0/24'] });

const scannable = network.refine((found) => sizeOf(found) <= MOST_ADDRESSES && countHosts(found) > 0, {
  error: `it must have ${MOST_ADDRESSES} addresses at most: a prefix of 16 (IPv4) or 112 (IPv6) and longer`,
});

const scanAnswer = z
  .strictObject({
    id: z.int(),
    network: z.string().meta({ description: 'CIDR, host bits cleared.' }),
    port: z.int(),
    auths: z.array(z.string()).meta({ description: 'Credentials that are tried, in this order.' }),
    ping: z.boolean().meta({ description: 'False: by SNMP alone, perhaps because this machine cannot ping.' }),
    requested_by: z.string(),
    owner: z.string().meta({ description: 'Which sidecar looks.' }),
    state: z.enum(['running', 'done', 'cancelled', 'failed']),
    started_at: moment,
    finished_at: moment.nullable().meta({ description: 'Null while it runs.' }),
    addresses: z.int().meta({ description: 'Addresses that a host may have.' }),
    skipped: z.int().meta({ description: 'Of these: devices already.' }),
    asked: z.int().meta({ description: 'Of these: decided so far.' }),
    answered: z.int(),
    error: z
      .string()
      .meta({ description: 'Why it ended early, or of which addresses nothing is known; empty: neither.' }),
  })
  .meta({ id: 'NetworkScan' });

const params = z.strictObject({ id: numericId });

/** Networks that are looked through for devices. */
export const scanRoutes = ({ db, scanner }: ApiParts): ApiRoute[] => [
  route({
    method: 'post',
    path: '/scans',
    role: 'admin',
    tag: 'scans',
    operationId: 'startScan',
    summary: 'Look through a network for devices',
    description:
      'Asks every address of the network, except those that are devices already, with credentials of the configuration and no others. What answers becomes a candidate. Only networks inside discovery.scan.networks are looked through, one at a time.',
    body: z.strictObject({
      network: scannable,
      auths: z.array(z.string().max(200)).max(50).optional().meta({
        description: 'Names under `auths:`, in the order in which they are tried; absent: those of discovery.auths.',
      }),
      ping: z.boolean().optional().meta({ description: 'Whether to ping as well; absent: where this machine can.' }),
      port: z
        .int({ error: 'it must be a whole number from 1 to 65535' })
        .min(1, { error: 'it must be a whole number from 1 to 65535' })
        .max(65_535, { error: 'it must be a whole number from 1 to 65535' })
        .default(161),
    }),
    answer: { status: 202, schema: scanAnswer, description: 'The scan, which goes on.' },
    problems: ['scan_not_allowed', 'scan_running', 'scan_impossible', 'unknown_auth'],
    async handle({ body, caller }) {
      if (!scanner) {
        throw new ApiProblem('scan_not_allowed', 'This sidecar does not look for devices.');
      }
      try {
        return shown(await scanner.request(body, caller));
      } catch (err) {
        throw err instanceof ScanRefused ? new ApiProblem(err.code, err.message) : err;
      }
    },
  }),
  route({
    method: 'get',
    path: '/scans',
    role: 'viewer',
    tag: 'scans',
    operationId: 'listScans',
    summary: 'Scans, newest first',
    query: z.strictObject(pageShape),
    answer: { status: 200, schema: pageOf(scanAnswer), description: 'A page of scans.' },
    async handle({ query, req, res }) {
      await endLostScans(db);
      const { total, items } = await listScans(db, query);
      linkToNext(req, res, { total, ...query });
      return { total, items: items.map(shown), ...query };
    },
  }),
  route({
    method: 'get',
    path: '/scans/{id}',
    role: 'viewer',
    tag: 'scans',
    operationId: 'getScan',
    summary: 'One scan: how far it is',
    params,
    answer: { status: 200, schema: scanAnswer, description: 'The scan.' },
    problems: ['not_found'],
    async handle({ params: { id } }) {
      await endLostScans(db);
      return shown(found(id, await getScan(db, id)));
    },
  }),
  route({
    method: 'post',
    path: '/scans/{id}/cancel',
    role: 'admin',
    tag: 'scans',
    operationId: 'cancelScan',
    summary: 'End a scan early',
    description: 'Of this sidecar at once, of another one within seconds. What was found until then stays.',
    params,
    answer: { status: 202, schema: scanAnswer, description: 'The scan as it is now.' },
    problems: ['not_found', 'scan_ended'],
    async handle({ params: { id }, caller }) {
      await endLostScans(db);
      const before = found(id, await getScan(db, id));
      if (before.state !== 'running' || !scanner) {
        throw new ApiProblem('scan_ended', `Scan ${id} is not running: it is ${before.state}.`);
      }
      return shown(found(id, await scanner.cancel(id, caller)));
    },
  }),
];

function found(id: number, scan: ScanRow | undefined): ScanRow {
  if (!scan) {
    throw new ApiProblem('not_found', `There is no scan ${id}; ids are in /api/v1/scans.`);
  }
  return scan;
}

const shown = ({ snmp_port: port, ...scan }: ScanRow) => ({ ...scan, port });
