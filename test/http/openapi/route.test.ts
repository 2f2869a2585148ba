// The API's document against the API: routes, codes, fields and real answers.
import { FILES, PAGE } from '#console';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { SubmitOutcome } from '../../../src/flows/submit-once.ts';
import { fail, ok } from '../../../src/model/fault.ts';
import { ClipBody, DropInFetchBody, Id, ListQuery } from '../../../src/http/input.ts';
import { COMPONENTS, type ComponentName } from '../../../src/http/openapi/components.ts';
import { ALL_OPERATIONS, openApiDocument } from '../../../src/http/openapi/document.ts';
import { codesOf } from '../../../src/http/openapi/operation.ts';
import { componentSchemas, LIMIT } from '../../../src/http/openapi/schemas.ts';
import { PROBLEMS, type ProblemCode } from '../../../src/http/problem.ts';
import { createRouter } from '../../../src/http/router.ts';
import {
  BASE,
  call,
  clip,
  fakeDeps,
  known,
  NOW,
  reading,
  settingsOf,
  SLUG,
  TASK_ID,
  watched,
  wholeMedia,
  wrongSettings,
  type Ask,
} from '../fixtures.ts';

interface Media {
  schema?: { $ref?: string; allOf?: { $ref?: string; properties?: { code: { enum: string[] } } }[] };
}
interface Response {
  $ref?: string;
  headers: Record<string, unknown>;
  content?: Record<string, Media>;
}
interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response>; headers: Record<string, unknown> };
}
interface IdSchema {
  minLength: number;
  maxLength: number;
  pattern: string;
}
interface Schema {
  properties: Record<string, { description: string }>;
  required: string[];
}

const document = openApiDocument(BASE) as unknown as Document;
/** However the two call a parameter. */
const bare = (route: string): string => route.replace(/:\w+\+$/, '*').replaceAll(/:\w+|\{\w+\}/g, '{}');
const routeOf = ({ route, method, path }: (typeof ALL_OPERATIONS)[number]): string =>
  bare(route ?? `${method.toUpperCase()} ${path}`);
const unique = (names: string[]): string[] => [...new Set(names)].sort();

describe('the document and the router', () => {
  it('have the same routes', () => {
    const routes = createRouter(fakeDeps()).routes.map(bare);
    expect(unique(ALL_OPERATIONS.map(routeOf))).toEqual(unique([...routes]));
  });

  it('name each operation once', () => {
    const ids = ALL_OPERATIONS.map(({ id }) => id);
    expect(unique(ids)).toHaveLength(ids.length);
    const places = ALL_OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect(unique(places)).toHaveLength(places.length);
  });

  it('know the same codes: every one is in the schema of problems, and some answer is it', () => {
    const named = new Set<string>([...ALL_OPERATIONS.flatMap(codesOf), 'method_not_allowed']);
    expect([...named].sort()).toEqual(Object.keys(PROBLEMS).sort());
    const { Problem } = componentSchemas();
    expect(Problem).toMatchObject({ properties: { code: { enum: Object.keys(PROBLEMS) } } });
    expect(document.components.responses).toHaveProperty('method_not_allowed');
  });

  it('guarded routes tell what any of them can answer, in the words of their kind', () => {
    for (const operation of ALL_OPERATIONS.filter(({ scope }) => scope !== null)) {
      const codes = codesOf(operation);
      expect(codes).toEqual(expect.arrayContaining(['unauthorized', 'rate_limited', 'not_configured', 'internal']));
      // /mcp turns pages of other origins away.
      const forbids = operation.scope !== 'read' || operation.path === '/mcp';
      expect([operation.id, codes.includes('forbidden')]).toEqual([operation.id, forbids]);
    }
  });
});

describe('schemas in the document', () => {
  const objects = Object.entries(COMPONENTS).filter(([, schema]) => 'entries' in schema) as [
    ComponentName,
    { type: string; entries: Record<string, { type: string }> },
  ][];
  const documented = componentSchemas() as unknown as Record<ComponentName, Schema>;

  it.each(objects)('%s has every field, described; required is what is always there', (name, { entries }) => {
    const { properties, required } = documented[name];
    const fields = Object.keys(entries);
    expect(Object.keys(properties)).toEqual(fields);
    expect(required).toEqual(fields.filter((field) => !/^(optional|nullish)$/.test(entries[field]?.type ?? '')));
    for (const field of fields) expect(properties[field]?.description).toMatch(/\w/);
  });

  it('of tasks and clips require everything: every documented key is always present', () => {
    for (const name of ['Task', 'Tracking', 'Archive', 'Clip', 'File', 'LastError', 'Event', 'Stats'] as const)
      expect(documented[name].required).toEqual(Object.keys(documented[name].properties));
  });

  it('say null where there can be nothing, and when a text is a time', () => {
    expect(documented.Task.properties['submitted_at']).toMatchObject({
      anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }],
    });
    expect(documented.Clip.properties['audio']).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/File' }, { type: 'null' }],
    });
  });

  it('keep the limits of what comes in', () => {
    expect(documented.FetchBody.properties['ids']).toMatchObject({ minItems: 1, maxItems: 500 });
    expect(documented.TrackBody.properties['ids']).toMatchObject({ minItems: 1, maxItems: 1_000 });
    expect(documented.ImportBody.properties['answers']).toMatchObject({ minItems: 1, maxItems: 100 });
    expect(documented.TrackBody).toMatchObject({ additionalProperties: false, required: ['ids'] });
  });

  it('say of a relay’s batch what the code takes', () => {
    const { anyOf } = documented.DropInFetchBody.properties['ids'] as unknown as {
      anyOf: [{ items: unknown; maxItems: number }, unknown];
    };
    const [{ items, maxItems }] = anyOf;
    expect(items).toEqual({ anyOf: [{ $ref: '#/components/schemas/Id' }, { type: 'integer' }] });
    const takes = (ids: unknown) => v.is(DropInFetchBody, { ids });
    expect([null, [], ['a'], [7], [1.5], [''], [null]].map(takes)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([maxItems, maxItems + 1].map((length) => takes(Array(length).fill('a')))).toEqual([true, false]);
  });

  it.each([
    'a',
    'ä/b',
    'ä\\b',
    '...',
    '.',
    '..',
    '',
    '.\n',
    'a\u2028',
    '\ud800',
    '😀'.repeat(200),
    '😀'.repeat(201),
    ' ',
  ])('take the id %j where the code does', (id) => {
    const { minLength, maxLength, pattern } = documented.Id as unknown as IdSchema;
    const length = [...id].length;
    const fits = length >= minLength && length <= maxLength && new RegExp(pattern, 'u').test(id);
    expect(fits).toBe(v.is(Id, id));
  });

  it('say of a limit and of a change what the code takes', () => {
    const takes = (limit: number) => v.is(ListQuery, { limit: String(limit) });
    const { minimum = NaN, maximum = NaN } = LIMIT;
    expect([minimum - 1, minimum, maximum, maximum + 1].map(takes)).toEqual([false, true, true, false]);
    expect(v.parse(ListQuery, {}).limit).toBe(LIMIT.default);
    expect(v.is(ClipBody, {})).toBe(false);
    expect(documented.ClipBody).toMatchObject({ minProperties: 1 });
  });
});

const post = (body: unknown, more: Ask = {}): Ask => ({ method: 'POST', body, ...more });
const watching = fakeDeps({
  readTasks: async (_, ids) =>
    new Map(ids.map((id) => [id, ok(known({ id, state: watched, next_poll_at: NOW + 4_200 }))])),
});
const limited = fakeDeps({ rateLimit: { limit: async () => ({ success: false }) } });
const misconfigured = fakeDeps({ settings: wrongSettings() });
const broken = fakeDeps({ readTasks: () => Promise.reject(new Error('broken')) });
const failing = fakeDeps({
  health: async () => ({ ledger: 'down', buckets: 'ok', queues: 'ok', vendors: 'ok', sweep: 'ok' }),
});
const whole = (() => {
  const fake = fakeDeps({ media: wholeMedia });
  return { ...fake, flows: { ...fake.flows, findClip: async () => ({ clip, reading, over: true, seq: 1 }) } };
})();
const TAGGED = `/media/${SLUG}/tagged.mp3`;
const LYRICS = `/media/${SLUG}/lyrics.txt`;
const withClip = (taken_down_at: number | null) => {
  const fake = fakeDeps();
  fake.flows.findClip = async () => ({ clip: { ...clip, taken_down_at }, reading, over: true, seq: 1 });
  return fake;
};
const [listed, takenDown] = [withClip(null), withClip(NOW)];
const FILE = `/media/${SLUG}/audio.mp3`;

const KEYED = { headers: { 'Idempotency-Key': 'order-7' } };
const ordered = (outcome: SubmitOutcome) => {
  const fake = fakeDeps();
  return { ...fake, relay: { ...fake.relay, submitOnce: async () => outcome } };
};
const repeated = (answer: Extract<SubmitOutcome, { state: 'answered' }>['answer']) =>
  ordered({ state: 'answered', replayed: true, answer });

const GIVEN = ok({ status: 200, text: '{}', retry_after: null });
const NO_ANSWER = fail({ reason: 'unavailable', detail: 'No answer', status: null, retry_after_ms: null } as const);

type Row = [template: string, path: string, ask: Ask, status: number, deps?: ReturnType<typeof fakeDeps>];
/** Real requests: each answer must be one that the document tells. */
const ANSWERS: Row[] = [
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, {}, 200],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, {}, 200, watching],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, { token: null }, 401],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, {}, 429, limited],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, {}, 503, misconfigured],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, {}, 500, broken],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}?colour=1`, {}, 400],
  ['/v1/tasks/{id}', '/v1/tasks/denied', {}, 404],
  ['/v1/tasks/{id}', '/v1/tasks/down', {}, 503],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, { method: 'DELETE' }, 204],
  ['/v1/tasks/{id}', `/v1/tasks/${TASK_ID}`, { method: 'DELETE', token: 'tracking' }, 403],
  ['/v1/tasks/{id}/archive.zip', `/v1/tasks/${TASK_ID}/archive.zip`, {}, 200, whole],
  ['/v1/tasks/{id}/archive.zip', '/v1/tasks/denied/archive.zip', {}, 404],
  ['/v1/tasks/{id}/archive.zip', '/v1/tasks/down/archive.zip', {}, 503],
  ['/v1/clips.zip', `/v1/clips.zip?ids=${SLUG}`, {}, 200, whole],
  ['/v1/clips.zip', `/v1/clips.zip?ids=${SLUG}`, {}, 404],
  ['/v1/clips.zip', '/v1/clips.zip', {}, 400],
  ['/v1/tasks/{id}/retry', `/v1/tasks/${TASK_ID}/retry`, { method: 'POST' }, 202],
  ['/v1/tasks/{id}/retry', '/v1/tasks/nope/retry', { method: 'POST' }, 404],
  ['/v1/tasks', '/v1/tasks?limit=3', {}, 200],
  ['/v1/tasks', '/v1/tasks?limit=0', {}, 400],
  ['/v1/tasks', '/v1/tasks', post({ ids: ['new-1'] }), 202],
  ['/v1/tasks', '/v1/tasks', post({ ids: ['old'] }), 200],
  ['/v1/tasks', '/v1/tasks', post({ ids: ['a'], vendor: 'nobody' }), 404],
  ['/v1/tasks', '/v1/tasks', post({ ids: ['a'], webhook_url: 'https://hook.example/x' }), 503],
  ['/v1/tasks', '/v1/tasks', { method: 'POST', raw: 'a', headers: { 'Content-Type': 'text/plain' } }, 415],
  ['/v1/tasks', '/v1/tasks', post({ ids: ['a'.repeat(1024 * 1024)] }), 413],
  ['/v1/tasks/fetch', '/v1/tasks/fetch', post({ ids: ['a', 'denied', 'down'] }), 200],
  ['/v1/tasks/import', '/v1/tasks/import', post({ answers: [{ task_id: 'new-1', status: 'SUCCESS' }, {}] }), 202],
  ['/v1/clips', '/v1/clips', {}, 200],
  ['/v1/clips/{slug}', `/v1/clips/${SLUG.replaceAll('0', 'a')}`, {}, 404],
  ['/v1/clips/{slug}', `/v1/clips/${SLUG.replaceAll('0', 'a')}`, { method: 'DELETE' }, 404],
  ['/v1/clips/{slug}', `/v1/clips/${SLUG}`, { method: 'PATCH', body: {} }, 400],
  ['/v1/events', '/v1/events', {}, 200],
  ['/v1/events', '/v1/events?type=task.lost', {}, 400],
  ['/v1/stats', '/v1/stats', {}, 200],
  ['/metrics', '/metrics', {}, 200],
  ['/v1/vendors/{id}/resume', '/v1/vendors/relay/resume', { method: 'POST' }, 202],
  ['/v1/maintenance/reindex', '/v1/maintenance/reindex', { method: 'POST' }, 200],
  ['/v1/maintenance/reindex', '/v1/maintenance/reindex', post({ cursor: 'x' }), 400],
  ['/v1/maintenance/verify', '/v1/maintenance/verify', post({}), 200],
  ['/hooks/{vendor}/{secret}', '/hooks/relay/wrong', post({}, { token: null }), 204],
  ['/health', '/health', { token: null }, 200],
  ['/health', '/health', {}, 200],
  ['/health', '/health', {}, 503, failing],
  ['/health', '/health', {}, 503, misconfigured],
  ['/openapi.json', '/openapi.json', { token: null }, 200],
  ['/', '/?q=x', {}, 200],
  ['/', '/', {}, 503, misconfigured],
  ['/s/{slug}', `/s/${SLUG}`, {}, 200, listed],
  ['/s/{slug}', `/s/${SLUG}`, {}, 404],
  ['/s/{slug}', `/s/${SLUG}`, {}, 410, takenDown],
  ['/embed/{slug}', `/embed/${SLUG}`, {}, 200, listed],
  ['/embed/{slug}', `/embed/${SLUG}`, {}, 410, takenDown],
  ['/console', '/console', { token: null }, 200],
  ['/console', '/console', { headers: { 'If-None-Match': `"${PAGE.tag}"` } }, 304],
  ['/console', '/console', { token: null }, 200, misconfigured],
  ['/console/{file}', `/console/${Object.keys(FILES)[0]}`, { token: null }, 200],
  ['/console/{file}', '/console/none.js', { token: null }, 404],
  ['/oembed', `/oembed?url=${BASE}/s/${SLUG}`, {}, 200, listed],
  ['/oembed', `/oembed?format=xml&url=${BASE}/s/${SLUG}`, {}, 200, listed],
  ['/oembed', `/oembed?url=${BASE}/s/${SLUG}`, {}, 404],
  ['/oembed', '/oembed', {}, 400],
  ['/oembed', '/oembed?url=x&format=yaml', {}, 501],
  ['/media/{slug}/{role}.{ext}', FILE, {}, 200],
  ['/media/{slug}/{role}.{ext}', `${FILE}?download`, {}, 200],
  ['/media/{slug}/{role}.{ext}', FILE, { headers: { Range: 'bytes=0-1' } }, 206],
  ['/media/{slug}/{role}.{ext}', FILE, { headers: { Range: 'bytes=9-' } }, 416],
  ['/media/{slug}/{role}.{ext}', FILE, { headers: { 'If-Match': '"other"' } }, 412],
  ['/media/{slug}/{role}.{ext}', FILE, { headers: { 'If-None-Match': '*' } }, 304],
  ['/media/{slug}/{role}.{ext}', `/media/${SLUG}/cover.jpg`, {}, 404],
  ['/media/{slug}/tagged.mp3', TAGGED, {}, 200],
  ['/media/{slug}/tagged.mp3', `${TAGGED}?download`, { headers: { Range: 'bytes=0-1' } }, 206],
  ['/media/{slug}/tagged.mp3', TAGGED, { headers: { Range: 'bytes=9999999-' } }, 416],
  ['/media/{slug}/tagged.mp3', TAGGED, { headers: { 'If-None-Match': '*' } }, 304],
  ['/media/{slug}/tagged.mp3', TAGGED.replaceAll('0', 'a'), {}, 404],
  ['/media/{slug}/lyrics.txt', LYRICS, {}, 200],
  ['/media/{slug}/lyrics.txt', `${LYRICS}?download`, { headers: { Range: 'bytes=0-1' } }, 206],
  ['/media/{slug}/lyrics.txt', LYRICS, { headers: { 'If-Match': '"x"' } }, 412],
  ['/media/{slug}/lyrics.txt', LYRICS.replaceAll('0', 'a'), {}, 404],
  ['/media/{slug}/{role}', `/media/${SLUG}/audio`, {}, 301],
  ['/media/{slug}/{role}', `/media/${SLUG}/cover`, {}, 302],
  ['/media/{slug}/{role}', `/media/${SLUG}/video`, {}, 404],
  ...['/feed.xml', '/playlist.m3u8', '/playlist.xspf'].flatMap((list): Row[] => [
    [list, list, { token: null }, 200],
    [list, list, { token: null, headers: { 'If-None-Match': '*' } }, 304],
    [list, list, { token: null, headers: { 'If-Match': '"other"' } }, 412],
    [list, list, {}, 503, misconfigured],
  ]),
  ['/suno/fetch/{id}', `/suno/fetch/${TASK_ID}`, {}, 200],
  ['/suno/fetch/{id}', '/suno/fetch/denied', {}, 400],
  ['/suno/fetch/{id}', '/suno/fetch/down', {}, 503],
  ['/suno/fetch/{id}', '/suno/fetch/x', { token: null }, 401],
  ['/{vendor}/suno/fetch/{id}', `/other/suno/fetch/${TASK_ID}`, {}, 200],
  ['/{vendor}/suno/fetch/{id}', '/nobody/suno/fetch/x', {}, 404],
  ['/suno/fetch', '/suno/fetch', post({ ids: ['a', 'denied'] }), 200],
  ['/suno/fetch', '/suno/fetch', post({ ids: [''] }), 400],
  ['/suno/fetch', '/suno/fetch', post({ ids: [] }), 200],
  ['/suno/submit/{action}', '/suno/submit/music', post({ prompt: 'a' }), 200],
  ['/suno/submit/{action}', '/suno/submit/music', { method: 'POST', raw: 'a' }, 400],
  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 200],
  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 200, repeated(GIVEN)],
  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 503, repeated(NO_ANSWER)],

  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 409, ordered({ state: 'under_way' })],
  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 409, ordered({ state: 'unknown' })],
  ['/suno/submit/{action}', '/suno/submit/music', post({}, KEYED), 422, ordered({ state: 'other' })],
  ['/{vendor}/suno/submit/{action}', '/other/suno/submit/music', post({}, KEYED), 422, ordered({ state: 'other' })],
  ['/{vendor}/suno/submit/{action}', '/other/suno/submit/music', post({}, { token: 'reading' }), 403],
  ['/suno/{path}', '/suno/credits', {}, 200],
  ['/{vendor}/suno/{path}', '/nobody/suno/credits', {}, 404],
  ['/{vendor}/suno/fetch', '/other/suno/fetch', post({ ids: ['a'] }), 200],
];
describe('real answers', () => {
  it.for(ANSWERS)('%s: %s %j is answered %i, as documented', async (row) => {
    const [template, path, ask, status, deps] = row;
    const answer = await call(path, ask, deps ?? fakeDeps());
    expect(answer.status).toBe(status);

    const told = document.paths[template]?.[(ask.method ?? 'GET').toLowerCase()]?.responses[status];
    const response = told?.$ref ? document.components.responses[told.$ref.split('/').at(-1) ?? ''] : told;
    if (!response) throw new Error(`The document has no ${status} of ${template}`);
    const names = Object.keys(document.components.headers).filter((name) => answer.headers.has(name));
    expect(Object.keys(response.headers)).toEqual(expect.arrayContaining(names));

    const type = answer.headers.get('content-type')?.split(';')[0] ?? null;
    if (answer.body === null || type === null) return expect(response.content).toBeUndefined();
    const media = response.content?.[type];
    if (!media) throw new Error(`The document has no ${type} for ${status} of ${template}`);
    if (/json/.test(type)) expectToFit(media, await answer.json());
    else await answer.body.cancel();
  });

  /** Parsing drops what a schema does not know: an answer that loses nothing has no undocumented field. */
  function expectToFit({ schema = {} }: Media, body: unknown): void {
    const codes = schema.allOf?.find(({ properties }) => properties)?.properties?.code.enum;
    if (codes) expect(codes).toContain((body as { code: ProblemCode }).code);
    const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1) as ComponentName | undefined;
    if (name !== undefined) expect(v.parse(COMPONENTS[name] as v.GenericSchema, body)).toEqual(body);
  }
});

describe('GET /openapi.json', () => {
  it('is open to all and any origin, with or without settings, and HEAD', async () => {
    for (const deps of [fakeDeps(), misconfigured]) {
      const answer = await call('/openapi.json', { token: null }, deps);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(await answer.json()).toEqual(document);
    }
    const head = await call('/openapi.json', { method: 'HEAD', token: null });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('names PUBLIC_BASE_URL as its server, else the origin of the request', async () => {
    const settings = ok(settingsOf({ PUBLIC_BASE_URL: 'https://music.example' }));
    const server = async (deps = fakeDeps()) =>
      ((await (await call('/openapi.json', {}, deps)).json()) as Document).servers;
    expect(await server(fakeDeps({ settings }))).toEqual([{ url: 'https://music.example' }]);
    expect(await server()).toEqual([{ url: BASE }]);
  });

  it('is built anew for another origin only', async () => {
    const router = createRouter(fakeDeps());
    const ask = async (origin: string) =>
      ((await (await router.fetch(new Request(`${origin}/openapi.json`), { waitUntil: () => {} })).json()) as Document)
        .servers[0]?.url;
    for (const origin of ['https://a.example', 'https://b.example', 'https://a.example'])
      expect(await ask(origin)).toBe(origin);
  });
});
