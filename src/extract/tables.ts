// Pure: rows of CSV, TSV and Markdown tables, and which of their columns holds the ids.
import { isNamedId, isPlainlyId, mayBeId } from './gather-id.js';

/**
 * @typedef {object} Table
 * @property {string} delimiter
 * @property {string[]} names
 * @property {number} column Which one holds the ids.
 * @property {boolean} sure Whether its name leaves no doubt: `id` may be a row's own number.
 */

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

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * The table that this line begins, or null. `column` names the one that holds the ids.
 * @param {string} line
 * @param {string | null} column
 * @returns {Table | null}
 */
export function readHeader(line, column) {
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
    for (const [known, sure] of /** @type {const} */ ([
      [SURE, true],
      [LIKELY, false],
    ])) {
      const index = known.map((name) => names.findIndex((one) => plain(one) === name)).find((found) => found !== -1);
      if (index !== undefined) return { delimiter, names, column: index, sure };
    }
  }
  return null;
}

/**
 * The id in a row, or null where its column holds none.
 * @param {Table} table
 * @param {string[]} cells
 */
export function idOfRow({ column, sure }, cells) {
  const cell = (cells[column] ?? '').trim().replace(/^[`'"*]+|[`'"*]+$/g, '');
  if (isPlainlyId(cell)) return cell;
  return (sure ? isNamedId(cell) && !cell.includes('://') : mayBeId(cell)) ? cell : null;
}

/**
 * One row (RFC 4180), whose quoted cells may go over several lines; null where its quotation marks make none.
 * @param {string} text
 * @param {number} start
 * @param {string} delimiter
 * @returns {{cells: string[], end: number} | null} `end` is where its line ends.
 */
export function readRow(text, start, delimiter) {
  const cells = [];
  let at = start;
  for (;;) {
    while (text[at] === ' ') at++;
    if (text[at] === '"') {
      let cell = '';
      for (;;) {
        const quote = text.indexOf('"', at + 1);
        if (quote === -1) return null;
        cell += text.slice(at + 1, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      while (text[at] === ' ') at++;
      cells.push(cell);
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

/** @param {string} text @param {number} at */
const isEnd = (text, at) => at >= text.length || text[at] === '\n' || text[at] === '\r';
