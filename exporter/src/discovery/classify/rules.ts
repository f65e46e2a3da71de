import path from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/document';
import { INTERFACE_TYPES, type InterfaceType } from '../../model/interface';
import { compilePhrase, type Phrase } from './phrase';

/** The texts of an interface, in the order in which they are asked. */
export const SOURCES = ['alias', 'descr', 'name', 'neighbour'] as const;
export type Source = (typeof SOURCES)[number];
/** What a neighbour is called tells less than what people wrote: only rules that name it ask it. */
const DEFAULT_SOURCES = ['alias', 'descr', 'name'] as const;

export interface Rule {
  id: string;
  /** The user's own are asked before the shipped ones. */
  own: boolean;
  type: InterfaceType;
  /** 0..1 */
  confidence: number;
  any: readonly Phrase[];
  with: readonly Phrase[];
  without: readonly Phrase[];
  /** Keywords of the alias convention, in lower case. */
  keywords: readonly string[];
  in: readonly Source[];
  ifTypes: readonly number[] | undefined;
  withoutIfTypes: readonly number[];
  deviceTypes: readonly string[] | undefined;
  /** bit/s */
  minSpeed: number | undefined;
  maxSpeed: number | undefined;
  matches: RegExp | undefined;
}

export interface RuleSet {
  lists: ReadonlyMap<string, readonly Phrase[]>;
  not: readonly Phrase[];
  /** Words whose slips of the pen are known too. */
  slips: readonly string[];
  /** In their order of precedence. */
  rules: readonly Rule[];
  /** Words that make an interface of a type critical. */
  critical: ReadonlyMap<InterfaceType, readonly Phrase[]>;
}

/** Lists that the catalogue of providers fills. */
const PROVIDER_LISTS = ['provider', 'weak_provider'];

const phrase = z.string().refine((text) => compilePhrase(text).steps.length > 0, {
  error: 'it must hold a letter or a digit',
});
const phrases = z.array(phrase);
/** Entries of lists and look-alikes: words, and numbers between them. */
const plainPhrases = z.array(
  phrase.refine((text) => !/\{\w+\}|^\s*#/.test(text), { error: 'it must begin with a word and hold no {list}' })
);
const sources = z.array(z.enum(SOURCES, { error: `it must be one of ${SOURCES.join(', ')}` }));
const speed = z.number().positive({ error: 'it must be a number of bit/s above 0, such as 10000000000' });
const regularExpression = z.string().refine(
  (value) => {
    try {
      return new RegExp(value, 'iu') instanceof RegExp;
    } catch {
      return false;
    }
  },
  { error: 'it must be a regular expression of JavaScript (flags iu)' }
);
const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/, { error: 'it must be of a-z, 0-9 and dashes' }),
    type: z.enum(INTERFACE_TYPES, { error: `it must be one of ${INTERFACE_TYPES.join(', ')}` }),
    confidence: z
      .number()
      .min(0, { error: 'it must be between 0 and 1' })
      .max(1, { error: 'it must be between 0 and 1' }),
    any: phrases.default([]),
    with: phrases.default([]),
    without: phrases.default([]),
    keywords: phrases.default([]),
    in: sources.default([...DEFAULT_SOURCES]),
    if_types: z.array(z.number().int()).optional(),
    without_if_types: z.array(z.number().int()).default([]),
    device_types: z.array(z.string()).optional(),
    min_speed: speed.optional(),
    max_speed: speed.optional(),
    matches: regularExpression.optional(),
  })
  .refine(
    (rule) =>
      rule.any.length > 0 || rule.keywords.length > 0 || rule.matches !== undefined || rule.if_types !== undefined,
    { error: 'a rule needs any, keywords, matches or if_types' }
  );
const shape = {
  lists: z.record(z.string(), plainPhrases).default({}),
  not: plainPhrases.default([]),
  slips: plainPhrases.default([]),
  rules: z.array(ruleSchema).default([]),
  critical: z.partialRecord(z.enum(INTERFACE_TYPES), phrases).default({}),
};
type RuleFile = z.infer<z.ZodObject<typeof shape>>;

/** A file of rules, beside those of `shipped`: their lists may be used, their ids may not be taken. */
const fileSchema = (shipped?: RuleFile) =>
  z.strictObject(shape).superRefine((file, ctx) => {
    const known = new Set([...PROVIDER_LISTS, ...Object.keys(shipped?.lists ?? {}), ...Object.keys(file.lists)]);
    const taken = new Set(shipped?.rules.map(({ id }) => id));
    const seen = new Set<string>();
    const refuse = (at: PropertyKey[], message: string) => ctx.addIssue({ code: 'custom', path: at, message });
    const checkLists = (texts: readonly string[], at: PropertyKey[]) => {
      const unknown = texts
        .flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string))
        .find((list) => !known.has(list));
      if (unknown !== undefined) {
        refuse(at, `there is no list {${unknown}}; known lists are ${[...known].join(', ')}`);
      }
    };
    for (const name of Object.keys(file.lists)) {
      if (PROVIDER_LISTS.includes(name)) {
        refuse(['lists', name], 'the catalogue of providers makes this list; name another, or add a provider');
      }
    }
    file.rules.forEach((rule, index) => {
      if (seen.has(rule.id)) {
        refuse(['rules', index, 'id'], 'another rule has this id; each needs its own');
      } else if (taken.has(rule.id)) {
        refuse(['rules', index, 'id'], 'a shipped rule has this id; choose another, such as own-' + rule.id);
      }
      seen.add(rule.id);
      for (const key of ['any', 'with', 'without'] as const) {
        checkLists(rule[key], ['rules', index, key]);
      }
    });
    for (const [type, texts] of Object.entries(file.critical)) {
      checkLists(texts, ['critical', type]);
    }
  });

/** Compiles phrases, the same text to the same phrase: many rules share theirs, and a text is searched for it once. */
class Phrases {
  private readonly byText = new Map<string, Phrase>();

  readonly of = (texts: readonly string[]): Phrase[] =>
    texts.map((text) => {
      const phrase = this.byText.get(text) ?? compilePhrase(text);
      this.byText.set(text, phrase);
      return phrase;
    });
}

const compileRule = (r: RuleFile['rules'][number], own: boolean, compile: Phrases['of']): Rule => ({
  id: r.id,
  own,
  type: r.type,
  confidence: r.confidence,
  any: compile(r.any),
  with: compile(r.with),
  without: compile(r.without),
  keywords: r.keywords.map((keyword) => keyword.toLowerCase()),
  in: r.in,
  ifTypes: r.if_types,
  withoutIfTypes: r.without_if_types,
  deviceTypes: r.device_types,
  minSpeed: r.min_speed,
  maxSpeed: r.max_speed,
  matches: r.matches === undefined ? undefined : new RegExp(r.matches, 'iu'),
});

/**
 * The shipped rules, with those of the user's own file before them. Its lists, look-alikes and critical words are added
 * to the shipped ones. Throws ConfigError with every problem of the file.
 */
export function readRules(ownFile?: string): RuleSet {
  const shipped = readDocument(path.join(__dirname, 'rules.yml'), fileSchema());
  const own = ownFile === undefined ? undefined : readDocument(ownFile, fileSchema(shipped), { columns: true });
  const files = own ? [own, shipped] : [shipped];
  const compile = new Phrases().of;
  const merged = (key: 'lists' | 'critical') => {
    const texts = new Map<string, Phrase[]>();
    for (const file of files) {
      for (const [name, more] of Object.entries(file[key])) {
        texts.set(name, [...(texts.get(name) ?? []), ...compile(more)]);
      }
    }
    return texts;
  };
  return {
    lists: merged('lists'),
    not: files.flatMap((file) => compile(file.not)),
    slips: files.flatMap((file) => file.slips),
    rules: files.flatMap((file) => file.rules.map((rule) => compileRule(rule, file === own, compile))),
    critical: merged('critical') as Map<InterfaceType, Phrase[]>,
  };
}
