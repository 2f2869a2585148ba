// Edge: another relay beside the one that is soaked: its songs never end, and each of its answers takes its time.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from './songs.ts';

const ANSWER_MS = 9_000;

export interface Backlog {
  readonly url: string;
  /** Requests so far, and how many were open at the same time at most. */
  readonly requests: { all: number; at_once: number };
  close(): Promise<void>;
}

export async function startBacklog(): Promise<Backlog> {
  const requests = { all: 0, at_once: 0 };
  let open = 0;
  const server = createServer(async (request, response) => {
    requests.all++;
    requests.at_once = Math.max(requests.at_once, ++open);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await sleep(ANSWER_MS);
    open--;
    const { ids } =
      request.method === 'POST'
        ? (JSON.parse(Buffer.concat(chunks).toString()) as { ids: string[] })
        : { ids: [decodeURIComponent(request.url?.split('/').at(-1) ?? '')] };
    const rows = ids.map((id) => row(id, 1, ''));
    const data = request.method === 'POST' ? rows : rows[0];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 'success', message: '', data }));
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> => {
    const end = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    return end;
  };
  return { url, requests, close };
}
