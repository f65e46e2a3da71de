import type { GetAnswer, PreparedGet, SnmpSession } from '../snmp/session';
import { requestVarbindBytes } from '../snmp/oid';
import { SYS_UP_TIME } from '../snmp/system';
import { type Cell, cellOf, checksOf, type Column, fitsOneRequest, layoutOf, packCells } from './interface-columns';
import { decodeRow, type DecodedRow, type KnownRow } from './interface-values';
import { SIGNS, type SystemSigns } from './restart-watch';

/** A number of 32 bits in an answer. */
const NUMBER_BYTES = 5;

/**
 * The requests of one poll of one device: the signs of a restart, then the cells of every row. What takes several
 * requests is closed by sysUpTime, and a row that does not fit one of them by its name: what stands between two equal
 * signs belongs to them.
 */
export class InterfacePlan<Row extends KnownRow = KnownRow> {
  private readonly gets: PreparedGet[] = [];
  private readonly ends: number[];
  /** Offset of the first cell of each row. */
  private readonly rowAt: Uint32Array;
  /** Rows that are closed by their name. */
  private readonly closed: readonly boolean[];
  private readonly closingUpTimeAt: number | undefined;
  /** Of all parts, the same for every poll: its memory is outside the heap. */
  private numbers: Float64Array | null = null;
  /** Varbinds of the largest request. */
  readonly largest: number;

  constructor(
    session: SnmpSession,
    readonly rows: readonly Row[],
    private readonly signs: readonly (keyof SystemSigns)[],
    mostCells: number
  ) {
    const groups: Cell[][] = [signs.map((sign) => scalar(SIGNS.find((one) => one.sign === sign)!.oid))];
    this.rowAt = new Uint32Array(rows.length);
    let at = signs.length;
    this.closed = rows.map(({ mode, ifIndex, recognised }, i) => {
      const nameBytes = mode.check === 'both' ? undefined : recognised?.length;
      const cell = (column: Column) => cellOf(column, ifIndex, nameBytes);
      const cells = layoutOf(mode).columns.map(cell);
      const closed = !fitsOneRequest(cells, mostCells);
      if (closed) {
        cells.push(...checksOf(mode).map(cell));
      }
      groups.push(cells);
      this.rowAt[i] = at;
      at += cells.length;
      return closed;
    });
    this.ends = packCells(groups, mostCells);
    if (this.ends.length > 1) {
      groups.push([scalar(SYS_UP_TIME)]);
      this.closingUpTimeAt = at;
      this.ends = packCells(groups, mostCells);
    }
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
    return this.rows.map((row, i) => decodeRow(row, answer, this.rowAt[i]!, this.closed[i]));
  }

  signsOf(answer: GetAnswer): SystemSigns {
    const sign = (name: keyof SystemSigns) => {
      const at = this.signs.indexOf(name);
      return at < 0 ? undefined : numberAt(answer, at);
    };
    return {
      sysUpTime: sign('sysUpTime'),
      engineBoots: sign('engineBoots'),
      engineTime: sign('engineTime'),
      tableLastChange: sign('tableLastChange'),
    };
  }

  /** sysUpTime behind the last row; undefined when all was one request, or the agent has none. */
  closingUpTime(answer: GetAnswer): number | undefined {
    return this.closingUpTimeAt === undefined ? undefined : numberAt(answer, this.closingUpTimeAt);
  }

  /**
   * Asks one request after the other: an agent that is busy with one is not helped by the next.
   * @throws SnmpError of the first that fails; `answered` tells how many were answered before
   */
  read(progress: { answered: number }): Promise<GetAnswer> {
    return this.gets.length === 1 ? this.gets[0]!.read() : this.readParts(progress);
  }

  private async readParts(progress: { answered: number }): Promise<GetAnswer> {
    this.numbers ??= new Float64Array(this.ends.at(-1)!);
    const { numbers } = this;
    const octets: (Buffer | undefined)[] = [];
    let atOnce = Infinity;
    let from = 0;
    for (let i = 0; i < this.gets.length; i += 1) {
      const answer = await this.gets[i]!.read();
      progress.answered += 1;
      numbers.set(answer.numbers, from);
      for (let k = 0; k < answer.octets.length; k += 1) {
        const value = answer.octets[k];
        if (value !== undefined) {
          octets[from + k] = value;
        }
      }
      atOnce = Math.min(atOnce, answer.atOnce ?? Infinity);
      from = this.ends[i]!;
    }
    return Number.isFinite(atOnce) ? { numbers, octets, atOnce } : { numbers, octets };
  }
}

const scalar = (oid: string): Cell => ({ oid, bytes: requestVarbindBytes(oid) + NUMBER_BYTES });

function numberAt({ numbers }: GetAnswer, at: number): number | undefined {
  const value = numbers[at]!;
  return Number.isNaN(value) ? undefined : value;
}
