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

/** The single words of which phrases are made. */
export const wordsOf = (phrases: Iterable<Phrase>): string[] =>
  [...phrases].flatMap(({ steps }) => steps.flatMap((step) => ('word' in step ? [step.word] : [])));

/** No word of a phrase is longer; what camel case took apart is put together up to here. */
const LONGEST_WORD = 32;
const NUMBER = /^\p{N}+$/u;

/** Phrases by what they begin with, so that a text is asked only for those that can stand in it. */
interface PhraseIndex {
  byWord: ReadonlyMap<string, readonly Phrase[]>;
  byList: ReadonlyMap<string, readonly Phrase[]>;
  byNumber: readonly Phrase[];
}

function indexPhrases(phrases: Iterable<Phrase>): PhraseIndex {
  const byWord = new Map<string, Phrase[]>();
  const byList = new Map<string, Phrase[]>();
  const byNumber: Phrase[] = [];
  const add = (map: Map<string, Phrase[]>, key: string, phrase: Phrase) => {
    const others = map.get(key);
    if (others) {
      others.push(phrase);
    } else {
      map.set(key, [phrase]);
    }
  };
  for (const phrase of phrases) {
    const [first] = phrase.steps;
    if (first && 'word' in first) {
      add(byWord, first.word, phrase);
    } else if (first && 'list' in first) {
      add(byList, first.list, phrase);
    } else if (first) {
      byNumber.push(phrase);
    }
  }
  return { byWord, byList, byNumber };
}

/** Every phrase that a set of rules knows. Whole words only, never a part of one. */
export class Vocabulary {
  private readonly index: PhraseIndex;
  private readonly lists: ReadonlyMap<string, PhraseIndex>;

  constructor(phrases: Iterable<Phrase>, lists: WordLists) {
    this.index = indexPhrases(phrases);
    this.lists = new Map([...lists].map(([name, entries]) => [name, indexPhrases(entries)]));
  }

  read(text: readonly Word[]): Reading {
    return new Reading(text, this.index, this.lists);
  }
}

/** A text and what of the vocabulary stands in it. */
export class Reading {
  /** Every word that stands in the text, also one that camel case or digits took apart (VMware, L2TP), and where. */
  private readonly starts = new Map<string, { from: number; to: number }[]>();
  private readonly listMatches = new Map<string, Match[]>();
  private found: readonly Match[] | undefined;
  private foundPhrases: Set<Phrase> | undefined;

  constructor(
    readonly words: readonly Word[],
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

  /** The words of the text that make up the phrases, as they were read. */
  evidence(phrases: readonly Phrase[]): string[] {
    const wanted = new Set(phrases);
    const found = this.matches().filter(({ phrase }) => wanted.has(phrase));
    return [...new Set(found.map(({ from, to }) => this.shown(from, to)))];
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

  private shown(from: number, to: number): string {
    return this.words
      .slice(from, to)
      .map(({ text, joined }, i) => (joined || i === 0 ? text : ` ${text}`))
      .join('');
  }

  private search(index: PhraseIndex): Match[] {
    const matches: Match[] = [];
    const take = (phrases: readonly Phrase[], from: number, next: number) => {
      for (const phrase of phrases) {
        for (const to of this.ends(next, phrase.steps, 1)) {
          matches.push({ from, to, phrase });
        }
      }
    };
    for (const [word, places] of this.starts) {
      const phrases = index.byWord.get(word);
      if (phrases) {
        places.forEach(({ from, to }) => take(phrases, from, to));
      }
    }
    for (const [list, phrases] of index.byList) {
      this.inList(list).forEach(({ from, to }) => take(phrases, from, to));
    }
    if (index.byNumber.length > 0) {
      this.words.forEach(({ text }, from) => NUMBER.test(text) && take(index.byNumber, from, from + 1));
    }
    return matches;
  }

  /** Where the steps from `step` on may end when they begin at word `at`. */
  private ends(at: number, steps: readonly Step[], step: number): number[] {
    const wanted = steps[step];
    if (wanted === undefined) {
      return [at];
    }
    const nexts = this.stepEnds(at, wanted);
    return step + 1 === steps.length ? nexts : nexts.flatMap((next) => this.ends(next, steps, step + 1));
  }

  private stepEnds(at: number, step: Step): number[] {
    if ('number' in step) {
      return NUMBER.test(this.words[at]?.text ?? '') ? [at + 1] : [];
    }
    const places = 'list' in step ? this.inList(step.list) : (this.starts.get(step.word) ?? []);
    return places.filter((place) => place.from === at).map((place) => place.to);
  }
}
