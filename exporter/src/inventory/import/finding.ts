/** One thing that is wrong with a table. */
export interface RowFinding {
  /** 1-based; of a row that spans several lines its first. */
  line: number;
  /** As the header calls it, or the path inside a JSON entry; absent: the whole row. */
  column?: string;
  /** 1-based. */
  column_number?: number;
  /** What was found, shortened. */
  value?: string;
  /** What was found and what would be right. */
  message: string;
}

/** A table that cannot be read at all: nothing of it was looked at further. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';

  constructor(readonly findings: readonly RowFinding[]) {
    super(findings.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
  }
}

const LONGEST_SHOWN = 60;

export const shortened = (text: string): string =>
  text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN - 1).replace(/\p{Surrogate}$/u, '')}…`;

/** A text of the table inside a message, on one line. */
export const quoted = (text: string): string => JSON.stringify(shortened(text));
