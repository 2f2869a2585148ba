// Pure: where a JSON value that begins somewhere in a text ends, and its value without a digit lost.

/**
 * @typedef {object} Extent
 * @property {boolean} whole Whether it is JSON to its end.
 * @property {number} end Behind the last character, or where it stopped being JSON.
 * @property {number[]} longIntegers Beginning and end of each integer that a double cannot hold, one after the other.
 */

/** Deeper than any answer; what is deeper is no JSON to us. */
const DEEPEST = 100;
/** From so many digits on an integer may be too long for a double. */
const LONG_DIGITS = 16;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;
const WORDS = ['true', 'false', 'null'];
const HEX = /[0-9a-fA-F]{4}/y;
const ESCAPES = '"\\/bfnrt';

/**
 * Strict, so that a text that only begins like JSON is given up at its first wrong character.
 * @param {string} text
 * @param {number} start Of an opening bracket.
 * @returns {Extent}
 */
export function scanJson(text, start) {
  /** @type {number[]} */
  const longIntegers = [];
  /** The closing brackets that are to come. @type {string[]} */
  const open = [];
  let at = start;
  /** @type {'value' | 'first value' | 'key' | 'first key' | 'after'} */
  let next = 'value';
  /** @type {(end: number) => Extent} */
  const failed = (end) => ({ whole: false, end, longIntegers });
  for (;;) {
    at = skipBlanks(text, at);
    const sign = text[at];
    if (sign === undefined) return failed(at);
    if (next === 'after') {
      if (sign === ',') {
        next = open.at(-1) === '}' ? 'key' : 'value';
        at++;
        continue;
      }
      if (sign !== open.at(-1)) return failed(at);
      open.pop();
      at++;
    } else if (sign === open.at(-1) && (next === 'first key' || next === 'first value')) {
      open.pop();
      at++;
      next = 'after';
    } else if (next === 'key' || next === 'first key') {
      const end = sign === '"' ? stringEnd(text, at) : -1;
      const colon = end === -1 ? at : skipBlanks(text, end);
      if (end === -1 || text[colon] !== ':') return failed(colon);
      at = colon + 1;
      next = 'value';
      continue;
    } else if (sign === '{' || sign === '[') {
      if (open.length === DEEPEST) return failed(at);
      open.push(sign === '{' ? '}' : ']');
      next = sign === '{' ? 'first key' : 'first value';
      at++;
      continue;
    } else {
      const end = scalarEnd(text, at, longIntegers);
      if (end === -1) return failed(at);
      at = end;
      next = 'after';
    }
    if (open.length === 0) return { whole: true, end: at, longIntegers };
  }
}

/**
 * @param {string} text
 * @param {number} at
 * @param {number[]} longIntegers
 */
function scalarEnd(text, at, longIntegers) {
  if (text[at] === '"') return stringEnd(text, at);
  const word = WORDS.find((one) => text.startsWith(one, at));
  if (word !== undefined) return at + word.length;
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) return -1;
  if (number.length >= LONG_DIGITS && INTEGER.test(number)) longIntegers.push(at, at + number.length);
  return at + number.length;
}

/**
 * Behind the closing quote, or -1.
 * @param {string} text
 * @param {number} start
 */
export function stringEnd(text, start) {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return -1;
    if (code !== 0x5c) continue;
    at++;
    if (text[at] === 'u') {
      HEX.lastIndex = at + 1;
      if (!HEX.test(text)) return -1;
      at += 4;
    } else if (!ESCAPES.includes(text[at] ?? ' ')) return -1;
  }
  return -1;
}

/**
 * @param {string} text
 * @param {number} at
 */
function skipBlanks(text, at) {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

/**
 * The value of a text that is wholly JSON of an object or a list, else undefined. Long integers become texts: ids are
 * texts, and every engine can do this.
 * @param {string} text
 * @param {number} [start]
 * @param {Extent} [extent]
 * @returns {unknown}
 */
export function parseJson(text, start = skipBlanks(text, 0), extent = undefined) {
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  const { whole, end, longIntegers } = extent ?? scanJson(text, start);
  if (!whole || (extent === undefined && skipBlanks(text, end) < text.length)) return undefined;
  const parts = [];
  let from = start;
  for (let index = 0; index < longIntegers.length; index += 2) {
    const [begin = end, behind = end] = longIntegers.slice(index, index + 2);
    parts.push(text.slice(from, begin), '"', text.slice(begin, behind), '"');
    from = behind;
  }
  parts.push(text.slice(from, end));
  return JSON.parse(parts.join(''));
}
