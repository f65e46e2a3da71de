import type { GetAnswer, PreparedGet, Varbind, VarbindAnswer } from './session';

/** Values by OID, and how many OIDs the largest of the requests carried that it took. */
export interface PartsAnswer {
  found: Map<string, Varbind>;
  atOnce: number;
}

/** What a repeated GET needs of its session. */
export interface PartsSession {
  /** Rejects with SnmpError. */
  getInParts(oids: readonly string[]): Promise<PartsAnswer>;
}

/** A repeated GET through a session's own requests: versions 1 and 3, and agents that the fast path cannot read. */
export class SessionGet implements PreparedGet {
  constructor(
    private readonly oids: readonly string[],
    private readonly session: PartsSession
  ) {}

  async read(): Promise<GetAnswer> {
    const { found, atOnce } = await this.session.getInParts(this.oids);
    const numbers = new Float64Array(this.oids.length).fill(Number.NaN);
    const octets = new Array<Buffer | undefined>(this.oids.length).fill(undefined);
    for (const [i, oid] of this.oids.entries()) {
      const value = found.get(oid)?.value;
      if (typeof value === 'number') {
        numbers[i] = value;
      } else if (Buffer.isBuffer(value)) {
        octets[i] = Buffer.from(value);
      }
    }
    return atOnce < this.oids.length ? { numbers, octets, atOnce } : { numbers, octets };
  }

  async varbinds(): Promise<VarbindAnswer> {
    const { found, atOnce } = await this.session.getInParts(this.oids);
    const varbinds = this.oids.map((oid) => found.get(oid));
    return atOnce < this.oids.length ? { varbinds, atOnce } : { varbinds };
  }
}
