import { words } from './words';

/** What a phrase is made of: a word, any number (`#`), or any phrase of a named list (`{uplink}`). */
export type Step = { word: string } | { number: true } | { list: string };
export interface Phrase {
  text: string;
  steps: readonly Step[];
}

/** Words `from`..`to` (exclusive) of a text that a phrase took up. */
export interface Match<P extends Phrase = Phrase> {
  from: number;
  to: number;
  phrase: P;
}

/** Named lists of phrases; those have no lists of their own. */
export type WordLists = ReadonlyMap<string, readonly Phrase[]>;

/** `"port channel #"`, `"{provider} {uplink}"`; words are split the way texts are. */
export function compilePhrase(text: string): Phrase {
  const steps = text
    .trim()
    .split(/\s+/)
    .flatMap((part): Step[] => {
      if (part === '#') {
        return [{ number: true }];
      }
      const list = /^\{(\w+)\}$/.exec(part)?.[1];
      return list ? [{ list }] : words(part).map((word) => ({ word: word.text }));
    });
  return { text, steps };
}

/** A name, in which `#` and braces are signs like any other. It may be left without a step, and then stands nowhere. */
export const compileName = (text: string): Phrase => ({
  text,
  steps: words(text).map((word) => ({ word: word.text })),
});

/** The single words of which phrases are made. */
export const wordsOf = (phrases: Iterable<Phrase>): string[] =>
  [...phrases].flatMap(({ steps }) => steps.flatMap((step) => ('word' in step ? [step.word] : [])));
