import path from 'node:path';
import { pathText, type SourceDocument } from './document';
import { FILE_PATTERN_RULE, filesMatching } from './file-pattern';

/** The files that a document names, absolute; what names none is a problem of the document. */
export function namedFiles(source: SourceDocument, directory: string) {
  const all = (at: readonly PropertyKey[], pattern: string): string[] => {
    const found = filesMatching(pattern, directory);
    if (found.length === 0) {
      const message = `${pathText(at)}: there is no file ${path.resolve(directory, pattern)}; ${FILE_PATTERN_RULE}`;
      source.problems.push(source.problem({ path: at, message }));
    }
    return found;
  };
  /** The first of them; null where nothing is named. */
  const one = (at: readonly PropertyKey[], pattern: string | undefined): string | null =>
    pattern === undefined ? null : (all(at, pattern)[0] ?? null);
  return { all, one };
}
