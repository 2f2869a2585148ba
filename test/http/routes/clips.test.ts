// The routes of clips: the archive's list, and one song read, changed and taken down.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../src/http/input.ts';
import type { Flows } from '../../../src/http/context.ts';
import type { ClipFound, ClipQuery } from '../../../src/ledger/api.ts';
import { slugOf } from '../../../src/model/id.ts';
import { Clip } from '../../../src/model/task.ts';
import { BASE, call, clip, errorPaths, fakeDeps, NOW, problem, reading, SLUG, TASK_ID, type Ask } from '../fixtures.ts';

const PATH = `/v1/clips/${SLUG}`;
const HASHED = 'ab'.repeat(16);
const found: ClipFound = { clip, reading, over: true, seq: 1_763_719_200_000_001 };
const gone: ClipFound = { ...found, clip: { ...clip, taken_down_at: NOW } };
const patch = (body: unknown, more: Ask = {}): Ask => ({ method: 'PATCH', body, ...more });

const withFlows = (changes: Partial<Flows>) => {
  const deps = fakeDeps();
  return { ...deps, flows: { ...deps.flows, findClip: async () => found, ...changes } };
};

describe('GET /v1/clips', () => {
  const asked = async (query: string, answer: ClipFound[] = []): Promise<[ClipQuery | undefined, Response]> => {
    let seen: ClipQuery | undefined;
    const deps = fakeDeps();
    deps.ledger.clips = async (given) => {
      seen = given;
      return { clips: answer.slice(0, given.limit), more: answer.length > given.limit };
    };
    const response = await call(`/v1/clips${query}`, {}, deps);
    return [seen, response];
  };

  it('asks for as many clips as the page holds, with every filter', async () => {
    expect((await asked(''))[0]).toEqual({ visibility: null, q: null, before: null, limit: 20 });
    const cursor = encodeCursor(7);
    expect((await asked(`?visibility=public&q=low%20water&limit=2&cursor=${cursor}`))[0]).toEqual({
      visibility: 'public',
      q: 'low water',
      before: 7,
      limit: 2,
    });
  });

  it('knows a parent by its slug, and by its id at any vendor', async () => {
    const parents = async (parent: string) => (await asked(`?parent=${encodeURIComponent(parent)}`))[0]?.parents;
    expect(await parents(SLUG)).toEqual([SLUG]);
    expect(await parents(SLUG.toUpperCase())).toEqual([SLUG]);
    const everywhere = (id: string) => [slugOf('relay', id), slugOf('other', id)];
    expect(await parents('task-1#2')).toEqual(everywhere('task-1#2'));
    expect(await parents(HASHED)).toEqual([HASHED, ...everywhere(HASHED)]);
    expect(await errorPaths('/v1/clips?parent=')).toEqual(['query.parent']);
    expect(await errorPaths('/v1/clips?parent=..')).toEqual(['query.parent']);
  });

  it.each(['?q=', '?q=%20%20', '?q=%00'])('%s asks for all', async (query) => {
    expect((await asked(query))[0]).toMatchObject({ q: null });
  });

  it('takes control characters in q for spaces', async () => {
    expect((await asked('?q=low%00water%0A'))[0]).toMatchObject({ q: 'low water' });
  });

  it('answers whole clips, as their archived task shows them', async () => {
    const [, response] = await asked('', [found]);
    const body = (await response.json()) as { data: unknown[] };
    expect([response.status, response.headers.get('link')]).toEqual([200, null]);
    expect(body).toEqual({ data: [expect.anything()], has_more: false, next_cursor: null });
    expect(v.parse(v.strictObject(Clip.entries), body.data[0])).toEqual(body.data[0]);
    expect(body.data[0]).toMatchObject({
      slug: SLUG,
      vendor: 'relay',
      task_id: TASK_ID,
      audio: { state: 'archived', url: `${BASE}/media/${SLUG}/audio.mp3` },
      links: { self: `${BASE}${PATH}` },
    });
  });

  it('pages by Link and next_cursor, keeping the filters', async () => {
    const rows = [9, 8, 7].map((seq) => ({ ...found, seq }));
    const [, response] = await asked('?limit=2&visibility=public&q=a%26b', rows);
    const body = (await response.json()) as { data: unknown[]; has_more: boolean; next_cursor: string };
    expect([body.data.length, body.has_more, body.next_cursor]).toEqual([2, true, encodeCursor(8)]);
    const cursor = encodeURIComponent(encodeCursor(8));
    expect(response.headers.get('link')).toBe(
      `<${BASE}/v1/clips?limit=2&visibility=public&q=a%26b&cursor=${cursor}>; rel="next"`,
    );
  });

  it('has no more where the page is just full', async () => {
    const [, response] = await asked('?limit=2', [found, found]);
    expect(await response.json()).toMatchObject({ has_more: false, next_cursor: null });
    expect(response.headers.get('link')).toBeNull();
  });

  it.each(['visibility=secret', 'visibility=', `q=${'a'.repeat(201)}`, 'limit=0', 'cursor=x!', 'status=complete'])(
    'refuses ?%s',
    async (query) => expect(await errorPaths(`/v1/clips?${query}`)).toEqual([`query.${query.split('=')[0]}`]),
  );
  it('refuses a parameter that is given twice', async () =>
    expect(await errorPaths('/v1/clips?q=a&q=b')).toEqual(['query.q']));
});

describe('GET /v1/clips/{slug}', () => {
  it('shows the clip', async () => {
    const response = await call(PATH, {}, withFlows({}));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toMatchObject({ slug: SLUG, title: 'Low Water', visibility: 'unlisted' });
  });

  it('shows a clip that is still being made: what is known, its files pending', async () => {
    const early: ClipFound = {
      clip: { ...clip, files: { audio: null, cover: null, video: null } },
      reading: { ...reading, status: 'streaming', audio_url: null, video_url: null },
      over: false,
      seq: null,
    };
    const response = await call(PATH, {}, withFlows({ findClip: async () => early }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'streaming', audio: null, cover: { state: 'pending' } });
  });

  it('404 for an unknown clip, 410 for one that was taken down', async () => {
    expect(await problem(PATH, {}, withFlows({ findClip: async () => null }))).toEqual([404, 'not_found']);
    expect(await problem(PATH, {}, withFlows({ findClip: async () => gone }))).toEqual([410, 'gone']);
  });

  it.each(['x', SLUG.toUpperCase(), `${HASHED}0`, HASHED.slice(1), 'a%2Fb', '%zz', `${SLUG}.json`])(
    '404 without a look for a slug that can be none: %s',
    async (slug) => {
      const never = async (): Promise<never> => {
        throw new Error('was asked');
      };
      const deps = withFlows({ findClip: never, changeClip: never, takeDown: never });
      expect(await problem(`/v1/clips/${slug}`, {}, deps)).toEqual([404, 'not_found']);
      expect(await problem(`/v1/clips/${slug}`, { method: 'DELETE' }, deps)).toEqual([404, 'not_found']);
      expect(await problem(`/v1/clips/${slug}`, patch({ title: 'x' }), deps)).toEqual([404, 'not_found']);
    },
  );

  it('a slug of 32 hex digits is one', async () => {
    expect((await call(`/v1/clips/${HASHED}`, {}, withFlows({}))).status).toBe(200);
  });

  it('refuses a query', async () => expect(await errorPaths(`${PATH}?vendor=relay`)).toEqual(['query.vendor']));
});

describe('PATCH /v1/clips/{slug}', () => {
  const change = async (body: unknown) => {
    const changes: unknown[] = [];
    const changeClip: Flows['changeClip'] = async (slug, given) => {
      changes.push([slug, given]);
      return { ...found, clip: { ...clip, ...(given.title !== undefined && { title: given.title }) } };
    };
    return [await call(PATH, patch(body), withFlows({ changeClip })), changes] as const;
  };

  it('hands on what is to be changed, and nothing else, and answers the changed clip', async () => {
    const [response, changes] = await change({ title: 'Mine' });
    expect(changes).toEqual([[SLUG, { title: 'Mine' }]]);
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ title: 'Mine' })]);
    expect((await change({ visibility: 'public' }))[1]).toEqual([[SLUG, { visibility: 'public' }]]);
    expect((await change({ title: null, visibility: 'unlisted' }))[1]).toEqual([
      [SLUG, { title: null, visibility: 'unlisted' }],
    ]);
  });

  it('404 for an unknown clip, 410 for one that was taken down', async () => {
    expect(await problem(PATH, patch({ title: 'x' }))).toEqual([404, 'not_found']);
    expect(await problem(PATH, patch({ title: 'x' }), withFlows({ changeClip: async () => gone }))).toEqual([
      410,
      'gone',
    ]);
  });

  it.each([
    [{}, 'body'],
    [[], 'body'],
    ['text', 'body'],
    [null, 'body'],
    [{ title: '' }, 'title'],
    [{ title: ' \u00a0' }, 'title'],
    [{ title: 7 }, 'title'],
    [{ title: 1e18 }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ title: 'a'.repeat(301) }, 'title'],
    [{ visibility: 'secret' }, 'visibility'],
    [{ visibility: null }, 'visibility'],
    [{ title: 'x', colour: 'red' }, 'colour'],
    [{ title: 'x', slug: SLUG }, 'slug'],
  ])('400 for %j at %s', async (body, path) => {
    expect(await errorPaths(PATH, patch(body))).toEqual([path]);
  });

  it('refuses a query, another type and a body that is too large', async () => {
    expect(await errorPaths(`${PATH}?x=1`, patch({ title: 'a' }))).toEqual(['query.x']);
    expect(await problem(PATH, patch({ title: 'a' }, { headers: { 'Content-Type': 'text/plain' } }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await problem(PATH, patch({ title: 'a'.repeat(1_048_577) }))).toEqual([413, 'payload_too_large']);
  });
});

describe('DELETE /v1/clips/{slug}', () => {
  const remove = async (before: ClipFound | null, after: ClipFound | null = gone) => {
    const taken: string[] = [];
    const deps = withFlows({
      findClip: async () => before,
      takeDown: async (slug) => (taken.push(slug), after),
    });
    return [await call(PATH, { method: 'DELETE' }, deps), taken] as const;
  };

  it('204 without a body', async () => {
    const [response, taken] = await remove(found);
    expect([response.status, await response.text(), taken]).toEqual([204, '', [SLUG]]);
  });

  it('404 for an unknown clip', async () => {
    expect((await remove(null))[0].status).toBe(404);
    expect((await remove(found, null))[0].status).toBe(404);
  });

  it('410 the second time, and still ends what the first time left undone', async () => {
    const [response, taken] = await remove(gone);
    expect([response.status, taken]).toEqual([410, [SLUG]]);
  });
});
