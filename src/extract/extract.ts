// Pure: any text that holds task ids (a log, a CSV, JSON, saved vendor answers) → what is to be tracked and what imported. Runs in the browser and in Node.
import { heldIn } from './gather-json.js';
import { idsInLine } from './gather-lines.js';
import { parseJson, scanJson, stringEnd } from './gather-scan.js';
import { idOfRow, readHeader, readRow } from './gather-table.js';

/**
 * @typedef {object} Gathered
 * @property {string[]} ids Task ids to track, in order of appearance, each once.
 * @property {unknown[]} answers Saved vendor answers to import (any dialect), in order of appearance.
 * @property {{line: number, text: string}[]} unread Lines that hold something, but no id that can be told from other words. `line` counts from 1; `text` is cut to 200 characters.
 */
/**
 * The same with the line at which each answer begins.
 * @typedef {Gathered & {answerLines: number[]}} Placed
 */
/** @typedef {import('./gather-table.js').Table} Table */

const UNREAD_MAX_CHARACTERS = 200;
/** JSON that breaks off costs a look at what follows it: in all at most so many times the text, whatever it holds. */
const WASTE_MAX_TIMES = 3;
const WASTE_FREE_CHARACTERS = 100_000;
/** What a try that fails at once costs. */
const TRY_CHARACTERS = 10;

const BYTE_ORDER_MARK = 0xfeff;
const LINE_END = /\r\n|\n|\r/g;
/** A bracket inside a line that may open an answer; before it may stand the quotation mark of a text that is JSON. */
const OPENING = /"?(?:\{\s*(?:\\?"|\})|\[\s*(?:\{|\[))/g;
/** Rules, fences, and the commas and brackets between documents. */
const SAYS_NOTHING = /^[^\p{L}\p{N}]*$/u;
/** What may stand behind a list that is a document of its own. */
const FOLLOWS_LIST = /^[ \t]*(?:[,;[{\n\r]|$)/;
const FENCE = /^\s*```\w*\s*$/;

/**
 * @param {string} text
 * @returns {Gathered}
 */
export function gather(text) {
  const { ids, answers, unread } = gatherPlaced(text);
  return { ids, answers, unread };
}

/**
 * @param {string} text
 * @param {{column?: string}} [options] `column`: the one that holds the ids, where the text is a table.
 * @returns {Placed}
 */
export function gatherPlaced(text, { column } = {}) {
  /** @type {Set<string>} */
  const ids = new Set();
  /** @type {Placed} */
  const placed = { ids: [], answers: [], answerLines: [], unread: [] };
  /** @type {Table | null} */
  let table = null;
  let line = 1;
  let waste = WASTE_MAX_TIMES * text.length + WASTE_FREE_CHARACTERS;
  let at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  /** Where the line ends in which `at` lies, and where the next bracket is that may open an answer: each found once. */
  let ending = -1;
  let opening = { index: -1, text: '' };
  /** What stands behind an answer in its line needs no id. */
  let quietUntil = -1;

  while (at < text.length) {
    if (ending < at) ending = lineEnd(text, at);
    const end = takeDocument() ?? takeRow() ?? takeLine();
    line += countLines(text, at, end);
    at = end;
  }
  return { ...placed, ids: [...ids] };

  /** A JSON value that begins with this line, whatever comes of it. Answers its end. */
  function takeDocument() {
    const start = skip(text, at, ' \t,;');
    const first = text[start];
    if (first !== '{' && first !== '[') return null;
    const { value, end } = documentAt(start);
    if (value === undefined) return null;
    // `["x"] task_id=…` is a line, `[1] …` too.
    if (first === '[' && !FOLLOWS_LIST.test(text.slice(end, end + 20))) return null;
    if (!take(value)) unread(text.slice(start, end));
    else quietUntil = lineEndIn(end);
    return end;
  }

  function takeRow() {
    if (ending === at || at <= quietUntil) return null;
    const row = table === null ? null : readRow(text, at, table.delimiter);
    const id = table === null || row === null ? null : idOfRow(table, row.cells);
    const header = id === null ? readHeader(text.slice(at, ending), column ?? null) : null;
    if (header !== null) {
      table = header;
      return ending;
    }
    if (table === null || row === null || row.cells.length <= table.column) return null;
    if (row.cells.every((cell) => SAYS_NOTHING.test(cell))) return row.end;
    if (takeAnswerOfRow(row.cells)) return row.end;
    if (id !== null) ids.add(id);
    else if (table.sure || !takeIds(idsInLine(text.slice(at, row.end)))) unread(text.slice(at, row.end));
    return row.end;
  }

  /** A dump of a relay's own table has the answer as JSON in one of its cells. @param {string[]} cells */
  function takeAnswerOfRow(cells) {
    if (!cells.some((cell) => /^\s*[[{]/.test(cell))) return false;
    const names = table?.names ?? [];
    const row = Object.fromEntries(cells.map((cell, index) => [names[index] ?? String(index), cell]));
    const { answers } = heldIn(row);
    takeAnswers(answers);
    return answers.length > 0;
  }

  function takeLine() {
    const inside = takeInside();
    if (inside !== null) return inside;
    const whole = text.slice(at, ending);
    if (SAYS_NOTHING.test(whole) || FENCE.test(whole)) return skipLineEnd(text, ending);
    if (!takeIds(idsInLine(whole)) && at > quietUntil) unread(whole);
    return skipLineEnd(text, ending);
  }

  /** An answer that stands inside a line of a log, and may go on over further lines. Answers its end. */
  function takeInside() {
    for (let from = at; ; from = opening.index + 1) {
      seek(from);
      if (opening.index >= ending) return null;
      const quoted = opening.text.startsWith('"') && opening.text.includes('\\');
      const start = opening.text.startsWith('"') && !quoted ? opening.index + 1 : opening.index;
      const { value, end } = quoted ? textAt(start) : documentAt(start);
      if (value === undefined) continue;
      if (heldIn(value).answers.length === 0) {
        // What is deeper inside was looked at as well.
        opening = { index: end - 1, text: '' };
        continue;
      }
      // An answer that names its task is told by itself; what stands before it tells of bare clips.
      if (!namesTask(value)) takeIds(idsInLine(text.slice(at, start)));
      take(value);
      quietUntil = lineEndIn(end);
      return end;
    }
  }

  /** The next bracket that may open an answer, from here on. @param {number} from */
  function seek(from) {
    if (opening.index >= from && opening.text !== '') return;
    OPENING.lastIndex = from;
    const match = OPENING.exec(text);
    opening = { index: match?.index ?? text.length, text: match?.[0] ?? 'none' };
  }

  /** @param {number} behind */
  function lineEndIn(behind) {
    return behind <= ending ? ending : lineEnd(text, behind);
  }

  /** @param {number} start */
  function documentAt(start) {
    if (waste < 0) return { value: undefined, end: start };
    const extent = scanJson(text, start);
    if (!extent.whole) waste -= extent.end - start + TRY_CHARACTERS;
    return { value: extent.whole ? parseJson(text, start, extent) : undefined, end: extent.end };
  }

  /** @param {number} start */
  function textAt(start) {
    const end = waste < 0 ? -1 : stringEnd(text, start);
    if (end === -1) {
      waste -= lineEnd(text, start) - start;
      return { value: undefined, end: start };
    }
    return { value: JSON.parse(text.slice(start, end)), end };
  }

  /** Whether anything came of it. @param {unknown} value */
  function take(value) {
    const held = heldIn(value);
    takeAnswers(held.answers);
    return takeIds(held.ids) || held.answers.length > 0;
  }

  /** @param {unknown[]} found */
  function takeAnswers(found) {
    for (const answer of found) {
      placed.answers.push(answer);
      placed.answerLines.push(line);
    }
  }

  /** @param {string[]} found */
  function takeIds(found) {
    for (const id of found) ids.add(id);
    return found.length > 0;
  }

  /** @param {string} what */
  function unread(what) {
    placed.unread.push({ line, text: cut(what.trim()) });
  }
}

/** @param {unknown} value */
const namesTask = (value) =>
  /"task_?(?:batch_?)?id\\*"/i.test(typeof value === 'string' ? value : JSON.stringify(value));

/** @param {string} text */
function cut(text) {
  return [...text.slice(0, 2 * UNREAD_MAX_CHARACTERS)].slice(0, UNREAD_MAX_CHARACTERS).join('');
}

/** @param {string} text @param {number} start @param {string} signs */
function skip(text, start, signs) {
  let at = start;
  while (at < text.length && signs.includes(text[at] ?? '')) at++;
  return at;
}

/** @param {string} text @param {number} start */
function lineEnd(text, start) {
  LINE_END.lastIndex = start;
  return LINE_END.exec(text)?.index ?? text.length;
}

/** @param {string} text @param {number} end */
function skipLineEnd(text, end) {
  if (text[end] === '\r' && text[end + 1] === '\n') return end + 2;
  return Math.min(end + 1, text.length);
}

/** @param {string} text @param {number} start @param {number} end */
function countLines(text, start, end) {
  let lines = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines++;
  }
  return lines;
}
