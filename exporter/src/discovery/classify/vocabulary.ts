import type { Phrase, WordLists } from './phrase';
import { Reading, type Place } from './reading';
import type { Word } from './words';

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
