/**
 * An alias after LibreNMS's interface description parsing: `Keyword: name {circuit} [speed] (note)`. What a text does
 * not have is empty.
 */
export interface Convention {
  /** In lower case. */
  keyword: string;
  name: string;
  circuit: string;
  /** As written: 10G, 100Mbit. */
  speed: string;
  note: string;
}

const KEYWORD = /^[\s*#-]*(\p{L}[\p{L}_-]{0,19})\s*:(?!:)\s*(.*)$/su;

/** The parts of such an alias; any text with a word and a colon is one, so it is the keyword that must be known. */
export function parseConvention(text: string): Convention | undefined {
  const [, keyword, rest] = KEYWORD.exec(text) ?? [];
  if (keyword === undefined || rest === undefined) {
    return undefined;
  }
  const inside = (pattern: RegExp) => pattern.exec(rest)?.[1]?.trim() ?? '';
  return {
    keyword: keyword.toLowerCase(),
    name: (rest.split(/[[\]{}()]/)[0] as string).trim(),
    circuit: inside(/\{([^}]*)\}/),
    speed: inside(/\[([^\]]*)\]/),
    note: inside(/\(([^)]*)\)/),
  };
}
