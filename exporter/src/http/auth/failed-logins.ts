import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Wrong tokens that one address may send in a minute. */
export const FAILURES_PER_MINUTE = 20;
/** Addresses with a token that was right, remembered. */
const MAX_KNOWN = 10_000;

/** Counts wrong tokens by address: after so many even a right one is not looked at, until the minute is over. */
export class FailedLogins {
  private readonly limiter = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  /** Addresses with what was right from there: one neighbour's wrong token must not lock them out. */
  private readonly known = new Set<string>();

  /** Seconds until the address may try again; 0 when it may now. */
  async blockedFor(address: string, token: string): Promise<number> {
    if (this.known.has(pair(address, token))) {
      return 0;
    }
    const state = await this.limiter.get(network(address));
    return state !== null && state.consumedPoints >= FAILURES_PER_MINUTE ? Math.ceil(state.msBeforeNext / 1000) : 0;
  }

  async failed(address: string): Promise<void> {
    // Rejects with the state once there are too many, which blockedFor tells.
    await this.limiter.consume(network(address)).catch(() => undefined);
  }

  succeeded(address: string, token: string): void {
    if (this.known.size >= MAX_KNOWN) {
      this.known.clear();
    }
    this.known.add(pair(address, token));
  }
}

const pair = (address: string, token: string) => `${address} ${createHash('sha256').update(token).digest('base64')}`;

/** Who has one IPv6 address has the whole /64. */
function network(address: string): string {
  const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
  return parsed instanceof ipaddr.IPv6 ? parsed.toByteArray().slice(0, 8).join('.') : (parsed?.toString() ?? address);
}
