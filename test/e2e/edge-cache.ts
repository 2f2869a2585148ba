// Edge: a cache in front of the product by the documented rules of Workers Cache: what an answer does not forbid is kept, and no header is in its key.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  status: number;
  headers: [string, string][];
  body: Buffer;
  until: number;
  tags: string[];
}

/** How long an answer without `Cache-Control` is kept. */
const UNSAID_SECONDS: Readonly<Record<number, number>> = { 200: 7_200, 301: 7_200, 404: 180, 410: 180 };
/** A change or takedown that is answered well has asked for a purge of these tags (held by test/http/edge-cache.test.ts and test/strict/cache.test.ts); here nothing else tells of it. */
const CLIP = /^\/v1\/clips\/([^/?]+)$/;

export class EdgeCache {
  url = '';
  /** Where the product is; it may move. */
  origin = '';
  /** What must not be: answers kept that a token opened, or that no purge could reach. */
  readonly mistakes: string[] = [];
  hits = 0;
  readonly #kept = new Map<string, Kept>();
  readonly #server: Server = createServer((asked, answer) => void this.#answer(asked, answer));

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#server.unref();
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get size(): number {
    return this.#kept.size;
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const key = asked.url ?? '/';
    const reads = asked.method === 'GET' || asked.method === 'HEAD';
    const kept = reads ? this.#kept.get(key) : undefined;
    if (kept && kept.until > Date.now()) {
      this.hits++;
      return give(answer, asked, kept);
    }
    this.#pass(asked, answer, key);
  }

  #pass(asked: IncomingMessage, answer: ServerResponse, key: string): void {
    const { range, ...rest } = asked.headers;
    const canKeep = asked.method === 'GET';
    const headers = { ...rest, host: new URL(this.origin).host, ...(range !== undefined && !canKeep && { range }) };
    const upstream = request(this.origin + key, { method: asked.method ?? 'GET', headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('error', () => answer.destroy());
      reply.on('end', () => {
        const fresh = this.#keep(asked, key, reply, Buffer.concat(chunks));
        if (canKeep) give(answer, asked, fresh);
        else answer.writeHead(fresh.status, fresh.headers.flat()).end(fresh.body);
      });
    });
    upstream.on('error', () => answer.destroy());
    answer.on('close', () => upstream.destroy());
    asked.pipe(upstream);
  }

  #keep(asked: IncomingMessage, key: string, reply: IncomingMessage, body: Buffer): Kept {
    const { rawHeaders: raw, statusCode: status = 502 } = reply;
    const headers = raw.flatMap((name, index): [string, string][] => (index % 2 ? [] : [[name, raw[index + 1] ?? '']]));
    const tags = [reply.headers['cache-tag'] ?? []].flat().flatMap((tag) => tag.split(','));
    const fresh: Kept = { status, headers, body, tags, until: Date.now() + 1_000 * secondsOf(status, reply) };
    const changes = (asked.method === 'DELETE' && status === 204) || (asked.method === 'PATCH' && status === 200);
    const slug = changes ? CLIP.exec(key)?.[1] : undefined;
    if (slug !== undefined) for (const tag of [slug, 'library']) this.#purge(tag);
    if (asked.method !== 'GET' || fresh.until <= Date.now()) return fresh;
    if (asked.headers.authorization !== undefined && isGuarded(key)) this.mistakes.push(`kept for a token: ${key}`);
    if (tags.length === 0) this.mistakes.push(`kept where no purge reaches it: ${status} ${key}`);
    this.#kept.set(key, fresh);
    return fresh;
  }

  #purge(tag: string): void {
    for (const [key, { tags }] of this.#kept) if (tags.includes(tag)) this.#kept.delete(key);
  }
}

const isGuarded = (path: string): boolean => /^\/(v1|metrics|suno|[a-z0-9-]+\/suno)(\/|\?|$)/.test(path);

function secondsOf(status: number, { headers }: IncomingMessage): number {
  const said = headers['cache-control'];
  if (said === undefined) return UNSAID_SECONDS[status] ?? 0;
  if (/no-store|private|no-cache/.test(said) || UNSAID_SECONDS[status] === undefined) return 0;
  return Number(/max-age=(\d+)/.exec(said)?.[1] ?? 0);
}

/** The Worker is asked for the whole: a range is cut here, and a validator that still holds is answered 304. */
function give(answer: ServerResponse, asked: IncomingMessage, kept: Kept): void {
  const etag = kept.headers.find(([name]) => name.toLowerCase() === 'etag')?.[1];
  const same = etag !== undefined && asked.headers['if-none-match'] === etag && kept.status === 200;
  if (same)
    return void answer.writeHead(304, kept.headers.filter(([name]) => !/^content-length$/i.test(name)).flat()).end();
  const size = kept.body.length;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(asked.headers.range ?? '') ?? [];
  if (first === undefined || kept.status !== 200 || Number(first) >= size || asked.headers['if-range'] !== undefined)
    return void answer.writeHead(kept.status, kept.headers.flat()).end(asked.method === 'HEAD' ? undefined : kept.body);
  const end = Math.min(last ? Number(last) : size - 1, size - 1);
  const part = kept.body.subarray(Number(first), end + 1);
  const headers = kept.headers.filter(([name]) => !/^content-length$/i.test(name));
  headers.push(['Content-Length', String(part.length)], ['Content-Range', `bytes ${first}-${end}/${size}`]);
  answer.writeHead(206, headers.flat()).end(part);
}
