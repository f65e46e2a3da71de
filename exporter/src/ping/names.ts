import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export type Lookup = (name: string) => Promise<string>;

/** The system's resolver (files, DNS), in its own order of preference. */
export const systemLookup: Lookup = async (name) => (await lookup(name)).address;

/** How long an answer is used before it is asked for again. */
export const NAME_LIFE_MS = 5 * 60_000;
/** How soon it is asked for again when the renewal failed. */
export const NAME_RETRY_MS = 30_000;
/** getaddrinfo holds a thread of the process's pool of four for seconds while a name server is dead. */
const LOOKUPS_AT_ONCE = 2;

interface KnownName {
  address?: string;
  renewAtMs: number;
  asking?: Promise<string>;
}

/** Addresses of names: asked for once, renewed in the background, and kept while the name server is away. */
export class Names {
  /** Lookups that failed. */
  failures = 0;
  private readonly known = new Map<string, KnownName>();
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly lookup: Lookup,
    private readonly nowMs: () => number
  ) {}

  /**
   * The address to ping: at once when it is a literal or a known name, else once it was looked up.
   * @throws Error (by the promise) naming the name and the resolver's word, while no address was ever known
   */
  resolve(address: string): string | Promise<string> {
    if (isIP(address) !== 0) {
      return address;
    }
    const entry = this.known.get(address) ?? { renewAtMs: Number.NEGATIVE_INFINITY };
    this.known.set(address, entry);
    if (entry.asking === undefined && (entry.address === undefined || this.nowMs() >= entry.renewAtMs)) {
      entry.asking = this.ask(address, entry).finally(() => (entry.asking = undefined));
      // A renewal has nobody waiting for it: its failure is counted, and the address at hand stays in use.
      entry.asking.catch(() => undefined);
    }
    return entry.address ?? entry.asking!;
  }

  /** Forgets names that no device has any more. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const name of this.known.keys()) {
      if (!addresses.has(name)) {
        this.known.delete(name);
      }
    }
  }

  private async ask(name: string, entry: KnownName): Promise<string> {
    if (this.running >= LOOKUPS_AT_ONCE) {
      await new Promise<void>((go) => this.queue.push(go));
    }
    this.running++;
    try {
      const found = await this.lookup(name);
      entry.address = found;
      entry.renewAtMs = this.nowMs() + NAME_LIFE_MS;
      return found;
    } catch (err) {
      this.failures++;
      entry.renewAtMs = this.nowMs() + NAME_RETRY_MS;
      const found = (err as NodeJS.ErrnoException).code ?? (err as Error).message;
      throw new Error(`look up address of "${name}": ${found}; the name must resolve on this machine`);
    } finally {
      this.running--;
      this.queue.shift()?.();
    }
  }
}
