import type { Column } from './column';
import type { RowFinding } from './finding';

/** A column where it stands. */
export interface PlacedColumn {
  column: Column;
  /** As the table calls it. */
  name: string;
  /** 1-based; undefined where columns have no order (JSON). */
  number: number | undefined;
}

export interface SheetRow {
  /** 1-based line on which it begins. */
  line: number;
  /** Path of its entry, where that has one: `results[3].` */
  entry?: string;
  /** By the columns of the sheet; undefined: the row says nothing of it. */
  values: readonly (string | undefined)[];
  /** What is wrong with it as a whole. */
  finding?: RowFinding;
}

/** A table whatever its format was: texts at known places, nothing of them understood yet. */
export interface Sheet {
  columns: readonly PlacedColumn[];
  rows: readonly SheetRow[];
  /** Whether 41,7 may stand for 41.7: not where the comma separates cells. */
  decimalComma: boolean;
}

/** Rows that one import takes; what is more comes in several files. */
export const MOST_ROWS = 200_000;
export const TOO_MANY_ROWS = `the table has more than ${MOST_ROWS} rows; import it in parts`;
