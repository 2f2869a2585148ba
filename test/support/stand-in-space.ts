// Edge: one test's part of the stand-in: its vendor, its files, its scripted answers and its log.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeMedia } from './media.ts';
import { giveMedia } from './stand-in-media.ts';
import type { Answer, LogEntry, MediaSettings, VendorSettings } from './stand-in-types.ts';

const UNKNOWN: Answer = { status: 400, body: { code: 'task_not_exist', message: 'task_not_exist', data: null } };
const HTML = '<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in</h1></body></html>';

interface Script {
  answers: Answer[];
  asked: number;
}

export class Space {
  readonly name: string;
  private readonly born = Date.now();
  private log: LogEntry[] = [];
  private active = 0;
  private readonly media = new Map<string, { settings: MediaSettings; asked: number }>();
  /** By `METHOD /path`, tasks under `TASK <id>`. */
  private readonly scripts = new Map<string, Script>();
  private vendor: VendorSettings = {};
  private release = Promise.withResolvers<void>();

  constructor(name: string) {
    this.name = name;
  }

  /** PUT media/<name> · tasks/<id> · answers/<METHOD>/<path> · vendor; POST release; GET log; DELETE log. */
  control(method: string, path: string, body: string): unknown {
    const [, what = '', ...rest] = path.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const settings = (): unknown => JSON.parse(body);
    const actions: Record<string, () => unknown> = {
      'PUT media': () => void this.media.set(key, { settings: settings() as MediaSettings, asked: 0 }),
      'PUT tasks': () => void this.scripts.set(`TASK ${key}`, { answers: settings() as Answer[], asked: 0 }),
      'PUT answers': () => void this.scripts.set(key.replace('/', ' /'), { answers: settings() as Answer[], asked: 0 }),
      'PUT vendor': () => void (this.vendor = settings() as VendorSettings),
      'POST release': () => {
        this.release.resolve();
        this.release = Promise.withResolvers<void>();
      },
      'GET log': () => this.log,
      'DELETE log': () => void (this.log = []),
    };
    const action = actions[`${method} ${what}`];
    if (action === undefined) throw new Error(`The stand-in knows no ${method} ${path}`);
    return action();
  }

  async answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const path = (request.url ?? '').slice(this.name.length + 1);
    const method = request.method ?? '';
    const entry: LogEntry = {
      at: Date.now() - this.born,
      ended: null,
      method,
      path,
      headers: request.headers,
      body,
      in_flight: ++this.active,
      status: null,
    };
    this.log.push(entry);
    response.on('close', () => {
      this.active--;
      entry.ended = Date.now() - this.born;
      entry.status = response.headersSent ? response.statusCode : 0;
    });
    const { pathname } = new URL(path, 'http://stand-in');
    const script = this.scripts.get(`${method} ${pathname}`);
    if (script) return this.give(response, next(script));
    if (pathname.startsWith('/media/')) return this.giveMedia(pathname, new URL(path, 'http://stand-in'), response);
    if (pathname.startsWith('/suno/')) return this.asVendor(method, pathname, body, response);
    return send(response, { status: 404, body: { error: { message: `Invalid URL (${method} ${pathname})` } } });
  }

  private async give(response: ServerResponse, answer: Answer): Promise<void> {
    if (answer.hold) await this.release.promise;
    if (answer.reset) return void response.destroy();
    send(response, answer);
  }

  private async giveMedia(pathname: string, url: URL, response: ServerResponse): Promise<void> {
    const name = decodeURIComponent(pathname.slice('/media/'.length));
    const file = this.media.get(name);
    if (!file) return send(response, { status: 404, body: '<Error/>' });
    const { settings } = file;
    const asked = ++file.asked;
    if (settings.hold) await this.release.promise;
    const seed = asked > 1 ? settings.then_seed : undefined;
    const bytes = makeMedia(seed === undefined ? settings.recipe : { ...settings.recipe, seed });
    const hop = Number(url.searchParams.get('hop') ?? 0);
    await giveMedia(response, { settings, bytes, asked, hop, self: `/${this.name}${pathname}` });
  }

  private async asVendor(method: string, pathname: string, body: string, response: ServerResponse): Promise<void> {
    const { fault, status = 503, headers = {}, delay_ms = 0, hold, batch } = this.vendor;
    if (delay_ms > 0) await new Promise((done) => setTimeout(done, delay_ms));
    if (hold) await this.release.promise;
    if (fault === 'hang') return;
    if (fault === 'reset') return void response.destroy();
    if (fault === 'status') return send(response, { status, headers, body: this.vendor.body ?? '' });
    if (fault === 'html') return send(response, { headers: { 'content-type': 'text/html' }, body: HTML });
    if (fault === 'empty') return send(response, { body: '' });
    if (fault === 'truncated')
      return send(response, { body: '{"code":"success","message":"","data":{"task_id":"1f3e' });
    if (fault === 'half') return breakOff(response);
    if (fault === 'drip') drip(response);
    if (method === 'POST' && pathname === '/suno/fetch') return send(response, batch ?? this.batch(body));
    const id = /^\/suno\/fetch\/([^/]+)$/.exec(pathname)?.[1];
    if (method === 'GET' && id !== undefined) {
      const isSeen = this.vendor.blind?.includes(decodeURIComponent(id)) !== true;
      return send(response, (isSeen ? this.task(decodeURIComponent(id)) : null) ?? UNKNOWN);
    }
    return send(response, { body: { code: 'success', message: '', data: null } });
  }

  private task(id: string): Answer | null {
    const script = this.scripts.get(`TASK ${id}`);
    const { away } = this.vendor;
    return script === undefined || away === true || away?.includes(id) ? null : next(script);
  }

  /** The rows of a batch are what each task's answer has in `data`, in an order that nobody promised; null when there is none. */
  private batch(body: string): Answer {
    const { ids } = JSON.parse(body) as { ids: string[] };
    const { absent = [], poison = [] } = this.vendor;
    if (ids.some((id) => poison.includes(id)))
      return { status: 500, body: { error: { message: 'cannot scan row', type: 'new_api_error' } } };
    const rows = [...new Set(ids)].flatMap((id) => {
      if (absent.includes(id)) return [];
      const answer = this.task(id);
      const data = (answer?.body as { data?: unknown } | undefined)?.data;
      return (answer?.status ?? 200) === 200 && data ? [data] : [];
    });
    return { body: { code: 'success', message: '', data: rows.length > 0 ? rows.reverse() : null } };
  }
}

/** Answers in turn, the last one for ever. */
function next(script: Script): Answer {
  const answer = script.answers[Math.min(script.asked++, script.answers.length - 1)];
  if (answer === undefined) throw new Error('A script needs at least one answer');
  return answer;
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  const text = typeof body === 'string';
  const type: Record<string, string> = text ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers }).end(text ? body : JSON.stringify(body));
}

/** Half of what was promised, then the connection breaks. */
function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 200 });
  response.write('{"code":"success","message":"","data":{"task_id":"1f3e', () =>
    setTimeout(() => response.destroy(), 20),
  );
}

/** What is sent from here on comes in pieces of 40 bytes. */
function drip(response: ServerResponse): void {
  const end = response.end.bind(response);
  response.end = ((text: string) => {
    const pieces = text.match(/.{1,40}/gs) ?? [];
    const next = (): void => {
      const piece = pieces.shift();
      if (piece === undefined) return void end();
      response.write(piece);
      setTimeout(next, 10);
    };
    next();
    return response;
  }) as typeof response.end;
}
