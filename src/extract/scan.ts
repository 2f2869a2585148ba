// Pure: where a JSON value that begins somewhere in a text ends, and its value without a digit lost.

export interface Extent {
  /** Whether it is JSON to its end. */
  readonly whole: boolean;
  /** Behind the last character, or where it stopped being JSON. */
  readonly end: number;
  /** Beginning and end of each integer that a double cannot hold, one after the other. */
  readonly longIntegers: readonly number[];
}

/** Deeper than any answer; what is deeper is no JSON to us. */
const DEEPEST = 100;
/** From so many digits on an integer may be too long for a double. */
const LONG_DIGITS = 16;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;
const WORDS = ['true', 'false', 'null'];
const HEX = /[0-9a-fA-F]{4}/y;
const ESCAPES = '"\\/bfnrt';

/** Strict, so that a text that only begins like JSON is given up at its first wrong character. `start`: of an opening bracket. */
export function scanJson(text: string, start: number): Extent {
  const longIntegers: number[] = [];
  /** The closing brackets that are to come. */
  const open: string[] = [];
  let at = start;
  let next: 'value' | 'first value' | 'key' | 'first key' | 'after' = 'value';
  const failed = (end: number): Extent => ({ whole: false, end, longIntegers });
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

function scalarEnd(text: string, at: number, longIntegers: number[]): number {
  if (text[at] === '"') return stringEnd(text, at);
  const word = WORDS.find((one) => text.startsWith(one, at));
  if (word !== undefined) return at + word.length;
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) return -1;
  if (number.length >= LONG_DIGITS && INTEGER.test(number)) longIntegers.push(at, at + number.length);
  return at + number.length;
}

/** Behind the closing quote, or -1. */
export function stringEnd(text: string, start: number): number {
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

function skipBlanks(text: string, start: number): number {
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
  }
}

/**
 * The value of a text that is wholly JSON of an object or a list, else undefined. Long integers become texts: ids are
 * texts, and every browser can do this.
 */
export function parseJson(text: string, start = skipBlanks(text, 0), extent?: Extent): unknown {
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  const { whole, end, longIntegers } = extent ?? scanJson(text, start);
  if (!whole || (extent === undefined && skipBlanks(text, end) < text.length)) return undefined;
  const parts: string[] = [];
  let from = start;
  for (let index = 0; index < longIntegers.length; index += 2) {
    const [begin = end, behind = end] = longIntegers.slice(index, index + 2);
    parts.push(text.slice(from, begin), '"', text.slice(begin, behind), '"');
    from = behind;
  }
  parts.push(text.slice(from, end));
  return JSON.parse(parts.join('')) as unknown;
}
