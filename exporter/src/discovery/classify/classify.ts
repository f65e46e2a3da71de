import type { InterfaceType } from '../../model/interface';
import { Vocabulary, type Reading } from './phrase';
import { compileAliases, firstProvider, readProviders, type Provider } from './providers';
import { readRules, SOURCES, type Rule, type RuleSet, type Source } from './rules';
import { words } from './words';

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
  reading: Reading;
}

/** A classifier of the given rules and providers, the shipped ones by default; it keeps nothing between two calls. */
export function createClassifier(
  rules: RuleSet = readRules(),
  providers: readonly Provider[] = readProviders()
): Classifier {
  const aliases = compileAliases(providers);
  const lists = new Map([...rules.lists, ['provider', aliases.strong], ['weak_provider', aliases.weak]]);
  const phrases = rules.rules.flatMap((rule) => [...rule.any, ...rule.with, ...rule.without]);
  const vocabulary = new Vocabulary([...phrases, ...[...rules.critical.values()].flat()], lists);
  const lookalikes = new Vocabulary(rules.not, lists);
  const byTypeAlone = rules.rules.filter((r) => r.ifTypes && r.any.length === 0 && r.matches === undefined);

  /** Takes out the words that only look like something, so that no rule sees them; a gap keeps their neighbours apart. */
  const read = (text: string): Reading => {
    const all = words(text);
    for (const { from, to } of lookalikes.read(all).matches()) {
      all.fill({ text: '', joined: false }, from, to);
    }
    return vocabulary.read(all);
  };

  const applies = (rule: Rule, texts: InterfaceTexts) =>
    !rule.withoutIfTypes.includes(texts.ifType) &&
    (rule.ifTypes?.includes(texts.ifType) ?? true) &&
    (rule.deviceTypes?.includes(texts.deviceType ?? '') ?? true);

  const matches = (rule: Rule, evidence: Evidence) =>
    rule.in.includes(evidence.source) &&
    ((rule.matches?.test(evidence.text) ?? false) || evidence.reading.has(rule.any)) &&
    (rule.with.length === 0 || evidence.reading.has(rule.with)) &&
    !evidence.reading.has(rule.without);

  const providerOf = (evidence: readonly Evidence[]): string => {
    const uplinkSomewhere = evidence.some((e) => e.reading.inList('uplink').length > 0);
    for (const list of uplinkSomewhere ? ['provider', 'weak_provider'] : ['provider']) {
      for (const e of evidence) {
        const provider = firstProvider(e.reading.inList(list));
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
    isCritical: rule.type === 'isp' || evidence.some((e) => e.reading.has(rules.critical.get(rule.type) ?? [])),
    confidence: rule.confidence,
    source,
    ruleId: rule.id,
  });

  return (texts) => {
    const evidence = SOURCES.map((source): Evidence => {
      const text = { alias: texts.ifAlias, descr: texts.ifDescr, name: texts.ifName }[source].trim();
      return { source, text, reading: read(text) };
    });
    const byType = byTypeAlone.find((rule) => applies(rule, texts));
    // A loopback is one whatever people call it.
    if (byType?.confidence === 1) {
      return verdict(byType, 'type', evidence);
    }
    for (const e of evidence) {
      const rule = e.text === '' ? undefined : rules.rules.find((r) => applies(r, texts) && matches(r, e));
      if (rule) {
        return verdict(rule, e.source, evidence);
      }
    }
    return byType
      ? verdict(byType, 'type', evidence)
      : { interfaceType: 'other', ispProvider: '', isCritical: false, confidence: 0, source: '', ruleId: '' };
  };
}

let shipped: Classifier | undefined;

/** Classifies by the shipped rules and providers. */
export const classifyInterface: Classifier = (texts) => (shipped ??= createClassifier())(texts);
