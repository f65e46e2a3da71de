import { words, type Word } from './words';

/** What a phrase is made of: a word, any number (`#`), or any word of a named list (`{uplink}`). */
type Step = { word: string } | { number: true } | { list: string };
export interface Phrase {
  text: string;
  steps: readonly Step[];
}

/** Words `from`..`to` (exclusive) of a text that a phrase or an alias took up. */
export interface Span {
  from: number;
  to: number;
}

/** Named lists of words, each a list of phrases without lists of their own. */
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

/** Every place where the phrase stands, in the order of the text. Whole words only, never a part of one. */
export function findPhrase(text: readonly Word[], phrase: Phrase, lists: WordLists): Span[] {
  const spans: Span[] = [];
  for (let from = 0; from < text.length; from++) {
    for (const to of ends(text, from, phrase.steps, 0, lists)) {
      spans.push({ from, to });
      break;
    }
  }
  return spans;
}

/** Where the steps from `step` on may end when they begin at word `at`. */
function* ends(
  text: readonly Word[],
  at: number,
  steps: readonly Step[],
  step: number,
  lists: WordLists
): Generator<number> {
  const wanted = steps[step];
  if (wanted === undefined) {
    yield at;
    return;
  }
  for (const next of stepEnds(text, at, wanted, lists)) {
    yield* ends(text, next, steps, step + 1, lists);
  }
}

function* stepEnds(text: readonly Word[], at: number, step: Step, lists: WordLists): Generator<number> {
  if ('list' in step) {
    for (const phrase of lists.get(step.list) ?? []) {
      yield* ends(text, at, phrase.steps, 0, lists);
    }
    return;
  }
  if ('number' in step) {
    if (/^\p{N}+$/u.test(text[at]?.text ?? '')) {
      yield at + 1;
    }
    return;
  }
  // A word that camel case or digits took apart (VMware, L2TP) is still that word when its parts stand together.
  let joined = '';
  for (let i = at; i < text.length && (i === at || text[i]?.joined); i++) {
    joined += text[i]?.text;
    if (joined === step.word) {
      yield i + 1;
    }
    if (joined.length >= step.word.length) {
      return;
    }
  }
}
