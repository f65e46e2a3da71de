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

/** A name, in which `#` and braces are signs like any other. It may be left without a step, and then stands nowhere. */
export const compileName = (text: string): Phrase => ({
  text,
  steps: words(text).map((word) => ({ word: word.text })),
});

/** The single words of which phrases are made. */
export const wordsOf = (phrases: Iterable<Phrase>): string[] =>
  [...phrases].flatMap(({ steps }) => steps.flatMap((step) => ('word' in step ? [step.word] : [])));

/** No word of a phrase is longer; what camel case took apart is put together up to here. */
const LONGEST_WORD = 32;
const NUMBER = /^\p{N}+$/u;

/** Phrases that begin with a word: of the rules, of their lists, and those that only look like something. */
interface Beginnings {
  phrases: Phrase[];
  entries: { list: string; phrase: Phrase }[];
  lookalikes: Phrase[];
}

/** Every phrase that a set of rules knows. Whole words only, never a part of one. */
export class Vocabulary {
  private readonly byWord = new Map<string, Beginnings>();
  private readonly byList = new Map<string, Phrase[]>();
  private readonly byNumber: Phrase[] = [];

  /** Look-alikes and entries of lists begin with a word and have no lists in them. */
  constructor(phrases: Iterable<Phrase>, lists: WordLists, lookalikes: Iterable<Phrase> = []) {
    for (const phrase of phrases) {
      const [first] = phrase.steps;
      if (first && 'word' in first) {
        this.beginnings(first.word).phrases.push(phrase);
      } else if (first && 'list' in first) {
        this.byList.set(first.list, [...(this.byList.get(first.list) ?? []), phrase]);
      } else if (first) {
        this.byNumber.push(phrase);
      }
    }
    for (const [list, entries] of lists) {
      for (const phrase of entries) {
        this.beginnings(firstWord(phrase)).entries.push({ list, phrase });
      }
    }
    for (const phrase of lookalikes) {
      this.beginnings(firstWord(phrase)).lookalikes.push(phrase);
    }
  }

  /** A text and what of the vocabulary stands in it; look-alikes are taken out before. */
  read(text: readonly Word[]): Reading {
    const reading = new Reading(text);
    const found: { places: readonly Place[]; beginnings: Beginnings }[] = [];
    for (const [word, places] of reading.starts) {
      const beginnings = this.byWord.get(word);
      if (beginnings) {
        found.push({ places, beginnings });
      }
    }
    const alike = found.flatMap(({ places, beginnings }) => reading.places(beginnings.lookalikes, places));
    if (alike.length > 0) {
      // A gap keeps their neighbours apart.
      const rest = [...text];
      alike.forEach(({ from, to }) => rest.fill(GAP, from, to));
      return this.read(rest);
    }
    for (const { places, beginnings } of found) {
      for (const { list, phrase } of beginnings.entries) {
        reading.addToList(list, reading.places([phrase], places));
      }
    }
    for (const { places, beginnings } of found) {
      reading.add(reading.places(beginnings.phrases, places));
    }
    for (const [list, matches] of reading.lists) {
      reading.add(reading.places(this.byList.get(list) ?? [], matches));
    }
    if (this.byNumber.length > 0) {
      reading.add(reading.places(this.byNumber, reading.numbers()));
    }
    return reading;
  }

  private beginnings(word: string): Beginnings {
    let found = this.byWord.get(word);
    if (!found) {
      found = { phrases: [], entries: [], lookalikes: [] };
      this.byWord.set(word, found);
    }
    return found;
  }
}

const GAP: Word = { text: '', joined: false };

function firstWord({ text, steps: [first] }: Phrase): string {
  if (!first || !('word' in first)) {
    throw new Error(`the phrase ${JSON.stringify(text)} of a list does not begin with a word`);
  }
  return first.word;
}

/** Words `from`..`to` (exclusive) of a text. */
interface Place {
  from: number;
  to: number;
}

/** A text and what of a vocabulary stands in it. */
export class Reading {
  /** Every word that stands in the text, also one that camel case or digits took apart (VMware, L2TP), and where. */
  readonly starts = new Map<string, Place[]>();
  readonly lists = new Map<string, Match[]>();
  readonly phrases = new Set<Phrase>();
  private readonly matches: Match[] = [];

  constructor(readonly words: readonly Word[]) {
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

  has(phrases: readonly Phrase[]): boolean {
    return this.phrases.size > 0 && phrases.some((phrase) => this.phrases.has(phrase));
  }

  /** The words of the text that make up the phrases, as they were read. */
  evidence(phrases: readonly Phrase[]): string[] {
    const wanted = new Set(phrases);
    const found = this.matches.filter(({ phrase }) => wanted.has(phrase));
    return [...new Set(found.map(({ from, to }) => this.shown(from, to)))];
  }

  /** Every place where a phrase of the list stands. */
  inList(list: string): readonly Match[] {
    return this.lists.get(list) ?? NONE;
  }

  add(matches: readonly Match[]): void {
    for (const match of matches) {
      this.matches.push(match);
      this.phrases.add(match.phrase);
    }
  }

  addToList(list: string, matches: readonly Match[]): void {
    if (matches.length > 0) {
      this.lists.set(list, [...this.inList(list), ...matches]);
    }
  }

  /** Where phrases stand whose first step is at one of the given places. */
  places(phrases: readonly Phrase[], first: readonly Place[]): Match[] {
    const matches: Match[] = [];
    for (const phrase of phrases) {
      for (const { from, to } of first) {
        for (const end of this.ends(to, phrase.steps, 1)) {
          matches.push({ from, to: end, phrase });
        }
      }
    }
    return matches;
  }

  numbers(): Place[] {
    return this.words.flatMap(({ text }, from) => (NUMBER.test(text) ? [{ from, to: from + 1 }] : []));
  }

  private shown(from: number, to: number): string {
    return this.words
      .slice(from, to)
      .map(({ text, joined }, i) => (joined || i === 0 ? text : ` ${text}`))
      .join('');
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

const NONE: readonly Match[] = [];
