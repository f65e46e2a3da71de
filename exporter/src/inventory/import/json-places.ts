/** Where things stand in a JSON text, for people: 1-based. */
export interface Place {
  line: number;
  column: number;
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** Lines on which the elements of an array begin; `text` is valid JSON and `[` stands at `offset`. */
export function elementLines(text: string, offset: number): number[] {
  const lines: number[] = [];
  let line = placeAt(text, offset).line;
  let depth = 0;
  let awaited = false;
  for (let i = offset; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\n') {
      line++;
    } else if (c !== ' ' && c !== '\t' && c !== '\r') {
      if (c === ']' || c === '}') {
        depth--;
        if (depth === 0) {
          break;
        }
      } else if (awaited) {
        lines.push(line);
      }
      awaited = depth === 1 && c === ',';
      if (c === '"') {
        i = endOfString(text, i);
      } else if (c === '[' || c === '{') {
        depth++;
        awaited = depth === 1;
      }
    }
  }
  return lines;
}

/** Offset of the `[` behind a key of the outermost object; -1 when there is none. `text` is valid JSON. */
export function arrayBehindKey(text: string, key: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && text.slice(i, end + 1) === JSON.stringify(key)) {
        const value = /^\s*:\s*\[/.exec(text.slice(end + 1, end + 1000));
        if (value) {
          return end + value[0].length;
        }
      }
      i = end;
    } else if (c === '{' || c === '[') {
      depth++;
    } else if (c === '}' || c === ']') {
      depth--;
    }
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') {
    i += text[i] === '\\' ? 2 : 1;
  }
  return i;
}
