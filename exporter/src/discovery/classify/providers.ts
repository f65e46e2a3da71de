import path from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/document';
import { compilePhrase, type Match, type Phrase } from './phrase';

/** One provider of the catalogue; `name` is the value of the label `isp_provider`. */
export interface Provider {
  name: string;
  displayName: string;
  /** CSS colour for its badge; empty: none of its own. */
  color: string;
  aliases: string[];
  /** Tell the provider only beside a word for an uplink. */
  weakAliases: string[];
}

const text = z.string().trim().min(1, { error: 'it must not be empty' });
const fileSchema = z.strictObject({
  providers: z.array(
    z.strictObject({
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
    })
  ),
});

/** Shorter aliases are parts of too many words and abbreviations. */
const MIN_STRONG_LENGTH = 4;

/** Reads a catalogue, the shipped one by default. Throws ConfigError with every problem of the file. */
export function readProviders(file = path.join(__dirname, 'providers.yml')): Provider[] {
  return readDocument(file, fileSchema).providers.map((p) => ({
    name: p.name,
    displayName: p.display_name,
    color: p.color,
    aliases: p.aliases,
    weakAliases: p.weak_aliases,
  }));
}

/** A phrase that names a provider. */
export type Alias = Phrase & { provider: string };

/** The aliases of a catalogue: those that tell a provider alone, and those that need a word for an uplink beside them. */
export function compileAliases(providers: readonly Provider[]): { strong: Alias[]; weak: Alias[] } {
  const strong: Alias[] = [];
  const weak: Alias[] = [];
  for (const { name: provider, aliases, weakAliases } of providers) {
    for (const alias of aliases) {
      (alias.length >= MIN_STRONG_LENGTH ? strong : weak).push({ ...compilePhrase(alias), provider });
    }
    weak.push(...weakAliases.map((alias) => ({ ...compilePhrase(alias), provider })));
  }
  return { strong, weak };
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
