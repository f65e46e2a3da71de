import { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { mayAct, type Caller } from '../../model/caller';
import { readBody } from './body';
import { inputProblem, readInput } from './input';
import { ApiProblem } from './problem';
import type { ApiRoute } from './route';

const NOTHING = z.strictObject({});
const ANYTHING = z.unknown();

/** Serves the operations below where it is mounted. `callerOf` knows who was admitted before. */
export function apiRouter(routes: readonly ApiRoute[], callerOf: (res: Response) => Caller): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, operations] of byPath(routes)) {
    const place = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const operation of operations) {
      place[operation.method](handler(operation, callerOf));
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

function handler(route: ApiRoute, callerOf: (res: Response) => Caller): RequestHandler {
  return async (req, res) => {
    const caller = callerOf(res);
    if (!mayAct(caller, route.role) && !(route.exporters && caller.exporter)) {
      throw new ApiProblem(
        'forbidden',
        `${req.method} ${req.baseUrl}${req.path} needs the role ${route.role}; ${caller.name} is ${caller.role}.`,
        [],
        { members: { needed_role: route.role } }
      );
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
  return (req) => {
    throw new ApiProblem('method_not_allowed', `${req.baseUrl}${req.path} takes ${allow}, not ${req.method}.`, [], {
      headers: { Allow: allow },
    });
  };
}
