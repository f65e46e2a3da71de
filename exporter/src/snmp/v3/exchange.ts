import type { Exchange } from '../fast/client';
import { decodeResponse, Reply, type ReplyValues } from '../fast/reply';
import { oidsOf } from '../fast/request';
import { noMessageOf, timeoutOf, where } from '../failure';
import { SnmpError, type SnmpEndpoint } from '../session';
import type { AgentEngine, EngineTime } from './agent-engine';
import { isAuthentic, type Message, readMessage, readScoped } from './message';
import { readReport, REPORT_PDU, type ReportCause } from './report';
import { fits, renderDiscovery, renderSecured, seal, type SecuredGet } from './request';
import { FLAG, type Security } from './security';

const RESPONSE_PDU = 0xa2;

/** What an agent says of its engine when it does not process a message. */
export interface Report extends EngineTime {
  cause: ReportCause;
  engineId: Buffer;
}

/** A GET of SNMPv3 that is asked again and again; rendered anew only when the engine or the length of its clock changes. */
export class SecuredQuestion {
  private rendered: SecuredGet | null = null;
  private renderedFor: Security | null = null;

  constructor(
    /** Dropped once rendered: keeping them would take five times the memory of the packet. */
    private texts: readonly string[] | null
  ) {}

  get oids(): readonly string[] {
    return this.texts ?? oidsOf(this.rendered!.asked);
  }

  at(security: Security, clock: EngineTime): SecuredGet {
    if (!this.rendered || this.renderedFor !== security || !fits(this.rendered, clock)) {
      this.rendered = renderSecured(security, this.oids, clock);
      this.renderedFor = security;
      this.texts = null;
    }
    return this.rendered;
  }
}

/**
 * One GET of SNMPv3. Counts what is authentic, of this user and engine, and in time; everything else is as if it had not
 * come (RFC 3414 section 3.2), apart from reports: an agent that does not believe us cannot sign them.
 */
export class SecuredExchange implements Exchange<Reply | Report> {
  readonly version = 3;
  /** Error status of the answer. */
  status = 0;
  private strange = 0;

  constructor(
    private readonly question: SecuredQuestion,
    private readonly security: Security,
    private readonly engine: AgentEngine,
    private readonly endpoint: SnmpEndpoint,
    private readonly values: ReplyValues,
    /** What silence means. */
    private readonly unheard: () => SnmpError
  ) {}

  packet(id: number): Buffer {
    const { clock } = this.engine;
    return seal(this.question.at(this.security, clock), this.security, clock, id);
  }

  answer(packet: Buffer, id: number): Reply | Report | undefined {
    try {
      const answer = this.read(readMessage(packet), id);
      this.strange += answer === undefined ? 1 : 0;
      return answer;
    } catch {
      // Whatever a packet contains: it was no answer.
      this.strange += 1;
      return undefined;
    }
  }

  garbage(): SnmpError {
    return noMessageOf(this.endpoint);
  }

  silence(): SnmpError {
    return this.strange === 0
      ? this.unheard()
      : new SnmpError('malformed', `${where(this.endpoint)} sent answers that are no authentic SNMPv3 messages`);
  }

  private read(message: Message, id: number): Reply | Report | undefined {
    const { security, engine } = this;
    const { engineId, boots, time, flags } = message;
    const signed = (flags & FLAG.auth) !== 0;
    const ours = engineId.equals(security.engineId);
    if (signed && !(ours && isAuthentic(message, security))) {
      return undefined;
    }
    const reader = readScoped(message, security.privacy);
    if (reader.tag === REPORT_PDU) {
      return { cause: readReport(reader), engineId: Buffer.from(engineId), boots, time };
    }
    const level = FLAG.auth | FLAG.priv;
    if ((flags & level) !== security.flags || !ours || !message.user.equals(security.user)) {
      return undefined;
    }
    if (signed && !engine.note(boots, time)) {
      return undefined;
    }
    const end = reader.enter(RESPONSE_PDU);
    if (reader.natural() !== id) {
      return undefined;
    }
    const from = reader.at;
    const asked = this.question.at(security, engine.clock).asked;
    const reply = decodeResponse(reader.bytes, from, end, asked, this.values);
    this.status = reply === Reply.ErrorStatus ? reader.natural() : 0;
    return reply;
  }
}

/** RFC 3414 section 4: which engine there is. */
export class DiscoveryExchange implements Exchange<Report> {
  readonly version = 3;
  private readonly rendered = renderDiscovery();

  constructor(private readonly endpoint: SnmpEndpoint) {}

  packet(id: number): Buffer {
    this.rendered.packet.writeUInt32BE(id, this.rendered.idAt);
    return this.rendered.packet;
  }

  answer(packet: Buffer): Report | undefined {
    try {
      const message = readMessage(packet);
      const { engineId, boots, time, flags } = message;
      // RFC 3411 section 5, SnmpEngineID: 5 to 32 octets; shorter ones are seen, and serve as well.
      if (engineId.length < 1 || engineId.length > 32 || flags & (FLAG.auth | FLAG.priv)) {
        return undefined;
      }
      const cause = readReport(readScoped(message, null));
      return { cause, engineId: Buffer.from(engineId), boots, time };
    } catch {
      return undefined;
    }
  }

  garbage(): SnmpError {
    return noMessageOf(this.endpoint);
  }

  silence(): SnmpError {
    return timeoutOf(this.endpoint);
  }
}
