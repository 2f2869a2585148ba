// Pure: the secret API_TOKENS.
import { unset } from './values.ts';

export const SCOPES = ['read', 'track', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
export interface Token {
  readonly name: string;
  readonly scope: Scope;
  readonly secret: string;
}

/** `token`, `name:token` or `name:scope:token`, comma-separated. */
export function readTokens(given: unknown, mistakes: string[]): Token[] {
  if (unset(given)) return [];
  const entries = String(given)
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const tokens: Token[] = [];
  entries.forEach((entry, index) => {
    const at = `API_TOKENS: entry ${index + 1}`;
    const parts = entry.split(':').map((part) => part.trim());
    const secret = parts.at(-1) ?? '';
    const scope = parts.length === 3 ? parts[1] : 'admin';
    if (parts.length > 3) mistakes.push(`${at} has more than two ":"; write name:scope:token, and no ":" in a token`);
    else if (parts.some((part) => part === ''))
      mistakes.push(`${at} has an empty part; write token, name:token or name:scope:token`);
    else if (parts.length === 2 && isScope(parts[0]))
      mistakes.push(`${at} begins with the scope word "${parts[0]}"; write name:${parts[0]}:token`);
    else if (!isScope(scope)) mistakes.push(`${at} has an unknown scope; it is one of ${SCOPES.join(', ')}`);
    else if (/\s/.test(secret)) mistakes.push(`${at} has a space inside its token`);
    else tokens.push({ name: parts.length > 1 ? (parts[0] ?? '') : `token ${index + 1}`, scope, secret });
  });
  return tokens;
}

const isScope = (word: unknown): word is Scope => SCOPES.includes(word as Scope);
