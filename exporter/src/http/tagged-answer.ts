import type { Request, Response } from 'express';

/** A JSON text with its tag. */
export interface TaggedText {
  /** Strong entity tag, with its quotes. */
  etag: string;
  body: () => string;
}

/** Sends JSON, or 304 to whom has it. */
export function sendTagged(req: Request, res: Response, { etag, body }: TaggedText): void {
  res.setHeader('ETag', etag);
  res.setHeader('Cache-Control', 'no-cache');
  if (isKnown(req.headers['if-none-match'], etag)) {
    res.status(304).end();
    return;
  }
  res.type('application/json').send(body());
}

/**
 * Whether the client has this content (RFC 9110 section 13.1.2). Not Express's `req.fresh`: that one gives way to
 * "Cache-Control: no-cache", which Node's fetch sends along with every If-None-Match.
 */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
