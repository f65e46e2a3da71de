import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { discoveryApp, type DiscoveryAppParts } from '../../exporter/src/http/discovery-app';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Decoded JSON; of everything else the text. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** The sidecar's API on a free port, without a runner behind it. */
export class ApiServer {
  /** What the app logged. */
  readonly logged: string[] = [];
  private server!: Server;

  static async start(parts: Pick<DiscoveryAppParts, 'db'> & Partial<DiscoveryAppParts>): Promise<ApiServer> {
    const api = new ApiServer();
    const log = (...args: unknown[]) => void api.logged.push(args.map((arg) => JSON.stringify(arg)).join(' '));
    const app = discoveryApp({
      requestDiscovery: () => Promise.resolve(false),
      authNames: () => ['branch', 'core'],
      metrics: new Registry(),
      version: '0',
      log: { error: log, warn: log, debug: () => undefined },
      ...parts,
    });
    api.server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    return api;
  }

  /** `path` below /api/v1. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return body === undefined
      ? this.send(method, path, undefined, headers)
      : this.send(method, path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  /** The same with a body that goes out as it is. */
  async send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {}
  ): Promise<ApiAnswer> {
    const answer = await this.sendForText(method, path, body, headers);
    const json = /json/.test(answer.headers.get('content-type') ?? '');
    return { ...answer, body: json ? JSON.parse(answer.body) : answer.body };
  }

  /** The same with the answer as it came, byte order mark and all. */
  async sendForText(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {}
  ): Promise<Omit<ApiAnswer, 'body'> & { body: string }> {
    const { port } = this.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers,
      body: body as RequestInit['body'],
    });
    const text = Buffer.from(await response.arrayBuffer()).toString();
    return { status: response.status, headers: response.headers, body: text };
  }

  get = (path: string, headers?: Record<string, string>) => this.call('GET', path, undefined, headers);

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
