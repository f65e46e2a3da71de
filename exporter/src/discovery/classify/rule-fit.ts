import type { Convention } from './convention';
import type { Reading } from './reading';
import type { Rule, Source } from './rules';

/** What an agent says of an interface, and what the inventory says of its device. */
export interface InterfaceTexts {
  ifAlias: string;
  ifDescr: string;
  ifName: string;
  /** IANAifType number. */
  ifType: number;
  /** bit/s; null or absent when the agent did not say. */
  speed?: number | null;
  /** Type of the device (router, switch, …); empty or absent when not told. */
  deviceType?: string;
  /** Name of the device at the other end, and of its port; empty or absent when not known. */
  neighbour?: string;
}

/** A text, ready to be asked. */
export interface Evidence {
  source: Source;
  text: string;
  reading: Reading;
  convention: Convention | undefined;
  /** Rules of which a phrase stands in the text. */
  any: ReadonlySet<Rule>;
  with: ReadonlySet<Rule>;
  without: ReadonlySet<Rule>;
}

/** A rule that fits an interface, and which text it fits. */
export interface Fit {
  rule: Rule;
  /** Absent for a rule that asks for the IANAifType alone. */
  evidence?: Evidence;
}

/** Rules that are asked before all others, or after them. */
export interface Tier {
  byText: readonly Rule[];
  /** They ask for the IANAifType alone. */
  byType: readonly Rule[];
}

/** Up to this a text only hints; one that is sure may stand after it and decide. */
const HINT = 0.5;
const SURE = 0.85;

/** Which rule of a tier decides: the first text that one fits, unless that only hints. */
export function firstFit(tier: Tier, texts: InterfaceTexts, evidence: readonly Evidence[]): Fit | undefined {
  const byType = tier.byType.find((rule) => applies(rule, texts));
  // A loopback is one whatever people call it.
  if (byType?.confidence === 1) {
    return { rule: byType };
  }
  let hint: Fit | undefined;
  for (const e of evidence) {
    const rule = tier.byText.find((r) => matches(r, e) && applies(r, texts));
    if (rule && (hint ? rule.confidence >= SURE : rule.confidence > HINT)) {
      return { rule, evidence: e };
    }
    hint ??= rule && { rule, evidence: e };
  }
  return hint ?? (byType && { rule: byType });
}

export const asksTypeAlone = (rule: Rule) =>
  rule.ifTypes !== undefined && rule.any.length === 0 && rule.keywords.length === 0 && rule.matches === undefined;

export const applies = (rule: Rule, { ifType, deviceType = '', speed }: InterfaceTexts) =>
  !rule.withoutIfTypes.includes(ifType) &&
  (rule.ifTypes?.includes(ifType) ?? true) &&
  (rule.deviceTypes?.includes(deviceType) ?? true) &&
  // A speed that is not known is no evidence.
  (rule.minSpeed === undefined || (speed != null && speed >= rule.minSpeed)) &&
  (rule.maxSpeed === undefined || (speed != null && speed <= rule.maxSpeed));

export const matches = (rule: Rule, evidence: Evidence) =>
  rule.in.includes(evidence.source) &&
  (evidence.any.has(rule) ||
    (evidence.convention !== undefined && rule.keywords.includes(evidence.convention.keyword)) ||
    (rule.matches?.test(evidence.text) ?? false)) &&
  (rule.with.length === 0 || evidence.with.has(rule)) &&
  !evidence.without.has(rule);
