// A song is taken down: from then on it is gone everywhere, and nothing brings it back: no retry, no import, no other task or
// vendor that shows the same clip, no restart, and not the loss of the whole ledger.
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clip } from '../../src/model/task.ts';
import { feedFaults } from '../support/feed-rules.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { Product, stopAll, until } from './product.ts';
import { bytesOf, makeSong, newRelay, sha256, type Song } from './world.ts';

/** The same song at every vendor, which all may have the same id. */
const ID = randomUUID();
const LISTS = ['/feed.xml', '/playlist.m3u8', '/playlist.xspf'];

let standIn: StandIn;
let relay: TestSpace;
let other: TestSpace;
let product: Product;
let song: Song;
let taken: Clip;
let kept: Clip;

beforeAll(async () => {
  standIn = await startStandIn();
  [relay, other] = [newRelay(standIn.url), newRelay(standIn.url)];
  product = await Product.start({
    vendors: { relay: relay.url, other: other.url },
    vars: { DEFAULT_VISIBILITY: 'public' },
  });
  song = await makeSong(relay, 'song', { clips: [{ id: ID }, {}] });
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const anyone = (url: string, headers: Record<string, string> = {}) => product.get(url, { token: null, headers });
const pathOf = (url: string | null | undefined): string => new URL(url ?? '').pathname;
const linksOf = ({ audio, cover }: Clip): string[] =>
  [audio, cover].flatMap((file) => [pathOf(file?.url), pathOf(file?.link), `${pathOf(file?.url)}?download`]);

async function listed(slug: string): Promise<string[]> {
  const found: string[] = [];
  for (const list of LISTS) {
    const { status, text } = await anyone(list);
    expect([list, status]).toEqual([list, 200]);
    if (text.includes(slug)) found.push(list);
  }
  for (const query of ['limit=100', 'limit=100&visibility=public', 'limit=100&q=harbour']) {
    const { json } = await product.get(`/v1/clips?${query}`);
    if (json.data.some((clip: Clip) => clip.slug === slug)) found.push(query);
  }
  return found;
}

/** What must hold at any time after the takedown. */
async function isGone(): Promise<void> {
  for (const link of linksOf(taken)) {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await product.call(method, link, { token: null });
      expect([link, status, headers.get('cache-control')]).toEqual([link, 410, 'no-store']);
    }
    expect((await anyone(link, { range: 'bytes=0-9', 'if-none-match': '*' })).status).toBe(410);
  }
  const self = pathOf(taken.links.self);
  expect((await product.get(self)).json).toMatchObject({ status: 410, code: 'gone' });
  expect((await product.call('PATCH', self, { body: { title: 'Back', visibility: 'public' } })).status).toBe(410);
  expect(await listed(taken.slug)).toEqual([]);
  // Its sibling stays.
  expect((await anyone(pathOf(kept.audio?.url))).status).toBe(200);
  expect((await listed(kept.slug)).length).toBe(6);
}

const downloads = async (space: TestSpace): Promise<number> => (await space.log('/media/')).length;
const clipOf = async (vendor: string, id: string): Promise<Clip> => {
  const { json } = await product.get(`/v1/tasks/${id}?vendor=${vendor}`);
  return json.clips.find((clip: Clip) => clip.slug === taken.slug);
};
const GONE = {
  visibility: 'public',
  audio: { state: 'unavailable', reason: 'taken_down', url: null },
  cover: { state: 'unavailable', reason: 'taken_down', url: null },
};

describe('before', () => {
  it('the song is everywhere', async () => {
    await product.track('relay', ['song']);
    const { clips } = await product.settled('relay', 'song');
    [taken, kept] = clips as [Clip, Clip];
    for (const clip of [taken, kept]) {
      expect(await listed(clip.slug)).toHaveLength(6);
      for (const link of linksOf(clip)) expect([200, 301]).toContain((await anyone(link)).status);
    }
    expect(taken.slug).toBe(ID);
    const feed = await anyone('/feed.xml');
    expect(feedFaults(feed.text)).toEqual([]);
    expect(feed.headers.get('cache-control')).toBe('public, max-age=300');
    const [clip] = song.clips;
    expect(feed.text).toContain(`length="${bytesOf(clip!.audio).length}"`);
  });
});

describe('a takedown', () => {
  it('answers two browsers on the stable link as one: the file before, 410 after, never anything between', async () => {
    const link = pathOf(taken.audio?.link);
    const whole = sha256(bytesOf(song.clips[0]!.audio));
    const seen: [number, string][][] = [[], []];
    let over = false;
    const browse = async (mine: [number, string][]) => {
      while (!over || mine.at(-1)?.[0] !== 410) {
        const first = await anyone(link);
        const answer = first.status === 301 ? await anyone(first.headers.get('location') ?? '') : first;
        mine.push([answer.status, answer.status === 200 ? sha256(answer.bytes) : '']);
        if (mine.length > 2_000) return;
      }
    };
    const browsing = seen.map(browse);
    await until('both to listen', async () => seen.every(({ length }) => length > 2));
    const before = await anyone('/feed.xml');
    expect((await product.call('DELETE', pathOf(taken.links.self))).status).toBe(204);
    over = true;
    await Promise.all([...browsing, isGone()]);
    for (const mine of seen) {
      const end = mine.findIndex(([status]) => status !== 200);
      expect(mine.slice(0, end).every(([, hash]) => hash === whole)).toBe(true);
      expect(new Set(mine.slice(end).map(([status]) => status))).toEqual(new Set([410]));
    }
    // Who has the feed of before learns of it by either validator.
    const [etag, modified] = [before.headers.get('etag') ?? '', before.headers.get('last-modified') ?? ''];
    for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }])
      expect((await anyone('/feed.xml', headers as Record<string, string>)).status).toBe(200);
  });

  it('asked for again is 410, and changes nothing', async () => {
    expect((await product.call('DELETE', pathOf(taken.links.self))).status).toBe(410);
    await isGone();
  });
});

describe('nothing brings it back', () => {
  it('not a retry of its task, while the vendor still lists it', async () => {
    const before = await downloads(relay);
    expect((await product.call('POST', '/v1/tasks/song/retry?vendor=relay')).status).toBe(202);
    await product.settled('relay', 'song');
    expect(await clipOf('relay', 'song')).toMatchObject(GONE);
    expect(await downloads(relay)).toBe(before);
    await isGone();
  });

  it.each(['relay', 'other'])('not another task of %s with the same clip and other files', async (vendor) => {
    const space = vendor === 'relay' ? relay : other;
    const id = `again-${vendor}`;
    const again = await makeSong(space, id, { clips: [{ id: ID.toUpperCase() }, {}] });
    await product.track(vendor, [id]);
    await product.settled(vendor, id);
    expect(await clipOf(vendor, id)).toMatchObject(GONE);
    expect(await space.log(`/media/${again.clips[0]!.audioName}`)).toEqual([]);
    await isGone();
  });

  it('not an import of a saved answer', async () => {
    const { audioName, coverName } = song.clips[0]!;
    const [audio_url, image_url] = [audioName, coverName].map((name) => `${other.url}/media/${name}`);
    const answer = {
      task_id: 'saved',
      action: 'MUSIC',
      status: 'SUCCESS',
      data: [{ id: ID, title: 'Harbour Light', status: 'complete', audio_url, image_url }],
    };
    const { status } = await product.call('POST', '/v1/tasks/import', { body: { vendor: 'other', answers: [answer] } });
    expect(status).toBe(202);
    await product.settled('other', 'saved');
    expect(await clipOf('other', 'saved')).toMatchObject(GONE);
    expect(await other.log(`/media/${audioName}`)).toEqual([]);
    await isGone();
  });

  it('not a kill and a new start', async () => {
    await product.kill();
    await product.start();
    await isGone();
  });

  it('not the loss of the ledger: its records tell that it was taken down', async () => {
    await product.stop();
    const ledgers = readdirSync(product.data, { withFileTypes: true }).filter(({ name }) => /durable|^do$/i.test(name));
    expect(ledgers).toHaveLength(1);
    for (const { name } of ledgers) rmSync(join(product.data, name), { recursive: true });
    await product.start();
    const before = await downloads(relay);
    expect((await anyone(pathOf(taken.audio?.url))).status).toBe(410);
    const tracked = await product.call('POST', '/v1/tasks', { body: { vendor: 'relay', ids: ['song'] } });
    expect(tracked.json).toEqual({ results: [{ id: 'song', created: false }] });
    await product.settled('relay', 'song');
    await isGone();
    expect(await downloads(relay)).toBe(before);
  });
});
