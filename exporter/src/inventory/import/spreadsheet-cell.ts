/**
 * What a spreadsheet takes for a formula (OWASP, "CSV Injection"), full-width forms included. The apostrophes make the
 * escaping reversible: a text that looks escaped already gets one more.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A text as a cell that no spreadsheet runs: in front of what could be a formula stands an apostrophe. */
export const escapeFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** Takes off what escapeFormula put on. */
export const unescapeFormula = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
