import path from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/document';
import { compileName, type Match, type Phrase } from './phrase';

/** One provider of the catalogue; `name` is the value of the label `isp_provider`. */
export interface Provider {
  name: string;
  displayName: string;
  /** CSS colour for its badge; empty: none of its own. */
  color: string;
  aliases: string[];
  /** Tell the provider only beside a word for an uplink. */
  weakAliases: string[];
  /** Autonomous system; null: not known, or not one of its own. */
  asn: number | null;
  /** Whom to call; empty: not told. */
  contactGroup: string;
  /** Contracted bit/s of an uplink that says nothing of its own, as seen from the device. */
  bandwidthIn: number | null;
  bandwidthOut: number | null;
}

const text = z.string().trim().min(1, { error: 'it must not be empty' });
const asn = z.number().refine((value) => Number.isInteger(value) && value >= 1 && value <= 4_294_967_295, {
  error: 'it must be the number of an autonomous system, such as 1299',
});
const bandwidth = z.number().positive({ error: 'it must be a number of bit/s above 0, such as 100000000' });
const providerSchema = z.strictObject({
  name: text.regex(/^[a-z0-9][a-z0-9-]*$/, {
    error: 'it must be a label value of a-z, 0-9 and dashes, such as magti',
  }),
  display_name: text,
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, { error: 'it must be a colour such as #e2001a' })
    .default(''),
  aliases: z.array(text).default([]),
  weak_aliases: z.array(text).default([]),
  asn: asn.optional(),
  contact_group: text.default(''),
  bandwidth_in: bandwidth.optional(),
  bandwidth_out: bandwidth.optional(),
});

/** A catalogue that does not take away the aliases of `others`, which stay beside it. */
const fileSchema = (shipped: readonly Provider[] = []) =>
  z.strictObject({ providers: z.array(providerSchema) }).superRefine(({ providers }, ctx) => {
    const own = new Set(providers.map(({ name }) => name));
    const owners = new Map<string, string>();
    for (const { name, aliases, weakAliases } of shipped.filter((p) => !own.has(p.name))) {
      [...aliases, ...weakAliases].forEach((alias) => owners.set(alias.toLowerCase(), name));
    }
    const names = new Set<string>();
    providers.forEach(({ name, aliases, weak_aliases }, index) => {
      if (names.has(name)) {
        ctx.addIssue({
          code: 'custom',
          path: ['providers', index, 'name'],
          message: 'another provider has this name; each needs its own',
        });
      }
      names.add(name);
      for (const [key, list] of [['aliases', aliases] as const, ['weak_aliases', weak_aliases] as const]) {
        list.forEach((alias, at) => {
          const owner = owners.get(alias.toLowerCase());
          if (owner !== undefined && owner !== name) {
            ctx.addIssue({
              code: 'custom',
              path: ['providers', index, key, at],
              message: `this is an alias of ${owner}; to take it, write ${owner} anew without it`,
            });
          }
          owners.set(alias.toLowerCase(), name);
        });
      }
    });
  });

const decode = (p: z.infer<typeof providerSchema>): Provider => ({
  name: p.name,
  displayName: p.display_name,
  color: p.color,
  aliases: p.aliases,
  weakAliases: p.weak_aliases,
  asn: p.asn ?? null,
  contactGroup: p.contact_group,
  bandwidthIn: p.bandwidth_in ?? null,
  bandwidthOut: p.bandwidth_out ?? null,
});

/**
 * The shipped catalogue, and the user's own file with it: what has the name of a shipped provider stands in its place.
 * Throws ConfigError with every problem of the file.
 */
export function readProviders(ownFile?: string): Provider[] {
  const shipped = readDocument(path.join(__dirname, 'providers.yml'), fileSchema()).providers.map(decode);
  if (ownFile === undefined) {
    return shipped;
  }
  const own = readDocument(ownFile, fileSchema(shipped), { columns: true }).providers.map(decode);
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...shipped.filter(({ name }) => !names.has(name))];
}

/** Shorter aliases are parts of too many words and abbreviations. */
const MIN_STRONG_LENGTH = 4;

/** A phrase that names a provider. */
export type Alias = Phrase & { provider: string };

/** What names a provider: alone (`strong`), or beside a word for an uplink (`weak`), its AS number among them. */
export function compileAliases(providers: readonly Pick<Provider, 'name' | 'aliases' | 'weakAliases' | 'asn'>[]): {
  strong: Alias[];
  weak: Alias[];
} {
  const strong: Alias[] = [];
  const weak: Alias[] = [];
  for (const { name: provider, aliases, weakAliases, asn: number } of providers) {
    for (const alias of aliases) {
      (alias.length >= MIN_STRONG_LENGTH ? strong : weak).push({ ...compileName(alias), provider });
    }
    const asNumber = number === null ? [] : [`as${number}`, `asn ${number}`];
    weak.push(...[...weakAliases, ...asNumber].map((alias) => ({ ...compileName(alias), provider })));
  }
  // What an operator may have written without a letter in it names nobody.
  const named = ({ steps }: Alias) => steps.length > 0;
  return { strong: strong.filter(named), weak: weak.filter(named) };
}

/** The provider that stands first in a text; of two that begin there, the one with the longer name. */
export function firstProvider(matches: readonly Match[]): string | undefined {
  let best: Match<Alias> | undefined;
  for (const match of matches as readonly Match<Alias>[]) {
    if (!best || match.from < best.from || (match.from === best.from && match.to > best.to)) {
      best = match;
    }
  }
  return best?.phrase.provider;
}
