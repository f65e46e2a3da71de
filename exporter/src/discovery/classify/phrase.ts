import { words, type Word } from './words';

/** What a phrase is made of: a word, any number (`#`), or any phrase of a named list (`{uplink}`). */
type Step = { word: string } | { number: true } | { list: string };
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

/** No word of a phrase is longer; what camel case took apart is put together up to here. */
const LONGEST_WORD = 32;

/** Phrases by what they begin with, so that a text is asked only for those that can stand in it. */
class PhraseIndex {
  private readonly byWord = new Map<string, Phrase[]>();
  private readonly byList = new Map<string, Phrase[]>();
  private readonly byNumber: Phrase[] = [];

  constructor(phrases: Iterable<Phrase>) {
    for (const phrase of phrases) {
      const [first] = phrase.steps;
      if (first && 'word' in first) {
        this.byWord.set(first.word, [...(this.byWord.get(first.word) ?? []), phrase]);
      } else if (first && 'list' in first) {
        this.byList.set(first.list, [...(this.byList.get(first.list) ?? []), phrase]);
      } else if (first) {
        this.byNumber.push(phrase);
      }
    }
  }

  *candidates(text: Reading): Generator<Phrase> {
    for (const word of text.starts.keys()) {
      yield* this.byWord.get(word) ?? [];
    }
    for (const [list, phrases] of this.byList) {
      if (text.inList(list).length > 0) {
        yield* phrases;
      }
    }
    yield* this.byNumber;
  }
}

/** Every phrase that a set of rules knows. Whole words only, never a part of one. */
export class Vocabulary {
  private readonly index: PhraseIndex;
  private readonly lists: ReadonlyMap<string, PhraseIndex>;

  constructor(phrases: Iterable<Phrase>, lists: WordLists) {
    this.index = new PhraseIndex(phrases);
    this.lists = new Map([...lists].map(([name, entries]) => [name, new PhraseIndex(entries)]));
  }

  read(text: readonly Word[]): Reading {
    return new Reading(text, this.index, this.lists);
  }
}

/** A text and what of the vocabulary stands in it. */
export class Reading {
  /** Every word that stands in the text, also one that camel case or digits took apart (VMware, L2TP), and where. */
  readonly starts = new Map<string, { from: number; to: number }[]>();
  private readonly listMatches = new Map<string, Match[]>();
  private found: readonly Match[] | undefined;
  private foundPhrases: Set<Phrase> | undefined;

  constructor(
    private readonly words: readonly Word[],
    private readonly index: PhraseIndex,
    private readonly lists: ReadonlyMap<string, PhraseIndex>
  ) {
    words.forEach((_, from) => {
      let joined = '';
      for (let i = from; i < words.length && (i === from || words[i]?.joined); i++) {
        joined += words[i]?.text;
        if (joined.length > LONGEST_WORD) {
          break;
        }
        const places = this.starts.get(joined);
        if (places) {
          places.push({ from, to: i + 1 });
        } else {
          this.starts.set(joined, [{ from, to: i + 1 }]);
        }
      }
    });
  }

  /** Every place where a phrase of the vocabulary stands. */
  matches(): readonly Match[] {
    return (this.found ??= this.search(this.index));
  }

  has(phrases: readonly Phrase[]): boolean {
    this.foundPhrases ??= new Set(this.matches().map((match) => match.phrase));
    const found = this.foundPhrases;
    return found.size > 0 && phrases.some((phrase) => found.has(phrase));
  }

  /** Every place where a phrase of the list stands. */
  inList(list: string): readonly Match[] {
    let matches = this.listMatches.get(list);
    if (!matches) {
      const index = this.lists.get(list);
      matches = index ? this.search(index) : [];
      this.listMatches.set(list, matches);
    }
    return matches;
  }

  private search(index: PhraseIndex): Match[] {
    const matches: Match[] = [];
    for (const phrase of new Set(index.candidates(this))) {
      for (let from = 0; from < this.words.length; from++) {
        for (const to of this.ends(from, phrase.steps, 0)) {
          matches.push({ from, to, phrase });
        }
      }
    }
    return matches;
  }

  /** Where the steps from `step` on may end when they begin at word `at`. */
  private *ends(at: number, steps: readonly Step[], step: number): Generator<number> {
    const wanted = steps[step];
    if (wanted === undefined) {
      yield at;
      return;
    }
    for (const next of this.stepEnds(at, wanted)) {
      yield* this.ends(next, steps, step + 1);
    }
  }

  private stepEnds(at: number, step: Step): number[] {
    if ('number' in step) {
      return /^\p{N}+$/u.test(this.words[at]?.text ?? '') ? [at + 1] : [];
    }
    const places = 'list' in step ? this.inList(step.list) : (this.starts.get(step.word) ?? []);
    return places.filter((place) => place.from === at).map((place) => place.to);
  }
}
