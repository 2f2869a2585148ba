import { describe, expect, it } from 'vitest';
import { completeClip, isLasting, restoreSequence } from '../../src/model/merge.ts';
import { type FileRecord, NEW_FILE } from '../../src/model/state.ts';
import { clipState } from './build.ts';

const audio: FileRecord = { ...NEW_FILE, state: 'archived', key: 'media/a/audio.mp3', archived_at: 5 };
const files = { audio, cover: null, video: null };
const archived = clipState({ files, listed: 5_000, title: 'Own', visibility: 'public', told: 'archived' });

describe('completeClip()', () => {
  it('is the same clip where the record adds nothing', () => {
    const known = { ...archived, title: 'Newer', visibility: 'unlisted' as const };
    expect(completeClip(known, archived)).toBe(known);
    expect(completeClip(known, clipState())).toBe(known);
  });

  it('takes an archived file from the record, with what the caller and the log knew then', () => {
    const known = clipState({ files: { ...files, audio: { ...NEW_FILE, attempts: 1 } } });
    expect(completeClip(known, archived)).toEqual(archived);
  });

  it('keeps an archived file that the record does not have', () => {
    const cover = { ...audio, key: 'media/a/cover.jpg' };
    const known = clipState({ files: { audio: null, cover, video: null } });
    expect(completeClip(known, archived).files).toEqual({ audio, cover, video: null });
  });

  it('takes a tombstone, and never loses one', () => {
    const gone = { ...archived, taken_down_at: 9, listed: null };
    expect(completeClip(archived, gone)).toMatchObject({ taken_down_at: 9 });
    expect(completeClip(gone, archived)).toBe(gone);
  });
});

describe('restoreSequence()', () => {
  it('gives an archived clip its recorded place, else that of its time', () => {
    const without = { ...archived, listed: null };
    expect(restoreSequence(without, 7_000).listed).toBe(7_000);
    expect(restoreSequence(without, null).listed).toBe(5_001);
  });

  it('leaves alone what has a place, or none to have', () => {
    const gone = { ...archived, listed: null, taken_down_at: 9 };
    for (const clip of [archived, gone, clipState()]) expect(restoreSequence(clip, 7_000)).toBe(clip);
  });
});

describe('isLasting()', () => {
  it('is a song whose audio is archived, and a tombstone', () => {
    expect([archived, clipState({ taken_down_at: 1 }), clipState()].map(isLasting)).toEqual([true, true, false]);
  });
});
