// Edge: the outside world on a loopback port: vendors, media hosts and receivers, scripted and read over HTTP (see space.ts).
// Everything lives under a space, `/<space>/…`, so that tests do not see each other.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Space } from './stand-in-space.ts';

export interface StandIn {
  url: string;
  close(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const spaces = new Map<string, Space>();
  const spaceOf = (name: string): Space => {
    const space = spaces.get(name) ?? new Space(name);
    spaces.set(name, space);
    return space;
  };
  const server = createServer((request, response) => {
    handle(spaceOf, request, response).catch((cause: unknown) => {
      // The caller left in the middle of a body, or a test set something that cannot be answered: say it where a test sees it.
      if (!response.headersSent) response.writeHead(500).end(String(cause));
      else response.destroy();
    });
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  const end = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  return end;
}

/** `/control/<space>/…` sets and reads; `/<space>/…` is the world. */
async function handle(spaceOf: (name: string) => Space, request: IncomingMessage, response: ServerResponse) {
  const url = request.url ?? '/';
  const [, first = '', second = ''] = url.split('/');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  if (first !== 'control') return spaceOf(first).answer(request, response, body);
  const answer = spaceOf(second).control(request.method ?? '', url.slice(`/control/${second}`.length), body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? null));
}
