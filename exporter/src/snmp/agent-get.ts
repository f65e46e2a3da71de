import type { RawVarbind } from 'net-snmp';
import type { AgentRequests } from './agent-requests';
import { varbindOf } from './decode';
import { AgentError, ERROR_STATUS } from './failure';
import { requestVarbindBytes } from './oid';
import { ANSWER_BYTES, type PduSizes } from './pdu-size';
import type { SnmpError, Varbind } from './session';
import type { PartsAnswer } from './session-get';

/** Raw varbinds by OID and by place. */
type Found = Map<string | number, RawVarbind>;

/** GETs of one agent, cut into as many requests as its answers need. */
export class AgentGet {
  constructor(
    private readonly requests: AgentRequests,
    private readonly sizes: PduSizes
  ) {}

  async inParts(oids: readonly string[]): Promise<PartsAnswer> {
    const found = new Map<string, Varbind>();
    let atOnce = 0;
    const rest = [...oids];
    while (rest.length > 0) {
      const asked = rest.slice(0, this.fitting(rest));
      const answer = await this.once(asked);
      if (answer === 'smaller') {
        continue;
      }
      rest.splice(0, asked.length);
      atOnce = Math.max(atOnce, asked.length);
      for (const [i, oid] of asked.entries()) {
        const raw = answer.get(oid) ?? answer.get(i);
        const varbind = raw && raw.oid === oid ? varbindOf(raw) : undefined;
        if (varbind) {
          found.set(oid, varbind);
        }
      }
    }
    return { found, atOnce };
  }

  /** How many of the OIDs fit one GET whose answer fits one packet. */
  private fitting(oids: readonly string[]): number {
    let bytes = 60 + Buffer.byteLength(this.requests.endpoint.auth.community);
    let count = 0;
    while (count < oids.length && count < this.sizes.varbinds) {
      // A value of a counter takes up to ten bytes more than the NULL of the request.
      bytes += requestVarbindBytes(oids[count]!) + 10;
      if (bytes > ANSWER_BYTES) {
        break;
      }
      count += 1;
    }
    return Math.max(1, count);
  }

  private async once(oids: readonly string[]): Promise<Found | 'smaller'> {
    try {
      const varbinds = await this.requests.get(oids);
      this.sizes.varbindsAnswered();
      return new Map<string | number, RawVarbind>([
        ...varbinds.map((raw, i): [number, RawVarbind] => [i, raw]),
        ...varbinds.map((raw): [string, RawVarbind] => [raw.oid, raw]),
      ]);
    } catch (error) {
      return this.afterFailure(error as SnmpError, oids);
    }
  }

  /** noSuchName names the one OID that version 1 cannot answer: the others are asked again without it (RFC 1157 4.1.2). */
  private async afterFailure(error: SnmpError, oids: readonly string[]): Promise<Found | 'smaller'> {
    const single = oids.length === 1;
    if (error instanceof AgentError && error.status !== ERROR_STATUS.tooBig && error.reason !== 'auth') {
      if (single) {
        return new Map();
      }
      const without = oids.filter((oid) => oid !== error.oid);
      if (without.length < oids.length) {
        return this.once(without);
      }
    }
    const tooLarge = error.reason === 'malformed' || (error.reason === 'timeout' && this.requests.hasAnswered);
    if (tooLarge && this.sizes.halveVarbinds(oids.length)) {
      return 'smaller';
    }
    throw error;
  }
}
