import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostPort } from '../config/address';
import { isLoopback } from '../config/address';

export interface ListenOptions {
  listen: HostPort;
  /** Serve a public address although nobody has to log in. */
  allowUnauthenticated: boolean;
  /** Configuration key of those who may log in, for the message; absent: the program knows nobody. */
  logins?: string;
  /** Flag and configuration key that change the address, for the message. */
  flag: string;
  key: string;
}

export interface Listening {
  /** Without a slash at the end; the true port where 0 was asked for. */
  url: string;
  port: number;
  /** As it was asked for. */
  host: string;
  /** Takes no more connections, lets answers finish for so long, then cuts them. */
  close(graceMs?: number): Promise<void>;
}

/** An address that cannot be served, in one line that names the cure. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly exitCode = 1;
}

/** A reader that takes nothing for so long is gone. */
const STALLED_MS = 60_000;
/** A sender that takes so long for its headers, and for its body, is none: slow senders must not use up the connections. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 300_000;
/** Longer than the slowest usual scrape interval, so that scrapers keep their connection. */
const KEEP_ALIVE_MS = 75_000;

/** Serves `handler`; rejects with ListenError when the address is refused or cannot be had. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port } = options.listen;
  if (!isLoopback(host) && !options.allowUnauthenticated) {
    const logins = options.logins === undefined ? '' : ` configure ${options.logins},`;
    throw new ListenError(
      `refusing to listen on ${address(host, port)}: anybody who reaches it could read everything; listen on 127.0.0.1 (${options.flag} or ${options.key}) behind a proxy that asks for a password,${logins} or give --web.allow-unauthenticated`
    );
  }
  const server = createServer(handler);
  server.setTimeout(STALLED_MS);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (err: NodeJS.ErrnoException) =>
      reject(new ListenError(explain(err, options), { cause: err }))
    );
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${address(host, bound)}`,
    port: bound,
    host,
    close: (graceMs = 5000) => close(server, graceMs),
  };
}

function explain(err: NodeJS.ErrnoException, { listen: { host, port }, flag, key }: ListenOptions): string {
  const what = `cannot listen on ${address(host, port)}`;
  const change = `${flag} or ${key}`;
  switch (err.code) {
    case 'EADDRINUSE':
      return `${what}: port ${port} is taken by another process; find it with: ss -ltnp 'sport = :${port}' — stop it, or choose another port with ${change}`;
    case 'EACCES':
      return `${what}: this user may not use port ${port}; choose a port of 1024 or above with ${change}, or give the process CAP_NET_BIND_SERVICE`;
    case 'EADDRNOTAVAIL':
      return `${what}: this machine has no address ${host}; list them with: ip -brief address — and choose one with ${change}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${what}: the name ${host} cannot be resolved; choose an address of this machine with ${change}`;
    default:
      return `${what}: ${err.message}; choose another address with ${change}`;
  }
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function address(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
