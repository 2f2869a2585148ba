// The tools of POST /mcp: what they are said to be, what they answer, and what they say when they cannot.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { HttpDeps } from '../../../src/http/context.ts';
import { TOOLS } from '../../../src/http/mcp/tools.ts';
import { fail, type Fault, ok } from '../../../src/model/fault.ts';
import type { RelayAnswer, Submission } from '../../../src/relay/client.ts';
import { archived, clip, fakeDeps, known, NOW, reading, settingsOf, SLUG, TASK_ID, watched } from '../fixtures.ts';
import { rpc, use } from './rpc.ts';

const found = { clip, reading, over: true, seq: 1 };

/** Knows one song and one task. */
function deps(changes: Partial<HttpDeps> = {}): ReturnType<typeof fakeDeps> {
  const fake = fakeDeps(changes);
  const { ledger, flows } = fake;
  const clips: HttpDeps['ledger']['clips'] = async ({ limit }) => ({
    clips: Array.from({ length: Math.min(limit, 3) }, (_, index) => ({ ...found, seq: 3 - index })),
    more: limit < 3,
  });
  return {
    ...fake,
    ledger: { ...ledger, clips },
    flows: { ...flows, findClip: async (slug) => (slug === SLUG ? found : null) },
  };
}

/** A relay that answers this; `orders`: what it got. */
function relay(answer: (Partial<RelayAnswer> & { value: unknown }) | Fault) {
  const orders: { vendor: string; submission: Submission }[] = [];
  const text = 'reason' in answer ? '' : JSON.stringify(answer.value);
  const submit: HttpDeps['relay']['submit'] = async ({ id }, submission) => {
    orders.push({ vendor: id, submission });
    return 'reason' in answer ? fail(answer) : ok({ status: 200, text, retry_after: null, ...answer });
  };
  return { orders, deps: deps({ relay: { ...fakeDeps().relay, submit } }) };
}
const TAKEN = { value: { code: 'success', message: '', data: 'new-task' } };

const textOf = (result: { content: { type: string; text: string }[] }): string => {
  expect(result.content).toHaveLength(1);
  return result.content[0]?.text ?? '';
};

describe('tools/list', () => {
  it('names the five, each with title, description and schemas of objects that hold all they refer to', async () => {
    const { json } = await rpc('tools/list');
    const names = ['find_songs', 'get_song', 'get_task', 'track_tasks', 'make_song'];
    expect(json.result.tools.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(json.result.nextCursor).toBeUndefined();
    for (const tool of json.result.tools) {
      expect(tool).toMatchObject({ title: expect.stringMatching(/\w/), description: expect.stringMatching(/\w/) });
      for (const schema of [tool.inputSchema, tool.outputSchema]) {
        expect(schema).toMatchObject({ type: 'object', properties: expect.any(Object) });
        // Some models' makers refuse a choice at the root.
        for (const choice of ['$ref', 'oneOf', 'anyOf', 'allOf']) expect(schema).not.toHaveProperty(choice);
        const refs = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
        for (const ref of refs) expect(schema.$defs).toHaveProperty(ref?.replace('#/$defs/', '') ?? '');
      }
      expect(tool.inputSchema.additionalProperties).toBe(false);
      for (const field of Object.values(tool.inputSchema.properties))
        expect(field).toMatchObject({ description: expect.stringMatching(/\w/) });
    }
  });

  it('says which only read', async () => {
    const { json } = await rpc('tools/list');
    const readOnly = json.result.tools.map(
      ({ name, annotations }: { name: string; annotations: { readOnlyHint: boolean } }) => [
        name,
        annotations.readOnlyHint,
      ],
    );
    expect(Object.fromEntries(readOnly)).toEqual({
      ...{ find_songs: true, get_song: true, get_task: true },
      ...{ track_tasks: false, make_song: false },
    });
  });

  it('knows no further page', async () => {
    expect((await rpc('tools/list', { cursor: 'x' })).json.error.code).toBe(-32602);
  });
});

describe('tools/call', () => {
  it.each(['nothing', 'toString', '__proto__'])('of the unknown tool %j is a mistake of the client', async (name) => {
    expect((await rpc('tools/call', { name })).json.error).toMatchObject({
      code: -32602,
      message: `Unknown tool: ${name}`,
    });
  });

  it.each([{}, { name: 1 }, { name: 'get_song', arguments: [] }, { name: 'get_song', arguments: 'x' }])(
    'with %j likewise',
    async (params) => expect((await rpc('tools/call', params)).json.error.code).toBe(-32602),
  );

  it.each([
    ['find_songs', {}],
    ['get_song', { slug: SLUG }],
    ['get_task', { id: TASK_ID }],
    ['track_tasks', { ids: ['new-1', 'old', 'new-1'] }],
    ['make_song', { description: 'a song' }],
  ])('%s %j answers what its schema says, the same as text', async (name, given) => {
    const result = await use(name, given, 'ruling', relay(TAKEN).deps);
    expect(result.isError).toBeUndefined();
    expect(JSON.parse(textOf(result))).toEqual(result.structuredContent);
    const { output } = TOOLS.find((tool) => tool.name === name)!;
    expect(v.safeParse(output, result.structuredContent).issues).toBeUndefined();
  });

  it.each([
    ['find_songs', {}, 'read'],
    ['get_song', { slug: SLUG }, 'read'],
    ['get_task', { id: TASK_ID }, 'read'],
    ['track_tasks', { ids: ['a'] }, 'track'],
    ['make_song', { description: 'a song' }, 'track'],
  ])('%s %j needs a token of scope %s, and says so to one of less', async (name, given, scope) => {
    const { deps: all, orders } = relay(TAKEN);
    const refused = await use(name, given, 'reading', all);
    if (scope === 'read') return expect(refused.isError).toBeUndefined();
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/^forbidden: .*scope track.*Ask who runs this server/);
    expect(orders).toEqual([]);
    expect((await use(name, given, 'tracking', all)).isError).toBeUndefined();
  });

  it.each([
    ['find_songs', { limit: 0 }, 'limit must be a whole number from 1 to 100'],
    ['find_songs', { limit: '5' }, 'limit must be a whole number from 1 to 100'],
    ['find_songs', { words: 'x' }, 'words is not known here'],
    ['get_song', {}, 'slug is missing'],
    ['get_song', { slug: '' }, 'slug is missing'],
    ['get_task', { id: TASK_ID, wait_seconds: 56 }, 'wait_seconds must be a whole number from 0 to 55'],
    ['get_task', { id: '..' }, 'id must not be'],
    ['track_tasks', { ids: [] }, 'ids must hold at least one id'],
    ['track_tasks', { ids: [7] }, 'ids.0 must be a string'],
    ['make_song', {}, 'either description or lyrics'],
    ['make_song', { description: '', lyrics: null }, 'either description or lyrics'],
    ['make_song', { description: 'a', lyrics: 'b' }, 'either description or lyrics'],
    ['make_song', { description: 'a', instrumental: 'yes' }, 'instrumental must be true or false'],
  ])('%s %j: %s', async (name, given, words) => {
    const { deps: all, orders } = relay(TAKEN);
    const result = await use(name, given, 'ruling', all);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^invalid_request: .*Correct the arguments and call again\.$/);
    expect(textOf(result)).toContain(words);
    expect(orders).toEqual([]);
  });

  it('says nothing of a bug but that it can be tried again, and logs it', async () => {
    const broken = deps();
    broken.ledger.clips = async () => Promise.reject(new Error('Broken with sk-secret-of-a-vendor'));
    const result = await use('find_songs', {}, 'ruling', broken);
    expect(textOf(result)).toBe('internal: Something went wrong here. Call again later.');
    expect(broken.entries).toMatchObject([{ event: 'error', at: 'mcp', tool: 'find_songs' }]);
    expect(JSON.stringify(broken.entries)).not.toContain('sk-secret');
  });
});

describe('find_songs', () => {
  it('answers as many as wanted, and whether there are more', async () => {
    const two = await use('find_songs', { limit: 2 }, 'ruling', deps());
    expect([two.structuredContent.data.length, two.structuredContent.has_more]).toEqual([2, true]);
    const all = await use('find_songs', { limit: 3 }, 'ruling', deps());
    expect([all.structuredContent.data.length, all.structuredContent.has_more]).toEqual([3, false]);
  });

  it('names permanent links', async () => {
    const { structuredContent } = await use('find_songs', { limit: 1 }, 'ruling', deps());
    expect(structuredContent.data[0]).toMatchObject({
      audio: { url: `https://songs.example/media/${SLUG}/audio.mp3` },
      links: { page: `https://songs.example/s/${SLUG}` },
    });
  });

  it('looks for the words', async () => {
    const asked: unknown[] = [];
    const all = deps();
    all.ledger.clips = async (query) => (asked.push(query), { clips: [], more: false });
    await use('find_songs', { query: ' low\u0000water ' }, 'ruling', all);
    await use('find_songs', {}, 'ruling', all);
    expect(asked).toEqual([
      { visibility: null, q: 'low water', before: null, limit: 20 },
      { visibility: null, q: null, before: null, limit: 20 },
    ]);
  });
});

describe('get_song', () => {
  it.each(['0f0e0d0c-0b0a-4908-8706-05040302ffff', 'no slug'])('%s is not found', async (slug) => {
    expect(textOf(await use('get_song', { slug }, 'ruling', deps()))).toMatch(/^not_found: .*find_songs/);
  });

  it('that was taken down is gone', async () => {
    const all = deps();
    all.flows.findClip = async () => ({ ...found, clip: { ...clip, taken_down_at: 1 } });
    expect(textOf(await use('get_song', { slug: SLUG }, 'ruling', all))).toMatch(/^gone: /);
  });
});

describe('get_task', () => {
  it.each([
    [{ id: 'denied' }, /^not_found: .*Check the id/],
    [{ id: 'down' }, /^vendor_unavailable: No answer in time\. Call again in \d+ s\.$/],
    [{ id: 'a', vendor: 'nobody' }, /^not_found: .*no vendor/],
  ])('%j says what to do', async (given, words) => {
    const result = await use('get_task', given);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(words);
  });

  it('waits for the end, as long as it is told to', async () => {
    let now = NOW;
    const waits: number[] = [];
    const running = known({ state: watched, next_poll_at: null, clips: [] });
    const all = deps({ now: () => now, readTasks: async () => new Map([[TASK_ID, ok(running)]]) });
    all.ledger.watch = async (_vendor, _id, _seen, ms) => (now += ms) > 0 && waits.push(ms) > 0;
    const settled = { ...clip, files: { ...clip.files, cover: archived } };
    all.ledger.peek = async () => (waits.length < 2 ? running : known({ clips: [settled] }));
    const wait = async (wait_seconds?: number) => {
      waits.length = 0;
      const given = { id: TASK_ID, ...(wait_seconds !== undefined && { wait_seconds }) };
      return [(await use('get_task', given, 'ruling', all)).structuredContent.status, waits];
    };
    expect(await wait()).toEqual(['running', []]);
    expect(await wait(0)).toEqual(['running', []]);
    expect(await wait(5)).toEqual(['running', [5_000]]);
    expect(await wait(55)).toEqual(['succeeded', [10_000, 10_000]]);
  });

  it('tracks nothing for a token that only reads', async () => {
    const tracks: boolean[] = [];
    const readTasks: HttpDeps['readTasks'] = async (_vendor, ids, { track }) => {
      tracks.push(track);
      return new Map(ids.map((id) => [id, ok(known({ id }))]));
    };
    for (const token of ['reading', 'tracking']) await use('get_task', { id: 'a' }, token, deps({ readTasks }));
    expect(tracks).toEqual([false, true]);
  });
});

describe('track_tasks', () => {
  it('has one entry for each id, duplicates too', async () => {
    const { structuredContent } = await use('track_tasks', { ids: ['new-1', 'old', 'new-1'] });
    expect(structuredContent.results).toEqual([
      { id: 'new-1', created: true },
      { id: 'old', created: false },
      { id: 'new-1', created: true },
    ]);
  });
});

describe('make_song', () => {
  it.each([
    [{ description: 'rain on tin' }, { gpt_description_prompt: 'rain on tin' }],
    [
      { lyrics: '[Verse]\nla', style: 'folk', title: 'La', model: 'chirp-v5', instrumental: false },
      { prompt: '[Verse]\nla', tags: 'folk', title: 'La', mv: 'chirp-v5', make_instrumental: false },
    ],
    [
      { description: 'a march', instrumental: true },
      { gpt_description_prompt: 'a march', make_instrumental: true },
    ],
  ])('%j is ordered by the relay’s own words', async (given, body) => {
    const { deps: all, orders } = relay(TAKEN);
    const { structuredContent } = await use('make_song', given, 'tracking', all);
    expect(structuredContent).toEqual({ id: 'new-task', vendor: 'relay', ids: ['new-task'] });
    expect(orders.map(({ vendor, submission }) => [vendor, submission.action, JSON.parse(submission.text)])).toEqual([
      ['relay', 'music', body],
    ]);
  });

  it('goes to the vendor that is named, and to none that is retired', async () => {
    const { deps: all, orders } = relay(TAKEN);
    await use('make_song', { description: 'a', vendor: 'other' }, 'tracking', all);
    expect(orders.map(({ vendor }) => vendor)).toEqual(['other']);
    const VENDORS = { relay: { base_url: 'https://relay.example', retired: true } };
    const retired = { ...all, settings: ok(settingsOf({ VENDORS })) };
    expect(textOf(await use('make_song', { description: 'a' }, 'tracking', retired))).toContain('retired');
    expect(orders).toHaveLength(1);
  });

  it('tells the relay where to call, and nobody else', async () => {
    const secrets = { HOOK_SECRET: 'hook-secret-1', PUBLIC_BASE_URL: 'https://songs.example' };
    const notify_hook = 'https://songs.example/hooks/relay/hook-secret-1';
    const { deps: all, orders } = relay({ value: { code: 'fail', message: `Cannot call ${notify_hook}` } });
    const named = { ...all, settings: ok(settingsOf(secrets)) };
    const result = await use('make_song', { description: 'a' }, 'tracking', named);
    expect(JSON.parse(orders[0]?.submission.text ?? '')).toEqual({ notify_hook, gpt_description_prompt: 'a' });
    expect(textOf(result)).toContain('Cannot call https://songs.example/hooks/relay/[redacted]');
  });

  it('names every task that the relay began', async () => {
    const { deps: all } = relay({ value: { code: 'success', data: { task_ids: ['a-1', 'a-2'] } } });
    const { structuredContent } = await use('make_song', { description: 'a' }, 'tracking', all);
    expect(structuredContent).toEqual({ id: 'a-1', vendor: 'relay', ids: ['a-1', 'a-2'] });
  });

  it.each([
    [{ status: 400, value: { code: 'invalid_request', message: 'tags are too long', data: null } }],
    [{ value: { code: 'fail', message: 'tags are too long' } }],
  ])('tells why the relay refused: %j', async (answer) => {
    const result = await use('make_song', { description: 'a' }, 'tracking', relay(answer).deps);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/refused.*tags are too long.*call again/);
  });

  it('says that a song may be under way where no answer came, or none that names it', async () => {
    const silent: Fault = {
      reason: 'unavailable',
      detail: 'No answer within 100 s',
      status: null,
      retry_after_ms: null,
    };
    for (const answer of [silent, { value: { code: 'success', message: 'thank you' } }]) {
      const result = await use('make_song', { description: 'a' }, 'tracking', relay(answer).deps);
      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(/before you order|before you have asked/);
    }
  });

  it('says when to come back where the relay limits', async () => {
    const limited: Fault = { reason: 'rate_limited', detail: 'Too many', retry_after_ms: 30_000 };
    const result = await use('make_song', { description: 'a' }, 'tracking', relay(limited).deps);
    expect(textOf(result)).toBe('vendor_rate_limited: Too many. Call again in 30 s.');
  });
});
