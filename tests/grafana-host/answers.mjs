import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';

const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** An answer that is not 200: thrown by handlers, written by the server. */
export class HttpError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {import('node:http').ServerResponse} res */
export function sendJson(res, body, status = 200) {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

/**
 * Sends a file under `root`; a path that climbs out of it is not found.
 * @param {import('node:http').ServerResponse} res
 */
export function sendFile(res, root, relative) {
  const file = path.resolve(root, relative);
  if (!file.startsWith(path.resolve(root) + path.sep) || !existsSync(file) || !statSync(file).isFile()) {
    throw new HttpError(404, `no file ${relative}`);
  }
  res.writeHead(200, {
    'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    // Chunks carry integrity hashes, which browsers check on cross-origin terms.
    'access-control-allow-origin': '*',
    'cache-control': 'no-cache',
  });
  createReadStream(file).pipe(res);
}

/** @param {import('node:http').IncomingMessage} req */
export async function readBody(req) {
  const chunks = [];
  for await (const chunk of req) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param {import('node:http').IncomingMessage} req */
export async function readJson(req) {
  const text = (await readBody(req)).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, `the body of ${req.method} ${req.url} is no JSON: ${cause.message}`);
  }
}
