import express, { type Request, type Response } from 'express';
import { jsonErrorPosition } from './json-position';
import type { ApiRoute } from './route';
import { ApiProblem } from './problem';

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];
const MAX_JSON_BYTES = 1024 * 1024;

/** Media types of the body that a route takes; undefined: it takes none. */
export const bodyTypes = (route: ApiRoute): readonly string[] | undefined =>
  route.text?.types ?? (route.body ? JSON_TYPES : undefined);

/** The body as the route wants it: a JSON value, a text, or undefined. Throws ApiProblem. */
export async function readBody(route: ApiRoute, req: Request, res: Response): Promise<unknown> {
  const sent = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  const types = bodyTypes(route);
  if (types === undefined) {
    if (sent) {
      throw new ApiProblem('invalid_request', `${req.method} ${req.path} takes no body; send none.`);
    }
    return undefined;
  }
  if (!sent) {
    throw new ApiProblem(
      'invalid_request',
      `No body was sent; ${req.method} ${req.path} needs one of type ${types[0]}.`
    );
  }
  if (req.is([...types]) === false) {
    const found = req.headers['content-type'] === undefined ? 'no Content-Type' : 'another Content-Type';
    throw new ApiProblem('wrong_media_type', `The body came with ${found}; it must be ${types.join(' or ')}.`);
  }
  const limit = route.text?.maxBytes ?? MAX_JSON_BYTES;
  const text = decoded(await bytes(req, res, limit), req);
  return route.text ? text : parsed(text);
}

/** Inflated, if it came compressed; `limit` counts what comes out. */
function bytes(req: Request, res: Response, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    express.raw({ type: () => true, limit })(req, res, (err?: unknown) => {
      const status = (err as { status?: number } | undefined)?.status;
      if (err === undefined) {
        resolve(req.body as Buffer);
      } else if (status === 413) {
        reject(new ApiProblem('body_too_large', `The body is longer than ${limit} bytes, which is the most.`));
      } else if (status === 415) {
        reject(
          new ApiProblem(
            'wrong_media_type',
            'The body came compressed in an unknown way; gzip, deflate and br are known.'
          )
        );
      } else if (status === 400) {
        reject(new ApiProblem('invalid_request', 'The body broke off, or is not compressed as its header says.'));
      } else {
        reject(err as Error);
      }
    });
  });
}

/** A byte order mark tells the encoding; without one the header does; else it is UTF-8 (RFC 8259 section 8.1). */
function decoded(body: Buffer, req: Request): string {
  const marked =
    body[0] === 0xff && body[1] === 0xfe ? 'utf-16le' : body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : '';
  const charset = marked || /;\s*charset="?([^";\s]+)/i.exec(req.headers['content-type'] ?? '')?.[1] || 'utf-8';
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new ApiProblem('wrong_media_type', 'The body came in an unknown charset; send UTF-8.');
  }
  try {
    return decoder.decode(body);
  } catch {
    throw new ApiProblem('invalid_request', `The body is not valid ${decoder.encoding}; send UTF-8.`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const at = jsonErrorPosition(text);
    const before = text.slice(0, at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
    const detail = at >= text.length ? `it ends too early, at ${place}` : `unexpected text at ${place}`;
    throw new ApiProblem('invalid_request', `The body is not valid JSON: ${detail}.`, [{ detail, pointer: '#' }]);
  }
}
