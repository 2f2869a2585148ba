// Pure: rows of CSV, TSV and Markdown tables, and which of their columns holds the ids.
import { cellText, isNamedId, isPlainlyId, mayBeId } from './id-words.ts';

export interface Table {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Which one holds the ids. */
  readonly column: number;
  /** Whether its name leaves no doubt: `id` may be a row's own number. */
  readonly sure: boolean;
}

/** In order of preference, without blanks, case and punctuation. */
const SURE = ['taskid', 'sunotaskid', 'taskids', 'taskbatchid', 'musictaskid', 'sunoid'];
const LIKELY = ['id', 'ids', 'task', 'tasks', 'jobid', 'uuid'];
const DELIMITERS = ['\t', ',', ';', '|'];
/** A longer line is no header. */
const HEADER_MAX_CHARACTERS = 4_000;
const HEADER_MAX_COLUMNS = 500;
/** Nearly every line of a log is told apart by these. */
const NO_HEADER = /[=:{}<>?&]/;
const MAY_NAME = /id|task/i;
/** Names have no `=`, no quotation mark inside and are no sentences. */
const NAME = /^[\p{L}_@][\p{L}\p{N} _.()#@/-]{0,60}$/u;

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The table that this line begins, or null. `column` names the one that holds the ids. */
export function readHeader(line: string, column: string | null): Table | null {
  if (line.length > HEADER_MAX_CHARACTERS) return null;
  if (column === null ? NO_HEADER.test(line) || !MAY_NAME.test(line) : !plain(line).includes(plain(column)))
    return null;
  for (const delimiter of DELIMITERS) {
    const names = readRow(line, 0, delimiter)?.cells.map((cell) => cell.trim());
    if (names === undefined || names.length > HEADER_MAX_COLUMNS) continue;
    if (column !== null) {
      const index = names.findIndex((name) => name === column || (plain(name) === plain(column) && plain(name) !== ''));
      if (index !== -1) return { delimiter, names, column: index, sure: true };
      continue;
    }
    if (!names.every((name) => /^[^\p{L}\p{N}]*$/u.test(name) || NAME.test(name))) continue;
    const found = idColumnOf(names);
    if (found !== null) return { delimiter, names, ...found };
  }
  return null;
}

export function idColumnOf(names: readonly string[]): Pick<Table, 'column' | 'sure'> | null {
  const columns = names.map(plain);
  const named = (known: readonly string[]): number | undefined =>
    known.map((name) => columns.indexOf(name)).find((column) => column !== -1);
  const column = named(SURE);
  if (column !== undefined) return { column, sure: true };
  const likely = named(LIKELY);
  return likely === undefined ? null : { column: likely, sure: false };
}

/** The id in a row, or null where its column holds none. */
export function idOfRow({ column, sure }: Pick<Table, 'column' | 'sure'>, cells: readonly string[]): string | null {
  const cell = cellText(cells[column] ?? '').replace(/^[`'"*]+|[`'"*]+$/g, '');
  if (isPlainlyId(cell)) return cell;
  return (sure ? isNamedId(cell) : mayBeId(cell)) ? cell : null;
}

export interface Row {
  readonly cells: string[];
  /** Where its line ends. */
  readonly end: number;
}

/** One row, whose quoted cells may go over several lines; null where its quotation marks make none. */
export const readRow = (text: string, start: number, delimiter: string): Row | null =>
  // RFC 4180 doubles a quotation mark; MySQL's OUTFILE puts a backslash before it.
  readCells(text, start, delimiter, '"') ?? readCells(text, start, delimiter, '\\');

function readCells(text: string, start: number, delimiter: string, escape: '"' | '\\'): Row | null {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    while (text[at] === ' ') at++;
    if (text[at] === '"') {
      const quoted = escape === '"' ? doubledCell(text, at) : backslashedCell(text, at);
      if (quoted === null) return null;
      cells.push(quoted.cell);
      at = quoted.end;
      while (text[at] === ' ') at++;
      if (!isEnd(text, at) && text[at] !== delimiter) return null;
    } else {
      const begin = at;
      while (!isEnd(text, at) && text[at] !== delimiter) at++;
      cells.push(text.slice(begin, at));
    }
    if (isEnd(text, at)) return { cells, end: at };
    at++;
  }
}

interface Cell {
  readonly cell: string;
  readonly end: number;
}

function doubledCell(text: string, start: number): Cell | null {
  let cell = '';
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return null;
    cell += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    from = quote + 2;
  }
}

function backslashedCell(text: string, start: number): Cell | null {
  let cell = '';
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (sign === '"') return { cell, end: at + 1 };
    cell += sign === '\\' ? (text[++at] ?? '') : sign;
    // What is no such cell is given up before it has cost the whole text.
    if (sign === '\n' || cell.length > CELL_MAX_CHARACTERS) return null;
  }
  return null;
}
const CELL_MAX_CHARACTERS = 1_000_000;

const isEnd = (text: string, at: number): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';
