// Pure: which secrets there may be, and which of those at hand go to the account.
import { parseEnv } from 'node:util';
import { fail, ok, type Result } from '../../model/fault.ts';
import { unset } from '../../config/setting-values.ts';

/** Secrets beside the vendors' keys. VENDORS is none, but a dashboard has no tables: there it is JSON text. */
export const SECRETS = ['API_TOKENS', 'WEBHOOK_SECRET', 'HOOK_SECRET', 'VENDORS'] as const;
const VENDOR_KEY = /^[A-Z0-9_]+_API_KEY$/;

export const FILE = '--secrets-file';
export const ENVIRONMENT = 'the environment';
export const LOCAL = '.dev.vars';
export type Origin = typeof FILE | typeof ENVIRONMENT | typeof LOCAL;

export interface Secret {
  readonly value: string;
  readonly from: Origin;
}
export type Secrets = ReadonlyMap<string, Secret>;

/** A file of `NAME=value` lines, or one JSON object. Null: it is neither. */
export function parseSecrets(text: string): Record<string, string> | null {
  if (!text.trimStart().startsWith('{')) return parseEnv(text) as Record<string, string>;
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  } catch {
    return null;
  }
}

export const isSecret = (name: string): boolean => SECRETS.some((known) => known === name) || VENDOR_KEY.test(name);

/** What each source holds, the first one that has a name wins it. The environment is full of others' names: of keys, only `wanted` are taken. */
export function gatherSecrets(
  sources: readonly (readonly [Origin, Readonly<Record<string, string | undefined>>])[],
  wanted: ReadonlySet<string>,
): Map<string, Secret> {
  const found = new Map<string, Secret>();
  for (const [from, values] of sources) {
    for (const [name, value] of Object.entries(values)) {
      const ours = from === ENVIRONMENT ? wanted.has(name) : isSecret(name);
      if (ours && value !== undefined && !unset(value) && !found.has(name)) found.set(name, { value, from });
    }
  }
  return found;
}

/** The secrets to be sent: what was asked for by name replaces, all else only fills what is missing. */
export const toSend = (secrets: Secrets, onAccount: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(
    [...secrets]
      .filter(([name, { from }]) => from === FILE || !onAccount.has(name))
      .map(([name, { value }]) => [name, value]),
  );

/** `text` is what a file held; null: there is no such file. */
export function readSecretsFile(path: string, text: string | null): Result<Record<string, string>, string> {
  if (text === null) return fail(`${FILE}: there is no file ${path}; write one as .dev.vars.example shows`);
  const values = parseSecrets(text);
  return values ? ok(values) : fail(`${FILE}: ${path} is neither NAME=value lines nor JSON; write NAME=value lines`);
}
