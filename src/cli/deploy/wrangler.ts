// Edge: the wrangler of this project, run as a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = join(import.meta.dirname, '../../..');
const OWN = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

export interface HowToRun {
  /** Output goes to the terminal and is not gathered, and wrangler may ask there. */
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Wrangler is told to end; the answer comes when it has ended. */
  readonly asked?: AbortSignal;
}

export function runWrangler(
  args: readonly string[],
  { terminal = false, env = {}, asked }: HowToRun = {},
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
    const end = (): void => void child.kill('SIGTERM');
    asked?.addEventListener('abort', end);
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', failed);
    child.once('close', (code) => done({ code: code ?? 1, stdout, stderr }));
    if (asked?.aborted) end();
  });
}

/** What wrangler complained of, in one line: its error's text without frame and hints. */
export function complaintOf({ stdout, stderr }: Ran): string {
  const plain = `${stderr}\n${stdout}`.replaceAll(/\u001B\[[\d;]*m/g, '');
  const error = /\[ERROR\]\s*([^]*?)(?:\n\s*\n|$)/.exec(plain)?.[1] ?? plain;
  const line = error.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'it said nothing' : line.slice(0, 400);
}

export interface Account {
  /** Null: nobody is logged in, or it cannot be told. */
  readonly name: string | null;
  readonly secrets: ReadonlySet<string>;
  readonly refusals: string[];
  readonly warnings: string[];
}

const WhoAmI = v.object({
  loggedIn: v.boolean(),
  accounts: v.optional(v.array(v.object({ id: v.string(), name: v.string() })), []),
});
const SecretList = v.array(v.object({ name: v.string() }));

const LOG_IN =
  'Cloudflare: nobody is logged in; run "npx wrangler login", or set CLOUDFLARE_API_TOKEN to a token made at https://dash.cloudflare.com/profile/api-tokens with the account permissions Workers Scripts: Edit, Workers R2 Storage: Edit, Queues: Edit, Account Settings: Read, and the user permissions User Details: Read, Memberships: Read';

/** `chosen`: the account that wrangler.toml or CLOUDFLARE_ACCOUNT_ID names. */
export async function askAccount(worker: string, chosen: string | null): Promise<Account> {
  const nothing = { name: null, secrets: new Set<string>(), warnings: [] };
  const who = await runWrangler(['whoami', '--json']);
  const said = jsonOf(who.stdout, WhoAmI);
  if (said === null)
    return { ...nothing, refusals: [`Cloudflare: cannot be asked who is logged in: ${complaintOf(who)}`] };
  if (!said.loggedIn) return { ...nothing, refusals: [LOG_IN] };
  if (chosen === null && said.accounts.length > 1) {
    const list = said.accounts.map(({ id, name }) => `${name}: ${id}`).join(', ');
    return {
      ...nothing,
      refusals: [`CLOUDFLARE_ACCOUNT_ID: you have several accounts (${list}); set it to one of them`],
    };
  }
  const account = said.accounts.find(({ id }) => chosen === null || id === chosen);
  const name = account?.name ?? chosen ?? 'the account of the token';
  const list = await runWrangler(['secret', 'list', '--name', worker, '--format', 'json']);
  const secrets = jsonOf(list.stdout, SecretList);
  if (secrets !== null) return { ...nothing, name, secrets: new Set(secrets.map((one) => one.name)), refusals: [] };
  // The first deployment: there is no Worker yet, so it has no secrets.
  const isNew = /not found|does not exist|10007/i.test(complaintOf(list));
  const warnings = isNew ? [] : [`Secrets: those of the account cannot be listed: ${complaintOf(list)}`];
  return { ...nothing, name, refusals: [], warnings };
}

/** Wrangler may say more before the JSON that was asked for. */
function jsonOf<T>(text: string, schema: v.GenericSchema<unknown, T>): T | null {
  const from = text.search(/^[[{]/m);
  if (from < 0) return null;
  try {
    const read = v.safeParse(schema, JSON.parse(text.slice(from)));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
