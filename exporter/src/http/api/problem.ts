import type { Response } from 'express';

/** Stable codes that clients may rely on. */
const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'A valid bearer token is needed' },
  not_found: { status: 404, title: 'There is no such thing' },
  not_discoverable: { status: 409, title: 'The device is not asked by SNMP' },
  method_not_allowed: { status: 405, title: 'The address does not take this method' },
  internal_error: { status: 500, title: 'The sidecar failed' },
  database_unavailable: { status: 503, title: 'The inventory database does not answer' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** A request that ends in a problem (RFC 9457); `detail` is for people and holds neither SQL nor secrets. */
export class ApiProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    /** Every finding about the input, when there are several. */
    readonly errors: readonly string[] = []
  ) {
    super(detail);
    this.name = 'ApiProblem';
  }
}

/** Answers with `application/problem+json`. */
export function sendProblem(res: Response, problem: ApiProblem): void {
  const { status, title } = PROBLEMS[problem.code];
  if (status === 401) {
    res.setHeader('WWW-Authenticate', 'Bearer realm="isp-discovery"');
  }
  if (status === 503) {
    res.setHeader('Retry-After', '5');
  }
  const body = {
    type: `urn:isp-monitor:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
  res.status(status).type('application/problem+json').send(JSON.stringify(body));
}
