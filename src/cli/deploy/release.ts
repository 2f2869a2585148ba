// Edge: buckets and queues, made through wrangler where they are missing. What is there is left alone.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../model/fault.ts';
import { leaveWill } from '../last-will.ts';
import { heedSignals } from '../signals.ts';
import type { DeployConfiguration } from '../wrangler-config.ts';
import { complaintOf, runWrangler } from './wrangler.ts';

interface Kind {
  readonly noun: string;
  readonly command: readonly string[];
  /** What to do where wrangler cannot make one. */
  readonly remedy: string;
}

const BUCKET: Kind = {
  noun: 'bucket',
  command: ['r2', 'bucket'],
  remedy:
    'a new account has to switch R2 on once: https://dash.cloudflare.com/?to=/:account/r2; a token needs Workers R2 Storage: Edit',
};
const QUEUE: Kind = { noun: 'queue', command: ['queues'], remedy: 'a token needs Queues: Edit' };

export interface Provisioned {
  /** What was made, and what was there. */
  readonly lines: string[];
  readonly refusals: string[];
}

export const resourcesOf = ({ buckets, queues }: DeployConfiguration): [Kind, string][] => [
  ...buckets.map((name): [Kind, string] => [BUCKET, name]),
  ...queues.map((name): [Kind, string] => [QUEUE, name]),
];

/** One after the other: each is a process, and wrangler renews its log-in in one file. */
export async function provision(configuration: DeployConfiguration): Promise<Provisioned> {
  const lines: string[] = [];
  const refusals: string[] = [];
  for (const [kind, name] of resourcesOf(configuration)) {
    const title = `${kind.noun} ${name}`;
    const there = await runWrangler([...kind.command, 'info', name]);
    if (there.code === 0) {
      lines.push(`${title}: is there`);
      continue;
    }
    const made = await runWrangler([...kind.command, 'create', name]);
    if (made.code === 0) lines.push(`${title}: made`);
    else if (/already (?:exists|taken|own)/i.test(complaintOf(made))) lines.push(`${title}: is there`);
    else refusals.push(`${title}: cannot be made: ${complaintOf(made)} (${kind.remedy})`);
  }
  return { lines, refusals };
}

export interface Bundle {
  /** As wrangler words it: `331.09 KiB / gzip: 115.64 KiB`. */
  readonly size: string;
  readonly bindings: string[];
}

/** Bundled and checked by wrangler itself, and sent nowhere. */
export async function rehearse(): Promise<Result<Bundle, string>> {
  const ran = await runWrangler(['deploy', '--dry-run']);
  if (ran.code !== 0) return fail(`wrangler deploy --dry-run: ${complaintOf(ran)}`);
  const size = /Total Upload: (.+)/.exec(ran.stdout)?.[1]?.trim() ?? 'unknown';
  return ok({ size, bindings: ran.stdout.match(/^env\.\w+.*$/gm)?.map((line) => line.trim()) ?? [] });
}

/** Answers the addresses at which the Worker now is. `keepVars`: variables of the dashboard outlast it. */
export async function publish(
  secrets: Readonly<Record<string, string>>,
  { keepVars }: { keepVars: boolean },
): Promise<Result<string[], string>> {
  const folder = await mkdtemp(join(tmpdir(), 'longplay-deploy-'));
  // However we end, it does not outlast us.
  const takeBack = leaveWill('rm -r "$0"', folder);
  const [secretsFile, report] = [join(folder, 'secrets.json'), join(folder, 'report.ndjson')];
  try {
    const args = ['deploy', ...(keepVars ? ['--keep-vars'] : [])];
    if (Object.keys(secrets).length > 0) {
      await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
      args.push('--secrets-file', secretsFile);
    }
    return await heedSignals(async (asked) => {
      const { code } = await runWrangler(args, { terminal: true, env: { WRANGLER_OUTPUT_FILE_PATH: report }, asked });
      if (asked.aborted)
        return fail(`wrangler deploy: ended by ${asked.reason}, perhaps after the upload; run npm run deploy again`);
      if (code !== 0)
        return fail('wrangler deploy: failed, as it says above; nothing else is undone, run npm run deploy again');
      return ok(addressesIn(await readFile(report, 'utf8').catch(() => '')));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
    takeBack();
  }
}

/** Wrangler's report has a JSON object a line; that of type `deploy` names targets, some of which are addresses. Told for the reader's sake: what is odd is left out. */
export function addressesIn(report: string): string[] {
  return report.split('\n').flatMap((line) => {
    const { type, targets } = objectOf(line);
    if (type !== 'deploy' || !Array.isArray(targets)) return [];
    return targets.filter((one): one is string => typeof one === 'string' && one.startsWith('https://'));
  });
}

function objectOf(line: string): { type?: unknown; targets?: unknown } {
  try {
    return Object(JSON.parse(line)) as object;
  } catch {
    // An empty line, or one cut off.
    return {};
  }
}
