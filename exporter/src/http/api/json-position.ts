/** One token of RFC 8259, after white space. */
const TOKEN =
  /[ \t\r\n]*(?:(?<string>"(?:[\u0020\u0021\u0023-\u005b\u005d-\uffff]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*")|(?<plain>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<mark>[{}[\],:]))/y;
const SPACE = /[ \t\r\n]*/y;

/** What may come next. */
type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

/**
 * Where a text stops being JSON: its length, when it ends too early. The engine's own error names the place sometimes only,
 * and quotes the text.
 */
export function jsonErrorPosition(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  for (let at = 0; ; at = TOKEN.lastIndex) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    const begin = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.groups;
    if (!token) {
      return begin;
    }
    const next = after(wanted, token['mark'] ?? (token['string'] === undefined ? 'plain' : 'string'), open);
    if (next === undefined) {
      return begin;
    }
    wanted = next;
  }
}

/** The state behind a token; undefined when it may not stand there. `open` is kept up to date. */
function after(wanted: Wanted, token: string, open: ('{' | '[')[]): Wanted | undefined {
  const behind = (): Wanted => (open.length === 0 ? 'nothing' : ', or end');
  if (wanted === ':') {
    return token === ':' ? 'value' : undefined;
  }
  if (token === (open.at(-1) === '{' ? '}' : ']') && open.length > 0 && /or (end|[}\]])$/.test(wanted)) {
    open.pop();
    return behind();
  }
  if (wanted === ', or end') {
    return token === ',' ? (open.at(-1) === '{' ? 'key' : 'value') : undefined;
  }
  if (wanted.startsWith('key')) {
    return token === 'string' ? ':' : undefined;
  }
  if (!wanted.startsWith('value')) {
    return undefined;
  }
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  return token === 'string' || token === 'plain' ? behind() : undefined;
}
