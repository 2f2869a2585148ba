// Pure: dumps of a relay's own database (mysqldump, mydumper, pg_dump, `\G`, `\x`) → their rows.

/** One row: what it says under each name, or without names where the dump has none. */
export interface DumpRow {
  readonly names: readonly string[] | null;
  readonly cells: readonly DumpCell[];
  readonly start: number;
}
/** `plain`: as the text would be without the rules of MySQL, where a backslash stands for itself. */
export interface DumpCell {
  readonly text: string;
  readonly plain: string;
  readonly quoted: boolean;
}
export interface Dump {
  readonly table: string | null;
  readonly rows: readonly DumpRow[];
  readonly end: number;
}

const NAME = '[`"\\[]?[\\w$]+[`"\\]]?';
const TABLE = `(?:${NAME}\\.)?(${NAME})`;
const CREATE = new RegExp(`^\\s*CREATE TABLE(?: IF NOT EXISTS)? ${TABLE}\\s*\\(`, 'i');
const INSERT = new RegExp(
  `\\s*(?:INSERT(?:\\s+IGNORE)?|REPLACE)\\s+INTO\\s+${TABLE}\\s*(?:\\(([^()]{1,8000})\\))?\\s*VALUES\\s*`,
  'iy',
);
const COPY = new RegExp(`^COPY ${TABLE} \\(([^()]{1,8000})\\) FROM stdin;\\s*$`, 'i');
const COLUMN = /^\s*[`"[]?([\w$]+)[`"\]]?\s+[\w"`]+/;
const NO_COLUMN = /^(?:primary|key|unique|constraint|index|foreign|check|fulltext)$/i;
/** `*************************** 1. row ***************************`, `-[ RECORD 1 ]---+----` */
const RECORD = /^(?:\*{5,}\s*\d+\. row\s*\*{5,}|-\[ RECORD \d+ \]-[-+]*)\s*$/;

const bare = (name: string): string => name.trim().replace(/^[`"[]|[`"\]]$/g, '');
const namesIn = (list: string): string[] => list.split(',').map(bare);

/** The columns of a table, from the lines that make it. */
export function readCreate(text: string, start: number): { table: string; names: string[]; end: number } | null {
  const first = lineAt(text, start);
  const table = CREATE.exec(first.text)?.[1];
  if (table === undefined) return null;
  const names: string[] = [];
  let { end } = first;
  while (end < text.length) {
    const line = lineAt(text, end);
    const name = COLUMN.exec(line.text)?.[1];
    if (name === undefined) break;
    if (!NO_COLUMN.test(name)) names.push(name);
    end = line.end;
  }
  return { table: bare(table), names, end };
}

/** All rows of one statement. A tuple that breaks off ends it. */
export function readInsert(text: string, start: number, created: ReadonlyMap<string, readonly string[]>): Dump | null {
  INSERT.lastIndex = start;
  const match = INSERT.exec(text);
  if (match === null) return null;
  const table = bare(match[1] ?? '');
  const names = match[2] === undefined ? (created.get(table) ?? null) : namesIn(match[2]);
  const rows: DumpRow[] = [];
  let at = INSERT.lastIndex;
  let end = at;
  for (;;) {
    while (/[\s,]/.test(text[at] ?? '')) at++;
    if (text[at] !== '(') break;
    const tuple = readTuple(text, at);
    if (tuple === null) break;
    rows.push({ names: names?.length === tuple.cells.length ? names : null, cells: tuple.cells, start: at });
    at = end = tuple.end;
  }
  if (rows.length === 0) return null;
  while (/[ \t;]/.test(text[end] ?? '')) end++;
  return { table, rows, end };
}

const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' };
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, sign: string) => UNESCAPED[sign] ?? sign);

/** `(1, 'text', NULL, E'…')` */
function readTuple(text: string, start: number): { cells: DumpCell[]; end: number } | null {
  const cells: DumpCell[] = [];
  for (let at = start + 1; ;) {
    while (/\s/.test(text[at] ?? '')) at++;
    const prefix = /(?:_binary |_utf8mb4|[enx](?=['"]))?/iy;
    prefix.lastIndex = at;
    at += prefix.exec(text)?.[0].length ?? 0;
    while (text[at] === ' ') at++;
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      const end = quotedEnd(text, at);
      if (end === null) return null;
      const plain = text.slice(at + 1, end - 1).replaceAll(quote + quote, quote);
      cells.push({ text: unescaped(plain), plain, quoted: true });
      at = end;
      // `'…'::jsonb`
      while (/[^,)]/.test(text[at] ?? ')')) at++;
    } else {
      const begin = at;
      for (let depth = 0; at < text.length; at++) {
        if (text[at] === '\n') return null;
        if (text[at] === '(') depth++;
        if (depth === 0 && /[,)]/.test(text[at] ?? '')) break;
        if (text[at] === ')') depth--;
      }
      const word = text.slice(begin, at).trim();
      const cell = /^null$/i.test(word) ? '' : word;
      cells.push({ text: cell, plain: cell, quoted: false });
    }
    const sign = text[at++];
    if (sign === ')') return { cells, end: at };
    if (sign !== ',') return null;
  }
}

function quotedEnd(text: string, start: number): number | null {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return null;
}

/** `COPY … FROM stdin;` and its rows, to the line `\.`. */
export function readCopy(text: string, start: number): Dump | null {
  const first = lineAt(text, start);
  const [, table, columns] = COPY.exec(first.text) ?? [];
  if (table === undefined || columns === undefined) return null;
  const rows: DumpRow[] = [];
  let at = first.end;
  while (at < text.length) {
    const line = lineAt(text, at);
    const start = at;
    at = line.end;
    if (line.text === '\\.') break;
    const cells = line.text
      .split('\t')
      .map((cell) => (cell === '\\N' ? '' : unescaped(cell)))
      .map((cell) => ({ text: cell, plain: cell, quoted: true }));
    rows.push({ names: namesIn(columns), cells, start });
  }
  return { table: bare(table), rows, end: at };
}

/** One record as `\G` of mysql and `\x` of psql write it: names and values, the marks between them under each other. */
export function readRecord(text: string, start: number): Dump | null {
  const head = lineAt(text, start);
  if (!RECORD.test(head.text)) return null;
  const mark = head.text.startsWith('*') ? ':' : '|';
  const [names, cells]: [string[], string[]] = [[], []];
  let column = -1;
  let at = head.end;
  while (at < text.length) {
    const line = lineAt(text, at);
    if (RECORD.test(line.text) || /^(?:\d+ rows? in set|\(\d+ rows?\)|\s*$)/.test(line.text)) break;
    if (column === -1) column = line.text.indexOf(mark);
    const name = line.text.slice(0, column).trim();
    if (column !== -1 && line.text[column] === mark && /^\w+$/.test(name)) {
      names.push(name);
      cells.push(line.text.slice(column + 2));
    } else if (names.length === 0) break;
    // Longer values go on in the next line; psql marks them by a `+`.
    else
      cells.push(
        `${cells.pop()?.replace(/\s*\+$/, '') ?? ''}\n${mark === '|' ? line.text.slice(column + 2) : line.text}`,
      );
    at = line.end;
  }
  if (names.length === 0) return null;
  const values = cells
    .map((cell) => (cell === 'NULL' ? '' : cell))
    .map((cell) => ({ text: cell, plain: cell, quoted: true }));
  return { table: null, rows: [{ names, cells: values, start }], end: at };
}

function lineAt(text: string, start: number): { text: string; end: number } {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline + 1;
  return { text: text.slice(start, newline === -1 ? end : newline).replace(/\r$/, ''), end };
}
