/** One word of a text: in lower case, and whether it stands right behind the word before it, without a separator. */
export interface Word {
  text: string;
  joined: boolean;
}

/**
 * Splits an interface's text into words. Anything but letters, marks and digits separates (`_ - / . :` and blanks
 * above all); camel case and a change between letters and digits begin a new, joined word: `MagtiWan2` is
 * `magti`+`wan`+`2`, `expo2020` is `expo`+`2020` and never holds `po2`.
 */
export function words(text: string): Word[] {
  const result: Word[] = [];
  for (const run of repairMojibake(text)
    .normalize('NFC')
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    const parts = run
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .replace(/(\p{L}\p{M}*)(\p{N})/gu, '$1 $2')
      .replace(/(\p{N})(\p{L})/gu, '$1 $2')
      .toLowerCase()
      .split(' ');
    parts.forEach((part, index) => result.push({ text: part, joined: index > 0 }));
  }
  return result;
}

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
