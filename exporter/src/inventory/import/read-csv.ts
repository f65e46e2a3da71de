import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parse, CsvError } from 'csv-parse';
import { quoted, shortened, UnreadableTable } from './finding';
import { readHeader, type HeaderCell, type UnknownColumns } from './read-header';
import { MOST_ROWS, TOO_MANY_ROWS, type Sheet, type SheetRow } from './sheet';
import { unescapeFormula } from './spreadsheet-cell';

/** Characters that are parsed before others get a turn. */
const SLICE = 64 * 1024;

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads a table as spreadsheets and people write it (RFC 4180; comma, semicolon or tab; a line "sep=;" in front; any
 * line ends; empty lines). `text` has no byte order mark.
 *
 * @throws UnreadableTable when the header is not right or quotes do not fit
 */
export async function readCsv(text: string, unknown: UnknownColumns): Promise<Sheet> {
  const { body, firstLine, delimiter } = opening(text.replace(/\r\n?/g, '\n'));
  let header: HeaderCell[] | undefined;
  const rows: SheetRow[] = [];
  let last = firstLine - 1;
  const take = (record: readonly string[], end: number): void => {
    const inside = record.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
    const line = end - inside;
    last = end;
    if (!header) {
      header = readHeader(record, line, unknown);
    } else if (record.some((cell) => cell.trim() !== '')) {
      if (rows.length === MOST_ROWS) {
        throw new UnreadableTable([{ line, message: TOO_MANY_ROWS }]);
      }
      rows.push(row(record, header, line));
    }
  };
  const trim = delimiter !== '\t';
  const parser = parse({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
    ltrim: trim,
    rtrim: trim,
    on_record(record: string[], { lines }) {
      take(record, firstLine - 1 + lines);
      return null;
    },
  });
  try {
    await pipeline(slices(body), parser.resume());
  } catch (err) {
    throw err instanceof CsvError ? syntaxTrouble(err, last, firstLine) : err;
  }
  const columns = (header ?? readHeader([], 1, unknown)).filter((cell) => typeof cell === 'object');
  return { columns, rows, decimalComma: delimiter !== ',' };
}

/** A line that ends too early, as spreadsheets write them, says nothing of the columns that are missing. */
function row(record: readonly string[], header: readonly HeaderCell[], line: number): SheetRow {
  const values = header.flatMap((cell, i) => (typeof cell === 'object' ? [text(record[i])] : []));
  const astray = record.findIndex((cell, i) => (header[i] ?? 'nameless') === 'nameless' && cell.trim() !== '');
  if (astray < 0) {
    return { line, values };
  }
  const value = shortened(record[astray] as string);
  const message = `column ${astray + 1}: found ${quoted(value)}, but the header names no such column; put texts that contain the separator in quotes`;
  return { line, values, finding: { line, column_number: astray + 1, value, message } };
}

const text = (cell: string | undefined) => (cell === undefined ? undefined : unescapeFormula(cell));

/** What stands in front of the rows. */
function opening(text: string): { body: string; firstLine: number; delimiter: string } {
  const sep = /^sep=([,;\t])\n/i.exec(text);
  if (sep) {
    return { body: text.slice(sep[0].length), firstLine: 2, delimiter: sep[1] as string };
  }
  const header = (/^\s*([^\n]*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => header.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
  return { body: text, firstLine: 1, delimiter };
}

/** Everything else of the process gets its turn in between. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += SLICE) {
    yield text.slice(at, at + SLICE);
    await setImmediate();
  }
}

function syntaxTrouble(err: CsvError, last: number, firstLine: number): UnreadableTable {
  const line = firstLine - 1 + Number((err as unknown as { lines?: number }).lines ?? 1);
  return err.code === 'CSV_QUOTE_NOT_CLOSED'
    ? new UnreadableTable([
        {
          line: last + 1,
          message: `a quote (") that opens here or further down is never closed; close it, or write "" for a quote inside a text`,
        },
      ])
    : new UnreadableTable([
        {
          line,
          message: `a quote (") stands where none may; put the whole text in quotes and write "" for each quote inside`,
        },
      ]);
}
