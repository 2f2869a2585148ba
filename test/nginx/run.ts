// Edge: `npm run nginx`: the table of permanent links against a real nginx. Prints the deliberate differences; fails on any other, and on one that is no more.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, FILE, TABLE, type Answer, type Facts, type Row } from '../http/files/media-table.ts';
import { configuration } from './configuration.ts';
import { DELIBERATE, type Deliberate } from './deliberate.ts';

const NGINX = process.env['NGINX'] ?? '/usr/sbin/nginx';
const START_TRIES = 100;
const START_PAUSE_MS = 50;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port');
  return address.port;
}

/** Headers go out as they are: fetch() would refuse or mend some. */
async function ask(port: number, method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, Connection: 'close' } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer) chunks.push(chunk as Uint8Array);
  const header = (name: string): string | null => {
    const value = answer.headers[name];
    return value === undefined ? null : String(value);
  };
  return { status: answer.statusCode ?? 0, header, bytes: new Uint8Array(Buffer.concat(chunks)) };
}

const pathOf = ({ missing }: Pick<Row, 'missing'>): string => (missing ? '/missing.mp3' : '/audio.mp3');

async function untilReady(nginx: ChildProcess, port: number): Promise<Answer> {
  for (let tried = 0; tried < START_TRIES; tried++) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}; is its configuration right?`);
    try {
      return await ask(port, 'HEAD', pathOf({ missing: false }), {});
    } catch {
      // ECONNREFUSED: it does not listen yet.
      await new Promise((resolve) => setTimeout(resolve, START_PAUSE_MS));
    }
  }
  throw new Error('nginx does not answer');
}

/** Every difference with the reason that is given for it; null: none is. */
async function compare(port: number, facts: Facts) {
  const found: { row: string; what: string; how: string; known: Deliberate | null }[] = [];
  for (const row of TABLE) {
    const answer = await ask(port, row.method, pathOf(row), row.headers(facts));
    const all = [...differences(row, facts, answer)];
    // Another status brings other headers and another body; it is the difference.
    const own = all.filter(([what]) => what === 'status');
    for (const [what, how] of own.length > 0 ? own : all) {
      const known = DELIBERATE.find((one) => one.rows.test(row.name) && one.what.test(what)) ?? null;
      found.push({ row: row.name, what, how, known });
    }
  }
  return found;
}

function report(found: Awaited<ReturnType<typeof compare>>): boolean {
  for (const known of DELIBERATE) {
    const its = found.filter((one) => one.known === known);
    const rows = [...new Set(its.map(({ row }) => row))];
    console.log(`\n${known.reason}`);
    for (const row of rows) {
      const what = its.filter((one) => one.row === row).map((one) => `${one.what}: ${one.how}`);
      console.log(`  ${row}: ${what.join('; ')}`);
    }
    if (rows.length === 0) console.error('  UNUSED: nginx answers so no more');
  }
  const unlisted = found.filter(({ known }) => known === null);
  for (const { row, what, how } of unlisted) console.error(`UNLISTED ${row}: ${what}: ${how}`);
  const unused = DELIBERATE.filter((known) => !found.some((one) => one.known === known));
  const rows = new Set(found.map(({ row }) => row)).size;
  console.log(`\n${TABLE.length} requests, ${TABLE.length - rows} answered alike, ${rows} otherwise`);
  return unlisted.length === 0 && unused.length === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'longplay-nginx-'));
mkdirSync(join(folder, 'files'));
writeFileSync(join(folder, 'files', 'audio.mp3'), FILE);
const port = await freePort();
writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
const nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = once(nginx, 'exit');
try {
  const first = await untilReady(nginx, port);
  const facts = { etag: first.header('etag') ?? '', modified: new Date(first.header('last-modified') ?? '') };
  process.exitCode = report(await compare(port, facts)) ? 0 : 1;
} finally {
  nginx.kill();
  await ended;
  rmSync(folder, { recursive: true });
}
