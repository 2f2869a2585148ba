// Edge: what is known before anything is changed: secrets of files and environment, and what the account has.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyName } from '../../config/vendors.ts';
import { askAccount, type Account } from '../../commands/deploy/account.ts';
import type { Given } from './preflight.ts';
import type { Configuration } from '../wrangler-config.ts';
import type { Options } from './options.ts';
import {
  ENVIRONMENT,
  FILE,
  gatherSecrets,
  isSecret,
  LOCAL,
  parseSecrets,
  readSecretsFile,
  SECRETS,
  type Secrets,
} from './secrets.ts';

export interface Gathered {
  readonly given: Given;
  /** Null: none was asked. */
  readonly account: Account | null;
  readonly refusals: string[];
  readonly warnings: string[];
}

/** A dry run asks no account. */
export async function gather(
  configuration: Configuration,
  { dry_run, secrets_file }: Pick<Options, 'dry_run' | 'secrets_file'>,
  root: string,
): Promise<Gathered> {
  const chosen = configuration.account ?? process.env['CLOUDFLARE_ACCOUNT_ID'] ?? null;
  const account = dry_run ? null : await askAccount(configuration.name, chosen);
  const file = secrets_file === null ? null : readSecretsFile(secrets_file, textOf(secrets_file));
  const fromFile = file?.ok ? file.value : {};
  return {
    given: {
      vars: configuration.vars,
      secrets: secretsAtHand(configuration.vars, fromFile, parseSecrets(textOf(join(root, LOCAL)) ?? '') ?? {}),
      onAccount: account?.secrets ?? new Set<string>(),
    },
    account,
    refusals: [...(file && !file.ok ? [file.fault] : []), ...(account?.refusals ?? [])],
    warnings: [
      ...Object.keys(fromFile)
        .filter((name) => !isSecret(name))
        .map((name) => `${name} (${FILE}): is no secret and left out; write it under [vars] in wrangler.toml`),
      ...(account?.warnings ?? []),
    ],
  };
}

function secretsAtHand(
  vars: Configuration['vars'],
  fromFile: Record<string, string>,
  local: Record<string, string>,
): Secrets {
  const named = [vars, fromFile, process.env, local].flatMap((source) => vendorsOf(source['VENDORS']));
  const sources = [
    [FILE, fromFile],
    [ENVIRONMENT, process.env],
    [LOCAL, local],
  ] as const;
  return gatherSecrets(sources, new Set([...SECRETS, ...named.map(keyName)]));
}

/** Ids of the vendors that one source names; what cannot be read is named by the check of all settings. */
function vendorsOf(value: unknown): string[] {
  try {
    return Object.keys(Object(typeof value === 'string' ? JSON.parse(value) : value));
  } catch {
    return [];
  }
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
