// Records are written once and merged: of a song that was never saved without a look, and whoever finds one there merges.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clipRecordKey, taskRecordKey } from '../../src/archive/keys.ts';
import { readClipRecord, readTaskRecord, type Records, saveTask } from '../../src/archive/records.ts';
import { slugOf } from '../../src/model/id.ts';
import { type ClipState, NEW_FILE, type Stored } from '../../src/model/state.ts';
import { newSpace } from '../support/space.ts';
import { emptyBuckets } from './archive.ts';
import { records, settle, song, system, type System } from './system.ts';

const IDS = ['one', 'two'].map((name) => `clip-${name}`);
const SLUGS = IDS.map((id) => slugOf('alpha', id));
const KEYS = [...SLUGS.map(clipRecordKey), taskRecordKey('alpha', 'song')];

let test: System;
beforeEach(async () => {
  await emptyBuckets();
  const space = newSpace();
  test = system({ alpha: space });
  const clips = [];
  for (const [index, id] of IDS.entries())
    clips.push({ id, audio: await space.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes: 900, seed: index + 1 } }) });
  await space.task('song', [song('song', { clips })]);
  await test.ledger.track('alpha', ['song'], { webhook_url: null, visibility: null });
});
afterEach(() => void vi.restoreAllMocks());

describe('a song of two clips', () => {
  it('takes one write of the records bucket for each of its records, and a look for a takedown of each clip', async () => {
    const [gets, puts] = [vi.spyOn(env.RECORDS, 'get'), vi.spyOn(env.RECORDS, 'put')];
    await settle(test);
    expect(gets.mock.calls.map(([key]) => key).sort()).toEqual(SLUGS.map(clipRecordKey).sort());
    expect(puts.mock.calls.map(([key]) => key)).toEqual(KEYS);
  });

  it('is read before it is written from its second save on', async () => {
    await settle(test);
    await test.ledger.retry('alpha', 'song');
    const gets = vi.spyOn(env.RECORDS, 'get');
    await settle(test);
    expect(gets.mock.calls.map(([key]) => key)).toEqual(KEYS);
  });
});

describe('saveTask() of what was never saved', () => {
  async function saved(): Promise<Stored> {
    await settle(test);
    const { stored } = (await test.ledger.peek('alpha', 'song'))!;
    await emptyBuckets();
    return stored;
  }
  const withClips = (stored: Stored, change: (clip: ClipState) => ClipState, version: number): Stored => ({
    ...stored,
    version,
    clips: stored.clips.map((clip) => ({ ...change(clip), version })),
  });

  it.each([
    ['the older one first', false],
    ['the newer one first', true],
  ])('ends merged where two begin it at once, %s', async (_, isTurned) => {
    const stored = await saved();
    const archived = { ...NEW_FILE, state: 'archived' as const, key: 'media/x/cover.jpg', sha256: 'f'.repeat(64) };
    const older = withClips(stored, (clip) => ({ ...clip, files: { ...clip.files, cover: archived } }), 5);
    const newer = withClips(stored, (clip) => ({ ...clip, title: 'Newer' }), 9);
    const both = isTurned ? [newer, older] : [older, newer];
    await Promise.all(both.map((one) => saveTask(one, records, true)));
    for (const slug of SLUGS)
      expect((await readClipRecord(slug, records))?.clip).toMatchObject({
        ...{ version: 9, title: 'Newer' },
        files: { audio: { state: 'archived' }, cover: { key: 'media/x/cover.jpg' } },
      });
    const record = await readTaskRecord('alpha', 'song', records);
    expect([record?.version, record?.clips.map(({ title }) => title)]).toEqual([9, ['Newer', 'Newer']]);
  });

  it('replaces no newer record, nor a tombstone, of a ledger before this one', async () => {
    const stored = await saved();
    await saveTask(
      withClips(stored, (clip) => ({ ...clip, taken_down_at: 7 }), 9),
      records,
    );
    const before = await Promise.all(KEYS.map(async (key) => (await env.RECORDS.get(key))!.json<object>()));
    await saveTask(
      withClips(stored, (clip) => clip, 5),
      records,
      true,
    );
    const after = await Promise.all(KEYS.map(async (key) => (await env.RECORDS.get(key))!.json<object>()));
    expect(after).toEqual(before);
  });

  it('looks at none where there is none', async () => {
    const stored = await saved();
    const asked: string[] = [];
    const noted: Records = {
      read: (key, schema) => (asked.push(`read ${key}`), records.read(key, schema)),
      write: (key, value, etag) => (asked.push(`write ${key}`), records.write(key, value, etag)),
    };
    await saveTask(stored, noted, true);
    expect(asked).toEqual(KEYS.map((key) => `write ${key}`));
  });
});
