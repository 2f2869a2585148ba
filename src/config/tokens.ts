// Pure: the secret API_TOKENS.
import { type Checked, unset } from './setting-values.ts';

export const SCOPES = ['read', 'track', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
export interface Token {
  readonly name: string;
  readonly scope: Scope;
  readonly secret: string;
}

/** `token`, `name:token` or `name:scope:token`, comma-separated. */
export function readTokens(given: unknown): Checked<Token[]> {
  if (unset(given)) return { value: [], mistakes: [] };
  const entries = String(given)
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(readToken);
  return {
    value: entries.filter((entry) => typeof entry === 'object'),
    mistakes: entries.filter((entry) => typeof entry === 'string'),
  };
}

/** One token, or what is wrong with it. */
function readToken(entry: string, index: number): Token | string {
  const at = `API_TOKENS: entry ${index + 1}`;
  const parts = entry.split(':').map((part) => part.trim());
  const secret = parts.at(-1) ?? '';
  const scope = parts.length === 3 ? parts[1] : 'admin';
  if (parts.length > 3) return `${at} has more than two ":"; write name:scope:token, and no ":" in a token`;
  if (parts.some((part) => part === '')) return `${at} has an empty part; write token, name:token or name:scope:token`;
  if (parts.length === 2 && isScope(parts[0]))
    return `${at} begins with the scope word "${parts[0]}"; write name:${parts[0]}:token`;
  if (!isScope(scope)) return `${at} has an unknown scope; it is one of ${SCOPES.join(', ')}`;
  if (/\s/.test(secret)) return `${at} has a space inside its token`;
  return { name: parts.length > 1 ? (parts[0] ?? '') : `token ${index + 1}`, scope, secret };
}

const isScope = (word: unknown): word is Scope => SCOPES.includes(word as Scope);
