import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { deleteClipMedia, headMedia } from '../../src/archive/bucket.ts';
import { readClipRecord, readTaskRecord, saveClip, saveTask } from '../../src/archive/records.ts';
import { changeClip, type ClipDeps, findClip, takeDown } from '../../src/flows/edit-clip.ts';
import { untrack } from '../../src/flows/track.ts';
import { slugOf } from '../../src/model/id.ts';
import { rebuild, trackDeps } from './archive.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { records, song, system, type System } from './system.ts';

let vendor: TestSpace;
let all: System;
const purged: string[] = [];

/** The real ledger and buckets; `changes` break one of them. */
const deps = (changes: Partial<ClipDeps> = {}): ClipDeps => ({
  ledger: all.ledger,
  readClip: (slug) => readClipRecord(slug, records),
  saveTask: (stored) => saveTask(stored, records),
  saveClip: (clip, reading) => saveClip(clip, reading, records),
  deleteRecord: (vendor, id) => env.RECORDS.delete(`tasks/${vendor}/${id}.json`),
  deleteMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
  sendMirror: async () => undefined,
  sendDeliver: async () => undefined,
  log: () => undefined,
  ...changes,
});
const purge = (slug: string) => async () => purged.push(slug);

/** An archived song of one clip; answers its slug. */
async function keep(id: string): Promise<string> {
  const audio = await vendor.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes: 4_000, seed: 7 } });
  await vendor.task(id, [song(id, { clips: [{ id: `clip-${id}`, audio }] })]);
  await all.ledger.track('alpha', [id], { webhook_url: null, visibility: null });
  await all.tick();
  await all.mirror();
  return slugOf('alpha', `clip-${id}`);
}

beforeAll(() => {
  vendor = newSpace();
  all = system({ alpha: vendor });
});

describe('changeClip()', () => {
  it('has the change in both records before it answers', async () => {
    const slug = await keep('changed');
    const found = await changeClip(slug, { title: 'Mine', visibility: 'public' }, deps());
    expect(found?.clip).toMatchObject({ title: 'Mine', visibility: 'public' });
    expect((await readClipRecord(slug, records))?.clip).toMatchObject({ title: 'Mine', visibility: 'public' });
    expect((await readTaskRecord('alpha', 'changed', records))?.clips[0]?.title).toBe('Mine');
  });

  it('changes a clip that only its record knows', async () => {
    const slug = await keep('recorded');
    const empty = system({ alpha: vendor });
    expect((await findClip(slug, deps({ ledger: empty.ledger })))?.clip.slug).toBe(slug);
    const found = await changeClip(slug, { title: 'Found' }, deps({ ledger: empty.ledger }));
    expect(found?.clip.title).toBe('Found');
    expect((await readClipRecord(slug, records))?.clip.title).toBe('Found');
  });

  it('of a song that is still being made comes back with its task where the ledger is lost', async () => {
    await vendor.task('growing', [song('growing', { status: 'IN_PROGRESS', clips: [{ id: 'clip-growing' }] })]);
    await all.ledger.track('alpha', ['growing'], { webhook_url: null, visibility: null });
    await all.tick();
    const slug = slugOf('alpha', 'clip-growing');
    await changeClip(slug, { title: 'Mine', visibility: 'public' }, deps());
    const empty = system({ alpha: vendor });
    await rebuild(empty, empty.ledger);
    const mine = { title: 'Mine', visibility: 'public' };
    expect((await empty.ledger.clip(slug))?.clip).toMatchObject(mine);
    expect((await empty.ledger.peek('alpha', 'growing'))?.stored.clips).toMatchObject([mine]);
  });

  it('knows nothing of a clip that nobody has told of', async () => {
    expect(await changeClip('f'.repeat(32), { title: 'x' }, deps())).toBeNull();
    expect(await takeDown('f'.repeat(32), purge(''), deps())).toBeNull();
  });
});

describe('takeDown()', () => {
  it('leaves no object, a tombstone in the record, and tells the edge cache', async () => {
    const slug = await keep('taken');
    expect(await headMedia(env.MEDIA, `media/${slug}/audio.mp3`)).not.toBeNull();
    await takeDown(slug, purge(slug), deps());
    expect(await headMedia(env.MEDIA, `media/${slug}/audio.mp3`)).toBeNull();
    expect((await readClipRecord(slug, records))?.clip.taken_down_at).not.toBeNull();
    expect(purged).toContain(slug);
  });

  it('that failed halfway is finished by the next one, and nothing comes back meanwhile', async () => {
    const slug = await keep('halfway');
    const broken = deps({ deleteMedia: () => Promise.reject(new Error('bucket')) });
    await expect(takeDown(slug, purge(slug), broken)).rejects.toThrow('bucket');
    expect((await all.ledger.clip(slug))?.clip.taken_down_at).not.toBeNull();
    await takeDown(slug, purge(slug), deps());
    expect(await headMedia(env.MEDIA, `media/${slug}/audio.mp3`)).toBeNull();
  });

  it('stays when the ledger is lost, and another task brings the song before anything is rebuilt', async () => {
    const slug = await keep('lost');
    await takeDown(slug, purge(slug), deps());
    const fresh = system({ alpha: vendor });
    const audio = await vendor.media('again.mp3', { recipe: { kind: 'mp3', bytes: 4_000, seed: 8 } });
    await vendor.task('again', [song('again', { clips: [{ id: 'clip-lost', audio }] })]);
    await fresh.ledger.track('alpha', ['again'], { webhook_url: null, visibility: null });
    await fresh.tick();
    await fresh.mirror();
    expect((await fresh.ledger.clip(slug))?.clip.taken_down_at).not.toBeNull();
    expect(await headMedia(env.MEDIA, `media/${slug}/audio.mp3`)).toBeNull();
    expect((await fresh.ledger.peek('alpha', 'again'))?.stored.state.told).toBe('succeeded');
  });

  it('stays where a record written before meets it again', async () => {
    const slug = await keep('stale');
    const before = await readTaskRecord('alpha', 'stale', records);
    await takeDown(slug, purge(slug), deps());
    await saveTask(before!, records);
    expect((await readClipRecord(slug, records))?.clip.taken_down_at).not.toBeNull();
  });
});

describe('untrack()', () => {
  it('keeps a record of each archived clip, and none of the task', async () => {
    const slug = await keep('untracked');
    await env.RECORDS.delete(`clips/${slug}.json`);
    const done = await untrack('alpha', 'untracked', trackDeps(all));
    expect(done).toBe(true);
    expect(await readTaskRecord('alpha', 'untracked', records)).toBeNull();
    expect((await readClipRecord(slug, records))?.clip.files.audio?.state).toBe('archived');
    expect((await findClip(slug, deps()))?.reading.title).toBe('Song untracked');
  });
});
