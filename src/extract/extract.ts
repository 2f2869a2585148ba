// Pure: any text with task ids in it (a log, table, JSON, dump, answers) → what to track and what to import.
import { withoutColours } from './colours.ts';
import { hasResults, heldIn, readingsOf } from './saved-answers.ts';
import { type Dump, type DumpRow, readCopy, readCreate, readInsert, readRecord } from './dumps.ts';
import { cellText, isNothing, isPlainlyId, isRounded, mayBeId } from './id-words.ts';
import { holdsRounded, idsInLine } from './lines.ts';
import { parseJson, scanJson, stringEnd } from './scan.ts';
import { idColumnOf, idOfRow, readHeader, readRow, type Table } from './tables.ts';

export interface Extracted {
  /** Task ids to track, in order of appearance, each once. */
  readonly ids: string[];
  /** Saved answers of relays to import (any dialect), in order of appearance. */
  readonly answers: unknown[];
  /** Lines that hold something, but no id that can be told from other words. */
  readonly unread: Line[];
  /** Lines at the place of an id from which none can be sent. */
  readonly unsent: Unsent[];
  /** At which line each id and each answer begins. */
  readonly idLines: number[];
  readonly answerLines: number[];
}
export interface Line {
  /** Counted from 1. */
  readonly line: number;
  /** Cut to 200 characters. */
  readonly text: string;
}
export interface Unsent extends Line {
  readonly why: UnsentReason;
}
/** `rounded`: a spreadsheet or a program has lost the last digits. `no_id`: the row of a table has none. `broken`: JSON that breaks off. */
export type UnsentReason = 'rounded' | 'no_id' | 'broken';

const SHOWN_MAX_CHARACTERS = 200;
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
/** How a line begins that begins a dump, or that a dump says of itself. */
const MAY_BE_DUMP = /\s*(?:create|insert|replace|copy|\*{5,}|-\[ record)/iy;
const OF_DUMPS =
  /^\s*(?:--|\/\*|\)|\d+ rows? in set|\(\d+ rows?\)|(?:lock|unlock|set|use|drop|alter|begin|commit|select|start transaction)\b.*;\s*$)/i;
/** A dump without names has ids in the tables that are called so; elsewhere a word of digits may be a key or a hash. */
const TABLE_OF_TASKS = /task|suno|music|song|job|generat|lyric/i;
const RELAYS_STATE = /^(?:NOT_START|SUBMITTED|QUEUED|IN_PROGRESS|SUCCESS|FAILURE|UNKNOWN)$/;

/** `column`: the one that holds the ids, where the text is a table. */
export function extract(given: string, { column = null }: { column?: string | null } = {}): Extracted {
  const text = withoutColours(given);
  const ids = new Map<string, number>();
  const found = { answers: [] as unknown[], answerLines: [] as number[], unread: [] as Line[], unsent: [] as Unsent[] };
  const created = new Map<string, readonly string[]>();
  let table: Table | null = null;
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
    const end = takeDocument() ?? takeDump() ?? takeRow() ?? takeLine();
    line += countLines(text, at, end);
    at = end;
  }
  return { ...found, ids: [...ids.keys()], idLines: [...ids.values()] };

  /** A JSON value that begins with this line, whatever comes of it. Answers its end. */
  function takeDocument(): number | null {
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

  function takeDump(): number | null {
    MAY_BE_DUMP.lastIndex = at;
    if (!MAY_BE_DUMP.test(text)) return null;
    const create = readCreate(text, at);
    if (create !== null) {
      created.set(create.table, create.names);
      return create.end;
    }
    const dump = readInsert(text, at, created) ?? readCopy(text, at) ?? readRecord(text, at);
    if (dump === null) return null;
    let [from, here] = [at, line];
    for (const row of dump.rows) {
      here += countLines(text, from, row.start);
      from = row.start;
      takeDumpRow(dump, row, here);
    }
    return dump.end;
  }

  function takeDumpRow({ table: name }: Dump, row: DumpRow, here: number): void {
    const record = recordOf(row);
    const named = row.names === null ? null : idColumnOf(row.names);
    const cells = row.cells.map((cell) => cell.text);
    const known = named === null ? record['task_id'] : idOfRow(named, cells);
    const ofTasks = named?.sure === true || (name !== null && TABLE_OF_TASKS.test(name));
    // What is still on its way is followed: an answer that is imported stays as it is.
    if (hasResults(record) || (ofTasks && known != null && hasFailed(record))) takeAnswers([record], here);
    else if (typeof known === 'string' && ofTasks) takeIds([known], here);
    else if (named?.sure === true)
      unsent(isRounded(cells[named.column] ?? '') ? 'rounded' : 'no_id', cells.join(' '), here);
  }

  function takeRow(): number | null {
    if (ending === at || at <= quietUntil) return null;
    const row = table === null ? null : readRow(text, at, table.delimiter);
    const id = table === null || row === null ? null : idOfRow(table, row.cells);
    const header = id === null ? readHeader(text.slice(at, ending), column) : null;
    if (header !== null) {
      table = header;
      return ending;
    }
    if (table === null || row === null || row.cells.length <= table.column) return null;
    if (row.cells.every((cell) => SAYS_NOTHING.test(cell))) return row.end;
    if (takeAnswerOfRow(table, row.cells)) return row.end;
    const whole = text.slice(at, row.end);
    if (id !== null) takeIds([id]);
    else if (isRounded(cellText(row.cells[table.column] ?? ''))) unsent('rounded', whole);
    else if (table.sure && row.cells.length === table.names.length) unsent('no_id', whole);
    else if (table.sure || !takeIds(idsInLine(whole))) unread(whole);
    return row.end;
  }

  /** A dump of a relay's own table has the answer as JSON in one of its cells. */
  function takeAnswerOfRow({ names }: Table, cells: readonly string[]): boolean {
    if (!cells.some((cell) => /^\s*"?\s*[[{]/.test(cell))) return false;
    const quoted = cells.map((cell) => ({ text: cellText(cell), plain: cell, quoted: true }));
    const record = recordOf({ names, cells: quoted, start: 0 });
    if (!hasResults(record) && !hasFailed(record)) return false;
    takeAnswers([record]);
    return true;
  }

  function takeLine(): number {
    const inside = takeInside();
    if (inside !== null) return inside;
    const whole = text.slice(at, ending);
    if (!SAYS_NOTHING.test(whole) && !FENCE.test(whole) && !takeIds(idsInLine(whole)) && at > quietUntil) {
      if (holdsRounded(whole)) unsent('rounded', whole);
      else if (isBroken(whole)) unsent('broken', whole);
      else if (!OF_DUMPS.test(whole)) unread(whole);
    }
    return skipLineEnd(text, ending);
  }

  /** An answer that stands inside a line of a log, and may go on over further lines. Answers its end. */
  function takeInside(): number | null {
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

  /** The next bracket that may open an answer, from here on. */
  function seek(from: number): void {
    if (opening.index >= from && opening.text !== '') return;
    OPENING.lastIndex = from;
    const match = OPENING.exec(text);
    opening = { index: match?.index ?? text.length, text: match?.[0] ?? 'none' };
  }

  function lineEndIn(behind: number): number {
    return behind <= ending ? ending : lineEnd(text, behind);
  }

  function documentAt(start: number): { value: unknown; end: number } {
    if (waste < 0) return { value: undefined, end: start };
    const extent = scanJson(text, start);
    if (!extent.whole) waste -= extent.end - start + TRY_CHARACTERS;
    return { value: extent.whole ? parseJson(text, start, extent) : undefined, end: extent.end };
  }

  function textAt(start: number): { value: unknown; end: number } {
    const end = waste < 0 ? -1 : stringEnd(text, start);
    if (end === -1) {
      waste -= lineEnd(text, start) - start;
      return { value: undefined, end: start };
    }
    return { value: JSON.parse(text.slice(start, end)), end };
  }

  /** Whether anything came of it. */
  function take(value: unknown): boolean {
    const { answers, ids: named, rounded } = heldIn(value);
    takeAnswers(answers);
    for (const one of rounded) unsent('rounded', one);
    return takeIds(named) || answers.length + rounded.length > 0;
  }

  function takeAnswers(answers: readonly unknown[], here = line): void {
    for (const answer of answers) {
      found.answers.push(answer);
      found.answerLines.push(here);
    }
  }

  function takeIds(named: readonly string[], here = line): boolean {
    for (const id of named) if (!ids.has(id)) ids.set(id, here);
    return named.length > 0;
  }

  function unread(what: string): void {
    found.unread.push({ line, text: cut(what.trim()) });
  }

  function unsent(why: UnsentReason, what: string, here = line): void {
    found.unsent.push({ line: here, text: cut(what.trim()), why });
  }
}

/** A row of a dump as a relay would answer it: JSON in its cells opened, names given where the dump has none. */
function recordOf({ names, cells }: DumpRow): Record<string, unknown> {
  const values = cells.map(({ text, plain }) =>
    /^\s*[[{]/.test(text) ? (parseJson(text) ?? parseJson(plain) ?? text) : text,
  );
  if (names !== null) return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  const texts = cells.filter(({ quoted }) => quoted).map(({ text }) => text);
  const id = texts.find(isPlainlyId) ?? texts.find((one) => mayBeId(one) && !isNothing(one));
  const status = texts.find((one) => RELAYS_STATE.test(one));
  const data = values.find((value) => typeof value === 'object' && value !== null && hasResults(value));
  return {
    ...(id !== undefined && { task_id: id }),
    ...(status !== undefined && { status }),
    ...(data !== undefined && { data }),
  };
}

const hasFailed = (record: unknown): boolean => readingsOf(record).some(({ status }) => status === 'failed');

/** JSON of a task that was cut off before its id. */
const isBroken = (line: string): boolean => /"(?:audio_?url|task_?id|clips|fail_?reason)\\?"\s*:/i.test(line);

const namesTask = (value: unknown): boolean =>
  /"task_?(?:batch_?)?id\\*"/i.test(typeof value === 'string' ? value : JSON.stringify(value));

const cut = (text: string): string =>
  [...text.slice(0, 2 * SHOWN_MAX_CHARACTERS)].slice(0, SHOWN_MAX_CHARACTERS).join('');

function skip(text: string, start: number, signs: string): number {
  let at = start;
  while (at < text.length && signs.includes(text[at] ?? '')) at++;
  return at;
}

function lineEnd(text: string, start: number): number {
  LINE_END.lastIndex = start;
  return LINE_END.exec(text)?.index ?? text.length;
}

function skipLineEnd(text: string, end: number): number {
  if (text[end] === '\r' && text[end + 1] === '\n') return end + 2;
  return Math.min(end + 1, text.length);
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines++;
  }
  return lines;
}
