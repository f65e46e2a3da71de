import type { RequestHandler, Response } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const FAILURES = ['missing', 'wrong', 'blocked'] as const;

/** How the API is used: `isp_discovery_api_*`. */
export class ApiMetrics {
  private readonly requests: Counter<'method' | 'route' | 'code'>;
  private readonly duration: Histogram<'method' | 'route'>;
  private readonly logins: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'isp_discovery_api_requests_total',
      help: 'Answered requests of the API, by method, route (its template; "other" where there is none) and HTTP status.',
      labelNames: ['method', 'route', 'code'],
      registers,
    });
    this.duration = new Histogram({
      name: 'isp_discovery_api_request_duration_seconds',
      help: 'From the first byte of a request of the API to the last of its answer, by method and route.',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2.5, 10, 60],
      registers,
    });
    this.logins = new Counter({
      name: 'isp_discovery_api_failed_logins_total',
      help: 'Requests without a valid token, by reason: missing, wrong, or blocked after too many wrong ones.',
      labelNames: ['reason'],
      registers,
    });
    FAILURES.forEach((reason) => this.logins.inc({ reason }, 0));
  }

  failedLogin(reason: (typeof FAILURES)[number]): void {
    this.logins.inc({ reason });
  }

  /** Counts what comes through. */
  readonly observe: RequestHandler = (req, res, next) => {
    const began = process.hrtime.bigint();
    const method = METHODS.includes(req.method) ? req.method : 'other';
    res.once('finish', () => {
      const route = (res.locals['route'] as string | undefined) ?? 'other';
      this.requests.inc({ method, route, code: res.statusCode });
      this.duration.observe({ method, route }, Number(process.hrtime.bigint() - began) / 1e9);
    });
    next();
  };
}

/** Which template answers: the path itself would make a series for every device. */
export function answeredBy(res: Response, route: string): void {
  res.locals['route'] = route;
}
