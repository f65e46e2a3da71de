import { existsSync } from 'node:fs';
import { loadDiscoveryPart } from '../config/discovery-part';
import {
  RuleBook,
  type Evidence,
  type Explanation,
  type Fit,
  type InterfaceTexts,
} from '../discovery/classify/classify';
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { UsageError } from './command-line';

/** Flags of `ispmon classify`, as typed. */
export interface ClassifyFlags {
  text: string;
  name?: string | undefined;
  descr?: string | undefined;
  type?: string | undefined;
  speed?: string | undefined;
  neighbour?: string | undefined;
  device?: string | undefined;
  /** Absent: the default one, if it is there. */
  config?: string | undefined;
}

const DEFAULT_CONFIG = 'isp-monitor.yml';

/** IANAifType-MIB, as far as a rule or a person may ask for it. */
const IF_TYPES: Readonly<Record<string, number>> = {
  other: 1,
  ethernetCsmacd: 6,
  ppp: 23,
  softwareLoopback: 24,
  propVirtual: 53,
  ieee80211: 71,
  voiceEM: 100,
  voiceFXO: 101,
  voiceFXS: 102,
  voiceEncap: 103,
  voiceOverIp: 104,
  tunnel: 131,
  l2vlan: 135,
  ieee8023adLag: 161,
  bridge: 209,
};
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** `ispmon classify`: what an interface is taken for, and why. Throws UsageError and ConfigError. */
export function classifyCommand(flags: ClassifyFlags): string {
  const texts: InterfaceTexts = {
    ifAlias: flags.text,
    ifName: flags.name ?? '',
    ifDescr: flags.descr ?? '',
    neighbour: flags.neighbour ?? '',
    deviceType: flags.device ?? '',
    ifType: flags.type === undefined ? 6 : ifType(flags.type),
    speed: flags.speed === undefined ? null : speed(flags.speed),
  };
  if ([texts.ifAlias, texts.ifName, texts.ifDescr].every((text) => text.trim() === '') && flags.type === undefined) {
    throw new UsageError('classify needs the text of an alias: ispmon classify --explain "Magti_Internet"');
  }
  const config = flags.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const { rules, providers } = readClassifierFiles(config === undefined ? {} : loadDiscoveryPart(config));
  return explanation(new RuleBook(rules, providers).explain(texts));
}

function ifType(text: string): number {
  const known = Object.entries(IF_TYPES).find(([name]) => name.toLowerCase() === text.toLowerCase())?.[1];
  if (known === undefined && !/^\d{1,5}$/.test(text)) {
    throw new UsageError(
      `--type ${text}: it must be the number of an IANAifType, or one of ${Object.keys(IF_TYPES).join(', ')}`
    );
  }
  return known ?? Number(text);
}

function speed(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kmgt]?)$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new UsageError(`--speed ${text}: it must be bit/s, such as 1000000000 or 1G`);
  }
  return Number(digits) * (UNITS[unit.toLowerCase()] as number);
}

/** The verdict, the texts as they were read, every rule that fits, and why one of them decided. */
function explanation(told: Explanation): string {
  const { verdict, evidence, decided, fits } = told;
  const provider = verdict.ispProvider === '' ? '' : `, provider ${verdict.ispProvider}`;
  const origin = verdict.source === '' ? '' : `, from the ${sourceName(verdict.source)}`;
  const lines = [
    `${verdict.interfaceType}${provider}${verdict.isCritical ? ', critical' : ''}`,
    `rule ${verdict.ruleId || 'none matched'}${origin}, confidence ${verdict.confidence}`,
  ];
  if (evidence.length > 0) {
    lines.push('', 'Read as', ...table(evidence.map((e) => [e.source, readAs(e)])));
  }
  const convention = decided?.rule.keywords.length ? decided.evidence?.convention : undefined;
  if (convention) {
    const parts = Object.entries(convention).filter(([, value]) => value !== '');
    lines.push('', 'Convention', ...table(parts));
  }
  if (fits.length > 0) {
    const rows = fits.map((fit) => [
      isSame(fit, decided) ? '*' : ' ',
      `${fit.rule.id}${fit.rule.own ? ' (yours)' : ''}`,
      fit.rule.type,
      fit.rule.confidence.toFixed(2),
      sourceName(fit.evidence?.source ?? 'type'),
      because(fit),
    ]);
    lines.push('', 'Rules that fit, in the order in which they are asked', ...table(rows));
  }
  return [...lines, '', `Why: ${why(told)}`].join('\n');
}

const isSame = (one: Fit, other: Fit | undefined) => one.rule === other?.rule && one.evidence === other.evidence;

const sourceName = (source: string) => (source === 'type' ? 'IANAifType' : source);

/** Words, `+` where they stood together, `…` for what only looks like something. */
const readAs = ({ reading }: Evidence) =>
  reading.words.map(({ text, joined }, i) => (i === 0 ? '' : joined ? '+' : ' ') + (text || '…')).join('') ||
  '(no words)';

/** What in the text made the rule fit. */
function because({ rule, evidence }: Fit): string {
  if (!evidence) {
    return `ifType ${rule.ifTypes?.join(', ')}`;
  }
  const quoted = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ');
  const any = evidence.reading.evidence(rule.any);
  const with_ = evidence.reading.evidence(rule.with);
  const keyword = rule.keywords.find((one) => one === evidence.convention?.keyword);
  return [
    keyword === undefined ? [] : [`keyword ${keyword}:`],
    any.length === 0 ? [] : [quoted(any)],
    any.length === 0 && keyword === undefined ? [`matches ${rule.matches?.source}`] : [],
    with_.length === 0 ? [] : [`with ${quoted(with_)}`],
    rule.minSpeed === undefined && rule.maxSpeed === undefined ? [] : ['at this speed'],
    rule.deviceTypes === undefined ? [] : ['on such a device'],
  ]
    .flat()
    .join(' ');
}

function why({ decided, fits, evidence }: Explanation): string {
  if (!decided) {
    if (evidence.length === 0) {
      return 'it has no text, and no rule knows its IANAifType.';
    }
    return evidence.some(({ reading }) => reading.words.some(({ text }) => text === ''))
      ? 'the words shown as … only look like something, and no rule fits the rest.'
      : 'no rule fits it; one of your own may (discovery.rules).';
  }
  const { rule, evidence: from } = decided;
  const own = rule.own ? ' Your rules are asked before the shipped ones.' : '';
  if (!from) {
    return rule.confidence === 1
      ? `its IANAifType decides whatever it is called.${own}`
      : `no text told anything, so its IANAifType does.${own}`;
  }
  const first = fits.find((fit) => fit.rule.own === rule.own && fit.evidence !== undefined);
  if (first && first.evidence !== from) {
    return `the ${first.evidence?.source} only hints (${first.rule.id}, ${first.rule.confidence}); the ${from.source} is sure.${own}`;
  }
  const silent = evidence.slice(0, evidence.indexOf(from)).map(({ source }) => source);
  return silent.length === 0
    ? `it is the first rule that fits the ${from.source}.${own}`
    : `it is the first rule that fits the ${from.source}; the ${silent.join(' and the ')} told nothing.${own}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
