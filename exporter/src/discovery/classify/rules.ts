import path from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/document';
import { INTERFACE_TYPES, type InterfaceType } from '../../model/interface';
import { compilePhrase, type Phrase } from './phrase';

/** The texts of an interface, in the order in which they are asked. */
export const SOURCES = ['alias', 'descr', 'name'] as const;
export type Source = (typeof SOURCES)[number];

export interface Rule {
  id: string;
  type: InterfaceType;
  /** 0..1 */
  confidence: number;
  any: readonly Phrase[];
  with: readonly Phrase[];
  without: readonly Phrase[];
  in: readonly Source[];
  ifTypes: readonly number[] | undefined;
  withoutIfTypes: readonly number[];
  deviceTypes: readonly string[] | undefined;
  matches: RegExp | undefined;
}

export interface RuleSet {
  lists: ReadonlyMap<string, readonly Phrase[]>;
  not: readonly Phrase[];
  rules: readonly Rule[];
  /** Words that make an interface of a type critical. */
  critical: ReadonlyMap<InterfaceType, readonly Phrase[]>;
}

const phrases = z.array(z.string().trim().min(1, { error: 'it must not be empty' }));
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
    in: z.array(z.enum(SOURCES, { error: `it must be one of ${SOURCES.join(', ')}` })).default([...SOURCES]),
    if_types: z.array(z.number().int()).optional(),
    without_if_types: z.array(z.number().int()).default([]),
    device_types: z.array(z.string()).optional(),
    matches: regularExpression.optional(),
  })
  .refine((rule) => rule.any.length > 0 || rule.matches !== undefined || rule.if_types !== undefined, {
    error: 'a rule needs any, matches or if_types',
  });
const fileSchema = z
  .strictObject({
    lists: z.record(z.string(), phrases).default({}),
    not: phrases.default([]),
    rules: z.array(ruleSchema),
    critical: z.partialRecord(z.enum(INTERFACE_TYPES), phrases).default({}),
  })
  .superRefine((file, ctx) => {
    const known = new Set([...Object.keys(file.lists), 'provider', 'weak_provider']);
    const ids = new Set<string>();
    file.rules.forEach((rule, index) => {
      if (ids.has(rule.id)) {
        ctx.addIssue({
          code: 'custom',
          path: ['rules', index, 'id'],
          message: 'another rule has this id; each needs its own',
        });
      }
      ids.add(rule.id);
      for (const key of ['any', 'with', 'without'] as const) {
        const unknown = rule[key]
          .flatMap((p) => [...p.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string))
          .find((l) => !known.has(l));
        if (unknown !== undefined) {
          ctx.addIssue({
            code: 'custom',
            path: ['rules', index, key],
            message: `there is no list {${unknown}}; known lists are ${[...known].join(', ')}`,
          });
        }
      }
    });
  });

const compile = (texts: readonly string[]) => texts.map(compilePhrase);

/** Reads the rules, the shipped ones by default. Throws ConfigError with every problem of the file. */
export function readRules(file = path.join(__dirname, 'rules.yml')): RuleSet {
  const data = readDocument(file, fileSchema);
  return {
    lists: new Map(Object.entries(data.lists).map(([name, texts]) => [name, compile(texts)])),
    not: compile(data.not),
    rules: data.rules.map((r) => ({
      id: r.id,
      type: r.type,
      confidence: r.confidence,
      any: compile(r.any),
      with: compile(r.with),
      without: compile(r.without),
      in: r.in,
      ifTypes: r.if_types,
      withoutIfTypes: r.without_if_types,
      deviceTypes: r.device_types,
      matches: r.matches === undefined ? undefined : new RegExp(r.matches, 'iu'),
    })),
    critical: new Map(Object.entries(data.critical).map(([type, texts]) => [type as InterfaceType, compile(texts)])),
  };
}
