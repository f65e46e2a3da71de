/** One word of a text: in lower case and without its ending, and whether it stands right behind the word before it. */
export interface Word {
  text: string;
  joined: boolean;
}

const ASCII = /^[\x20-\x7e]*$/;
/** What SEAMS and RUNS part, where every letter is one of a..z: most texts, and several times as fast. */
const ASCII_WORDS = /(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+)/g;
const RUNS = /[\p{L}\p{M}\p{N}]+/gu;
/** Where camel case, or a change between letters and digits, begins a new word. */
const SEAMS = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}\p{M}*)(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

/**
 * Splits an interface's text into words. Anything but letters, marks and digits separates (`_ - / . :` and blanks
 * above all); camel case and a change between letters and digits begin a new, joined word: `MagtiWan2` is
 * `magti`+`wan`+`2`, `expo2020` is `expo`+`2020` and never holds `po2`.
 */
export function words(text: string): Word[] {
  const result: Word[] = [];
  if (ASCII.test(text)) {
    let end = -1;
    for (const match of text.matchAll(ASCII_WORDS)) {
      result.push({ text: match[0].toLowerCase(), joined: match.index === end });
      end = match.index + match[0].length;
    }
    return result;
  }
  for (const run of repairMojibake(text).normalize('NFKC').match(RUNS) ?? []) {
    run.split(SEAMS).forEach((part, index) => result.push({ text: stem(part.toLowerCase()), joined: index > 0 }));
  }
  return result;
}

/** A plural, a case and a postposition: მაგთი, მაგთის, ბათუმში, კამერები. */
const GEORGIAN =
  /^(\p{Script=Georgian}{3,}?)(?:ებ)?(?:ისთვის|იდან|ამდე|ასთან|[იაე]?(?:თან|ზე|ში)|ის|ით|ად|მა|[იასო])?$/u;
/** The endings of nouns and adjectives. */
const CYRILLIC =
  /^(\p{Script=Cyrillic}{4,}?)(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ах|ях|ых|их|ов|ев|ам|ям|ом|ем|им|ым|ой|ей|ий|ый|ую|юю|ая|яя|ия|ие|ые|ию|ии|[аяыиуюеоь])?$/u;

/** Georgian and Russian put into endings what English says with other words; what is left tells as much. */
const stem = (word: string): string => GEORGIAN.exec(word)?.[1] ?? CYRILLIC.exec(word)?.[1] ?? word;

/** Windows-1252 characters of the bytes 0x80..0x9f, where it differs from Latin-1. */
const CP1252 = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((char, i) => [
    char,
    // 0x81, 0x8d, 0x8f, 0x90 and 0x9d have no character.
    [
      0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
      0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ][i] as number,
  ])
);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Text that is UTF-8 read as Latin-1 or Windows-1252 somewhere on its way, read right; any other text as it is. */
export function repairMojibake(text: string): string {
  const bytes: number[] = [];
  let high = false;
  for (const char of text) {
    const code = CP1252.get(char) ?? (char.codePointAt(0) as number);
    if (code > 0xff) {
      return text;
    }
    high ||= code >= 0x80;
    bytes.push(code);
  }
  if (!high) {
    return text;
  }
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return text;
  }
}
