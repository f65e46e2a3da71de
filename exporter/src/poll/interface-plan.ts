import type { GetAnswer, PreparedGet, SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';
import { type Cell, cellOf, layoutOf, packCells } from './interface-columns';
import { decodeRow, type DecodedRow, type KnownRow } from './interface-values';

/** The requests of one poll of one device: sysUpTime, then the cells of every row. */
export class InterfacePlan<Row extends KnownRow = KnownRow> {
  private readonly gets: PreparedGet[] = [];
  private readonly ends: number[];
  /** Offset of the first cell of each row. */
  private readonly rowAt: Uint32Array;
  /** Varbinds of the largest request. */
  readonly largest: number;

  constructor(
    session: SnmpSession,
    readonly rows: readonly Row[],
    mostCells: number
  ) {
    const groups: Cell[][] = [[{ oid: SYS_UP_TIME, bytes: 20 }]];
    this.rowAt = new Uint32Array(rows.length);
    let at = 1;
    for (const [i, row] of rows.entries()) {
      const cells = layoutOf(row.mode).columns.map((column) => cellOf(column, row.ifIndex));
      groups.push(cells);
      this.rowAt[i] = at;
      at += cells.length;
    }
    this.ends = packCells(groups, mostCells);
    const oids = groups.flat().map((cell) => cell.oid);
    let from = 0;
    let largest = 0;
    for (const end of this.ends) {
      this.gets.push(session.prepare(oids.slice(from, end)));
      largest = Math.max(largest, end - from);
      from = end;
    }
    this.largest = largest;
  }

  get requests(): number {
    return this.gets.length;
  }

  decode(answer: GetAnswer): DecodedRow[] {
    return this.rows.map((row, i) => decodeRow(row, answer, this.rowAt[i]!));
  }

  /** Hundredths of a second; undefined when the agent has no sysUpTime. */
  upTime(answer: GetAnswer): number | undefined {
    const value = answer.numbers[0]!;
    return Number.isNaN(value) ? undefined : value;
  }

  /**
   * Asks one request after the other: an agent that is busy with one is not helped by the next.
   * @throws SnmpError of the first that fails; `answered` tells how many were answered before
   */
  async read(progress: { answered: number }): Promise<GetAnswer> {
    if (this.gets.length === 1) {
      const answer = await this.gets[0]!.read();
      progress.answered += 1;
      return answer;
    }
    const cells = this.ends.at(-1)!;
    const numbers = new Float64Array(cells);
    const octets: (Buffer | undefined)[] = [];
    let from = 0;
    for (const [i, get] of this.gets.entries()) {
      const answer = await get.read();
      progress.answered += 1;
      numbers.set(answer.numbers, from);
      answer.octets.forEach((value, k) => {
        octets[from + k] = value;
      });
      from = this.ends[i]!;
    }
    return { numbers, octets };
  }
}
