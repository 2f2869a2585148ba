// `npm run smoke`: what holds is told as proven, what does not as failed with its reason; nothing of others is harmed.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/cli/smoke/options.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { newFolder, Program, stopAll, until } from '../e2e/product.ts';
import { makeSong, newRelay } from '../e2e/world.ts';
import { Edge, type EdgeOptions } from './edge.ts';
import { begin, run, type Run } from './project.ts';

const TOKEN = 'a-token-that-is-long-enough';
const SMOKE = join(import.meta.dirname, '../../src/cli/smoke.ts');
const STEPS = 'health tokens openapi bring_in track archive bytes range title cache takedown'.split(' ');

let standIn: StandIn;
let relay: TestSpace;
let url: string;
const edges: Edge[] = [];

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  const options = ['--port', '0', '--data', newFolder(), '--tick', '1', '--var', 'POLL_INTERVAL_SECONDS=1'];
  const program = await Program.start(
    [...options, '--vendor', `relay=${relay.url}`, '--var', 'DEFAULT_VISIBILITY=public'],
    { env: { LONGPLAY_TOKEN: TOKEN } },
  );
  url = await program.ready();
});
afterAll(async () => {
  for (const one of edges) one.stop();
  await stopAll();
  await standIn.close();
});

async function edge(options: EdgeOptions = {}): Promise<Edge> {
  const started = await new Edge(url, options).start();
  edges.push(started);
  return started;
}
const through = async (options: EdgeOptions = {}): Promise<string> => (await edge(options)).url;
const smoke = (address: string, ...args: string[]): Promise<Run> =>
  run(SMOKE, [address, ...args], { LONGPLAY_TOKEN: TOKEN });

/** How each step ended: `ok`, `FAILED` or `not`, by its name. */
function endings({ output }: Run): Record<string, string> {
  const lines = output.matchAll(/^ {2}(ok|FAILED|not proven) +(bring in|\w+) +\d+ ms {2}\S/gm);
  return Object.fromEntries([...lines].map(([, ending = '', name = '']) => [name.replace(' ', '_'), ending]));
}
const all = (ending: string, changes: Record<string, string> = {}) => ({
  ...Object.fromEntries(STEPS.map((step) => [step, ending])),
  ...changes,
});

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  return fetch(url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
interface Listed {
  id: string;
  clips: { title: string; slug: string }[];
}
async function listed(): Promise<Listed[]> {
  const { data } = (await (await call('GET', '/v1/tasks?limit=100')).json()) as { data: Listed[] };
  return data;
}
const ownSongs = async (): Promise<string[]> =>
  (await listed()).map(({ id }) => id).filter((id) => id.startsWith('smoke-'));
/** All that smoke asked for which may change anything. */
const changes = ({ asked }: Edge): string[] => asked.filter((what) => !/^(?:GET|HEAD) /.test(what));

describe('npm run smoke', () => {
  it('on one’s own computer proves all but the edge cache, with a song of its own, which then is gone', async () => {
    const ran = await smoke(url);
    expect([ran.code, endings(ran)]).toEqual([0, all('ok', { cache: 'not proven' })]);
    expect(ran.output).toContain('no edge cache on this computer');
    expect(await listed()).toEqual([]);
  });

  it('shows its own song to nobody, wherever songs are public by default', async () => {
    const seen = await edge({ stalls: /^GET \/s\// });
    const ran = begin(SMOKE, [seen.url], { LONGPLAY_TOKEN: TOKEN });
    await until('its page', async () => seen.asked.find((what) => what.startsWith('GET /s/')));
    const { data } = (await (await call('GET', '/v1/clips')).json()) as { data: { visibility: string }[] };
    expect(data.map(({ visibility }) => visibility)).toEqual(['unlisted']);
    expect(changes(seen).slice(0, 3)).toEqual([
      'POST /v1/tasks/import',
      expect.stringMatching(/^PATCH \/v1\/clips\//),
      'POST /v1/tasks',
    ]);
    ran.kill('SIGTERM');
    await ran.ran;
  });

  it('--task tracks a song, waits for it, and changes nothing else of it', async () => {
    await makeSong(relay, 'a-song');
    const seen = await edge();
    const ran = await smoke(seen.url, '--task', 'a-song', '--vendor', 'relay');
    expect(ran.code).toBe(0);
    expect(endings(ran)).toEqual(all('ok', { bring_in: 'not proven', title: 'not proven', takedown: 'not proven' }));
    expect(ran.output).toContain('a-song of relay, new');
    expect(changes(seen)).toEqual(['POST /v1/tasks']);
    const [song] = await listed();
    expect(song?.clips.map(({ title }) => title)).toEqual(['Harbour Light', 'Harbour Light']);
  });

  it('touches no song of others: beside what it sends of its own, it only reads', async () => {
    const seen = await edge();
    const ran = await smoke(seen.url);
    expect([ran.code, endings(ran)]).toEqual([0, all('ok')]);
    expect(ran.output).toContain('(HIT)');
    const own = /\/v1\/tasks\/import$|^POST \/v1\/tasks$|\/v1\/tasks\/smoke-/;
    const others = changes(seen).filter((what) => !own.test(what) && !/\/v1\/clips\//.test(what));
    expect(others).toEqual([]);
    expect(new Set(changes(seen).flatMap((what) => /\/v1\/clips\/(.+)/.exec(what)?.[1] ?? [])).size).toBe(1);
    expect((await listed()).map(({ id }) => id)).toEqual(['a-song']);
  });

  it('leaves a song alone whose title is longer than one that could be put back', async () => {
    const title = 'Long '.repeat(80).trim();
    const audio = await relay.media('long.mp3', { recipe: { kind: 'mp3', bytes: 9_000, seed: 7 } });
    const clip = { id: randomUUID(), title, status: 'complete', audio_url: audio };
    const answer = { code: 'success', data: { task_id: 'long-title', status: 'SUCCESS', data: [clip] } };
    await call('POST', '/v1/tasks/import', { answers: [answer] });
    const ran = await smoke(url, '--task', 'long-title');
    expect([ran.code, endings(ran)['bytes']]).toEqual([0, 'ok']);
    expect((await listed()).find(({ id }) => id === 'long-title')?.clips[0]?.title).toBe(title);
  });

  it('--take-down takes the song of --task down as well', async () => {
    await makeSong(relay, 'to-go');
    const ran = await smoke(url, '--task', 'to-go', '--take-down');
    expect([ran.code, endings(ran)['takedown']]).toEqual([0, 'ok']);
    const slug = (await listed()).find(({ id }) => id === 'to-go')?.clips[0]?.slug;
    expect((await call('GET', `/s/${slug}`)).status).toBe(410);
  });

  it.each([
    [
      'a cache that keeps what was taken down',
      { forgetful: false },
      'takedown',
      /still answered 200.*CF-Cache-Status: HIT/,
    ],
    ['a cache that keeps nothing', { idle: true }, 'cache', /No read came from the edge cache.*wrangler\.toml/],
    ['ranges that are ignored', { rangeless: true }, 'range', /Range: bytes=100-299 was answered 200, not 206/],
    ['bytes that changed on the way', { garbles: true }, 'bytes', /has the SHA-256 \w+, its record says/],
  ] as const)('finds %s, and goes on with the other steps', async (_, options, step, why) => {
    const ran = await smoke(await through(options), '--wait', '3');
    expect(ran.code).toBe(1);
    expect(endings(ran)).toEqual(all('ok', { [step]: 'FAILED' }));
    expect(ran.output).toMatch(why);
    expect(ran.output).toMatch(/10 proven, 1 failed, 0 not proven/);
  });

  it.each([
    ['the title cannot be set', /^PATCH .*clips/, 'bring_in'],
    ['a step fails', /^GET \/media\/.*tagged\.mp3/, 'title'],
    ['the takedown fails', /^DELETE .*clips/, 'takedown'],
  ])('puts its own song away where %s', async (_, fails, step) => {
    const ran = await smoke(await through({ fails }), '--wait', '3');
    expect([ran.code, endings(ran)[step]]).toEqual([1, 'FAILED']);
    expect(await ownSongs()).toEqual([]);
  });

  it.each([
    ['SIGINT', 130, 'the import', /^POST \/v1\/tasks\/import/],
    ['SIGTERM', 143, 'the archiving', /^GET \/v1\/tasks\/smoke-/],
    ['SIGHUP', 129, 'the title step', /^GET \/s\//],
    ['SIGINT', 130, 'the takedown', /^POST .*\/retry/],
  ] as const)('ended by %s (%i) in the middle of %s puts its own song away', async (signal, code, _, stalls) => {
    const seen = await edge({ stalls });
    const ran = begin(SMOKE, [seen.url], { LONGPLAY_TOKEN: TOKEN });
    await until('the step', async () => seen.asked.find((what) => stalls.test(what)));
    ran.kill(signal);
    const { code: ended, output } = await ran.ran;
    expect([ended, output]).toEqual([code, expect.stringContaining(`Ended by ${signal}`)]);
    expect(await ownSongs()).toEqual([]);
    const slug = /clips\/([0-9a-f-]{36})/.exec(
      seen.asked.findLast((what) => what.startsWith('DELETE /v1/clips')) ?? '',
    );
    expect((await call('GET', `/v1/clips/${slug?.[1]}`)).status).toBe(410);
  });

  it('names a song that cannot be archived, and why', async () => {
    await makeSong(relay, 'forbidden', { clips: [{ audio: { fault: 'status', status: 410 } }] });
    const ran = await smoke(url, '--task', 'forbidden', '--wait', '120');
    expect([ran.code, endings(ran)['archive']]).toEqual([1, 'FAILED']);
    expect(ran.output).toMatch(/Task forbidden is succeeded, settled, and has no archived audio: source_gone/);
  });

  it('says that the token is wrong, and prints it nowhere', async () => {
    const ran = await run(SMOKE, [url, '--token', 'wrong-but-still-secret'], {});
    expect([ran.code, endings(ran)['health'], endings(ran)['tokens']]).toEqual([1, 'FAILED', 'FAILED']);
    expect(ran.output).toContain('the token is none of API_TOKENS');
    expect(ran.output + ran.errors).not.toMatch(/wrong-but-still-secret/);
  });

  it('says where nobody answers', async () => {
    const ran = await smoke('http://127.0.0.1:9');
    expect(ran.code).toBe(1);
    expect(ran.output).toMatch(/FAILED +health .*GET \/health: no answer \(.+\); is http:\/\/127\.0\.0\.1:9 right/);
  });

  it('--help names every option, and ends with 0', async () => {
    const { code, output } = await run(SMOKE, ['--help'], {});
    expect(code).toBe(0);
    for (const option of ['--token', '--vendor', '--task', '--audio', '--take-down', '--wait', 'LONGPLAY_TOKEN'])
      expect(output).toContain(option);
  });

  it('ends with 2 where the command line is wrong', async () => {
    const { code, errors } = await run(SMOKE, ['http://songs.example'], {});
    expect(code).toBe(2);
    expect(errors).toContain('a token travels by https only');
    expect(errors).toContain('no token');
  });
});

describe('the command line of npm run smoke', () => {
  const faults = (...argv: string[]): string[] => {
    const read = parseOptions(argv, undefined);
    return read.ok ? [] : read.fault;
  };

  it('takes the token from the option before the environment, and of the address the origin', () => {
    expect(
      parseOptions(['https://songs.example/console', '--token', 'a', '--audio', 'https://a.example/x.mp3'], 'b'),
    ).toMatchObject({
      value: { url: 'https://songs.example', token: 'a', audio: 'https://a.example/x.mp3', wait_ms: 600_000 },
    });
    expect(parseOptions(['http://[::1]:8787'], 'b')).toMatchObject({ value: { token: 'b' } });
  });

  it.each([
    ['no address', [], 'give one address'],
    ['no URL', ['songs.example'], 'is no URL'],
    ['another scheme', ['ftp://songs.example'], 'is no URL'],
    ['http to elsewhere', ['http://songs.example'], 'https only'],
    ['an unknown option', ['https://a.example', '--jsno'], 'unknown option --jsno'],
    ['an option without value', ['https://a.example', '--task='], '--task needs a value'],
    ['a wait that is none', ['https://a.example', '--wait', 'long'], '--wait takes seconds'],
    ['an audio that is no URL', ['https://a.example', '--audio', 'x.mp3'], '--audio takes the URL'],
    ['both song options', ['https://a.example', '--task', '1', '--audio', 'https://a.example/x'], 'one of the two'],
    ['a takedown of nothing', ['https://a.example', '--take-down'], '--take-down needs --task'],
  ])('refuses %s', (_, argv, said) => {
    expect(faults(...argv, '--token', 't')).toEqual([expect.stringContaining(said)]);
  });
});
