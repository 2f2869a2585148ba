// Edge: what is known before anything is changed: secrets of files and environment, and what the account has.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { keyName } from '../../config/vendors.ts';
import type { DeployConfiguration } from '../wrangler-config.ts';
import type { Options } from './options.ts';
import type { Given } from './preflight.ts';
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
import { type Account, askAccount } from './wrangler.ts';

export interface Gathered {
  readonly given: Given;
  /** Null: none was asked. */
  readonly account: Account | null;
  readonly refusals: string[];
  readonly warnings: string[];
}

/** A dry run asks no account. */
export async function gather(
  configuration: DeployConfiguration,
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
  vars: DeployConfiguration['vars'],
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
    return Object.keys(Object(typeof value === 'string' ? JSON.parse(value) : value)).map((id) => id.trim());
  } catch {
    return [];
  }
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

const Report = v.object({
  vulnerabilities: v.record(v.string(), v.object({ severity: v.string(), via: v.array(v.unknown()) })),
});
const SEVERE = ['high', 'critical'];
const AUDIT_MAX_MS = 20_000;

/** One line for each package with a severe finding, or one that says why nobody can tell. */
export function readAudit(stdout: string): string[] {
  let report: v.InferOutput<typeof Report>;
  try {
    report = v.parse(Report, JSON.parse(stdout));
  } catch {
    return ['npm audit: the registry gave no answer, so nothing is known of weak spots in what is deployed'];
  }
  return Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => SEVERE.includes(severity))
    .map(([name, { severity, via }]) => {
      const titles = via.map((one) =>
        typeof one === 'string' ? `through ${one}` : String(Object(one)['title'] ?? ''),
      );
      return `npm audit: ${name} (${severity}): ${titles.filter(Boolean).join('; ') || 'see npm audit'}; run npm audit fix`;
    });
}

export function audit(): Promise<string[]> {
  const args = ['audit', '--omit=dev', '--json', '--fetch-retries=0', `--fetch-timeout=${AUDIT_MAX_MS / 2}`];
  // npm tells its scripts where it is; without npm around us, it is on the path.
  const npm = process.env['npm_execpath'];
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const options = { cwd: join(import.meta.dirname, '../../..'), timeout: AUDIT_MAX_MS };
  return new Promise((done) => {
    // Findings are an exit code of 1, so the code tells nothing.
    execFile(program, [...first, ...args], options, (_, stdout) => done(readAudit(stdout)));
  });
}
