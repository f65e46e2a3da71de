import type { GetAnswer, PreparedGet, SnmpSession } from './session';

/** A repeated GET through a session's own requests: versions 1 and 3, and agents that the fast path cannot read. */
export class SessionGet implements PreparedGet {
  constructor(
    private readonly oids: readonly string[],
    private readonly session: Pick<SnmpSession, 'get'>
  ) {}

  async read(): Promise<GetAnswer> {
    const found = await this.session.get(this.oids);
    const numbers = new Float64Array(this.oids.length).fill(Number.NaN);
    const octets = new Array<Buffer | undefined>(this.oids.length).fill(undefined);
    for (const [i, oid] of this.oids.entries()) {
      const value = found.get(oid)?.value;
      if (typeof value === 'number') {
        numbers[i] = value;
      } else if (Buffer.isBuffer(value)) {
        octets[i] = value;
      }
    }
    return { numbers, octets };
  }
}
