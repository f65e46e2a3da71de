import type { DeviceTier } from '../../model/device';
import type { Column } from './column';
import { quoted, shortened, type RowFinding } from './finding';
import {
  readAddress,
  readDegrees,
  readFlag,
  readLine,
  readNotes,
  readPort,
  readTags,
  readTier,
  type Read,
} from './read-cell';
import type { PlacedColumn, Sheet, SheetRow } from './sheet';

/** What a row says of a device. Undefined: nothing; an empty text or null: there is none (any more). */
export interface RowWords {
  line: number;
  /** As SheetRow has it. */
  entry: string;
  id: string | undefined;
  name: string;
  address: string;
  port: number | undefined;
  type: string | undefined;
  role: string | undefined;
  site: string | undefined;
  region: string | undefined;
  /** Degrees, WGS 84. */
  place: { latitude: number; longitude: number } | null | undefined;
  vendor: string | undefined;
  model: string | undefined;
  /** Name under auths:; null: pinged only. */
  auth: string | null | undefined;
  ping: boolean | undefined;
  enabled: boolean | undefined;
  tier: DeviceTier | undefined;
  tags: string[] | undefined;
  notes: string | undefined;
}

const readName = readLine(200);
const readKind = readLine(64);

/** Reads one row after the other and keeps what is wrong with them. */
export class RowReader {
  private readonly places: ReadonlyMap<Column, PlacedColumn>;
  private readonly index: ReadonlyMap<Column, number>;

  constructor(
    private readonly sheet: Omit<Sheet, 'rows'>,
    private readonly tell: (finding: RowFinding) => void
  ) {
    this.places = new Map(sheet.columns.map((placed) => [placed.column, placed]));
    this.index = new Map(sheet.columns.map((placed, i) => [placed.column, i]));
  }

  /** Nothing when something is wrong with the row, which was told. */
  read(row: SheetRow): [RowWords] | [] {
    let right = true;
    const tell = (finding: RowFinding) => {
      right = false;
      this.tell(finding);
    };
    if (row.finding) {
      tell(row.finding);
      return [];
    }
    const cell = (column: Column) => this.cell(row, column);
    /** Undefined when the cell is empty, absent or wrong. */
    const read = <T>(column: Column, reader: (text: string) => Read<T>): T | undefined => {
      const text = cell(column);
      if (text === undefined || text === '') {
        return undefined;
      }
      const found = reader(text);
      if ('value' in found) {
        return found.value;
      }
      tell(this.finding(row, column, text, found.rule));
      return undefined;
    };
    const text = (column: Column, reader = readName) => (cell(column) === '' ? '' : read(column, reader));
    const needed = <T>(column: Column, reader: (text: string) => Read<T>): T | undefined => {
      if ((cell(column) ?? '') === '') {
        tell(this.finding(row, column, '', `every device needs ${column === 'ip' ? 'an address' : 'a name'}`));
      }
      return read(column, reader);
    };

    const name = needed('name', readName);
    const address = needed('ip', readAddress);
    const port = read('port', readPort);
    if (address?.port !== undefined && port !== undefined && address.port !== port) {
      tell(this.finding(row, 'port', String(port), `the address says ${address.port}; leave one of them out`));
    }
    const decimalComma = this.sheet.decimalComma;
    const latitude = read('latitude', (degrees) => readDegrees(degrees, 90, decimalComma));
    const longitude = read('longitude', (degrees) => readDegrees(degrees, 180, decimalComma));
    const one = (cell('latitude') ?? '') === '' ? 'latitude' : 'longitude';
    if (((cell('latitude') ?? '') === '') !== ((cell('longitude') ?? '') === '')) {
      tell(this.finding(row, one, '', 'latitude and longitude belong together; give both or none'));
    }
    const auth = text('auth');
    const words: RowWords = {
      line: row.line,
      entry: row.entry ?? '',
      id: read('id', readName),
      name: name ?? '',
      address: address?.host ?? '',
      port: port ?? address?.port,
      type: text('device_type', readKind),
      role: text('role', readKind),
      site: text('branch'),
      region: text('region'),
      place:
        latitude !== undefined && longitude !== undefined
          ? { latitude, longitude }
          : cell('latitude') === undefined
            ? undefined
            : null,
      // As sysObjectID tells vendors: modules are chosen by it.
      vendor: text('vendor', readKind)?.toLowerCase(),
      model: text('model'),
      auth: auth === '' ? null : auth,
      ping: read('ping', readFlag),
      enabled: read('enabled', readFlag),
      tier: read('tier', readTier),
      tags: cell('tags') === '' ? [] : read('tags', readTags),
      notes: text('notes', readNotes),
    };
    return right ? [words] : [];
  }

  /** About a row that was read, in the words of its table. `value`: what stands there. */
  finding(row: Pick<SheetRow, 'line' | 'entry'>, column: Column, value: string, rule: string): RowFinding {
    const placed = this.places.get(column);
    const number = placed?.number;
    const name = `${row.entry ?? ''}${placed?.name ?? column}`;
    return {
      line: row.line,
      column: name,
      ...(number === undefined ? {} : { column_number: number }),
      ...(value === '' ? {} : { value: shortened(value) }),
      message: `${name}: ${value === '' ? 'is empty' : `found ${quoted(value)}`}; ${rule}`,
    };
  }

  private cell(row: SheetRow, column: Column): string | undefined {
    const at = this.index.get(column);
    const text = at === undefined ? undefined : row.values[at];
    return text?.normalize('NFC').trim();
  }
}
