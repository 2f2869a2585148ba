// Edge: the product as a caller meets it: `npm start` as a process of its own, HTTP, and waiting with a bound.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '../../src/model/task.ts';
import { WAITED_MAX_MS } from '../support/waiting.ts';
import { EdgeCache } from './edge-cache.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY = /longplay is ready on (http:\/\/\S+)/;
/** Each takes all of a core for seconds: of more at once, all would be late. */
const STARTING_AT_ONCE = 2;
/** One of our own looks at the product; a reader may wait for a vendor's whole time-out. */
const CALL_TIMEOUT_MS = 45_000;
/** The rate limit counts per token: callers take turns with this many. */
const TOKENS = Array.from({ length: 10 }, (_, index) => `e2e-${index}`);
/** For a setting of API_TOKENS with more in it. */
export const callers = (): string[] => [...TOKENS];

export interface StartOptions {
  /** Base URL of each vendor by its id. */
  vendors?: Record<string, string>;
  keys?: Record<string, string>;
  vars?: Record<string, string | number>;
  tick?: number;
  /** A file to stand in for /etc/hosts: who may not do that on this machine, asks `canNameHosts()` first. */
  hosts?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
  text: string;
  // Answers are looked into by expectations, which say what is wrong with them.
  json: any;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Null: without. */
  token?: string | null;
}

const running = new Set<Program>();
/** Each ends when its program is ready, or over. */
const starting = Array.from({ length: STARTING_AT_ONCE }, () => Promise.resolve());
let startTurn = 0;
const folders = new Set<string>();
const caches = new Set<EdgeCache>();

/** Ends and clears away all that this file's tests started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((program) => program.kill()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
  const mistakes = [...caches].flatMap((cache) => cache.mistakes);
  for (const cache of caches) cache.stop();
  caches.clear();
  if (mistakes.length > 0) throw new Error(`The cache in front kept what it must not: ${mistakes.join('; ')}`);
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longplay-e2e-'));
  folders.add(folder);
  return folder;
}

/** Calls `look` until it answers something truthy. Past the bound the error shows what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  withinMs = WAITED_MAX_MS,
): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  let seen: unknown = null;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end)
      throw new Error(`Not within ${withinMs / 1000} s: ${what} ${seen === null ? '' : String(seen)}`);
    seen = lastSeen.get(look) ?? null;
    await new Promise((done) => setTimeout(done, 100));
  }
}
const lastSeen = new WeakMap<object, string>();

/** What a program sees of the file system is its own, on Linux, for who may. */
const UNSHARE = ['unshare', '--mount', '--propagation', 'private', '--map-root-user'] as const;
export const canNameHosts = (): boolean => {
  const [command, ...options] = UNSHARE;
  return spawnSync(command, [...options, 'mount', '--bind', '/etc/hosts', '/etc/hosts']).status === 0;
};

export interface Surroundings {
  env?: Readonly<Record<string, string>>;
  /** A file to stand in for /etc/hosts. */
  hosts?: string | undefined;
}

/** `npm start` with these arguments, in a process group of its own. */
export class Program {
  output = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string>;
  #code: number | string | null = null;

  /** Waits for its turn. */
  static start(args: readonly string[], around: Surroundings = {}): Promise<Program> {
    const lane = startTurn++ % STARTING_AT_ONCE;
    const started = (starting[lane] ?? Promise.resolve()).then(() => new Program(args, around));
    starting[lane] = started.then((program) => program.#begun()).catch(() => undefined);
    return started;
  }

  private constructor(args: readonly string[], { env = {}, hosts }: Surroundings) {
    const under =
      hosts === undefined ? [] : [...UNSHARE, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts];
    const [command, ...rest] = [...under, process.execPath, join(ROOT, 'src/cli/start.ts'), ...args];
    this.#child = spawn(command ?? '', rest, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...env },
    });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.#ended = new Promise((done) =>
      this.#child.once('close', (code, signal) => done((this.#code = code ?? signal ?? 'nothing'))),
    );
  }

  /** The address of the ready line. */
  async ready(): Promise<string> {
    await this.#begun();
    const [, url] = READY.exec(this.output) ?? [];
    if (url === undefined) throw new Error(`Ended with ${this.#code} before it was ready: ${this.output.slice(-1000)}`);
    return url;
  }

  async #begun(): Promise<void> {
    const isOver = async () => {
      lastSeen.set(isOver, `in the output: ${this.output.slice(-1000)}`);
      return READY.test(this.output) || this.#code !== null;
    };
    await until('the ready line', isOver);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Exit code, or the signal that ended it. */
  ended(): Promise<number | string> {
    return this.#ended;
  }

  /** A signal to the process alone, as a supervisor sends it; answers its exit code once the whole group is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.#child.kill(signal);
    const code = await this.#ended;
    await until('the end of the process group', async () => !this.#signalGroup(0));
    running.delete(this);
    return code;
  }

  /** kill -9 of the whole group. */
  async kill(): Promise<void> {
    this.#signalGroup('SIGKILL');
    await until('the end of the process group', async () => !this.#signalGroup(0));
    running.delete(this);
  }

  #signalGroup(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch {
      // ESRCH: nobody of the group is left.
      return false;
    }
  }
}

/** The whole system on its own port and state, which both outlast a restart; behind a cache, as on the platform. */
export class Product {
  /** The cache's address. */
  url = '';
  readonly cache = new EdgeCache();
  readonly data = newFolder();
  readonly #options: StartOptions;
  #program: Program | null = null;
  #outputs = '';
  #answers = '';
  #turn = 0;

  private constructor(options: StartOptions) {
    this.#options = options;
  }

  static async start(options: StartOptions): Promise<Product> {
    const product = new Product(options);
    await product.start();
    return product;
  }

  async start(): Promise<void> {
    const { vendors = {}, keys = {}, vars = {}, tick = 1, hosts } = this.#options;
    if (!caches.has(this.cache)) await this.cache.start();
    caches.add(this.cache);
    this.url = this.cache.url;
    const ours = { POLL_INTERVAL_SECONDS: 1, API_TOKENS: TOKENS.join(','), PUBLIC_BASE_URL: this.url };
    const settings = { ...ours, ...vars };
    const port = this.cache.origin === '' ? '0' : new URL(this.cache.origin).port;
    const args = [
      ...['--port', port, '--data', this.data, '--tick', String(tick)],
      ...Object.entries(vendors).flatMap(([id, url]) => ['--vendor', `${id}=${url}`]),
      ...Object.entries(settings).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ];
    const nameOf = (id: string): string => `LONGPLAY_KEY_${id.toUpperCase().replaceAll('-', '_')}`;
    const env = Object.fromEntries(Object.entries(keys).map(([id, key]) => [nameOf(id), key]));
    this.#program = await Program.start(args, { env, hosts });
    this.cache.origin = await this.#program.ready();
  }

  async stop(): Promise<number | string> {
    const program = this.#leave();
    const code = await program.stop();
    this.#outputs += program.output;
    return code;
  }

  async kill(): Promise<void> {
    const program = this.#leave();
    await program.kill();
    this.#outputs += program.output;
  }

  #leave(): Program {
    const program = this.#program;
    if (!program) throw new Error('The product does not run');
    this.#program = null;
    return program;
  }

  /** Of `npm start`'s own process; the runtime is its child. */
  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** What it printed, over all starts. */
  get output(): string {
    return this.#outputs + (this.#program?.output ?? '');
  }

  async call(method: string, path: string, { body, headers = {}, token }: CallOptions = {}): Promise<Answer> {
    const ours = token === undefined ? (TOKENS[this.#turn++ % TOKENS.length] ?? null) : token;
    const response = await fetch(
      path.startsWith('http') ? path.replace(this.cache.origin, this.url) : this.url + path,
      {
        method,
        headers: {
          ...(ours !== null && { authorization: `Bearer ${ours}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      },
    );
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    this.#answers += JSON.stringify([...response.headers]) + text;
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      json: isJson ? JSON.parse(text || 'null') : null,
    };
  }

  get(path: string, options?: CallOptions): Promise<Answer> {
    return this.call('GET', path, options);
  }

  async track(vendor: string, ids: readonly string[]): Promise<void> {
    const { status, text } = await this.call('POST', '/v1/tasks', { body: { vendor, ids } });
    if (status !== 202) throw new Error(`Tracking was answered ${status}: ${text}`);
  }

  /** The tasks of a vendor as the ledger has them: reading the list asks no vendor. */
  async list(vendor: string): Promise<Task[]> {
    const tasks: Task[] = [];
    let cursor = '';
    do {
      const { status, json, text } = await this.get(`/v1/tasks?vendor=${vendor}&limit=100${cursor}`);
      if (status !== 200) throw new Error(`The list was answered ${status}: ${text}`);
      tasks.push(...json.data);
      cursor = json.has_more ? `&cursor=${encodeURIComponent(json.next_cursor)}` : '';
    } while (cursor !== '');
    return tasks;
  }

  /** Waits until `is` holds for one task in the list. */
  async reach(vendor: string, id: string, is: (task: Task) => boolean): Promise<Task> {
    const look = async () => {
      const task = (await this.list(vendor)).find((one) => one.id === id);
      const { status, tracking, archive } = task ?? {};
      lastSeen.set(look, JSON.stringify({ status, tracking, archive, files: task?.clips.map(({ audio }) => audio) }));
      return task && is(task) ? task : null;
    };
    return until(`task ${vendor}/${id} as wanted; last seen`, look);
  }

  settled(vendor: string, id: string): Promise<Task> {
    return this.reach(vendor, id, isSettled);
  }

  /** Where a secret shows: answers, output, files of the state. Case is none of a secret's disguises. */
  placesOf(...spellings: string[]): string[] {
    const files = readdirSync(this.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const wanted = spellings.map((secret) => secret.toLowerCase());
    const holds = (text: string): boolean => wanted.some((secret) => text.toLowerCase().includes(secret));
    return [
      ...(holds(this.#answers) ? ['an answer'] : []),
      ...(holds(this.output) ? ['the output'] : []),
      ...files.filter((file) => holds(textOf(file))),
    ];
  }
}

/** Of a file that has gone since it was listed, as a database's journal does: nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

export const isSettled = (task: Task): boolean => task.tracking.state === 'settled';
