// Pure: one line of a log, a list or a letter → the task ids that it names.
import { isId } from '../model/id.ts';
import { isNamedId, isPlainlyId, isRounded, mayBeId } from './id-words.ts';

/** `task_id=…`, `"taskId": "…"`, `\"task_id\":\"…\"`, `Task ID: …`, `task_ids=[a, b]`, `task=…`. Bounded, so that no line costs more than its length. */
const NAMED =
  /(?<![a-z0-9])(?:suno[_ -]?|music[_ -]?)?task(?:[_ -]?batch)?(?:[_ -]?ids?|(?=["'\\ ]{0,6}[:=]| [0-9a-f]{8}-?[0-9a-f]{4}))["'\\`*\]]{0,6} {0,4}(?::|=>?|(?= [0-9a-f]{8}-?[0-9a-f]{4}| is ))(?: is )?[ "'\\`*[({]{0,8}([^\s"'\\`,;&|()[\]{}<>]{1,400})/gi;

/** A list goes on: `task_ids=[a1, b2]`. */
const FURTHER = /["' ]{0,3},["' ]{0,3}([\w.~:+-]{6,200})(?![\w.~:+-]|\s*[=:])/y;
const MAY_NAME = /task/i;

interface Placed {
  at: number;
  id: string;
}

/** The routes of relays and of longplay that end in a task's id, with anything before and behind. */
const ADDRESSED = /\/(?:suno\/fetch|fetch|v1\/tasks?|tasks?|suno\/task)\/([^\s"'\\`<>?#/()[\]{}|,;&]{1,1200})/gi;
const LONE_PERCENT = /%(?![0-9a-f]{2})/i;
const ROUTES = new Set(['fetch', 'import', 'retry', 'submit', 'music', 'lyrics', 'list', 'status']);

/** Words of letters, digits, `_` and `-`, long enough for an id that shows itself by its form. */
const WORD = /[\w-]{8,200}/g;
/** What stands before a word and says that it is the id of something else. */
const OTHERS_NAME =
  /(?:(?:request|req|trace|span|parent|correlation|session|user|account|client|customer|channel|clip|song|audio|file|item|message|event|device|order|run|host|pod|container|commit)[_ -]?(?:uu)?ids?|x-request-id|traceparent|etag|sha256|sha1|md5|digest|token|key|commit)["'\\`*]{0,4}\s{0,3}[:=]?\s{0,3}["'\\`(]{0,4}$/i;
const LOOK_BACK_CHARACTERS = 48;

const SEPARATORS = /[\s,;|]+/g;
/** Bullets, numbers and boxes of a list: `- [x] `, `12. `. */
const BULLET = /^\s{0,40}(?:>\s{0,8}){0,8}(?:(?:[-*+•–]|\d{1,6}[.):])\s+)?(?:\[[ xX]?\]\s+)?/;
const WRAPPING_BEFORE = ' \t"\'`<([{*_';
const WRAPPING_BEHIND = ' \t"\'`>)]}*_.,;:!';
/** Columns without a header: the first one may hold the ids. */
const COLUMN_END = /[,;\t|]/;

/** In the order in which the line has them; an id may come twice. */
export function idsInLine(line: string): string[] {
  const named = [...namedIn(line), ...addressedIn(line)].sort((one, other) => one.at - other.at);
  if (named.length > 0) return named.map(({ id }) => id);
  const listed = listIn(line);
  if (listed.length > 0) return listed;
  return plainIn(line);
}

/** Whether a line that names no id holds one that a spreadsheet has rounded. */
export const holdsRounded = (line: string): boolean =>
  [SEPARATORS, /[\s;|\t]+/].some((between) => line.split(between).some((word) => isRounded(unwrapped(word))));

function namedIn(line: string): Placed[] {
  const found: Placed[] = [];
  if (!MAY_NAME.test(line)) return found;
  for (const match of line.matchAll(NAMED)) {
    add(match.index, match[1] ?? '');
    FURTHER.lastIndex = match.index + match[0].length;
    for (let one = FURTHER.exec(line); one !== null; one = FURTHER.exec(line)) add(one.index, one[1] ?? '');
  }
  return found;

  function add(at: number, word: string): void {
    const id = unwrapped(word);
    // `task_id=pending` says nothing; in a line of words only a digit tells an id from one.
    if (isNamedId(id) && /\d/.test(id)) found.push({ at, id });
  }
}

function addressedIn(line: string): Placed[] {
  const found: Placed[] = [];
  if (!line.includes('/')) return found;
  for (const match of line.matchAll(ADDRESSED)) {
    const id = decoded(unwrapped(match[1] ?? ''));
    if (id !== null && isId(id) && !ROUTES.has(id.toLowerCase()) && !/^[:{<$*]/.test(id))
      found.push({ at: match.index, id });
  }
  return found;
}

function decoded(segment: string): string | null {
  if (LONE_PERCENT.test(segment)) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    // URIError: the bytes are no UTF-8. It is no segment that a client wrote.
    return null;
  }
}

/** A line that is nothing but ids, or columns of which the first is one. */
function listIn(line: string): string[] {
  const bare = line.replace(BULLET, '');
  const words: string[] = [];
  let from = 0;
  SEPARATORS.lastIndex = 0;
  for (let separator: RegExpExecArray | null | undefined; separator !== null;) {
    separator = SEPARATORS.exec(bare);
    const word = unwrapped(bare.slice(from, separator?.index));
    if (separator !== null) from = separator.index + separator[0].length;
    if (word === '') continue;
    if (!mayBeId(word)) return firstColumnOf(bare);
    words.push(word);
  }
  // Beside ids that show themselves, `worker-7` is a name.
  return words.some(isPlainlyId) ? words.filter((word) => !NUMBERED_WORD.test(word)) : words;
}

const NUMBERED_WORD = /^[a-z]+[-_]?\d{1,4}$/i;

function firstColumnOf(line: string): string[] {
  const end = line.search(COLUMN_END);
  const first = end === -1 ? '' : unwrapped(line.slice(0, end));
  return mayBeId(first) && !/^\d+$/.test(first) ? [first] : [];
}

/** Without quotation marks, brackets and the like around it. By hand: a pattern would look at a long run once for each of its characters. */
function unwrapped(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && WRAPPING_BEFORE.includes(word[from] ?? '')) from++;
  while (to > from && WRAPPING_BEHIND.includes(word[to - 1] ?? '')) to--;
  return word.slice(from, to);
}

function plainIn(line: string): string[] {
  const found: string[] = [];
  for (const match of line.matchAll(WORD)) {
    const word = match[0].replace(/^[-_]+|[-_]+$/g, '');
    if (!isPlainlyId(word)) continue;
    const before = line.slice(Math.max(0, match.index - LOOK_BACK_CHARACTERS), match.index);
    if (!OTHERS_NAME.test(before)) found.push(word);
  }
  return found;
}
