// Pure: who calls, and what they may do. Tokens are compared by their hashes, in constant time.
import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type Scope, type Token } from '../config/tokens.ts';
import { type Settings } from '../config/settings.ts';
import type { Result } from '../model/fault.ts';
import { Problem } from './problem.ts';

export interface KnownToken {
  readonly token: Token;
  readonly hash: Buffer;
}

/** Longest wait of the platform's counter (wrangler.toml: period = 60). */
const RATE_PERIOD_SECONDS = '60';

/** Texts are compared by this: of one length, whatever theirs is. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export const knownTokens = (settings: Result<Settings, string[]>): KnownToken[] =>
  settings.ok ? settings.value.tokens.map((token) => ({ token, hash: sha256(token.secret) })) : [];

/** `Bearer abc`, `bearer abc` and `abc` → `abc`. */
function presented(header: string | null): string | null {
  const text = header?.trim().replace(/^bearer(?:\s+|$)/i, '') ?? '';
  return text === '' ? null : text;
}

/** Hashes are of one length, and every token is looked at: neither time nor order tells anything. */
export function findToken(header: string | null, known: readonly KnownToken[]): KnownToken | null {
  const text = presented(header);
  if (text === null) return null;
  const hash = sha256(text);
  let found: KnownToken | null = null;
  for (const entry of known) if (timingSafeEqual(entry.hash, hash)) found ??= entry;
  return found;
}

/** Each scope may do all that the ones before it may. */
const allows = (token: Token, needed: Scope): boolean => SCOPES.indexOf(token.scope) >= SCOPES.indexOf(needed);

export function checkScope(token: Token, needed: Scope): void {
  if (!allows(token, needed)) {
    throw new Problem('forbidden', `This needs a token of scope ${needed}; yours has ${token.scope}`);
  }
}

export function settingsOrProblem(settings: Result<Settings, string[]>): Settings {
  if (!settings.ok) throw new Problem('not_configured', settings.fault.join('; '));
  return settings.value;
}

interface AdmitDeps {
  readonly settings: Result<Settings, string[]>;
  readonly rateLimit: { limit(options: { key: string }): Promise<{ success: boolean }> } | null;
}

/** In this order: settings, token, rate. The counter's key is the token's hash: names need not be unique. */
export async function admit(header: string | null, known: readonly KnownToken[], deps: AdmitDeps): Promise<Token> {
  settingsOrProblem(deps.settings);
  if (known.length === 0)
    throw new Problem('not_configured', 'API_TOKENS: is not set, so nobody may call; set the secret');
  const found = findToken(header, known);
  if (found === null) {
    const detail = header === null ? 'Send Authorization: Bearer <token>' : 'The token is not known';
    throw new Problem('unauthorized', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
  }
  const rate = await deps.rateLimit?.limit({ key: found.hash.toString('hex') });
  if (rate?.success === false) {
    throw new Problem('rate_limited', 'This token made too many requests', {
      headers: { 'Retry-After': RATE_PERIOD_SECONDS },
    });
  }
  return found.token;
}
