import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Pieces of an answer as a stream; the first is read at once: a database that is away is told while that can be. */
export async function begun<T>(pieces: AsyncGenerator<readonly T[]>): Promise<Readable> {
  const first = await pieces.next();
  async function* all() {
    if (!first.done) {
      yield* first.value;
    }
    for await (const some of pieces) {
      yield* some;
    }
  }
  return Readable.from(all());
}

export interface Attachment {
  type: string;
  /** ASCII. */
  filename: string;
}

/** Sends a table as a file; a client that goes away ends it, anything else that goes wrong breaks the answer off. */
export async function sendTable(
  res: Response,
  { type, filename }: Attachment,
  rows: Readable,
  form: NodeJS.ReadWriteStream
): Promise<void> {
  res.type(type);
  res.setHeader('Content-Disposition', `attachment; filename="${filename}"`);
  res.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(rows, form, res);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') {
      throw err;
    }
  }
}
