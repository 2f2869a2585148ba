// `npm run smoke`: what holds is told as proven, what does not as failed with its reason; nothing of others is harmed.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/cli/smoke/options.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { newFolder, Program, stopAll } from '../e2e/product.ts';
import { makeSong, newRelay } from '../e2e/world.ts';
import { Edge, type EdgeOptions } from './edge.ts';
import { run, type Run } from './project.ts';

const TOKEN = 'a-token-that-is-long-enough';
const SMOKE = join(import.meta.dirname, '../../src/cli/smoke.ts');
const STEPS = 'health tokens openapi track archive bring_in bytes range title cache takedown'.split(' ');

let standIn: StandIn;
let relay: TestSpace;
let url: string;
const edges: Edge[] = [];

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  const options = ['--port', '0', '--data', newFolder(), '--tick', '1', '--var', 'POLL_INTERVAL_SECONDS=1'];
  const program = await Program.start([...options, '--vendor', `relay=${relay.url}`, '--token', TOKEN]);
  url = await program.ready();
});
afterAll(async () => {
  for (const edge of edges) edge.stop();
  await stopAll();
  await standIn.close();
});

async function through(options: EdgeOptions = {}): Promise<string> {
  const edge = await new Edge(url, options).start();
  edges.push(edge);
  return edge.url;
}
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

async function call(method: string, path: string): Promise<Response> {
  return fetch(url + path, { method, headers: { authorization: `Bearer ${TOKEN}` }, redirect: 'manual' });
}
async function listed(): Promise<{ id: string; clips: { title: string; slug: string }[] }[]> {
  const { data } = (await (await call('GET', '/v1/tasks?limit=100')).json()) as { data: never[] };
  return data;
}

describe('npm run smoke', () => {
  it('on one’s own computer proves all but the edge cache, with no song at hand but its own', async () => {
    const ran = await smoke(url);
    expect(ran.code).toBe(0);
    expect(endings(ran)).toEqual(all('ok', { track: 'not proven', archive: 'not proven', cache: 'not proven' }));
    expect(ran.output).toContain('no edge cache on this computer');
    expect(await listed()).toEqual([]);
  });

  it('--task tracks a song, waits for it, and leaves it as it was', async () => {
    await makeSong(relay, 'a-song');
    const ran = await smoke(url, '--task', 'a-song', '--vendor', 'relay');
    expect(ran.code).toBe(0);
    expect(endings(ran)).toMatchObject({ track: 'ok', archive: 'ok', bytes: 'ok', range: 'ok', title: 'ok' });
    expect(endings(ran)).toMatchObject({ bring_in: 'not proven', takedown: 'not proven' });
    expect(ran.output).toContain('a-song of relay, new');
    const [song] = await listed();
    expect(song?.clips.map(({ title }) => title)).toEqual(['Harbour Light', 'Harbour Light']);
  });

  it('behind an edge cache proves everything, track and archive with a song that is known already', async () => {
    const ran = await smoke(await through());
    expect([ran.code, endings(ran)]).toEqual([0, all('ok')]);
    expect(ran.output).toContain('a-song of relay, known already');
    expect(ran.output).toContain('(HIT)');
    expect((await listed()).map(({ id }) => id)).toEqual(['a-song']);
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
