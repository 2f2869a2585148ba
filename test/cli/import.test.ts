// `npm run import` as its user meets it: a process of its own against the whole system, through a line that can be made to fail.
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSong } from '../e2e/world.ts';
import { newFolder, Product, stopAll, until } from '../e2e/product.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOKEN = 'e2e-0';

let standIn: StandIn;
let relay: TestSpace;
let product: Product;
const lines = new Set<Line>();

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newSpace(standIn.url);
  const vendors = { relay: relay.url, other: newSpace(standIn.url).url, third: newSpace(standIn.url).url };
  product = await Product.start({ vendors });
});
afterAll(async () => {
  for (const line of lines) line.close();
  await stopAll();
  await standIn.close();
});

interface Ran {
  code: number | string;
  output: string;
}

/** The command's own process; every one of them must keep the token to itself. */
function start(args: string[], { env = {}, input }: { env?: Record<string, string>; input?: string } = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/import.ts'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', LONGPLAY_URL: product.url, LONGPLAY_TOKEN: TOKEN, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(input ?? '');
  const ended = new Promise<Ran>((done) =>
    child.once('close', (code, signal) => {
      done({ code: code ?? signal ?? 'nothing', output });
    }),
  );
  return { child, ended };
}

async function run(args: string[], options?: Parameters<typeof start>[1]): Promise<Ran> {
  const ran = await start(args, options).ended;
  expect(ran.output).not.toContain(TOKEN);
  return ran;
}

function fileOf(text: string | Uint8Array, name = 'old.log'): string {
  const path = join(newFolder(), name);
  writeFileSync(path, text);
  return path;
}

const logOf = (ids: readonly string[]): string =>
  ids.map((id) => `2025-01-02T10:00:00Z INFO submitted task_id=${id} request_id=${randomUUID()}\n`).join('');
const uuids = (length: number): string[] => Array.from({ length }, () => randomUUID());
const answerOf = (id: string, title = 'x') => ({
  code: 'success',
  data: { task_id: id, action: 'MUSIC', status: 'FAILURE', fail_reason: title, data: null },
});

/** Stands before the product and does to each request what `meddle` says: true, and it goes through. */
class Line {
  url = '';
  readonly posts: { path: string; bytes: number; body: string }[] = [];
  meddle: (request: IncomingMessage, response: ServerResponse, post: number) => boolean = () => true;
  readonly #server: Server = createServer((request, response) => void this.#pass(request, response));

  static async open(): Promise<Line> {
    const line = new Line();
    await new Promise<void>((done) => line.#server.listen(0, '127.0.0.1', done));
    line.url = `http://127.0.0.1:${(line.#server.address() as AddressInfo).port}`;
    lines.add(line);
    return line;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const { method = '', url = '' } = request;
    if (method === 'POST') this.posts.push({ path: url, bytes: Buffer.byteLength(body), body });
    if (!this.meddle(request, response, this.posts.length)) return;
    const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
    const answer = await fetch(product.url + url, { method, headers, ...(method === 'POST' && { body }) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  }
}

describe('npm run import', () => {
  it('5,000 ids out of a log: all are tracked, in requests of 1,000; a second run says that all was done', async () => {
    const ids = uuids(5_000);
    const path = fileOf(`starting up\n${logOf(ids)}`);
    const line = await Line.open();
    const first = await run([path, '--vendor', 'other'], { env: { LONGPLAY_URL: line.url } });
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain('5,000 task ids: 5,000 new, 0 already known');
    expect(first.output).toContain('line 1: starting up');
    expect(first.output).toContain(`${line.url}/v1/tasks?limit=100&vendor=other`);
    expect(line.posts.map(({ path: to }) => to)).toEqual(Array.from({ length: 5 }, () => '/v1/tasks'));
    expect((await product.get('/v1/stats')).json.tasks.total).toBeGreaterThanOrEqual(5_000);
    expect(new Set(line.posts.flatMap(({ body }) => JSON.parse(body).ids))).toEqual(new Set(ids));

    const second = await run([path, '--vendor', 'other'], { env: { LONGPLAY_URL: line.url } });
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toMatch(/sent already.*--again/);
    expect(second.output).toContain('5,000 new');
    expect(line.posts).toHaveLength(5);

    const anew = await run([path, '--vendor', 'other', '--again'], { env: { LONGPLAY_URL: line.url } });
    expect(anew.output).toContain('5,000 task ids: 0 new, 5,000 already known');
  });

  it('saved answers of every dialect in JSON Lines are imported; what was refused is named with its line', async () => {
    const folder = join(ROOT, 'test/vendor-answers');
    const bodies = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).response.body)
      .map((body) => (typeof body === 'string' ? body : JSON.stringify(body)));
    const bare = bodies.findIndex(
      (body) => body.startsWith('{') && !/task_?(batch)?_?id/i.test(body) && body.includes('"audio_url"'),
    );
    const ran = await run([fileOf(bodies.join('\n'), 'saved.jsonl'), '--vendor', 'third']);
    expect(ran.output).toContain(`the answer at line ${bare + 1} was refused: it names no task by an id`);
    expect(ran.output).toMatch(/(\d\d) tasks from (?:[2-9]\d) saved answers: \1 new, 0 already known; 1 refused/);
    expect(ran.code).toBe(1);
    const tasks = await product.list('third');
    const named = bodies.flatMap((body) => /"task(?:_id|Id|BatchId)":\s*"([^"]+)"/.exec(body)?.[1] ?? []);
    expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  });

  it('standard input, and --wait until the song is settled and its files are kept', async () => {
    const song = await makeSong(relay, 'suno_song_01');
    const ran = await run(['-', '--wait', '--visibility', 'public'], { input: `look at ${song.id} please\n` });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.output).toContain('1 task id: 1 new');
    expect(ran.output).toMatch(/Nothing is on its way any more: 1 settled, 0 archiving, 0 watching, 0 expired/);
    const task = await product.settled('relay', song.id);
    expect(task.archive.archived).toBe(4);
    expect(task.clips.map(({ visibility }) => visibility)).toEqual(['public', 'public']);
  });

  it('kill -9 in the middle: the next run goes on there, and nothing is lost or doubled', async () => {
    const ids = uuids(3_500);
    const path = fileOf(logOf(ids));
    const line = await Line.open();
    line.meddle = (_request, _response, post) => post < 3;
    const { child, ended } = start([path, '--vendor', 'other'], { env: { LONGPLAY_URL: line.url } });
    await until('the third request', async () => line.posts.length === 3);
    child.kill('SIGKILL');
    expect((await ended).code).toBe('SIGKILL');

    line.meddle = () => true;
    const again = await run([path, '--vendor', 'other'], { env: { LONGPLAY_URL: line.url } });
    expect(again).toMatchObject({ code: 0 });
    expect(again.output).toContain('2 of 4 requests are done already');
    expect(again.output).toContain('3,500 task ids: 3,500 new, 0 already known');
    expect(line.posts.map(({ body }) => JSON.parse(body).ids.length)).toEqual([1_000, 1_000, 1_000, 1_000, 500]);
    expect(new Set(line.posts.flatMap(({ body }) => JSON.parse(body).ids))).toEqual(new Set(ids));
  });

  it('a change of the file, the vendor or the address is new work', async () => {
    const path = fileOf(logOf(uuids(3)));
    await run([path, '--vendor', 'other']);
    expect((await run([path, '--vendor', 'third'])).output).toContain('3 task ids: 3 new');
    writeFileSync(path, readFileSync(path, 'utf8') + logOf(uuids(1)));
    expect((await run([path, '--vendor', 'other'])).output).toContain('4 task ids: 1 new, 3 already known');
  });

  it('answers go in bodies below 1 MiB, a large batch in its rows, and one that is larger is named', async () => {
    const words = 'la '.repeat(130_000);
    const batch = { code: 'success', data: ['big-1', 'big-2', 'big-3'].map((id) => answerOf(id, words).data) };
    const path = fileOf(
      `${JSON.stringify(batch)}\n${JSON.stringify(answerOf('too-big', words.repeat(3)))}`,
      'big.json',
    );
    const line = await Line.open();
    const ran = await run([path, '--vendor', 'third'], { env: { LONGPLAY_URL: line.url } });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain('3 tasks from 2 saved answers: 3 new');
    expect(ran.output).toMatch(/1 answer larger than.*\n\s+the answer at line 2/);
    for (const { bytes } of line.posts) expect(bytes).toBeLessThan(1024 * 1024);
  });

  it('429, 503 and a connection that breaks are tried again, at the pace that the server names', async () => {
    const line = await Line.open();
    const times: number[] = [];
    line.meddle = (request, response, post) => {
      if (request.method !== 'POST' || post > 3) return true;
      times.push(Date.now());
      if (post === 3) request.socket.destroy();
      else response.writeHead(post === 1 ? 429 : 503, { 'retry-after': post === 1 ? '2' : '1' }).end('{}');
      return false;
    };
    const ran = await run([fileOf(logOf(uuids(2))), '--vendor', 'other'], { env: { LONGPLAY_URL: line.url } });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.output).toContain('2 task ids: 2 new');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_900);
  });

  it('--dry-run sends nothing and says what it would send', async () => {
    const ids = uuids(12);
    const line = await Line.open();
    const path = fileOf(
      `${logOf(ids)}Authorization: Bearer sk-abcdef1234567890\n${JSON.stringify(answerOf('task-77'))}`,
    );
    const ran = await run([path, '--dry-run'], { env: { LONGPLAY_URL: line.url } });
    expect(ran).toMatchObject({ code: 0 });
    for (const text of [
      '12 task ids, 1 saved answer, 1 line',
      '2 requests',
      ids[0],
      ids[9],
      '2 more',
      'task-77',
      'line 13:',
    ])
      expect(ran.output).toContain(text);
    expect(ran.output).not.toMatch(/sk-abcdef/);
    expect(ran.output).not.toContain(ids[10]);
    expect(line.posts).toEqual([]);
    expect(existsSync(`${path}.longplay-import.json`)).toBe(false);
  });

  it('texts as people have them: all is sent that can be, and the rest is listed with its line, and makes the exit code 1', async () => {
    const rounded = await run([
      fileOf(`task_id,title\r\n1.8462E+18,a\r\n1846201283741290000,b\r\n${uuids(1)[0]},c\r\n`, 'sheet.csv'),
      '--vendor',
      'third',
    ]);
    expect(rounded).toMatchObject({ code: 1 });
    expect(rounded.output).toMatch(/1 task id: 1 new[^]*line 2: 1\.8462E\+18,a \(its id was rounded[^]*line 3: /);
    const [before = '', behind = ''] = JSON.stringify(answerOf('gbk-1', 'X')).split('X');
    const bytes = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0xd2, 0xb9, 0xba, 0xbd, 0xb4, 0xac]),
      Buffer.from(behind),
    ]);
    const chinese = await run([fileOf(bytes, 'gbk.json'), '--vendor', 'third']);
    expect(chinese).toMatchObject({ code: 0 });
    expect(chinese.output).toMatch(/Read as GB18030[^]*1 task from 1 saved answer: 1 new/);
    expect((await product.get('/v1/tasks/gbk-1?vendor=third')).json.failure).toBe('夜航船');
  });

  it('the column that is named holds the ids', async () => {
    const path = fileOf('when,job\n2025-01-02,alpha\n2025-01-03,beta\n', 'jobs.csv');
    expect((await run([path, '--column', 'job', '--dry-run'])).output).toMatch(/2 task ids[^]*alpha\n\s+beta/);
  });

  it('a text in UTF-16, as spreadsheets save it', async () => {
    const path = fileOf(Buffer.from(`\ufefftask_id\tx\r\n${uuids(1)[0]}\t1\r\n`, 'utf16le'), 'sheet.txt');
    expect((await run([path, '--dry-run'])).output).toContain('1 task id,');
  });
});

describe('npm run import stops with a clear word', () => {
  const path = (): string => fileOf(logOf(uuids(2)));

  it('at a token that is refused', async () => {
    const ran = await run([path(), '--token', 'not-the-token']);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain('refuses the token');
    expect(ran.output).not.toContain('not-the-token');
  });

  it('at a vendor that is not there', async () => {
    const ran = await run([path(), '--vendor', 'nobody']);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain('no vendor "nobody"');
  });

  it('where nothing listens, before long', async () => {
    const line = await Line.open();
    line.close();
    const ran = await run([path()], { env: { LONGPLAY_URL: line.url } });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain('nothing listens there');
  });

  it('where something else answers', async () => {
    const ran = await run([path()], { env: { LONGPLAY_URL: standIn.url } });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toMatch(/does not answer as longplay does|answered 404|not found/);
  });

  it('at a file that is not there, a folder, and one that is no text', async () => {
    for (const [file, word] of [
      [join(newFolder(), 'nothing.log'), 'there is no such file'],
      [newFolder(), 'it is a folder'],
      [fileOf(createHash('sha256').update('x').digest().fill(0, 0, 4), 'x.gz'), 'is no text'],
    ] as const) {
      const ran = await run([file]);
      expect(ran).toMatchObject({ code: 2 });
      expect(ran.output).toContain(word);
    }
  });

  it('at a file without any id', async () => {
    const ran = await run([fileOf('only words here\n')]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toMatch(/line 1: only words here[^]*Nothing to send/);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no file', [], {}, 'no FILE is given'],
    ['two files', ['a', 'b'], {}, 'more than one FILE'],
    ['an unknown option', ['a', '--vendors', 'x'], {}, 'unknown option --vendors'],
    ['an option without its value', ['a', '--vendor'], {}, '--vendor needs a value'],
    ['a visibility that is none', ['a', '--visibility', 'secret'], {}, 'must be unlisted or public'],
    ['no token', ['a'], { LONGPLAY_TOKEN: '' }, 'no token is given'],
    ['an address that is none', ['a'], { LONGPLAY_URL: 'longplay' }, 'must be a URL'],
    ['a password in the address', ['a'], { LONGPLAY_URL: 'https://u:hidden@h.example' }, 'must hold no user'],
    ['http to another computer', ['a'], { LONGPLAY_URL: 'http://songs.example' }, 'Use https'],
  ])('at %s', async (_, args, env, word) => {
    const ran = await run(args, { env });
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.output).toContain(word);
    expect(ran.output).not.toContain('hidden');
  });

  it('--help names every option', async () => {
    const ran = await run(['--help']);
    expect(ran).toMatchObject({ code: 0 });
    for (const name of ['url', 'token', 'vendor', 'visibility', 'column', 'dry-run', 'wait', 'again', 'help'])
      expect(ran.output).toContain(`--${name} `);
  });
});
