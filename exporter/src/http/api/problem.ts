import type { Request, Response } from 'express';
import { z } from 'zod';

/** Stable codes that clients may rely on. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'A valid bearer token is needed' },
  forbidden: { status: 403, title: 'The token may not do this' },
  cross_site: { status: 403, title: 'Another web page may not change anything here' },
  not_found: { status: 404, title: 'There is no such thing' },
  not_discoverable: { status: 409, title: 'The device is not asked by SNMP' },
  belongs_to_file: { status: 409, title: 'The configuration file says so, and it alone' },
  taken: { status: 409, title: 'The name or address belongs to another' },
  production: { status: 409, title: 'The inventory is in production' },
  scan_not_allowed: { status: 403, title: 'The configuration does not allow to look through this network' },
  scan_running: { status: 409, title: 'Another scan is running' },
  scan_impossible: { status: 409, title: 'There is no way to ask the addresses' },
  scan_ended: { status: 409, title: 'The scan has ended' },
  candidate_decided: { status: 409, title: 'The candidate is a device already' },
  unknown_auth: { status: 409, title: 'The configuration has no such credential' },
  unknown_provider: { status: 409, title: 'There is no such provider' },
  shipped: { status: 409, title: 'It comes with the product' },
  in_use: { status: 409, title: 'Something still stands there' },
  changed_meanwhile: { status: 412, title: 'It was changed meanwhile' },
  method_not_allowed: { status: 405, title: 'The address does not take this method' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unreadable_table: { status: 422, title: 'The table cannot be read, and nothing was written' },
  import_refused: { status: 422, title: 'Rows of the table are wrong, and nothing was written' },
  wrong_media_type: { status: 415, title: 'The body is not of a type that is taken here' },
  too_many_failures: { status: 429, title: 'Too many wrong tokens came from this address' },
  internal_error: { status: 500, title: 'The sidecar failed' },
  database_unavailable: { status: 503, title: 'The inventory database does not answer' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** Those that every operation may give. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'cross_site',
  'too_many_failures',
  'internal_error',
  'database_unavailable',
];

/** One thing that is wrong with what was sent. */
export interface ProblemFinding {
  /** What was found and what would be right. */
  detail: string;
  /** Parameter of the path or query, or place in the body: `limit`, `tags[3]`. Absent: all of it. */
  field?: string;
  /** The same place of a JSON body as a JSON pointer (RFC 6901 section 6), as RFC 9457 section 3 has it: `#/tags/3`. */
  pointer?: string;
  /** Of a body of rows: 1-based line, and the column's name. */
  line?: number;
  column?: string;
}

/** A problem as it is sent; some have further members. */
export const problemAnswer = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    instance: z.string().optional().meta({ description: 'Stands in the log of the sidecar too.' }),
    errors: z
      .array(
        z.looseObject({
          detail: z.string(),
          field: z.string().optional(),
          pointer: z.string().optional(),
          line: z.int().optional(),
          column: z.string().optional(),
        })
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/** A request that ends in a problem (RFC 9457); `detail` is for people and holds neither SQL nor secrets. */
export class ApiProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    /** Every finding about the input, when there are several. */
    readonly errors: readonly ProblemFinding[] = [],
    /** Further members (RFC 9457 section 3.2), and headers. */
    readonly more: { members?: Readonly<Record<string, unknown>>; headers?: Readonly<Record<string, string>> } = {}
  ) {
    super(detail);
    this.name = 'ApiProblem';
  }
}

/** @param allow the methods that the address takes, as the header has them */
export const wrongMethod = (req: Request, allow: string) =>
  new ApiProblem('method_not_allowed', `${req.baseUrl}${req.path} takes ${allow}, not ${req.method}.`, [], {
    headers: { Allow: allow },
  });

/** Answers with `application/problem+json`. */
export function sendProblem(res: Response, problem: ApiProblem): void {
  const { status } = PROBLEMS[problem.code];
  if (status === 401) {
    res.setHeader('WWW-Authenticate', 'Bearer realm="isp-discovery"');
  }
  if (status === 503) {
    res.setHeader('Retry-After', '5');
  }
  for (const [name, value] of Object.entries(problem.more.headers ?? {})) {
    res.setHeader(name, value);
  }
  res
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem)));
}

/** The problem as clients read it. */
export function problemBody(problem: ApiProblem): Readonly<Record<string, unknown>> {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: `urn:isp-monitor:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
    ...problem.more.members,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
}
