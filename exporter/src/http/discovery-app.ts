import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { DatabaseError, sqlState } from '../inventory/database';
import type { Caller } from '../model/caller';
import { answeredBy, type ApiMetrics } from './api/api-metrics';
import type { ApiParts } from './api/parts';
import { withDocument } from './api/openapi';
import { ApiProblem, sendProblem, wrongMethod } from './api/problem';
import { apiRouter } from './api/router';
import { apiRoutes } from './api/routes';
import { Access, callerOf, demandRole } from './auth/access';
import { discoveryLandingPage } from './discovery-landing-page';
import { TargetsDocument } from './discovery-targets';
import { reloadRoute } from './reload-route';
import type { ScrapeIntervals } from './scrape-targets';
import { securityHeaders } from './security-headers';
import { serviceDiscovery } from './service-discovery';
import { sendTagged } from './tagged-answer';

export interface DiscoveryAppParts extends ApiParts {
  metrics: Registry;
  version: string;
  log: Pick<Logger, 'error' | 'warn' | 'debug'>;
  /** Who may what; absent: everybody may everything. */
  access?: Access;
  apiMetrics?: ApiMetrics;
  /** Loads the configuration again; rejects with a message for people when it is not valid. */
  reload?: () => Promise<void>;
  /** Of the targets of `/sd`; absent: nothing is served there. */
  scrapeIntervals?: () => ScrapeIntervals;
  /** Unix ms. */
  now?: () => number;
}

/** The sidecar over HTTP: target list, JSON API, own metrics, health. */
export function discoveryApp(parts: DiscoveryAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express would hash every body; the one that is asked for again and again has a tag of its own.
  app.disable('etag');
  const now = parts.now ?? Date.now;
  const targets = new TargetsDocument(parts.db);

  const access = parts.access ?? Access.ofAnybody('admin');

  app.use(securityHeaders);
  app.use(requestLog(parts.log));
  app.get('/', (_req, res) => {
    // Who may not read the inventory does not learn where it is either.
    const database = parts.db.kind === 'server' ? 'Postgres server' : 'embedded Postgres';
    res.type('html').send(discoveryLandingPage({ version: parts.version, database, access: access.description }));
  });
  app.get('/-/healthy', (_req, res) => {
    res.type('text').send('healthy\n');
  });
  app.get('/-/ready', async (_req, res) => {
    try {
      await parts.db.query('select 1');
      res.type('text').send('ready\n');
    } catch (err) {
      const why = err instanceof DatabaseError ? err.message : 'the inventory database does not answer';
      res.status(503).type('text').send(`not ready: ${why}\n`);
    }
  });
  app.get('/metrics', async (_req, res) => {
    const body = await parts.metrics.metrics();
    res.setHeader('Content-Type', parts.metrics.contentType);
    res.end(body);
  });

  app.use(['/targets', '/sd', '/api'], ...(parts.apiMetrics ? [parts.apiMetrics.observe] : []), access.admit);
  app.get('/targets', async (req, res) => {
    answeredBy(res, '/targets');
    const { etag, body } = await targets.answer();
    sendTagged(req, res, { etag, body: () => body(now()) });
  });
  if (parts.scrapeIntervals) {
    app.use('/sd', serviceDiscovery(parts.db, parts.scrapeIntervals));
  }
  app.use('/api/v1', apiRouter(withDocument(apiRoutes(parts), parts.version)));
  if (parts.reload) {
    app
      .route('/-/reload')
      .post(access.admit, mayReload, reloadRoute(parts.reload))
      .all((req) => {
        throw wrongMethod(req, 'POST');
      });
  }

  app.use((req) => {
    throw new ApiProblem('not_found', `There is nothing at ${req.method} ${req.path}; / lists the addresses.`);
  });
  app.use(failures(parts.log));
  return app;
}

const mayReload: RequestHandler = (req, res, next) => {
  demandRole(req, callerOf(res), 'admin');
  next();
};

/** Who asked for what; without the query, in which people search for what they like. */
function requestLog(log: DiscoveryAppParts['log']): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    const { method, path } = req;
    res.once('close', () => {
      const ms = Math.round(performance.now() - began);
      const caller = (res.locals['caller'] as Caller | undefined)?.name;
      log.debug({ method, path, status: res.statusCode, ms, caller, whole: res.writableFinished }, 'answered');
    });
    next();
  };
}

/** SQLSTATE classes of a server that cannot serve now: connection, resources, operator intervention. */
const AWAY = /^(08|53|57)/;

function failures(log: DiscoveryAppParts['log']): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (err: unknown, req, res, _next) => {
    if (res.headersSent) {
      log.error({ err }, `${req.method} ${req.path} broke off`);
      res.destroy();
    } else if (err instanceof ApiProblem) {
      sendProblem(res, err);
    } else if (err instanceof DatabaseError || AWAY.test(sqlState(err) ?? '')) {
      log.warn(`${req.method} ${req.path}: ${(err as Error).message}`);
      sendProblem(
        res,
        new ApiProblem('database_unavailable', 'The inventory database does not answer; try again shortly.')
      );
    } else if (isBadRequest(err)) {
      sendProblem(res, new ApiProblem('invalid_request', `The address ${req.url.slice(0, 200)} cannot be decoded.`));
    } else {
      const instance = `urn:uuid:${randomUUID()}`;
      log.error({ err, instance }, `${req.method} ${req.path} failed`);
      const detail = 'Something failed in the sidecar; its log says what, beside the instance of this answer.';
      sendProblem(res, new ApiProblem('internal_error', detail, [], { members: { instance } }));
    }
  };
}

/** What Express itself refuses, a broken percent sign in the path above all. */
const isBadRequest = (err: unknown) => (err as { status?: unknown } | null)?.status === 400;
