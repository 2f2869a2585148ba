// Pure: what may be the id of a task, whoever names it: a caller, a path or a vendor's answer.
import { sha256Hex } from '../lib/hash.ts';

export const ID_MAX_CODE_POINTS = 200;
/** Control, lone surrogate, line and paragraph separator characters. */
export const UNFIT_CHARACTERS = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}';
export const UNFIT = new RegExp(`[${UNFIT_CHARACTERS}]`, 'u');
export const IS_UNFIT = 'must have no control, surrogate or line-separator characters';

/** Of code units first: a text of a megabyte is not split to be counted. */
const isShort = (id: string): boolean =>
  id.length <= ID_MAX_CODE_POINTS || (id.length <= 2 * ID_MAX_CODE_POINTS && [...id].length <= ID_MAX_CODE_POINTS);

/** One code unit for each byte: bytes that are no UTF-8 keep nothing from being seen. */
function byteAt(end: readonly string[]): string | null {
  if (end.at(-3) !== '%') return null;
  const hex = `${end.at(-2)}${end.at(-1)}`;
  return /^[0-9a-f]{2}$/i.test(hex) ? String.fromCharCode(parseInt(hex, 16)) : null;
}

/** Dot, slash and backslash in more bytes than they need: old decoders take them (RFC 3629, 10). */
const OVERLONG = [
  [/\xc0\xae|\xe0\x80\xae/g, '.'],
  [/\xc0\xaf|\xe0\x80\xaf|\xc1\x9c|\xe0\x81\x9c/g, '/'],
] as const;

/** What is left of a text when nothing in it can be decoded any more, in one pass: a new byte may end another code. */
function decodedThrough(text: string): string {
  if (!text.includes('%')) return text;
  const out: string[] = [];
  for (const character of text) {
    out.push(character);
    for (let byte = byteAt(out); byte !== null; byte = byteAt(out)) out.splice(-3, 3, byte);
  }
  return OVERLONG.reduce((bytes, [overlong, plain]) => bytes.replace(overlong, plain), out.join(''));
}

/** `..;x` is `..` to servers that know parameters of segments (RFC 3986 3.3). */
const isDots = (segment: string): boolean => /^\.{1,2}(?:;|$)/.test(segment);

const segmentsOf = (path: string): string[] => decodedThrough(path).split(/[/\\]/);

/** Servers decode what they get, some more than once: an id stays one segment, here and at its vendor. What has no % is as it is. */
export function isOneSegment(id: string): boolean {
  const [segment = '', ...more] = segmentsOf(id.includes('%') ? encodeURIComponent(id.toWellFormed()) : id);
  return more.length === 0 && !isDots(segment);
}

/** Whether a path, percent-encoded as it came, climbs out of where it begins: `..%2f`, `%252e%252e`, `..%5c`. */
export const leavesPath = (path: string): boolean => segmentsOf(path).some(isDots);

/** In this order; the words are for whoever sent it. */
const RULES: readonly (readonly [holds: (id: string) => boolean, otherwise: string])[] = [
  [(id) => id !== '', 'must not be empty'],
  [isShort, `must have at most ${ID_MAX_CODE_POINTS} characters`],
  [(id) => !UNFIT.test(id), IS_UNFIT],
  [isOneSegment, 'must not be . or .., nor hold / or \\, percent-encoded neither'],
];

/** What keeps a text from being an id; null: nothing does. */
export const mistakeInId = (id: string): string | null => RULES.find(([holds]) => !holds(id))?.[1] ?? null;

export const isId = (id: string): boolean => mistakeInId(id) === null;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (id: string): boolean => UUID.test(id);

/** A UUID is the same song at every vendor; any other id means something at its own vendor only. */
export const slugOf = (vendor: string, clipId: string): string =>
  isUuid(clipId) ? clipId.toLowerCase() : sha256Hex(`${vendor}/${clipId}`).slice(0, 32);

export const SEQ_PER_MS = 1_000;

/** The place of something that comes now, behind all that is there. */
export const nextSeq = (last: number, ms: number): number => Math.max(last + 1, ms * SEQ_PER_MS);

export const msOf = (seq: number): number => Math.floor(seq / SEQ_PER_MS);
