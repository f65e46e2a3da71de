// A page that loads the built plugin as Grafana does, and the few HTTP APIs of Grafana that the plugin calls.
import http from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HttpError, readJson, sendFile, sendJson } from './answers.mjs';
import { buildHost, OUT } from './build.mjs';
import { dsQuery } from './ds-query.mjs';
import { readPlugin } from './plugin-files.mjs';
import { proxy } from './plugin-proxy.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.resolve(here, '../../node_modules');
const ICONS = path.join(modules, '@grafana/ui/dist/public/img/icons');
const FONTS = path.join(modules, '@fontsource/inter/files');
/** Grafana's font files by weight, as @grafana/ui asks for them. */
const WEIGHTS = { 'Inter-Regular': 400, 'Inter-Medium': 500, 'Inter-SemiBold': 600, 'Inter-Bold': 700 };
/** @grafana/ui ships only a part of the icons; the rest lives in Grafana's own public folder. */
const DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="3"/></svg>';

/**
 * @typedef {object} HostOptions
 * @property {number} [port] 0 takes a free one
 * @property {string} prometheusUrl base URL of the Prometheus API that answers queries
 * @property {string} [inventoryUrl] base URL of the discovery sidecar
 * @property {string} [inventoryToken] bearer token for it
 * @property {string} pluginDist folder of the built plugin
 * @property {object} [jsonData] settings of the app
 */

/**
 * @param {HostOptions} options
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startHost(options) {
  await buildHost();
  const state = {
    plugin: readPlugin(options.pluginDist),
    pluginDist: options.pluginDist,
    prometheusUrl: options.prometheusUrl,
    jsonData: { datasourceUid: 'metrics', inventoryUrl: options.inventoryUrl ?? '', ...options.jsonData },
    secureJsonData: options.inventoryToken ? { inventoryToken: options.inventoryToken } : {},
    role: 'Admin',
    /** How queries fail now; see POST /host/fail. */
    failure: {},
    /** refIds of the queries so far, one list a request. */
    queries: [],
  };
  const server = http.createServer((req, res) => {
    answer(state, req, res).catch((error) => {
      if (res.headersSent) {
        res.destroy(error);
      } else {
        sendJson(res, { message: error.message }, error instanceof HttpError ? error.status : 500);
      }
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/a/${state.plugin.app.id}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(state, req, res) {
  const { pathname, search } = new URL(req.url ?? '/', 'http://host');
  const under = (prefix) =>
    pathname.startsWith(prefix) ? decodeURIComponent(pathname.slice(prefix.length)) : undefined;

  if (pathname === '/') {
    res.writeHead(302, { location: `/a/${state.plugin.app.id}${search}` });
    return res.end();
  }
  let rest;
  if ((rest = under('/host/')) !== undefined) {
    return control(state, req, res, rest);
  }
  if ((rest = under('/public/build/img/icons/')) !== undefined) {
    if (existsSync(path.join(ICONS, rest))) {
      return sendFile(res, ICONS, rest);
    }
    res.writeHead(200, { 'content-type': 'image/svg+xml' });
    return res.end(DOT);
  }
  if ((rest = under(`/public/plugins/${state.plugin.app.id}/`)) !== undefined) {
    return sendFile(res, state.pluginDist, rest);
  }
  if ((rest = under('/public/fonts/inter/')) !== undefined) {
    return sendFile(res, FONTS, `inter-latin-${WEIGHTS[rest.split('.')[0]] ?? 400}-normal.woff2`);
  }
  if (pathname === '/api/ds/query' && req.method === 'POST') {
    return query(state, req, res);
  }
  if (pathname === `/api/plugins/${state.plugin.app.id}/settings`) {
    return settings(state, req, res);
  }
  if ((rest = under(`/api/plugin-proxy/${state.plugin.app.id}/`)) !== undefined) {
    return proxy(req, res, { ...state, routes: state.plugin.app.routes, requestPath: rest, search });
  }
  if (/^\/(api|apis|public)\//.test(pathname)) {
    throw new HttpError(404, `${req.method} ${pathname} is not part of the host page`);
  }
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  res.end(readFileSync(path.join(here, 'src/index.html')));
}

/** The host's own paths: its files, what it says of the plugin, and the switches of tests. */
async function control(state, req, res, rest) {
  switch (`${req.method} ${rest}`) {
    case 'GET plugin.json':
      return sendJson(res, { app: metaOf(state), nested: state.plugin.nested });
    case 'GET queries':
      return sendJson(res, state.queries);
    case 'POST fail':
      // { status, message } answers so; { delayMs } answers late; {} answers again.
      state.failure = await readJson(req);
      return sendJson(res, {});
    case 'POST role':
      state.role = (await readJson(req)).role;
      return sendJson(res, {});
    case 'GET boot.js':
      return sendFile(res, path.join(here, 'src'), 'boot.js');
    default:
      return sendFile(res, OUT, rest);
  }
}

async function query(state, req, res) {
  const body = await readJson(req);
  state.queries.push((body.queries ?? []).map(({ refId }) => refId));
  const { status, message, delayMs } = state.failure;
  if (delayMs) {
    await sleep(delayMs);
  }
  if (status) {
    throw new HttpError(status, message ?? 'made to fail');
  }
  const result = await dsQuery(state.prometheusUrl, body);
  sendJson(res, result.body, result.status);
}

async function settings(state, req, res) {
  if (req.method === 'POST') {
    if (state.role !== 'Admin') {
      throw new HttpError(403, 'permission denied');
    }
    const { jsonData, secureJsonData } = await readJson(req);
    state.jsonData = jsonData ?? state.jsonData;
    Object.assign(state.secureJsonData, secureJsonData);
    return sendJson(res, { message: 'Plugin settings updated' });
  }
  sendJson(res, metaOf(state));
}

/** Secrets go in and never out: only that they are set. */
function metaOf({ plugin, jsonData, secureJsonData }) {
  const secureJsonFields = Object.fromEntries(
    Object.entries(secureJsonData).map(([name, value]) => [name, Boolean(value)])
  );
  return { ...plugin.app, enabled: true, pinned: true, jsonData, secureJsonFields };
}
