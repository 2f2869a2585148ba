// Pure: one line of a log, a list or a letter → the task ids that it names.
import { isId, isNamedId, isPlainlyId, mayBeId } from './gather-id.js';

/** `task_id=…`, `"taskId": "…"`, `\"task_id\":\"…\"`, `Task ID: …`, `task_ids=[a, b]`, `task=…`. Bounded, so that no line costs more than its length. */
const NAMED =
  /(?<![a-z0-9])(?:suno[_ -]?|music[_ -]?)?task(?:[_ -]?batch)?(?:[_ -]?ids?|(?=["'\\ ]{0,6}[:=]))["'\\`*\]]{0,6} {0,4}(?::|=>?|(?= [0-9a-f]{8}-| is ))(?: is )?[ "'\\`*[({]{0,8}([^\s"'\\`,;&|()[\]{}<>]{1,400}(?:["' ]{0,3},["' ]{0,3}[^\s"'\\`,;&|()[\]{}<>=:]{6,200})*)/gi;

/** The routes of relays and of longplay that end in a task's id, with anything before and behind. */
const ADDRESSED = /\/(?:suno\/fetch|fetch|v1\/tasks?|tasks?|suno\/task)\/([^\s"'\\`<>?#/()[\]{}|,;&]{1,1200})/gi;
const ROUTES = new Set(['fetch', 'import', 'retry', 'submit', 'music', 'lyrics', 'list', 'status']);

/** Words of letters, digits, `_` and `-`, long enough for an id that shows itself by its form. */
const WORD = /[\w-]{8,200}/g;
/** What stands before a word and says that it is the id of something else. */
const OTHERS_NAME =
  /(?:(?:request|req|trace|span|parent|correlation|session|user|account|client|customer|channel|clip|song|audio|file|item|message|event|device|order|run|host|pod|container|commit)[_ -]?(?:uu)?ids?|x-request-id|traceparent|etag|sha256|sha1|md5|digest|token|key|commit)["'\\`*]{0,4}\s{0,3}[:=]?\s{0,3}["'\\`(]{0,4}$/i;
const LOOK_BACK_CHARACTERS = 48;

const SEPARATORS = /[\s,;|]+/;
/** Bullets, numbers and boxes of a list: `- [x] `, `12. `. */
const BULLET = /^\s*(?:>\s*)*(?:(?:[-*+•–]|\d{1,6}[.):])\s+)?(?:\[[ xX]?\]\s+)?/;
const WRAPPING = /^[\s"'`<([{*_]+|[\s"'`>)\]}*_.,;:]+$/g;
/** Columns without a header: the first one may hold the ids. */
const COLUMNS = /\s*[,;\t|]\s*/;

/**
 * In the order in which the line has them; an id may come twice.
 * @param {string} line
 * @returns {string[]}
 */
export function idsInLine(line) {
  const named = [...namedIn(line), ...addressedIn(line)].sort((one, other) => one.at - other.at);
  if (named.length > 0) return named.map(({ id }) => id);
  const listed = listIn(line);
  if (listed.length > 0) return listed;
  return plainIn(line);
}

/** @param {string} line */
function namedIn(line) {
  const found = [];
  for (const match of line.matchAll(NAMED)) {
    for (const part of (match[1] ?? '').split(',')) {
      const id = part.replace(WRAPPING, '');
      // `task_id=pending` says nothing; in a line of words only a digit tells an id from one.
      if (isNamedId(id) && /\d/.test(id) && !id.includes('://')) found.push({ at: match.index, id });
    }
  }
  return found;
}

/** @param {string} line */
function addressedIn(line) {
  const found = [];
  for (const match of line.matchAll(ADDRESSED)) {
    const id = decoded((match[1] ?? '').replace(/[.:!*]+$/, ''));
    if (id !== null && isId(id) && !ROUTES.has(id.toLowerCase()) && !/^[:{<$*]/.test(id))
      found.push({ at: match.index, id });
  }
  return found;
}

/** @param {string} segment */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    // URIError: a lone percent sign. It is no segment that a client wrote.
    return null;
  }
}

/** A line that is nothing but ids, or columns of which the first is one. @param {string} line */
function listIn(line) {
  const bare = line.replace(BULLET, '');
  const words = bare.split(SEPARATORS).map(unwrapped).filter(Boolean);
  if (words.length > 0 && words.every(mayBeId)) return words;
  const [first = '', ...others] = bare.split(COLUMNS, 3).map(unwrapped);
  return others.length > 0 && mayBeId(first) && !isNumber(first) ? [first] : [];
}

/** @param {string} word */
const unwrapped = (word) => word.replace(WRAPPING, '');
/** @param {string} word */
const isNumber = (word) => /^\d+$/.test(word);

/** @param {string} line */
function plainIn(line) {
  const found = [];
  for (const match of line.matchAll(WORD)) {
    const word = match[0].replace(/^[-_]+|[-_]+$/g, '');
    if (!isPlainlyId(word)) continue;
    const before = line.slice(Math.max(0, match.index - LOOK_BACK_CHARACTERS), match.index);
    if (!OTHERS_NAME.test(before)) found.push(word);
  }
  return found;
}
