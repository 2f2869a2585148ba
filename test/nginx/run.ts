// Edge: `npm run nginx`: the table of permanent links against a real nginx. Prints the deliberate differences; fails on any other, and on one that is no more. Then decoding.ts.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { differences, FILE, TABLE, type Answer, type Facts, type Row } from '../http/files/media-table.ts';
import { configuration } from './configuration.ts';
import { decoding } from './decoding.ts';
import { DELIBERATE, type Deliberate } from './deliberate.ts';
import { withNginx } from './nginx.ts';

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

const alike = await withNginx(
  (folder, port) => {
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'files', 'audio.mp3'), FILE);
    return configuration(folder, port);
  },
  async (port) => {
    const first = await ask(port, 'HEAD', pathOf({ missing: false }), {});
    const facts = { etag: first.header('etag') ?? '', modified: new Date(first.header('last-modified') ?? '') };
    return report(await compare(port, facts));
  },
);
process.exitCode = (await decoding()) && alike ? 0 : 1;
