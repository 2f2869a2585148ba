// Pure, ground floor: takes keys out of texts before anybody reads them.

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
  for (const form of formsOf(key)) clean = clean.replaceAll(form, REDACTED);
  return clean.includes('-') ? clean.replace(KEY_LIKE, REDACTED) : clean;
}

/** Settings hold a key as the vendor shows it, so with or without `Bearer` in front; vendors echo the bare one. */
function formsOf(key: string | null): string[] {
  if (key === null) return [];
  const whole = key.trim();
  const bare = whole.toLowerCase().startsWith(BEARER) ? whole.slice(BEARER.length).trim() : whole;
  const plain = [whole, bare].filter((form) => form.length >= SHORTEST_KEY);
  // Inside JSON text; some writers escape slashes too.
  const quoted = plain.map((form) => JSON.stringify(form).slice(1, -1));
  return [...new Set([...quoted.map((form) => form.replaceAll('/', '\\/')), ...quoted, ...plain])];
}
