import { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { callerOf, demandRole } from '../auth/access';
import { answeredBy } from './api-metrics';
import { readBody } from './body';
import { inputProblem, readInput } from './input';
import { ApiProblem, wrongMethod } from './problem';
import type { ApiRoute } from './route';

const NOTHING = z.strictObject({});
const ANYTHING = z.unknown();

/** Serves the operations below where it is mounted, to callers whom `Access.admit` let in before. */
export function apiRouter(routes: readonly ApiRoute[]): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, operations] of byPath(routes)) {
    const place = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const operation of operations) {
      place[operation.method](handler(operation));
    }
    place.all(otherMethod(operations));
  }
  return router;
}

/** What is spelled out comes before what a parameter would take: /devices/export before /devices/{id}. */
function byPath(routes: readonly ApiRoute[]): [string, ApiRoute[]][] {
  const paths = new Map<string, ApiRoute[]>();
  for (const route of routes) {
    paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  }
  const rank = (path: string) => path.replace(/\{\w+\}/g, '\uffff');
  return [...paths].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
}

function handler(route: ApiRoute): RequestHandler {
  return async (req, res) => {
    answeredBy(res, `${req.baseUrl}${route.path}`);
    const caller = callerOf(res);
    if (!(route.exporters && caller.exporter)) {
      demandRole(req, caller, route.role);
    }
    const input = await read(route, req, res);
    res.status(route.answer.status);
    const body = await route.handle({ ...input, caller, req, res });
    if (res.headersSent || res.writableEnded) {
      return;
    }
    if (body === undefined) {
      res.end();
    } else {
      res.json(body);
    }
  };
}

async function read(route: ApiRoute, req: Request, res: Response) {
  const params = readInput(route.params ?? ANYTHING, req.params, 'path');
  if (params.findings) {
    const why = params.findings.map(({ detail }) => detail).join('; ');
    throw new ApiProblem('not_found', `There is nothing at ${req.baseUrl}${req.path}: ${why}.`, params.findings);
  }
  const query = readInput(route.query ?? NOTHING, { ...req.query }, 'query');
  const body = readInput(route.body ?? ANYTHING, await readBody(route, req, res), 'body');
  if (query.findings || body.findings) {
    throw inputProblem({ query: query.findings, body: body.findings });
  }
  return { params: params.value, query: query.value, body: body.value };
}

function otherMethod(operations: readonly ApiRoute[]): RequestHandler {
  const methods = operations.map(({ method }) => method.toUpperCase());
  const allow = (methods.includes('GET') ? ['GET', 'HEAD', ...methods.filter((m) => m !== 'GET')] : methods).join(', ');
  return (req, res) => {
    answeredBy(res, `${req.baseUrl}${operations[0]?.path}`);
    throw wrongMethod(req, allow);
  };
}
