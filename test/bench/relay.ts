// Edge: a relay and its media host on one loopback port, fast and faultless: what it answers for a song is told by whoever starts it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUDIO, COVER, songRow, type SongState } from './songs.ts';

export interface Relay {
  readonly url: string;
  /** Where its files are. */
  readonly files: string;
  /** Requests that asked about songs. */
  readonly asked: () => number;
  /** Calls back about a song that was submitted. */
  call(id: string): Promise<void>;
  close(): Promise<void>;
}

/** `stateOf` may be called many times for each song; `longBytes`: the length of the audio of songs named `long-…`, sent without saying it. */
export async function startRelay(stateOf: (id: string) => SongState, longBytes = 0): Promise<Relay> {
  let files = '';
  let asked = 0;
  const hooks = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  files = `${url}/files`;
  return {
    ...{ url, files },
    asked: () => asked,
    call: async (id) => {
      const body = JSON.stringify(songRow(id, stateOf(id), files));
      await fetch(hooks.get(id) ?? '', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    },
    close: () => {
      const end = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return end;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path.startsWith('/files/') || path.endsWith('.jpeg')) {
      const [type, bytes] = path.endsWith('.mp3') ? ['audio/mpeg', AUDIO] : ['image/jpeg', COVER];
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
      return;
    }
    if (path.startsWith('/long/') && path.endsWith('.mp3')) return sendLong(response);
    const row = (id: string) => songRow(id, stateOf(id), id.startsWith('long-') ? `${url}/long` : files);
    if (path === '/suno/submit/music') {
      // A song's name is what it is made of.
      const { prompt, notify_hook } = (await bodyOf(request)) as { prompt: string; notify_hook: string };
      hooks.set(prompt, notify_hook);
      return sendJson(response, prompt);
    }
    asked++;
    if (path !== '/suno/fetch') return sendJson(response, row(decodeURIComponent(path.slice('/suno/fetch/'.length))));
    const { ids } = (await bodyOf(request)) as { ids: string[] };
    sendJson(response, ids.map(row));
  }

  /** An mp3 in pieces: without Content-Length nobody knows where it ends. */
  async function sendLong(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    // Whole frames, so that the pieces together are one sound file.
    const piece = AUDIO.subarray(0, 417 * 1_000);
    for (let sent = 0; sent < longBytes; sent += piece.length)
      if (!response.write(piece)) await new Promise((done) => response.once('drain', done));
    response.end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function sendJson(response: ServerResponse, data: unknown): void {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ code: 'success', message: '', data }));
}
