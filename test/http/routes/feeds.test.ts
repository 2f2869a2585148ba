// Feed and playlists over HTTP: what is in them, whose links, validators, and how they are kept.
import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import { SONGS_MAX } from '../../../src/http/routes/feeds.ts';
import type { ClipFound, Library } from '../../../src/ledger/messages.ts';
import { feedFaults, ITUNES } from '../../support/feed-rules.ts';
import { HOSTILE } from '../../support/hostile.ts';
import { all, one, parseXml, textOf } from '../../support/xml.ts';
import {
  archived,
  BASE,
  call,
  clip,
  fakeDeps,
  NOW,
  problem,
  reading,
  settingsOf,
  SLUG,
  wrongSettings,
} from '../fixtures.ts';

const LISTS = ['/feed.xml', '/playlist.m3u8', '/playlist.xspf'] as const;
const OWN = 'https://music.example';
const cover = { ...archived, key: `media/${SLUG}/cover.jpg`, content_type: 'image/jpeg', archived_at: NOW - 1_500 };

const found = (changes: Partial<ClipFound['clip']> = {}, told: Partial<ClipFound['reading']> = {}): ClipFound => ({
  clip: { ...clip, visibility: 'public', files: { audio: archived, cover, video: null }, ...changes },
  reading: { ...reading, ...told },
  over: true,
  seq: 1,
});
function depsWith(library: Partial<Library> = {}, settings: Record<string, unknown> = {}) {
  const deps = fakeDeps({ settings: ok(settingsOf(settings)) });
  const limits: number[] = [];
  const read = async (limit: number) => (limits.push(limit), { clips: [found()], changed_at: 0, ...library });
  return { ...deps, limits, ledger: { ...deps.ledger, library: read } };
}
const get = (path: string, deps = depsWith(), headers: Record<string, string> = {}) =>
  call(path, { token: null, headers }, deps);
/** A list of songs is text, whatever the runtime thinks of its type. */
const read = async (answer: Response | Promise<Response>): Promise<string> =>
  new TextDecoder().decode(await (await answer).arrayBuffer());
const fixed = { PUBLIC_BASE_URL: OWN };

describe.each(LISTS)('GET %s', (path) => {
  it('is open to all and to any origin, of its own type, with validators', async () => {
    const answer = await get(path, depsWith(), { Origin: 'https://else.example' });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'content-type': {
        '/feed.xml': 'application/rss+xml; charset=utf-8',
        '/playlist.m3u8': 'audio/mpegurl',
        '/playlist.xspf': 'application/xspf+xml; charset=utf-8',
      }[path],
      'last-modified': 'Sat, 21 Nov 2026 09:59:58 GMT',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
  });

  it('is kept for five minutes where all callers see the same links, else not at all', async () => {
    const kept = await get(path, depsWith({}, fixed));
    expect([kept.headers.get('cache-control'), kept.headers.get('cache-tag')]).toEqual([
      'public, max-age=300',
      'library',
    ]);
    const own = await get(path, depsWith({}, { MEDIA_BASE_URL: 'https://files.example' }));
    expect([own.headers.get('cache-control'), own.headers.get('cache-tag')]).toEqual(['no-store', null]);
  });

  it('is 304 for who has it: by ETag, or by the time of the last change', async () => {
    const whole = await get(path, depsWith({}, fixed));
    const [etag = '', modified = ''] = ['etag', 'last-modified'].map((name) => whole.headers.get(name) ?? '');
    for (const headers of [
      { 'If-None-Match': etag },
      { 'If-None-Match': `"x", W/${etag}` },
      { 'If-Modified-Since': modified },
    ]) {
      const answer = await get(path, depsWith({}, fixed), headers as Record<string, string>);
      expect([answer.status, await read(answer)]).toEqual([304, '']);
      for (const name of ['etag', 'last-modified', 'cache-control', 'cache-tag', 'access-control-allow-origin'])
        expect([name, answer.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
    }
    const other = { 'If-None-Match': '"x"', 'If-Modified-Since': modified };
    expect((await get(path, depsWith({}, fixed), other)).status).toBe(200);
    expect((await get(path, depsWith({}, fixed), { 'If-Match': '"x"' })).status).toBe(412);
  });

  it('has another ETag once a song is called otherwise, and another time once the ledger says so', async () => {
    const [before, after] = await Promise.all([
      get(path),
      get(path, depsWith({ clips: [found({ title: 'High Water' })], changed_at: NOW - 1 })),
    ]);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(after.headers.get('last-modified')).toBe('Sat, 21 Nov 2026 09:59:59 GMT');
    const since = { 'If-Modified-Since': before.headers.get('last-modified') ?? '' };
    expect((await get(path, depsWith({ clips: [], changed_at: NOW }), since)).status).toBe(200);
  });

  it('tells no second that is not over: another change in it would have the same', async () => {
    const deps = depsWith({ changed_at: NOW });
    const modified = (await get(path, deps)).headers.get('last-modified') ?? '';
    expect(modified).toBe('Sat, 21 Nov 2026 09:59:59 GMT');
    expect((await get(path, deps, { 'If-Modified-Since': modified })).status).toBe(200);
  });

  it('ignores what it does not know, and reads the newest', async () => {
    const deps = depsWith();
    const plain = await read(get(path, deps));
    expect(await read(get(`${path}?utm_source=x&limit=1&a=1&a=2`, deps))).toBe(plain);
    expect(deps.limits).toEqual([SONGS_MAX, SONGS_MAX]);
  });

  it('links files where MEDIA_BASE_URL serves them, and pages at PUBLIC_BASE_URL', async () => {
    const text = await read(get(path, depsWith({}, { ...fixed, MEDIA_BASE_URL: 'https://files.example' })));
    const links = [...text.matchAll(/https?:\/\/[^"<\s]+/g)].map(([link]) => link);
    expect(links).toContain(`https://files.example/media/${SLUG}/audio.mp3`);
    for (const link of links.filter((one) => one.includes(SLUG)))
      expect(link).toMatch(
        /\/media\//.test(link) ? /^https:\/\/files\.example\/media\// : /^https:\/\/music\.example\/s\//,
      );
    expect(await read(get(path))).toContain(`${BASE}/media/${SLUG}/audio.mp3`);
  });

  it('leaves out a song whose audio is not there, and shows no file that is not', async () => {
    const pending = { ...clip.files.audio, state: 'pending', key: null } as ClipFound['clip']['files']['audio'];
    const without = depsWith({ clips: [found({ files: { audio: pending, cover, video: null } })] });
    expect(await read(get(path, without))).not.toContain(SLUG);
    const bare = depsWith({ clips: [found({ files: { audio: archived, cover: null, video: null } })] });
    expect(await read(get(path, bare))).not.toContain('cover');
  });

  it.each(HOSTILE)('tells of a song with any name: %s', async (_, text) => {
    const deps = depsWith({ clips: [found({}, { title: text, artist: text, lyrics: text, tags: text })] });
    const body = await read(get(path, deps));
    if (path === '/feed.xml') expect(feedFaults(body)).toEqual([]);
    else if (path === '/playlist.xspf') expect(parseXml(body).name).toContain('playlist');
    else expect(body.split('\n').filter((line) => line.startsWith('http'))).toHaveLength(1);
  });

  it('503 with wrong settings, never kept', async () => {
    const deps = fakeDeps({ settings: wrongSettings() });
    expect(await problem(path, { token: null }, deps)).toEqual([503, 'not_configured']);
    expect((await call(path, {}, deps)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('GET /feed.xml', () => {
  const channelOf = async (clips: ClipFound[]) =>
    one(parseXml(await read(get('/feed.xml', depsWith({ clips }, fixed)))), 'channel');

  it('is a feed by the validators’ rules: full, empty, of songs of which nothing is told', async () => {
    const untold = { title: null, artist: ' ', tags: '', lyrics: '\u200f', duration_seconds: null };
    const other = { ...archived, key: 'media/x/audio.flac', content_type: 'audio/flac', archived_at: NOW - 9_000 };
    const quiet = found({ slug: 'ab'.repeat(16), files: { audio: other, cover: null, video: null } }, untold);
    for (const clips of [[], [found()], [found(), quiet]])
      expect(feedFaults(await read(get('/feed.xml', depsWith({ clips }, fixed))))).toEqual([]);
    const [item] = all(await channelOf([quiet]), 'item');
    expect(item && [textOf(item, 'title'), textOf(item, `{${ITUNES}}author`)]).toEqual(['Untitled', 'Suno']);
    expect(item && all(item, 'description')).toEqual([]);
  });

  it('tells when each became public, the last one first: archiving is no news', async () => {
    const old = { ...archived, archived_at: NOW - 9_000_000 };
    const late = found({ slug: 'ab'.repeat(16), published_at: NOW - 3_000, files: { audio: old, cover, video: null } });
    const early = found({
      slug: 'cd'.repeat(16),
      published_at: NOW - 8_000_000,
      files: { audio: archived, cover, video: null },
    });
    const items = all(await channelOf([found(), early, late]), 'item');
    expect(items.map((item) => [textOf(item, 'guid'), textOf(item, 'pubDate')])).toEqual([
      [late.clip.slug, 'Sat, 21 Nov 2026 09:59:57 GMT'],
      [SLUG, 'Sat, 21 Nov 2026 09:59:55 GMT'],
      [early.clip.slug, 'Sat, 21 Nov 2026 09:59:55 GMT'],
    ]);
  });

  it('offers apps no cover but JPEG and PNG', async () => {
    const webp = { ...cover, key: `media/${SLUG}/cover.webp`, content_type: 'image/webp' };
    const channel = await channelOf([found({ files: { audio: archived, cover: webp, video: null } })]);
    expect(one(channel, `{${ITUNES}}image`).attributes).toEqual({ href: `${OWN}/picture.png` });
    expect(all(one(channel, 'item'), `{${ITUNES}}image`)).toEqual([]);
  });

  it('has each song’s exact size and type, its page, and the title that was given to it', async () => {
    const [item] = all(await channelOf([found({ title: 'High Water' })]), 'item');
    if (!item) throw new Error('There is no item');
    expect(one(item, 'enclosure').attributes).toEqual({
      url: `${OWN}/media/${SLUG}/audio.mp3`,
      length: '4096',
      type: 'audio/mpeg',
    });
    expect([textOf(item, 'title'), textOf(item, 'link')]).toEqual(['High Water', `${OWN}/s/${SLUG}`]);
  });
});
