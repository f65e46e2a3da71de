import type { RemoteInfo } from 'node:dgram';
import { failureOf, timeoutOf } from '../failure';
import { SnmpError, type SnmpEndpoint } from '../session';
import type { SharedSocket } from '../shared-socket';
import { messageId } from '../v3/message-id';
import { responseId } from './reply';

/** net-snmp draws its ids below 10^8: with this bit set they are ours. */
const OURS = 0x40000000;
const SLOTS = 0x10000;
const GENERATIONS = 0x4000;

/** One request of one version, and what an answer to it is worth. */
export interface Exchange<T> {
  /** SNMP version as it stands in messages: 1 is version 2c. */
  readonly version: 1 | 3;
  /** The packet of one attempt. */
  packet(id: number): Buffer;
  /** An answer from the right place with the right id; undefined when it must not count, and the wait goes on. */
  answer(packet: Buffer, id: number): T | SnmpError | undefined;
  /** The agent sent what is no SNMP message at all: better told at once than taken for silence. */
  garbage(): T | SnmpError;
  /** The time of all attempts has passed. */
  silence(): T | SnmpError;
}

interface Pending {
  exchange: Exchange<unknown>;
  endpoint: SnmpEndpoint;
  owner: object;
  id: number;
  attemptsLeft: number;
  timer: NodeJS.Timeout | undefined;
  decided: (outcome: unknown) => void;
}

/**
 * Requests in flight on the shared socket. An id is a slot and its generation, so that a late answer to an earlier
 * request never counts for a later one; an answer must also come from the address and port that were asked.
 */
export class FastClient {
  /** Answers that nobody waits for any more, or from a stranger with a good guess. */
  late = 0;
  private readonly pending: (Pending | undefined)[] = [];
  private readonly generations = new Uint16Array(SLOTS);
  private readonly free: number[] = [];
  private inFlight = 0;

  constructor(private readonly socket: SharedSocket) {
    socket.filter = (packet, from) => this.take(packet, from);
    socket.stray = (_packet, from) => this.garbage(from);
  }

  get waiting(): number {
    return this.inFlight;
  }

  /**
   * Sends and reports once, never before it returns: what the exchange made of the answer, or SnmpError (timeout,
   * unreachable, tooslow). `owner`: on whose behalf, for `giveUp`.
   */
  start<T>(
    exchange: Exchange<T>,
    endpoint: SnmpEndpoint,
    owner: object,
    decided: (outcome: T | SnmpError) => void
  ): void {
    const slot = this.free.pop() ?? this.pending.length;
    if (slot >= SLOTS) {
      const full = new SnmpError(
        'tooslow',
        `more than ${SLOTS} requests wait for answers: too many devices for one process`
      );
      queueMicrotask(() => decided(full));
      return;
    }
    const generation = (this.generations[slot]! + 1) % GENERATIONS;
    this.generations[slot] = generation;
    const pending: Pending = {
      exchange,
      endpoint,
      owner,
      id: OURS + generation * SLOTS + slot,
      attemptsLeft: endpoint.retries,
      timer: undefined,
      decided: decided as Pending['decided'],
    };
    this.pending[slot] = pending;
    this.inFlight += 1;
    this.attempt(slot, pending);
  }

  /**
   * Whatever waits on behalf of the owner is decided with the reason. All that waits is looked through: owners go far
   * more rarely than requests, which so need not be noted twice.
   */
  giveUp(owner: object, reason: SnmpError): void {
    for (let slot = 0; slot < this.pending.length && this.inFlight > 0; slot += 1) {
      const pending = this.pending[slot];
      if (pending?.owner === owner) {
        this.decide(slot, pending, reason);
      }
    }
  }

  close(): void {
    for (const [slot, pending] of this.pending.entries()) {
      if (pending) {
        this.decide(slot, pending, timeoutOf(pending.endpoint));
      }
    }
  }

  private decide(slot: number, pending: Pending, outcome: unknown): void {
    if (this.pending[slot] !== pending) {
      return;
    }
    clearTimeout(pending.timer);
    this.pending[slot] = undefined;
    this.free.push(slot);
    this.inFlight -= 1;
    pending.decided(outcome);
  }

  private attempt(slot: number, pending: Pending): void {
    const packet = pending.exchange.packet(pending.id);
    pending.timer = setTimeout(() => {
      if (pending.attemptsLeft > 0) {
        pending.attemptsLeft -= 1;
        this.attempt(slot, pending);
      } else {
        this.decide(slot, pending, pending.exchange.silence());
      }
    }, pending.endpoint.timeoutMs);
    this.socket.send(packet, 0, packet.length, pending.endpoint.port, pending.endpoint.address, (error) => {
      if (error) {
        this.decide(slot, pending, failureOf(error, pending.endpoint));
      }
    });
  }

  private take(packet: Buffer, from: RemoteInfo): boolean {
    const community = responseId(packet);
    const id = community < 0 ? messageId(packet) : community;
    if (id < OURS || id >= 2 * OURS) {
      return false;
    }
    const pending = this.pending[id % SLOTS];
    if (
      pending === undefined ||
      pending.id !== id ||
      pending.exchange.version !== (community < 0 ? 3 : 1) ||
      from.port !== pending.endpoint.port ||
      from.address !== pending.endpoint.address
    ) {
      this.late += 1;
      return true;
    }
    const outcome = pending.exchange.answer(packet, id);
    if (outcome === undefined) {
      this.late += 1;
    } else {
      this.decide(id % SLOTS, pending, outcome);
    }
    return true;
  }

  /** A packet that is no answer at all, from an agent that owes one. */
  private garbage(from: RemoteInfo): boolean {
    for (const [slot, pending] of this.pending.entries()) {
      if (pending?.endpoint.port === from.port && pending.endpoint.address === from.address) {
        this.decide(slot, pending, pending.exchange.garbage());
        return true;
      }
    }
    return false;
  }
}
