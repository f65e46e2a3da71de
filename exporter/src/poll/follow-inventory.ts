import { setTimeout as delay } from 'node:timers/promises';
import { fetchFailure } from '../model/fetch-failure';
import { targetListFromJson, type TargetList } from '../model/target-list';
import type { TargetCopy } from './target-copy';

const REQUEST_TIMEOUT_MS = 10_000;

export interface FollowOptions {
  /** Base address of the sidecar, without a final slash. */
  url: string;
  token: string | null;
  refreshMs: number;
  copy: TargetCopy;
  onTargets: (list: TargetList, source: 'sidecar' | 'disk') => void;
  /** The sidecar says that the list in use is the newest; Unix ms. */
  onConfirmed: (at: number) => void;
  /** A refresh that failed: the list in use stays. */
  onError: (err: Error) => void;
}

/** The sidecar gives no answer, in whatever way: a connection that is cut, refused or silent is one and the same outage. */
export class SidecarAway extends Error {
  override readonly name = 'SidecarAway';
}

/**
 * Keeps the exporter's target list in step with the sidecar: asks on a clock with the last ETag, keeps a copy on disk,
 * and goes on with what it has whenever the sidecar is away.
 */
export class FollowInventory {
  private readonly stopped = new AbortController();
  private etag: string | undefined;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: FollowOptions) {}

  /** Takes the copy on disk, if any, and starts following. */
  async start(): Promise<void> {
    try {
      const copy = await this.options.copy.read();
      if (copy) {
        this.options.onTargets(copy, 'disk');
      }
    } catch (err) {
      this.options.onError(err as Error);
    }
    this.loop = this.follow();
  }

  /** Asks the sidecar to walk a device soon. Rejects with SidecarAway when it may be worth another try. */
  async requestDiscovery(deviceId: string): Promise<void> {
    const { url, token } = this.options;
    const what = `asking ${url} to walk device ${deviceId}`;
    const response = await fetch(`${url}/api/v1/devices/${encodeURIComponent(deviceId)}/discover`, {
      method: 'POST',
      headers: authorization(token),
      signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    }).catch((err: unknown) => {
      throw new SidecarAway(`${what}: ${fetchFailure(err)}`, { cause: err });
    });
    await response.body?.cancel();
    if (!response.ok) {
      const trouble = `${what}: the answer was ${response.status} ${response.statusText}`;
      throw response.status >= 500 || response.status === 429 ? new SidecarAway(trouble) : new Error(trouble);
    }
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.refresh(signal);
      } catch (err) {
        if (!signal.aborted) {
          this.options.onError(err as Error);
        }
      }
      await delay(this.options.refreshMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async refresh(signal: AbortSignal): Promise<void> {
    const { url, token } = this.options;
    const what = `fetching the target list from ${url}/targets`;
    const headers: Record<string, string> = {
      ...authorization(token),
      ...(this.etag === undefined ? {} : { 'if-none-match': this.etag }),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/targets`, {
        headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      text = await response.text();
    } catch (err) {
      throw new SidecarAway(`${what}: ${fetchFailure(err)}`, { cause: err });
    }
    if (response.status === 304) {
      this.options.onConfirmed(Date.now());
      return;
    }
    if (response.status !== 200) {
      const right = response.status === 401 || response.status === 403 ? '; check inventory.token' : '';
      throw new Error(`${what}: the answer was ${response.status} ${response.statusText}${right}`);
    }
    const list = parse(text, what);
    this.options.onTargets(list, 'sidecar');
    // Only now: a body that could not be used must come again.
    this.etag = response.headers.get('etag') ?? undefined;
    await this.options.copy.write(list);
  }
}

function parse(text: string, what: string): TargetList {
  try {
    return targetListFromJson(JSON.parse(text));
  } catch (err) {
    throw new Error(
      `${what}: the body is no target list of this version; run exporter and sidecar of the same release`,
      { cause: err }
    );
  }
}

const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };
