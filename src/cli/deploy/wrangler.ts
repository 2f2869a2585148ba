// Edge: the wrangler of this project, run as a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = join(import.meta.dirname, '../../..');
const OWN = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

/** Output is gathered; with `terminal` it goes to the terminal instead, and wrangler may ask there. */
export function runWrangler(
  args: readonly string[],
  { terminal = false, env = {} }: { terminal?: boolean; env?: Record<string, string> } = {},
): Promise<Ran> {
  const program = process.env['WRANGLER_PROGRAM'] || OWN;
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: ROOT,
      stdio: terminal ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        WRANGLER_SEND_METRICS: 'false',
        ...(!terminal && { NO_COLOR: '1', FORCE_COLOR: '0' }),
        ...env,
      },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', failed);
    child.once('close', (code) => done({ code: code ?? 1, stdout, stderr }));
  });
}

/** What wrangler complained of, in one line: its error's text without frame and hints. */
export function complaintOf({ stdout, stderr }: Ran): string {
  // eslint-disable-next-line no-control-regex
  const plain = `${stderr}\n${stdout}`.replaceAll(/\u001B\[[\d;]*m/g, '');
  const error = /\[ERROR\]\s*([^]*?)(?:\n\s*\n|$)/.exec(plain)?.[1] ?? plain;
  const line = error.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'it said nothing' : line.slice(0, 400);
}
