import type { InterfaceType } from '../../model/interface';
import { parseConvention } from './convention';
import { wordsOf, type Match, type Phrase } from './phrase';
import { compileAliases, firstProvider, readProviders, type Provider } from './providers';
import type { Reading } from './reading';
import {
  applies,
  asksTypeAlone,
  firstFit,
  matches,
  type Evidence,
  type Fit,
  type InterfaceTexts,
  type Tier,
} from './rule-fit';
import { readRules, SOURCES, type Rule, type RuleSet, type Source } from './rules';
import { Spelling } from './spelling';
import { Vocabulary } from './vocabulary';
import { words } from './words';

export type { Evidence, Fit, InterfaceTexts } from './rule-fit';

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

/** Why an interface is taken for what it is. */
export interface Explanation {
  verdict: Verdict;
  /** The texts that say anything, in the order in which they are asked. */
  evidence: readonly Evidence[];
  /** Absent: no rule fits. */
  decided: Fit | undefined;
  /** Every rule that fits, in the order in which they are asked. */
  fits: readonly Fit[];
}

/** The rules and the catalogue of providers at work. They keep nothing between two interfaces. */
export class RuleBook {
  private readonly vocabulary: Vocabulary;
  private readonly spelling: Spelling;
  /** The user's own rules, then the shipped ones: the first that decide do. */
  private readonly tiers: readonly Tier[];
  /** Which rules have a phrase, and what it means to them. */
  private readonly uses = new Map<Phrase, { part: 'any' | 'with' | 'without'; rule: Rule }[]>();

  constructor(
    private readonly rules: RuleSet = readRules(),
    providers: readonly Pick<Provider, 'name' | 'aliases' | 'weakAliases' | 'asn'>[] = readProviders()
  ) {
    const { strong, weak } = compileAliases(providers);
    const lists = new Map<string, readonly Phrase[]>([...rules.lists, ['provider', strong], ['weak_provider', weak]]);
    const phrases = [
      ...rules.rules.flatMap((rule) => [...rule.any, ...rule.with, ...rule.without]),
      ...[...rules.critical.values()].flat(),
    ];
    this.vocabulary = new Vocabulary(new Set(phrases), lists, rules.not);
    this.spelling = new Spelling(
      new Set(wordsOf([...phrases, ...rules.not, ...[...lists.values()].flat()])),
      rules.slips.flatMap((text) => words(text).map((word) => word.text)),
      new Set(wordsOf(strong.filter(isOneWord))),
      wordsOf((rules.lists.get('uplink') ?? []).filter(isOneWord))
    );
    for (const rule of rules.rules) {
      for (const part of ['any', 'with', 'without'] as const) {
        for (const phrase of rule[part]) {
          const others = this.uses.get(phrase);
          const use = { part, rule };
          this.uses.set(phrase, others ? [...others, use] : [use]);
        }
      }
    }
    this.tiers = [rules.rules.filter((rule) => rule.own), rules.rules.filter((rule) => !rule.own)]
      .filter((tier) => tier.length > 0)
      .map((tier) => ({ byText: tier.filter((rule) => !asksTypeAlone(rule)), byType: tier.filter(asksTypeAlone) }));
  }

  readonly classify: Classifier = (texts) => {
    const evidence = this.read(texts);
    return this.verdict(this.decide(texts, evidence), evidence);
  };

  /** A verdict, and all that it was made of. */
  explain(texts: InterfaceTexts): Explanation {
    const evidence = this.read(texts);
    const decided = this.decide(texts, evidence);
    return { verdict: this.verdict(decided, evidence), evidence, decided, fits: this.fits(texts, evidence) };
  }

  /** The texts that say anything, in the order in which they are asked. */
  private read(texts: InterfaceTexts): Evidence[] {
    const { ifAlias: alias, ifDescr: descr, ifName: name, neighbour = '' } = texts;
    const all = { alias, descr, name, neighbour };
    const found: Evidence[] = [];
    for (const source of SOURCES) {
      const text = all[source].trim();
      if (text !== '') {
        // Agents that have nothing else to say say the name twice.
        const same = found.find((one) => one.text === text);
        found.push(same ? { ...same, source } : this.evidence(source, text));
      }
    }
    return found;
  }

  private evidence(source: Source, text: string): Evidence {
    const reading = this.readText(text);
    const convention = text.includes(':') ? parseConvention(text) : undefined;
    if (reading.phrases.size === 0) {
      return { source, text, reading, convention, any: NO_RULES, with: NO_RULES, without: NO_RULES };
    }
    const parts = { any: new Set<Rule>(), with: new Set<Rule>(), without: new Set<Rule>() };
    for (const phrase of reading.phrases) {
      for (const { part, rule } of this.uses.get(phrase) ?? []) {
        parts[part].add(rule);
      }
    }
    return { source, text, reading, convention, ...parts };
  }

  /** Every rule that fits, by tier and text: the order in which they are asked. */
  private fits(texts: InterfaceTexts, evidence: readonly Evidence[]): Fit[] {
    return this.tiers.flatMap((tier) => {
      const byText = tier.byText.filter((rule) => applies(rule, texts));
      return [
        ...evidence.flatMap((e) => byText.filter((r) => matches(r, e)).map((rule) => ({ rule, evidence: e }))),
        ...tier.byType.filter((rule) => applies(rule, texts)).map((rule) => ({ rule })),
      ];
    });
  }

  private decide(texts: InterfaceTexts, evidence: readonly Evidence[]): Fit | undefined {
    for (const tier of this.tiers) {
      const fit = firstFit(tier, texts, evidence);
      if (fit) {
        return fit;
      }
    }
    return undefined;
  }

  private readText(text: string): Reading {
    return this.vocabulary.read(this.spelling.correct(words(text)));
  }

  private verdict(fit: Fit | undefined, evidence: readonly Evidence[]): Verdict {
    if (!fit) {
      return { interfaceType: 'other', ispProvider: '', isCritical: false, confidence: 0, source: '', ruleId: '' };
    }
    const { rule, evidence: decided } = fit;
    const critical = this.rules.critical.get(rule.type) ?? [];
    return {
      interfaceType: rule.type,
      ispProvider: rule.type === 'isp' ? this.provider(rule, decided, evidence) : '',
      isCritical: rule.type === 'isp' || evidence.some((e) => e.source !== 'neighbour' && e.reading.has(critical)),
      confidence: rule.confidence,
      source: decided?.source ?? 'type',
      ruleId: rule.id,
    };
  }

  private provider(rule: Rule, decided: Evidence | undefined, evidence: readonly Evidence[]): string {
    // After the convention it is said who it is: nobody else who is mentioned in a note.
    if (rule.keywords.length > 0 && decided?.convention) {
      const reading = this.readText(decided.convention.name);
      const asNumber = this.readText(decided.convention.note).inList('weak_provider').filter(namesAs);
      return (
        firstProvider([...reading.inList('provider'), ...reading.inList('weak_provider')]) ??
        firstProvider(asNumber) ??
        'unknown'
      );
    }
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
  }
}

const NO_RULES: ReadonlySet<Rule> = new Set();

const isOneWord = ({ steps }: Phrase) => steps.length === 1;

const namesAs = ({ phrase }: Match) => /^asn? ?\d+$/.test(phrase.text);

/** A classifier of the given rules and providers, the shipped ones by default. */
export const createClassifier = (...given: ConstructorParameters<typeof RuleBook>): Classifier =>
  new RuleBook(...given).classify;

let shipped: Classifier | undefined;

/** Classifies by the shipped rules and providers. */
export const classifyInterface: Classifier = (texts) => (shipped ??= createClassifier())(texts);
