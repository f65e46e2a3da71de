import type { Request, Response } from 'express';
import { EditRefused, versionOf, type Editor } from '../../inventory/edits';
import type { Caller } from '../../model/caller';
import { ApiProblem } from './problem';

/** Problems that every edit of one thing may have. */
export const EDIT_PROBLEMS = ['not_found', 'belongs_to_file', 'changed_meanwhile', 'taken'] as const;

/** Who edits, and which versions he means to change (If-Match, RFC 9110 section 13.1.1). */
export function editor({ caller, req }: { caller: Caller; req: Request }): Editor {
  const tags = (req.headers['if-match'] ?? '*').split(',').map((tag) => tag.trim());
  return tags.includes('*')
    ? { caller }
    : // A proxy that compresses makes tags weak; what they stand for is the same.
      { caller, versions: tags.map((tag) => /^(?:W\/)?"(.*)"$/.exec(tag)?.[1] ?? '') };
}

/** Tells the version of what is shown, for If-Match; caches must ask again. */
export function tellVersion(res: Response, words: object): void {
  res.setHeader('ETag', `"${versionOf(words)}"`);
  res.setHeader('Cache-Control', 'no-store');
}

/** Makes a refusal of the inventory the problem that clients know. */
export async function edited<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (err) {
    throw err instanceof EditRefused ? new ApiProblem(err.because, err.message) : err;
  }
}
