import type { Match, Phrase, Step } from './phrase';
import type { Word } from './words';

/** No word of a phrase is longer; what camel case took apart is put together up to here. */
const LONGEST_WORD = 32;
const NUMBER = /^\p{N}+$/u;

/** Words `from`..`to` (exclusive) of a text. */
export interface Place {
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
