// Edge: the project as a fresh clone has it, in a folder of its own, and its commands run there as a person would run them.
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const CLONED = ['src', 'wrangler.toml', 'package.json', 'package-lock.json', '.dev.vars.example'];

/** What the account has, and what wrangler was asked to do. */
export interface World {
  /** Null: nobody is logged in. */
  accounts: { id: string; name: string }[] | null;
  /** Null: there is no such Worker yet. */
  secrets: string[] | null;
  buckets: string[];
  queues: string[];
  /** Why buckets and queues are refused. */
  refuses: string | null;
  deployFails: boolean;
  /** It uploads until it is told to end. */
  deployHangs: boolean;
  /** What wrangler's report holds; null: what it usually does. */
  report: string | null;
  /** Of the last call. */
  pid: number;
  calls: string[];
  /** Secrets that went up with the last deployment. */
  sent: Record<string, string> | null;
}

export const EMPTY_ACCOUNT: World = {
  ...{ accounts: [{ id: 'a1', name: 'Somebody' }], secrets: null, buckets: [], queues: [] },
  ...{ refuses: null, deployFails: false, deployHangs: false, report: null, pid: 0, calls: [], sent: null },
};

export interface Run {
  /** Exit code, or -1 where a signal ended it. */
  code: number;
  output: string;
  errors: string;
}

const folders: string[] = [];
export function clearProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'longplay-clone-'));
  readonly #world = join(this.folder, 'world.json');

  constructor() {
    folders.push(this.folder);
    for (const name of CLONED) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  write(name: string, text: string): this {
    writeFileSync(join(this.folder, name), text);
    return this;
  }

  /** Behind the last table of wrangler.toml. */
  configure(toml: string): this {
    appendFileSync(join(this.folder, 'wrangler.toml'), `\n${toml}\n`);
    return this;
  }

  account(changes: Partial<World> = {}): this {
    return this.write('world.json', JSON.stringify({ ...EMPTY_ACCOUNT, ...changes }));
  }

  get world(): World {
    return JSON.parse(readFileSync(this.#world, 'utf8')) as World;
  }

  /** Without an account() the real wrangler is run, in a home of its own where nobody is logged in. */
  deploy(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Run> {
    return this.begin(args, env).ran;
  }

  begin(args: readonly string[] = [], env: Record<string, string> = {}): Running {
    const standIn = { WRANGLER_PROGRAM: join(ROOT, 'test/cli/wrangler-stand-in.ts'), WRANGLER_WORLD: this.#world };
    const isStoodFor = args[0] !== '--dry-run' && env['WRANGLER_PROGRAM'] === undefined;
    return begin(join(this.folder, 'src/cli/deploy.ts'), args, {
      // Nobody is asked for advisories: this registry is not there.
      ...{
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        NO_COLOR: '1',
        npm_config_registry: 'http://127.0.0.1:9',
      },
      ...(isStoodFor && standIn),
      ...env,
    });
  }
}

export interface Running {
  readonly ran: Promise<Run>;
  kill(signal: NodeJS.Signals): void;
}

export const run = (file: string, args: readonly string[], env: Record<string, string>): Promise<Run> =>
  begin(file, args, env).ran;

export function begin(file: string, args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran: Run = { code: -1, output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.errors += text));
  return {
    ran: new Promise((done, failed) => {
      child.once('error', failed).once('close', (code) => done(Object.assign(ran, { code: code ?? -1 })));
    }),
    kill: (signal) => void child.kill(signal),
  };
}
