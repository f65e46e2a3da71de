import { HttpError, readBody } from './answers.mjs';

const ROLES = ['Viewer', 'Editor', 'Admin'];

/**
 * The route of plugin.json that a proxied request takes, as Grafana's plugin proxy matches them: by method and path, in
 * the order of the file. `x/*` hands on what follows.
 * @returns {{ route: object, rest: string } | undefined}
 */
export function matchRoute(routes, method, requestPath) {
  for (const route of routes ?? []) {
    if (route.method && route.method !== method) {
      continue;
    }
    if (route.path.endsWith('/*')) {
      const prefix = route.path.slice(0, -1);
      if (requestPath.startsWith(prefix)) {
        return { route, rest: requestPath.slice(prefix.length) };
      }
    } else if (requestPath === route.path) {
      return { route, rest: '' };
    }
  }
  return undefined;
}

/** Grafana's organisation roles include each other; a route without a role is open to everybody who is signed in. */
export function roleAllows(required, actual) {
  return !required || ROLES.indexOf(actual) >= ROLES.indexOf(required);
}

/** Fills `{{ .JsonData.x }}` and `{{ .SecureJsonData.x }}`; what is not set becomes empty. */
export function fillTemplate(template, jsonData, secureJsonData) {
  return template.replace(/{{\s*\.(JsonData|SecureJsonData)\.(\w+)\s*}}/g, (_, kind, name) =>
    String((kind === 'JsonData' ? jsonData : secureJsonData)[name] ?? '')
  );
}

/**
 * Answers /api/plugin-proxy/<id>/<path> from the target of the matching route.
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 */
export async function proxy(req, res, { routes, requestPath, search, role, jsonData, secureJsonData }) {
  const match = matchRoute(routes, req.method, requestPath);
  if (!match) {
    throw new HttpError(404, 'plugin route match not found');
  }
  if (!roleAllows(match.route.reqRole, role)) {
    throw new HttpError(403, 'plugin proxy route access denied');
  }
  const base = fillTemplate(match.route.url, jsonData, secureJsonData);
  const target = `${base}/${match.rest}${search}`;
  if (!URL.canParse(target)) {
    throw new HttpError(500, `the route "${match.route.path}" leads to "${base}", which is no URL`);
  }
  const headers = Object.fromEntries(
    (match.route.headers ?? []).map(({ name, content }) => [name, fillTemplate(content, jsonData, secureJsonData)])
  );
  if (req.headers['content-type']) {
    headers['content-type'] = req.headers['content-type'];
  }
  let answer;
  try {
    const body = ['GET', 'HEAD'].includes(req.method) ? undefined : await readBody(req);
    answer = await fetch(target, { method: req.method, headers, body });
  } catch (cause) {
    throw new HttpError(502, `${new URL(target).origin} did not answer: ${cause.cause?.code ?? cause.message}`);
  }
  res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  res.end(Buffer.from(await answer.arrayBuffer()));
}
