// Edge: a deployment's edge for smoke to look at: the platform's cache, which says of itself whether it answered; and ways in which one may be wrong.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EdgeOptions {
  /** It keeps what it has whatever is taken down. */
  forgetful?: boolean;
  /** It keeps nothing. */
  idle?: boolean;
  /** It answers every range with the whole. */
  rangeless?: boolean;
  /** It changes a byte of whole files on the way. */
  garbles?: boolean;
  /** What is so, as `METHOD /path`, goes on to the deployment, and its answer to nobody. */
  stalls?: RegExp;
  /** What is so is answered 500 the first time, and goes no further. */
  fails?: RegExp;
}

interface Kept {
  status: number;
  headers: Headers;
  body: Buffer;
}

const NOT_PASSED_ON = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];

export class Edge {
  url = '';
  /** What was asked, as `METHOD /path`. */
  readonly asked: string[] = [];
  readonly #origin: string;
  readonly #options: EdgeOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #server = createServer((asked, answer) => void this.#answer(asked, answer).catch(() => answer.destroy()));

  constructor(origin: string, options: EdgeOptions = {}) {
    this.#origin = origin;
    this.#options = { forgetful: true, ...options };
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = asked.url ?? '/';
    const what = `${asked.method} ${path}`;
    const isFirst = !this.asked.includes(what);
    this.asked.push(what);
    if (isFirst && this.#options.fails?.test(what)) {
      answer.writeHead(500).end();
      return;
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(asked.headers))
      if (!NOT_PASSED_ON.includes(name) && typeof value === 'string') headers.set(name, value);
    if (this.#options.rangeless) headers.delete('range');
    // What has conditions or a range goes by: slicing is none of this stand-in's work.
    const mayKeep = asked.method === 'GET' && !headers.has('range') && !headers.has('if-none-match');
    const kept = mayKeep ? this.#kept.get(path) : undefined;
    const fresh = kept ?? (await this.#ask(asked, path, headers));
    if (this.#options.stalls?.test(what)) return;
    const mustGo = asked.method === 'DELETE' || asked.method === 'PATCH';
    if (mustGo && this.#options.forgetful) this.#kept.clear();
    const lasts = /max-age=[1-9]/.test(fresh.headers.get('cache-control') ?? '');
    if (mayKeep && lasts && fresh.status === 200 && !this.#options.idle) this.#kept.set(path, fresh);
    const out = Object.fromEntries([...fresh.headers].filter(([name]) => !NOT_PASSED_ON.includes(name)));
    const isFile = fresh.status === 200 && /audio/.test(out['content-type'] ?? '');
    const body = this.#options.garbles && isFile ? garbled(fresh.body) : fresh.body;
    const length = asked.method === 'HEAD' || fresh.status === 304 ? {} : { 'content-length': body.length };
    answer.writeHead(fresh.status, { ...out, ...length, 'cf-cache-status': kept ? 'HIT' : 'MISS' });
    answer.end(fresh.status === 304 ? undefined : body);
  }

  async #ask(asked: IncomingMessage, path: string, headers: Headers): Promise<Kept> {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const response = await fetch(this.#origin + path, {
      method: asked.method ?? 'GET',
      headers,
      redirect: 'manual',
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }
}

function garbled(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
}
