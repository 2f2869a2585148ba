// Pure, ground floor: takes keys out of texts before anybody reads them, in whatever spelling a vendor echoes them.

const REDACTED = '[redacted]';

/** A key shorter than this is no secret worth the damage of replacing it inside ordinary words. */
const SHORTEST_KEY = 6;

/**
 * Relays echo whole and masked keys in messages: `sk-abc***xyz`, `sk-ab...yz` (UPSTREAM 2).
 * The look-behind keeps words (`risk-taking`) and paths (`https://cdn/x/sk-abc.mp3`) whole.
 */
const KEY_LIKE = /(?<![\w./-])sk-[\w*.…-]*[a-z0-9*]/gi;

const BEARER = 'bearer ';

export function redact(text: string, key: string | null = null): string {
  let clean = text;
  for (const form of formsOf(key)) {
    if (mayBeEncoded(clean, form)) clean = clean.replace(spellingsOf(form), REDACTED);
    else clean = clean.replaceAll(form, REDACTED);
  }
  return clean.includes('-') ? clean.replace(KEY_LIKE, REDACTED) : clean;
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

/** Nearly all texts hold the key plainly or not at all, and are looked through at full speed. */
const mayBeEncoded = (text: string, key: string): boolean =>
  text.includes('\\u00') || text.includes('%') || (ESCAPED.test(key) && text.includes('\\'));

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
