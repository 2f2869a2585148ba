// The public view of tasks, clips and files: exactly the keys that clients are promised, and the rules behind them.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { viewTask, type ViewContext } from '../../src/views/task.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import { NEW_FILE, type ClipState, type FileRecord, type Stored } from '../../src/model/state.ts';
import { Clip, File, Task, type ClipReading } from '../../src/model/task.ts';
import {
  archived,
  BASE,
  clip,
  ended,
  known,
  NOW,
  reading,
  settingsOf,
  SLUG,
  TASK_ID,
  watched,
} from '../http/fixtures.ts';

const context: ViewContext = { settings: settingsOf(), base: BASE, media_base: 'https://files.example', now: NOW };
const view = (changes: Partial<Stored> = {}, more: Partial<ViewContext> = {}) =>
  viewTask(known(changes), { ...context, ...more });
const keys = (value: object | null | undefined): string[] => Object.keys(value ?? {}).sort();
const withClip = (change: Partial<ClipReading>): Partial<Stored> => ({
  state: { ...ended, reading: { ...ended.reading, clips: [{ ...reading, ...change }] } },
});
const withFile = (
  role: 'audio' | 'cover' | 'video',
  file: FileRecord | null,
  change: Partial<ClipState> = {},
): Partial<Stored> => ({
  clips: [{ ...clip, ...change, files: { ...clip.files, [role]: file } }],
});

describe('viewTask()', () => {
  it('has exactly the documented keys, at every level', () => {
    const task = view();
    expect(v.parse(Task, task)).toEqual(task);
    expect(keys(task)).toEqual(Object.keys(Task.entries).sort());
    expect(keys(task.tracking)).toEqual(Object.keys(Task.entries.tracking.entries).sort());
    expect(keys(task.archive)).toEqual(Object.keys(Task.entries.archive.entries).sort());
    expect(keys(task.clips[0])).toEqual(Object.keys(Clip.entries).sort());
    expect(keys(task.clips[0]?.audio)).toEqual(Object.keys(File.entries).sort());
  });

  it('shows nothing that was added to what is stored (user_id, quota in reading, clip and file)', () => {
    const extra = { user_id: 1, quota: 2, notify_hook: { url: 'x', base: 'x' } };
    const odd = {
      state: {
        ...ended,
        ...extra,
        reading: {
          ...ended.reading,
          ...extra,
          clips: [{ ...reading, ...extra }],
          lyrics_variants: [{ title: null, text: 'a', ...extra }],
        },
      },
      clips: [{ ...clip, ...extra, files: { ...clip.files, audio: { ...archived, ...extra } } }],
    };
    expect(JSON.stringify(view(odd))).not.toMatch(/user_id|quota|notify_hook/);
  });

  it('is settled once nothing is pending, archiving before', () => {
    expect(view().tracking.state).toBe('archiving');
    expect(view(withFile('cover', { ...archived, key: `media/${SLUG}/cover.jpg` })).tracking.state).toBe('settled');
  });

  it('is untracked: no tracked_at, nothing wanted, files skipped', () => {
    const task = view({ tracked: false, clips: [] });
    expect(task.tracking).toMatchObject({ state: 'untracked', tracked_at: null, stalled: false });
    expect(task.archive).toEqual({ state: 'none', archived: 0, pending: 0, unavailable: 0 });
    expect(task.clips[0]?.audio).toMatchObject({ state: 'skipped', link: null, url: null });
  });

  it('is partial with a complete and a failed clip only', () => {
    const two = (status: ClipReading['status']) =>
      view({
        state: { ...ended, reading: { ...ended.reading, clips: [reading, { ...reading, id: 'another-one', status }] } },
      }).partial;
    expect([two('failed'), two('complete'), two('streaming')]).toEqual([true, false, false]);
  });

  it('shows the vendor’s failure while watching, unless the task was polled since', () => {
    const error = { code: 'vendor_unavailable', message: 'No answer', at: '2026-11-21T09:59:00.000Z' };
    const shown = (last_polled_at: number | null, state = watched) =>
      viewTask({ stored: known({ state, last_polled_at }).stored, pacing: { ...HEALTHY, last_error: error } }, context)
        .tracking.last_error;
    expect(shown(null)).toEqual(error);
    expect(shown(Date.parse(error.at) - 1)).toEqual(error);
    expect(shown(Date.parse(error.at) + 1)).toBeNull();
    expect(shown(null, ended)).toBeNull();
  });

  it('finds a clip’s files by its slug where others are not stored', () => {
    const first = { ...reading, id: 'not-stored-yet' };
    const task = view({ state: { ...ended, reading: { ...ended.reading, clips: [first, reading] } } });
    expect(task.clips.map(({ audio }) => audio?.state)).toEqual(['pending', 'archived']);
    expect(task.archive).toMatchObject({ archived: 1, pending: 3 });
  });

  it('escapes the id in its own link', () => {
    expect(view({ id: 'a#b c' }).links.self).toBe(`${BASE}/v1/tasks/a%23b%20c?vendor=relay`);
    expect(view().links.self).toBe(`${BASE}/v1/tasks/${TASK_ID}?vendor=relay`);
  });
});

describe('viewTask() file', () => {
  const file = (changes: Partial<Stored>, role: 'audio' | 'cover' | 'video', more: Partial<ViewContext> = {}) =>
    view(changes, more).clips[0]?.[role];

  it('archived: a permanent url on the media origin, a stable link on ours', () => {
    expect(file({}, 'audio')).toEqual({
      state: 'archived',
      url: `https://files.example/media/${SLUG}/audio.mp3`,
      link: `${BASE}/media/${SLUG}/audio`,
      source_url: 'https://cdn.example/one.mp3',
      content_type: 'audio/mpeg',
      bytes: 4096,
      sha256: 'ab'.repeat(32),
      archived_at: '2026-11-21T09:59:55.000Z',
      attempts: 2,
      reason: null,
    });
  });

  it('archived: keeps the source that was archived, not a later one', () => {
    expect(file(withClip({ audio_url: 'https://cdn.example/later.mp3' }), 'audio')?.source_url).toBe(
      'https://cdn.example/one.mp3',
    );
  });

  it('null where the vendor gave none', () => {
    expect(file({ ...withClip({ audio_url: null, video_url: null, cover_url: null }), clips: [] }, 'audio')).toBeNull();
  });

  it('pending shows neither reason nor what is known of bytes', () => {
    expect(file(withFile('cover', { ...NEW_FILE, attempts: 1, reason: 'source_gone' }), 'cover')).toMatchObject({
      state: 'pending',
      reason: null,
      attempts: 1,
      url: null,
    });
  });

  it('unavailable with its reason', () => {
    expect(
      file(withFile('cover', { ...NEW_FILE, state: 'unavailable', reason: 'source_gone' }), 'cover'),
    ).toMatchObject({ state: 'unavailable', reason: 'source_gone', url: null });
  });

  it('video: skipped by default, pending with ARCHIVE_VIDEO, archived whatever the settings say', () => {
    const settings = settingsOf({ ARCHIVE_VIDEO: 'true' });
    expect(file({}, 'video')).toMatchObject({ state: 'skipped', link: null, url: null, source_url: reading.video_url });
    expect(file({}, 'video', { settings })).toMatchObject({ state: 'pending', attempts: 0 });
    expect(file(withFile('video', { ...archived, key: `media/${SLUG}/video.mp4` }), 'video')?.state).toBe('archived');
  });

  it('cover of an unfinished clip: pending with 0 attempts', () => {
    const state = {
      ...watched,
      reading: { ...watched.reading, clips: [{ ...reading, status: 'streaming' as const, audio_url: null }] },
    };
    expect(file({ state, clips: [] }, 'cover')).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('taken down: unavailable, without url', () => {
    expect(file({ clips: [{ ...clip, taken_down_at: NOW }] }, 'audio')).toMatchObject({
      state: 'unavailable',
      reason: 'taken_down',
      url: null,
      sha256: null,
    });
  });

  it('a caller’s title wins', () => {
    expect(view({ clips: [{ ...clip, title: 'Mine' }] }).clips[0]?.title).toBe('Mine');
  });
});
