import path from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/document';
import { compilePhrase, findPhrase, type Phrase, type Span } from './phrase';
import type { Word } from './words';

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

/** Finds providers in texts. */
export class ProviderCatalogue {
  readonly strong: readonly (Phrase & { provider: string })[];
  readonly weak: readonly (Phrase & { provider: string })[];

  constructor(providers: readonly Provider[]) {
    const all = providers.flatMap((p) => [
      ...p.aliases.map((alias) => ({ alias, provider: p.name, strong: [...alias].length >= MIN_STRONG_LENGTH })),
      ...p.weakAliases.map((alias) => ({ alias, provider: p.name, strong: false })),
    ]);
    const compiled = all.map(({ alias, ...rest }) => ({ ...rest, ...compilePhrase(alias) }));
    this.strong = compiled.filter((a) => a.strong);
    this.weak = compiled.filter((a) => !a.strong);
  }

  /** The provider that stands first in the text; of two that begin there, the one with the longer name. */
  find(text: readonly Word[], options: { weakToo: boolean }): string | undefined {
    let best: (Span & { provider: string }) | undefined;
    for (const alias of options.weakToo ? [...this.strong, ...this.weak] : this.strong) {
      for (const span of findPhrase(text, alias, new Map())) {
        if (!best || span.from < best.from || (span.from === best.from && span.to > best.to)) {
          best = { ...span, provider: alias.provider };
        }
      }
    }
    return best?.provider;
  }
}
