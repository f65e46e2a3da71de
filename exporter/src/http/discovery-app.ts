import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { DatabaseError, sqlState } from '../inventory/database';
import type { Caller } from '../model/caller';
import type { ApiParts } from './api/parts';
import { ApiProblem, sendProblem } from './api/problem';
import { apiRouter } from './api/router';
import { apiRoutes } from './api/routes';
import { discoveryLandingPage } from './discovery-landing-page';
import { TargetsDocument } from './discovery-targets';
import { PAGE_STYLE_HASH } from './program-page';

export interface DiscoveryAppParts extends ApiParts {
  metrics: Registry;
  version: string;
  log: Pick<Logger, 'error' | 'warn'>;
  /** Asked for `/targets` and `/api`: whether this bearer token (undefined: none was sent) may. Absent: everybody may. */
  mayRead?: (token: string | undefined) => boolean;
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

  app.use((_req, res, next) => {
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; style-src '${PAGE_STYLE_HASH}'; frame-ancestors 'none'`
    );
    next();
  });
  app.get('/', (_req, res) => {
    // Who may not read the inventory does not learn where it is either.
    const database = parts.db.kind === 'server' ? 'Postgres server' : 'embedded Postgres';
    res.type('html').send(discoveryLandingPage({ version: parts.version, database }));
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

  app.use(['/targets', '/api'], bearer(parts.mayRead));
  app.get('/targets', async (req, res) => {
    const { etag, body } = await targets.answer();
    res.setHeader('ETag', etag);
    res.setHeader('Cache-Control', 'no-cache');
    if (isKnown(req.headers['if-none-match'], etag)) {
      res.status(304).end();
      return;
    }
    res.type('application/json').send(body(now()));
  });
  app.use(
    '/api/v1',
    apiRouter(apiRoutes(parts), (res) => res.locals['caller'] as Caller)
  );

  app.use((req) => {
    throw new ApiProblem('not_found', `There is nothing at ${req.method} ${req.path}; / lists the addresses.`);
  });
  app.use(failures(parts.log));
  return app;
}

/**
 * Whether the client has this content (RFC 9110 section 13.1.2). Not Express's `req.fresh`: that one gives way to
 * "Cache-Control: no-cache", which Node's fetch sends along with every If-None-Match.
 */
const isKnown = (ifNoneMatch: string | undefined, etag: string) =>
  (ifNoneMatch ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));

function bearer(mayRead: DiscoveryAppParts['mayRead']): RequestHandler {
  return (req, res, next) => {
    const token = /^Bearer ([^\s]+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (mayRead && !mayRead(token)) {
      const found = token === undefined ? 'no bearer token was sent' : 'the bearer token is not the configured one';
      throw new ApiProblem(
        'unauthorized',
        `${req.baseUrl}${req.path === '/' ? '' : req.path}: ${found}; send "Authorization: Bearer …".`
      );
    }
    res.locals['caller'] = mayRead
      ? { name: 'exporter', role: 'admin', exporter: true }
      : { name: 'anonymous', role: 'admin' };
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
      log.error({ err }, `${req.method} ${req.path} failed`);
      sendProblem(res, new ApiProblem('internal_error', 'Something failed in the sidecar; its log says what.'));
    }
  };
}

/** What Express itself refuses, a broken percent sign in the path above all. */
const isBadRequest = (err: unknown) => (err as { status?: unknown } | null)?.status === 400;
