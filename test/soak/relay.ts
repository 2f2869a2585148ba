// Edge: the outside world of a soak: a relay and its media host on one loopback port, of whose answers a part fails by chance.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTENT_TYPE } from '../support/media.ts';
import { chanceOf, faultBy } from './chance.ts';
import { fileBytes, LAST_LOOK, row, songId } from './songs.ts';

/** What goes wrong with a request to the relay, with one row of its answers, with a file. */
const VENDOR_FAULTS = ['500', '429', 'reset', 'slow', 'html', 'empty', 'broken JSON'] as const;
const ROW_FAULTS = ['left out', 'earlier state'] as const;
const FILE_FAULTS = ['403', '404', '503', 'truncated', 'reset', 'html', 'empty'] as const;

const SLOW_MS = 1_500;
const HTML = '<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in</h1></body></html>';

export interface Relay {
  readonly url: string;
  /** Faults given so far, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  readonly requests: { vendor: number; rows: number; files: number };
  close(): Promise<void>;
}

export async function startRelay(seed: number, rate: number, songs: number): Promise<Relay> {
  const chance = chanceOf(seed);
  const faults = new Map<string, number>();
  const looks = new Map<string, number>();
  const asked = new Map<string, number>();
  const requests = { vendor: 0, rows: 0, files: 0 };
  const known = new Set(Array.from({ length: songs }, (_, index) => songId(index)));
  let url = '';

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> => {
    const end = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    return end;
  };
  return { url, faults, requests, close };

  function drawn<Fault extends string>(
    place: string,
    kinds: readonly Fault[],
    ...event: (string | number)[]
  ): Fault | null {
    const fault = faultBy(chance(place, ...event), rate, kinds);
    if (fault !== null) faults.set(`${place}: ${fault}`, (faults.get(`${place}: ${fault}`) ?? 0) + 1);
    return fault;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    if (path.startsWith('/files/')) return giveFile(path.slice('/files/'.length), response);
    requests.vendor++;
    const fault = drawn('relay', VENDOR_FAULTS, requests.vendor);
    if (fault !== null && fault !== 'slow') return refuse(response, fault);
    if (fault === 'slow') await new Promise((done) => setTimeout(done, SLOW_MS));
    if (path === '/suno/fetch') {
      const { ids } = JSON.parse(Buffer.concat(chunks).toString()) as { ids: string[] };
      return sendJson(response, 200, { code: 'success', message: '', data: ids.flatMap((id) => rowOf(id, true)) });
    }
    const [found] = rowOf(decodeURIComponent(path.slice('/suno/fetch/'.length)), false);
    if (found === undefined) return sendJson(response, 400, { code: 'task_not_exist', message: '', data: null });
    return sendJson(response, 200, { code: 'success', message: '', data: found });
  }

  function rowOf(id: string, batch: boolean): object[] {
    if (!known.has(id)) return [];
    requests.rows++;
    const look = looks.get(id) ?? 0;
    looks.set(id, look + 1);
    const state = Math.min(look, LAST_LOOK);
    const fault = drawn('row', ROW_FAULTS, id, look);
    if (fault === 'left out' && batch) return [];
    return [row(id, fault === 'earlier state' ? Math.max(0, state - 1) : state, url)];
  }

  function giveFile(name: string, response: ServerResponse): void {
    requests.files++;
    const bytes = fileBytes(name);
    if (bytes === null) return void response.writeHead(404).end();
    const times = asked.get(name) ?? 0;
    asked.set(name, times + 1);
    const type = CONTENT_TYPE[name.endsWith('mp3') ? 'mp3' : 'jpeg'];
    const whole = { 'content-type': type, 'content-length': bytes.length };
    const fault = drawn('file', FILE_FAULTS, name, times);
    switch (fault) {
      case null:
        return void response.writeHead(200, whole).end(bytes);
      case 'reset':
        return void response.destroy();
      case 'html':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
      case 'empty':
        return void response.writeHead(200, { ...whole, 'content-length': 0 }).end();
      case 'truncated':
        response.writeHead(200, whole);
        return void response.write(bytes.subarray(0, bytes.length >> 1), () =>
          setTimeout(() => response.destroy(), 20),
        );
      default:
        return void response.writeHead(Number(fault), { 'content-type': 'application/xml' }).end('<Error/>');
    }
  }
}

function refuse(response: ServerResponse, fault: Exclude<(typeof VENDOR_FAULTS)[number], 'slow'>): void {
  switch (fault) {
    case '500':
      return sendJson(response, 500, { error: { message: 'cannot scan row', type: 'new_api_error' } });
    case '429':
      return void response.writeHead(429, { 'retry-after': '1' }).end();
    case 'reset':
      return void response.destroy();
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
    case 'empty':
      return void response.writeHead(200).end();
    case 'broken JSON':
      return void response.writeHead(200).end('{"code":"success","message":"","data":[{"task_id":"1f');
  }
}

const sendJson = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
