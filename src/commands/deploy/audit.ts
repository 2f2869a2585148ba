// Edge: the registry's advisories on what is deployed. It only ever warns: a deployment may be the very repair.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';

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
