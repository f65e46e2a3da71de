import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config';
import type { Database } from '../inventory/database';
import { importProviders, listProviders } from '../inventory/providers';
import { createClassifier, type Classifier } from './classify/classify';
import { readProviders, type Provider } from './classify/providers';
import { readRules, type RuleSet } from './classify/rules';

/** The user's own files beside the shipped ones; null or absent: none. */
export type ClassifierFiles = Partial<Pick<Config['discovery'], 'rulesFile' | 'providersFile'>>;

/** What a classifier is made of. */
export interface ClassifierParts {
  rules: RuleSet;
  providers: readonly Provider[];
}

/** Reads the shipped files and the user's own. Throws ConfigError with every problem of the first that is wrong. */
export const readClassifierFiles = ({ rulesFile, providersFile }: ClassifierFiles = {}): ClassifierParts => ({
  rules: readRules(rulesFile ?? undefined),
  providers: readProviders(providersFile ?? undefined),
});

/**
 * The sidecar's classifier: by the files, and by the providers that operators added to the inventory, also while it
 * runs and also in another sidecar.
 */
export class InventoryClassifier {
  /** Digest of the table of providers that `current` was made of. */
  private seen = '';
  private current: Classifier = () => {
    throw new Error('the classifier is asked before it has read the inventory');
  };

  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  private constructor(
    private readonly db: Database,
    private parts: ClassifierParts
  ) {}

  static async open(db: Database, parts = readClassifierFiles()): Promise<InventoryClassifier> {
    const opened = new InventoryClassifier(db, parts);
    await opened.use(parts);
    return opened;
  }

  /** Stays the same function; what it goes by changes. */
  readonly classify: Classifier = (texts) => this.current(texts);

  /** Of the files: what is there again when an operator's provider of that name is deleted. */
  catalogue(): readonly Provider[] {
    return this.parts.providers;
  }

  /** Takes over other files, read before: a wrong one must change nothing. True when they say something else. */
  async use(parts: ClassifierParts): Promise<boolean> {
    const changed = !isDeepStrictEqual(parts, this.parts);
    await importProviders(this.db, parts.providers);
    this.parts = parts;
    this.seen = '';
    await this.refresh();
    return changed;
  }

  /** Takes over what changed in the inventory; true when anything did. */
  async refresh(): Promise<boolean> {
    const [state] = await this.db.query<{ seen: string }>(
      `select md5(coalesce(string_agg(p::text, '' order by name), '')) as seen from providers p`
    );
    const seen = state?.seen ?? '';
    if (seen === this.seen) {
      return false;
    }
    this.current = createClassifier(this.parts.rules, await listProviders(this.db));
    this.seen = seen;
    return true;
  }

  /** Looks for changes every `everyMs`, so that those of another sidecar arrive; a database that is away is asked again. */
  follow(everyMs: number, onTrouble: (err: unknown) => void): void {
    this.timer = setTimeout(() => {
      this.looking = this.refresh()
        .then(() => undefined, onTrouble)
        .then(() => this.timer && this.follow(everyMs, onTrouble));
    }, everyMs);
  }

  /** Looks no more. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.looking;
  }
}
