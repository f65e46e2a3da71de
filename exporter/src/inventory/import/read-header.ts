import { nearestKey } from '../../config/known-keys';
import { columnOf, COLUMNS, HEADER_WORDS, headerWord, looksSecret, REQUIRED, type Column } from './column';
import { quoted, UnreadableTable, type RowFinding } from './finding';
import type { PlacedColumn } from './sheet';

/** What happens to columns that nobody here knows. */
export type UnknownColumns = 'refuse' | 'ignore';

/** Of one cell of the header; `nameless` ones are empty, as spreadsheets leave them at the end. */
export type HeaderCell = PlacedColumn | 'ignored' | 'nameless';

/**
 * Which cell is what.
 *
 * @throws UnreadableTable that names everything wrong with the header
 */
export function readHeader(cells: readonly string[], line: number, unknown: UnknownColumns): HeaderCell[] {
  const findings: RowFinding[] = [];
  const first = new Map<Column, PlacedColumn>();
  const columns = cells.map((cell, i): HeaderCell => {
    const [name, number] = [cell.trim(), i + 1];
    const finding = (message: string) => void findings.push({ line, column: name, column_number: number, message });
    if (name === '') {
      return 'nameless';
    }
    const column = columnOf(name);
    if (column === undefined) {
      const message = looksSecret(name) ? SECRET(name) : unknown === 'refuse' ? unknownColumn(name) : undefined;
      if (message !== undefined) {
        finding(message);
      }
      return 'ignored';
    }
    const earlier = first.get(column);
    if (earlier) {
      finding(
        `column ${number} ${quoted(name)} and column ${earlier.number} ${quoted(earlier.name)} are both ${column}; leave one of them out`
      );
      return 'ignored';
    }
    const placed = { column, name, number };
    first.set(column, placed);
    return placed;
  });
  findings.push(...missing([...first.keys()], cells, line));
  if (findings.length > 0) {
    throw new UnreadableTable(findings);
  }
  return columns;
}

const SECRET = (name: string) =>
  `column ${quoted(name)} looks like credentials, which no table may hold; name an entry of auths: in a column "auth" instead`;

function unknownColumn(name: string): string {
  const near = nearWord(headerWord(name), HEADER_WORDS);
  const right = near === undefined ? `known columns are ${COLUMNS.join(', ')}` : `did you mean "${near}"?`;
  return `unknown column ${quoted(name)}; ${right} (unknown=ignore leaves such columns aside)`;
}

/** Two letters are near to everything. */
const nearWord = (word: string, known: readonly string[]) => (word.length > 2 ? nearestKey(word, known) : undefined);

function missing(found: readonly Column[], cells: readonly string[], line: number): RowFinding[] {
  const headers = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const absent = REQUIRED.filter((column) => !found.includes(column));
  const lonely = found.includes('latitude') === found.includes('longitude') ? [] : LONELY;
  const near = absent.flatMap((column) => {
    const best = nearWord(
      column,
      headers.filter((header) => columnOf(header) === undefined).map((header) => headerWord(header))
    );
    return best === undefined ? [] : [`${quoted(best)} may be meant as ${quoted(column)}`];
  });
  const required =
    absent.length === 0
      ? []
      : [
          `the first line must name the columns, and ${absent.map((column) => `"${column}"`).join(' and ')} ${absent.length > 1 ? 'are' : 'is'} missing; found ${headers.length === 0 ? 'no header' : headers.map(quoted).join(', ')}${near.map((n) => `; ${n}`).join('')}`,
        ];
  return [...required, ...lonely].map((message) => ({ line, message }));
}

const LONELY = ['latitude and longitude belong together; give both columns or none'];
