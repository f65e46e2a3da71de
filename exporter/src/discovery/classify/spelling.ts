import type { Word } from './words';

/** Shorter words have too many neighbours that are words of their own. */
const MIN_SWAPPED = 5;
const MIN_SLIPPED = 6;
/** Parts of a word that was written together: `magtiinternet`. */
const MIN_PART = 4;
/** Nobody writes more together, and the ways of parting a word double with its parts. */
const MAX_TOGETHER = 32;

/**
 * How a word is written in a hurry, with its first and last letter right: two letters swapped, one left out, one
 * doubled. Never another letter instead, for that is how one word becomes another (interned).
 */
export function slipsOf(word: string): string[] {
  const letters = [...word];
  const slips: string[] = [];
  const take = (from: number, to: number, instead: string[]) =>
    slips.push([...letters.slice(0, from), ...instead, ...letters.slice(to)].join(''));
  for (let i = 1; i < letters.length - 1; i++) {
    const [here, next] = [letters[i] as string, letters[i + 1] as string];
    if (letters.length >= MIN_SWAPPED) {
      take(i, i + 2, [next, here]);
    }
    if (letters.length >= MIN_SLIPPED) {
      take(i, i + 1, []);
      take(i, i + 1, [here, here]);
    }
  }
  return slips.filter((slip) => slip !== word);
}

/** Reads what people meant: slips of the pen, and words that were written together. */
export class Spelling {
  private readonly slips = new Map<string, string>();

  /**
   * `known` words stand for themselves; of `names` and of the `slipping` ones the slips are known too. `beside` names
   * may be written together with them, however short they are: `silknetwan`.
   */
  constructor(
    private readonly known: ReadonlySet<string>,
    slipping: Iterable<string>,
    private readonly names: ReadonlySet<string>,
    private readonly beside: readonly string[]
  ) {
    for (const word of [...slipping, ...names]) {
      for (const slip of slipsOf(word)) {
        if (!known.has(slip)) {
          this.slips.set(slip, word);
        }
      }
    }
  }

  correct(text: readonly Word[]): Word[] {
    return text.flatMap((word) => {
      if (word.text.length < MIN_SWAPPED - 1 || this.known.has(word.text)) {
        return [word];
      }
      const meant = this.slips.get(word.text);
      if (meant !== undefined) {
        return [{ text: meant, joined: word.joined }];
      }
      if (word.text.length > MAX_TOGETHER) {
        return [word];
      }
      const parts = this.parts(word.text) ?? this.nameAndShort(word.text) ?? [word.text];
      return parts.map((part, index) => ({ text: part, joined: index > 0 || word.joined }));
    });
  }

  /** The known words of which a word is made, all of it, or undefined. */
  private parts(word: string): string[] | undefined {
    for (let at = word.length - MIN_PART; at >= MIN_PART; at--) {
      const first = word.slice(0, at);
      if (this.known.has(first)) {
        const second = word.slice(at);
        const rest = this.known.has(second) ? [second] : this.parts(second);
        if (rest) {
          return [first, ...rest];
        }
      }
    }
    return undefined;
  }

  /** A provider and a word for an uplink, which may be shorter than any other part. */
  private nameAndShort(word: string): string[] | undefined {
    for (const short of this.beside) {
      if (word.endsWith(short) && this.names.has(word.slice(0, -short.length))) {
        return [word.slice(0, -short.length), short];
      }
      if (word.startsWith(short) && this.names.has(word.slice(short.length))) {
        return [short, word.slice(short.length)];
      }
    }
    return undefined;
  }
}
