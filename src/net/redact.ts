// Pure: takes keys out of texts before anybody reads them, in whatever spelling a vendor echoes them.

const REDACTED = '[redacted]';

/** A key shorter than this is no secret worth the damage of replacing it inside ordinary words. */
const SHORTEST_KEY = 6;

/**
 * Relays echo whole and masked keys in messages: `sk-abc***xyz`, `sk-ab...yz`. The look-behind keeps words (`risk-taking`),
 * paths (`https://cdn/x/sk-abc.mp3`) and signatures (`~sk-abc`) whole, the length names (`Sk-8ter`).
 */
const KEY_LIKE = /(?<![\w./~-])sk-[\w*.…-]{4,}[a-z0-9*]/gi;

const BEARER = 'bearer ';

/** A text without the vendor's own key, however it is written; all else in it stays. */
export function withoutKey(text: string, key: string | null): string {
  let clean = text;
  for (const form of formsOf(key)) {
    if (mayBeEncoded(clean, form)) clean = clean.replace(spellingsOf(form), REDACTED);
    else clean = clean.replaceAll(form, REDACTED);
  }
  return clean;
}

/** A message for people, also without what merely looks like a key: never for titles and URLs, which it would damage. */
export function redact(text: string, key: string | null = null): string {
  const clean = withoutKey(text, key);
  return clean.includes('-') ? clean.replace(KEY_LIKE, REDACTED) : clean;
}

/** In lower case, without underscores. */
const MESSAGE_KEYS = new Set([
  ...['message', 'msg', 'error', 'errmsg', 'errormsg', 'errormessage', 'failmsg', 'failreason', 'failuremessage'],
  ...['reason', 'detail', 'details', 'description', 'resulturl'],
]);
const isMessage = (name: string): boolean => MESSAGE_KEYS.has(name.replaceAll('_', '').toLowerCase());

/**
 * A string, or one that is the name of another. What repeats cannot be taken in two ways, and one that is never closed
 * reaches to the end: else a hostile text would cost more than time in line with its length.
 */
const CHARACTERS = String.raw`((?:[^"\\]|\\.|\\$)*)(?:"|$)`;
const STRINGS = new RegExp(`"${CHARACTERS}(?:(\\s*:\\s*)"${CHARACTERS})?`, 'gs');
/** JSON in JSON in JSON; deeper no relay goes. */
const TEXTS_DEEP = 4;

/** JSON text as a vendor sent it: its own key is taken out everywhere, what looks like one from messages alone. */
export const redactJson = (text: string, key: string | null): string =>
  messagesRedacted(withoutKey(text, key), TEXTS_DEEP);

/** By the text, not by its values: numbers keep all of their digits, and an answer without such a word costs nothing. */
function messagesRedacted(text: string, deep: number): string {
  if (deep === 0 || !/sk-/i.test(text)) return text;
  return text.replace(STRINGS, (whole: string, name: string, colon: string | undefined, value: string | undefined) => {
    const inner = value ?? name;
    if (!/sk-/i.test(inner)) return whole;
    const plain = plainText(inner);
    if (plain === null) return whole;
    const isNamed = value !== undefined && isMessage(name) && !/^\s*https?:\/\//i.test(plain);
    const clean = isNamed ? redact(plain) : isJsonText(plain) ? messagesRedacted(plain, deep - 1) : plain;
    if (clean === plain) return whole;
    return value === undefined ? JSON.stringify(clean) : `"${name}"${colon}${JSON.stringify(clean)}`;
  });
}

function plainText(inner: string): string | null {
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    // SyntaxError: a line break or a wrong escape within: no JSON, and nobody reads it as such.
    return null;
  }
}

/** Only a whole one: words that begin with a brace are a title's. */
function isJsonText(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // SyntaxError: a text that only begins as JSON does.
    return false;
  }
}

/** Whether a text, an address above all, holds the key. */
export const holdsKey = (text: string, key: string | null): boolean =>
  formsOf(key).some((form) => spellingsOf(form).test(text));

/** Settings hold a key as the vendor shows it, so with or without `Bearer` in front; vendors echo the bare one. */
function formsOf(key: string | null): string[] {
  if (key === null) return [];
  const whole = key.trim();
  const bare = whole.toLowerCase().startsWith(BEARER) ? whole.slice(BEARER.length).trim() : whole;
  return [...new Set([whole, bare])].filter((form) => form.length >= SHORTEST_KEY);
}

/** Characters that JSON's writers escape by a backslash. */
const ESCAPED = /["\\/]/;

const CODES = /(?:%(?:25){0,4}|\\u00)([0-9a-f]{2})/gi;

/** Nearly all texts hold the key plainly or not at all, and are looked through at full speed: only a character of the key, written as a code, is a reason for more. */
function mayBeEncoded(text: string, key: string): boolean {
  if (ESCAPED.test(key) && text.includes('\\')) return true;
  if (!text.includes('%') && !text.includes('\\u00')) return false;
  for (const [, hex = ''] of text.matchAll(CODES)) {
    if (key.includes(String.fromCharCode(parseInt(hex, 16)))) return true;
  }
  return false;
}

/** Backslashes before what a text escapes, or a text within a text, up to four deep; not every writer escapes a slash. */
const ESCAPES = '\\\\{0,15}';
const CODE_ESCAPES = '(?:\\\\{8}|\\\\{4}|\\\\{2}|\\\\)u00';

/**
 * The key as it is, and each of its characters as JSON text may have it (`\/`, `\u002f`, in a text within a text `\\\/`)
 * or a URL (`%2F`, within another URL `%252F`). What a repetition may take is fixed, or a hostile text would cost more than time in line with its length.
 */
const spellingsOf = (key: string): RegExp =>
  new RegExp(
    (key.match(/\\+|[^\\]/g) ?? [])
      .map((part) => {
        const hex = [...part.charCodeAt(0).toString(16)].map((digit) => `[${digit}${digit.toUpperCase()}]`).join('');
        return `(?:${literal(part)}|(?:${CODE_ESCAPES}${hex}|%(?:25){0,4}${hex}){${part.length}})`;
      })
      .join(''),
    'g',
  );

/** `part` is one character, or a run of backslashes, each of which any text doubles. */
function literal(part: string): string {
  if (part.startsWith('\\')) return [16, 8, 4, 2, 1].map((times) => `\\\\{${times * part.length}}`).join('|');
  return ESCAPED.test(part) ? `${ESCAPES}${part}` : part.replace(/\W/, '\\$&');
}
