// Host names that resolve to addresses of a private network: nothing in the URL shows it, and nobody there is asked.
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMedia } from '../support/media.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { endsOf, expectEnd, idOf, type Row } from './outcomes.ts';
import { canNameHosts, newFolder, Product, stopAll } from './product.ts';
import { newRelay } from './world.ts';

/** This machine's own addresses but for loopback, where a file could be had, and some of nobody's. */
const own = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ internal, scopeid }) => !internal && !scopeid)
  .map(({ address }) => address);
const PRIVATE = [...new Set([...own, '10.11.12.13', '169.254.169.254', '192.168.1.1', 'fd00::1', '64:ff9b::a00:1'])];
const nameOf = (index: number): string => `media-${index}.example.com`;

let standIn: StandIn;
let host: Server;
const asked: string[] = [];

beforeAll(async () => {
  standIn = await startStandIn();
  const song = makeMedia({ kind: 'mp3', bytes: 20_000 });
  host = createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': song.length }).end(song);
  });
  await new Promise<void>((done) => host.listen(0, '::', done));
});
afterAll(async () => {
  await stopAll();
  host.close();
  await standIn.close();
});

it.runIf(canNameHosts())(
  'A file at a name of a private address is never asked for; one at a name of loopback is',
  async () => {
    const { port } = host.address() as AddressInfo;
    const hosts = join(newFolder(), 'hosts');
    const lines = ['127.0.0.1 localhost home.example.com', ...PRIVATE.map((address, at) => `${address} ${nameOf(at)}`)];
    writeFileSync(hosts, `${lines.join('\n')}\n`);
    const rows: Record<string, Row> = Object.fromEntries(
      PRIVATE.map((address, index) => [
        address,
        {
          audio: `http://${nameOf(index)}:${port}/a.mp3`,
          ends: { audio: { reason: 'unreachable', tries: 'several' } },
        },
      ]),
    );
    rows['loopback'] = { audio: `http://home.example.com:${port}/a.mp3`, ends: {} };
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { files: relay.url }, hosts });
    const tasks = await endsOf(product, 'files', relay, rows);
    for (const [name, row] of Object.entries(rows)) await expectEnd(product, tasks.get(idOf(name)), row);
    expect(asked).toEqual([`home.example.com:${port}`]);
  },
);
