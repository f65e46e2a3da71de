import type { InterfaceType } from '../../model/interface';
import { findPhrase, type Phrase, type WordLists } from './phrase';
import { ProviderCatalogue, readProviders, type Provider } from './providers';
import { readRules, SOURCES, type Rule, type RuleSet, type Source } from './rules';
import { words, type Word } from './words';

/** What an agent says of an interface, and what the inventory says of its device. */
export interface InterfaceTexts {
  ifAlias: string;
  ifDescr: string;
  ifName: string;
  /** IANAifType number. */
  ifType: number;
  /** Type of the device (router, switch, …); empty or absent when not told. */
  deviceType?: string;
}

export interface Verdict {
  interfaceType: InterfaceType;
  /** Provider of an isp interface, `unknown` when it could not be told; empty for every other type. */
  ispProvider: string;
  isCritical: boolean;
  /** 0..1; 0 when nothing told anything. */
  confidence: number;
  /** What decided: a text, the IANAifType, or nothing. */
  source: Source | 'type' | '';
  ruleId: string;
}

export type Classifier = (texts: InterfaceTexts) => Verdict;

/** A text, ready to be asked. */
interface Evidence {
  source: Source;
  text: string;
  words: readonly Word[];
}

/** A classifier of the given rules and providers, the shipped ones by default; it keeps nothing between two calls. */
export function createClassifier(
  rules: RuleSet = readRules(),
  providers: readonly Provider[] = readProviders()
): Classifier {
  const catalogue = new ProviderCatalogue(providers);
  const lists: WordLists = new Map([...rules.lists, ['provider', catalogue.strong], ['weak_provider', catalogue.weak]]);
  const uplink = lists.get('uplink') ?? [];
  const has = (text: readonly Word[], phrases: readonly Phrase[]) =>
    phrases.some((phrase) => findPhrase(text, phrase, lists).length > 0);

  /** Takes out the words that only look like something, so that no rule sees them; a gap keeps their neighbours apart. */
  const read = (text: string): Word[] => {
    const all = words(text);
    for (const phrase of rules.not) {
      for (const { from, to } of findPhrase(all, phrase, lists)) {
        for (let i = from; i < to; i++) {
          all[i] = { text: '', joined: false };
        }
      }
    }
    return all;
  };

  const applies = (rule: Rule, texts: InterfaceTexts) =>
    !rule.withoutIfTypes.includes(texts.ifType) &&
    (rule.ifTypes?.includes(texts.ifType) ?? true) &&
    (rule.deviceTypes?.includes(texts.deviceType ?? '') ?? true);

  const matches = (rule: Rule, evidence: Evidence) =>
    rule.in.includes(evidence.source) &&
    ((rule.matches?.test(evidence.text) ?? false) || has(evidence.words, rule.any)) &&
    (rule.with.length === 0 || has(evidence.words, rule.with)) &&
    !has(evidence.words, rule.without);

  const providerOf = (evidence: readonly Evidence[]): string => {
    const uplinkSomewhere = evidence.some((e) => has(e.words, uplink));
    for (const weakToo of uplinkSomewhere ? [false, true] : [false]) {
      for (const e of evidence) {
        const provider = catalogue.find(e.words, { weakToo });
        if (provider !== undefined) {
          return provider;
        }
      }
    }
    return 'unknown';
  };

  const verdict = (rule: Rule, source: Verdict['source'], evidence: readonly Evidence[]): Verdict => ({
    interfaceType: rule.type,
    ispProvider: rule.type === 'isp' ? providerOf(evidence) : '',
    isCritical: rule.type === 'isp' || evidence.some((e) => has(e.words, rules.critical.get(rule.type) ?? [])),
    confidence: rule.confidence,
    source,
    ruleId: rule.id,
  });

  return (texts) => {
    const evidence = SOURCES.map((source): Evidence => {
      const text = { alias: texts.ifAlias, descr: texts.ifDescr, name: texts.ifName }[source].trim();
      return { source, text, words: read(text) };
    });
    const candidates = rules.rules.filter((rule) => applies(rule, texts));
    const byTypeAlone = candidates.filter((r) => r.ifTypes && r.any.length === 0 && r.matches === undefined);
    // A loopback is one whatever people call it.
    const certain = byTypeAlone.find((rule) => rule.confidence === 1);
    if (certain) {
      return verdict(certain, 'type', evidence);
    }
    for (const e of evidence) {
      const rule = e.text === '' ? undefined : candidates.find((r) => matches(r, e));
      if (rule) {
        return verdict(rule, e.source, evidence);
      }
    }
    const byType = byTypeAlone[0];
    return byType
      ? verdict(byType, 'type', evidence)
      : { interfaceType: 'other', ispProvider: '', isCritical: false, confidence: 0, source: '', ruleId: '' };
  };
}

let shipped: Classifier | undefined;

/** Classifies by the shipped rules and providers. */
export const classifyInterface: Classifier = (texts) => (shipped ??= createClassifier())(texts);
