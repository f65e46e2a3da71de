import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import ipaddr from 'ipaddr.js';

/** Answers to a burst of polls wait here while the event loop is busy; the kernel caps it at net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

export type SendDone = (error: Error | null) => void;

/** Looks at a packet first; true when it was its own. */
export type PacketFilter = (packet: Buffer, from: RemoteInfo) => boolean;

export interface SharedSocketCounters {
  /** Packets from an address and port that no open session asks. */
  unknownSource: number;
}

/**
 * One UDP socket for any number of agents: packets go to whoever asked the address and port that they come from, and to
 * nobody else. A socket that fails takes no session with it: they hear of the error, and the next send opens a new one.
 */
export class SharedSocket {
  readonly counters: SharedSocketCounters = { unknownSource: 0 };
  private readonly peers = new Map<string, Set<PeerSocket>>();
  private socket: Socket | null = null;
  /** Sent while the socket was being bound; null once it is. */
  private unbound: Set<SendDone> | null = null;
  private closed = false;
  filter: PacketFilter | null = null;
  /** Takes what no session asked for; true when it concerned somebody. */
  stray: PacketFilter | null = null;

  constructor(
    private readonly family: 'udp4' | 'udp6',
    private readonly open: typeof createSocket = createSocket
  ) {}

  /** A socket as net-snmp wants one, that hears only what comes from this address and port. */
  attach(address: string, port: number): PeerSocket {
    const peer = new PeerSocket(this, peerKey(address, port));
    const sharing = this.peers.get(peer.key) ?? new Set();
    this.peers.set(peer.key, sharing.add(peer));
    return peer;
  }

  detach(peer: PeerSocket): void {
    const sharing = this.peers.get(peer.key);
    sharing?.delete(peer);
    if (sharing?.size === 0) {
      this.peers.delete(peer.key);
    }
  }

  get attached(): number {
    let count = 0;
    for (const sharing of this.peers.values()) {
      count += sharing.size;
    }
    return count;
  }

  /** Sends one packet; trouble of any kind arrives in `done`, which is never called before this returns. */
  send(packet: Buffer, offset: number, length: number, port: number, address: string, done: SendDone): void {
    try {
      const socket = this.ready();
      const heard = this.unbound ? this.heard(this.unbound, done) : done;
      if (length === packet.length) {
        // The whole packet as it is: for a part of it the socket would make another Buffer.
        socket.send(packet, port, address, heard);
      } else {
        socket.send(packet, offset, length, port, address, heard);
      }
    } catch (error) {
      queueMicrotask(() => done(error instanceof Error ? error : new Error(String(error))));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const socket = this.socket;
    this.socket = null;
    this.giveUp(new Error('the socket was closed'));
    if (socket) {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    }
  }

  private ready(): Socket {
    if (this.closed) {
      throw new Error('the socket is closed');
    }
    if (this.socket) {
      return this.socket;
    }
    const family = this.family === 'udp6' ? 6 : 4;
    const socket = this.open({
      type: this.family,
      ipv6Only: family === 6,
      // Addresses are IP literals already: the resolver, and the thread that it would take, have nothing to do.
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    socket.on('message', (packet, from) => this.dispatch(packet, from));
    socket.on('error', (error) => this.fail(socket, error));
    this.unbound = new Set();
    socket.on('listening', () => {
      enlarge(socket);
      if (this.socket === socket) {
        this.unbound = null;
      }
    });
    // Requests keep the process alive by their timers; an idle socket must not.
    socket.unref();
    this.socket = socket;
    return socket;
  }

  /** The system forgets what waits for a bind that fails, without a word: its senders are told from here. */
  private heard(unbound: Set<SendDone>, done: SendDone): SendDone {
    const once: SendDone = (error) => {
      if (unbound.delete(once)) {
        done(error);
      }
    };
    unbound.add(once);
    return once;
  }

  private giveUp(error: Error): void {
    const waiting = this.unbound;
    this.unbound = null;
    for (const done of [...(waiting ?? [])]) {
      // A bind fails inside the very call that sends.
      queueMicrotask(() => done(error));
    }
  }

  private dispatch(packet: Buffer, from: RemoteInfo): void {
    if (this.filter?.(packet, from)) {
      return;
    }
    const sharing = this.peers.get(`${from.address}|${from.port}`);
    if (!sharing) {
      if (!this.stray?.(packet, from)) {
        this.counters.unknownSource += 1;
      }
      return;
    }
    for (const peer of [...sharing]) {
      peer.emit('message', packet, from);
    }
  }

  private fail(socket: Socket, error: Error): void {
    if (this.socket === socket) {
      this.socket = null;
    }
    try {
      socket.close();
    } catch {
      // A socket whose bind failed is closed already.
    }
    this.giveUp(error);
    for (const sharing of this.peers.values()) {
      for (const peer of [...sharing]) {
        peer.emit('error', error);
      }
    }
  }
}

/** What one net-snmp session holds instead of a socket of its own. */
export class PeerSocket extends EventEmitter {
  private open = true;

  constructor(
    private readonly shared: SharedSocket,
    readonly key: string
  ) {
    super();
  }

  send(packet: Buffer, offset: number, length: number, port: number, address: string, done: SendDone): void {
    if (!this.open) {
      queueMicrotask(() => done(new Error('the session is closed')));
      return;
    }
    // A request that was closed while its packet left must not be registered: its timer would outlive the session.
    this.shared.send(packet, offset, length, port, address, (error) =>
      done(error ?? (this.open ? null : new Error('the session is closed')))
    );
  }

  close(): void {
    if (!this.open) {
      return;
    }
    this.open = false;
    this.shared.detach(this);
    this.emit('close');
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** The address as the kernel writes it, so that it compares with the source of a packet. */
export function canonicalAddress(address: string): string {
  const [literal = '', zone] = address.split('%');
  const parsed = ipaddr.process(literal);
  // ipaddr.js and the kernel agree on RFC 5952 text.
  return parsed.kind() === 'ipv6' && zone !== undefined ? `${parsed.toString()}%${zone}` : parsed.toString();
}

function peerKey(address: string, port: number): string {
  return `${canonicalAddress(address)}|${port}`;
}

function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The default of the system stays: enough for small fleets, and no reason not to poll.
  }
}
