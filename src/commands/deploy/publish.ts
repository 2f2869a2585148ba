// Edge: the deployment itself: the Worker and its secrets go up together, so that no version ever runs without them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../model/fault.ts';
import { complaintOf, runWrangler } from '../../cli/deploy/wrangler.ts';

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
  const [secretsFile, report] = [join(folder, 'secrets.json'), join(folder, 'report.ndjson')];
  // Ctrl+C reaches wrangler by itself; we stay until its end, to leave no secrets behind.
  const stay = (): void => undefined;
  process.on('SIGINT', stay).on('SIGTERM', stay);
  try {
    const args = ['deploy', ...(keepVars ? ['--keep-vars'] : [])];
    if (Object.keys(secrets).length > 0) {
      await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
      args.push('--secrets-file', secretsFile);
    }
    const { code } = await runWrangler(args, { terminal: true, env: { WRANGLER_OUTPUT_FILE_PATH: report } });
    if (code !== 0)
      return fail('wrangler deploy: failed, as it says above; nothing else is undone, run npm run deploy again');
    return ok(addressesIn(await readFile(report, 'utf8').catch(() => '')));
  } finally {
    process.off('SIGINT', stay).off('SIGTERM', stay);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Wrangler's report has a JSON object a line; that of type `deploy` names targets, some of which are addresses. */
export function addressesIn(report: string): string[] {
  return report.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const { type, targets } = JSON.parse(line) as { type?: string; targets?: unknown };
    if (type !== 'deploy' || !Array.isArray(targets)) return [];
    return targets.filter((one): one is string => typeof one === 'string' && one.startsWith('https://'));
  });
}
