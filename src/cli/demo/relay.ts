// Edge: the demo relay: three vendors of three dialects under /<vendor>, and a media host whose links die.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOST } from '../start/process.ts';
import { audioPath, coverPath, streamPath, taskRow } from './dialects.ts';
import { audioOf, coverOf, type MediaFile } from './encoders.ts';
import { type Order, songFor } from './orders.ts';
import { type DemoClip, type DemoSong, phaseOf, readyAfterMs, SONGS } from './songs.ts';

export interface DemoRelay {
  vendors: Record<string, string>;
  keys: Record<string, string>;
  close: () => Promise<void>;
}

/** Real links live for hours or days; nobody watches a demo that long. */
export const LINKS_LIVE_MS = 5 * 60_000;
/** A vendor's request is a list of ids, or an order: more is no request. */
const BODY_MAX_BYTES = 64 * 1024;

export async function startRelay(key: string, clock: () => number = Date.now): Promise<DemoRelay> {
  /** When each song was first asked for: then it begins to grow. */
  const births = new Map<DemoSong, number>();
  const songs = [...SONGS];
  let media = '';
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  media = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const ids = [...new Set(SONGS.map(({ vendor }) => vendor))];
  return {
    vendors: Object.fromEntries(ids.map((id) => [id, `${media}/${id}`])),
    keys: Object.fromEntries(ids.map((id) => [id, key])),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', media);
    const [vendor, ...path] = pathname.split('/').slice(1);
    if (path[0] !== 'suno') return serveMedia(pathname, response);
    if (request.headers.authorization !== `Bearer ${key}`)
      return json(response, 401, { error: { message: 'Invalid token', type: 'new_api_error' } });
    const asked = `${request.method} /${path.join('/')}`;
    if (path.length === 3 && asked.startsWith('GET /suno/fetch/')) return answerOne(vendor, path[2], response);
    if (asked === 'POST /suno/fetch') return answerMany(vendor, await readBody(request), response);
    // Relays take the action in any case.
    if (asked.toLowerCase() === 'post /suno/submit/music') return take(vendor, await readBody(request), response);
    json(response, 404, { error: { message: `Invalid URL (${asked})`, type: 'invalid_request_error' } });
  }

  function take(vendor: string | undefined, order: Order, response: ServerResponse): void {
    const song = songFor(vendor ?? '', order, randomUUID);
    if (song === null) return json(response, 400, { code: 'invalid_request', message: 'prompt is empty', data: null });
    songs.push(song);
    births.set(song, clock());
    json(response, 200, { code: 'success', message: '', data: song.task_id });
  }

  function answerOne(vendor: string | undefined, id: string | undefined, response: ServerResponse): void {
    const song = songs.find((one) => one.vendor === vendor && one.task_id === id);
    if (!song) return json(response, 400, { code: 'task_not_exist', message: 'task_not_exist', data: null });
    json(response, 200, { code: 'success', message: '', data: rowOf(song) });
  }

  function answerMany(vendor: string | undefined, { ids }: { ids?: unknown }, response: ServerResponse): void {
    const wanted: unknown[] = Array.isArray(ids) ? ids : [];
    const found = songs.filter((one) => one.vendor === vendor && wanted.includes(one.task_id));
    json(response, 200, { code: 'success', message: '', data: found.map(rowOf) });
  }

  function rowOf(song: DemoSong): Record<string, unknown> {
    const now = clock();
    const born = births.get(song) ?? now;
    births.set(song, born);
    return taskRow({ song, born_ms: born, elapsed_ms: now - born, media });
  }

  /** A file is there from the moment its song's answer names it until its link dies. */
  async function serveMedia(pathname: string, response: ServerResponse): Promise<void> {
    for (const song of songs) {
      for (const clip of song.clips) {
        const make = fileAt(pathname, clip);
        const born = births.get(song);
        if (!make || born === undefined) continue;
        const elapsed = clock() - born;
        const tooEarly = pathname === audioPath(clip) && phaseOf(clip, elapsed) !== 'complete';
        if (tooEarly || elapsed > readyAfterMs(song) + LINKS_LIVE_MS) return refuse(response, 403);
        return send(response, await make());
      }
    }
    refuse(response, pathname === '/api/forbidden' ? 403 : 404);
  }
}

function fileAt(pathname: string, clip: DemoClip): (() => Promise<MediaFile>) | null {
  if (pathname === coverPath(clip)) return () => coverOf(clip);
  const audible = clip.ending === 'complete' && (pathname === audioPath(clip) || pathname === streamPath(clip));
  return audible ? () => audioOf(clip) : null;
}

function send(response: ServerResponse, { type, body }: MediaFile): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}

/** As object stores refuse: in XML. */
function refuse(response: ServerResponse, status: 403 | 404): void {
  const code = status === 403 ? 'AccessDenied' : 'NoSuchKey';
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** Nothing is in what is no JSON object. */
async function readBody(request: IncomingMessage): Promise<object> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_MAX_BYTES) return {};
  }
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    // SyntaxError: no JSON.
    return {};
  }
}
