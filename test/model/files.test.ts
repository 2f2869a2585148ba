import { describe, expect, it } from 'vitest';
import {
  afterLoss,
  afterTry,
  archiveOf,
  nextTryAt,
  rolesToTry,
  tryAgain,
  wantedRoles,
  wantsFreshLook,
  withFreshSources,
} from '../../src/model/files.ts';
import { NEW_FILE, type FileRecord } from '../../src/model/state.ts';
import { DELAYS, MEDIA_HEADERS_TIMEOUT_MS, MEDIA_STALL_TIMEOUT_MS } from '../../src/model/limits.ts';
import type { FileOutcome } from '../../src/model/messages.ts';
import { clipReading, clipState, reading } from './build.ts';

const RULES = { archive_video: false };
const SOURCE = 'https://cdn.example/one.mp3';
const failed = (reason: 'source_gone' | 'too_large' | 'not_media' | 'unreachable', final = false): FileOutcome => ({
  ok: false,
  role: 'audio',
  source_url: SOURCE,
  reason,
  final,
  detail: '',
});
const stored: FileOutcome = {
  ok: true,
  role: 'audio',
  source_url: SOURCE,
  key: 'media/x/audio.mp3',
  content_type: 'audio/mpeg',
  bytes: 10,
  sha256: 'f'.repeat(64),
  archived_at: '2026-01-01T00:00:00.000Z',
};

describe('wantedRoles()', () => {
  it.each([
    ['audio and cover of a complete clip', clipReading(), false, ['audio', 'cover']],
    ['nothing of a clip in the making', clipReading({ status: 'streaming', audio_url: null }), false, []],
    [
      'the cover of an unfinished clip once its task is over',
      clipReading({ status: 'streaming', audio_url: null }),
      true,
      ['cover'],
    ],
    ['the cover alone where the audio is a placeholder', clipReading({ audio_url: null }), false, ['cover']],
    [
      'no video unless settings say so',
      clipReading({ video_url: 'https://cdn.example/one.mp4' }),
      false,
      ['audio', 'cover'],
    ],
  ] as const)('wants %s', (_, clip, over, roles) => {
    expect(wantedRoles(clip, over, RULES)).toEqual(roles);
  });

  it('wants video where settings say so', () => {
    expect(
      wantedRoles(clipReading({ video_url: 'https://cdn.example/one.mp4' }), false, { archive_video: true }),
    ).toContain('video');
  });
});

describe('afterTry()', () => {
  it('keeps the facts of the first archived object, whatever is reported later', () => {
    const archived = afterTry(NEW_FILE, stored, 5, DELAYS.normal);
    expect(archived).toMatchObject({ state: 'archived', attempts: 1, sha256: 'f'.repeat(64) });
    expect(afterTry(archived, { ...stored, sha256: '0'.repeat(64) }, 9, DELAYS.normal)).toBe(archived);
    expect(afterTry(archived, failed('source_gone'), 9, DELAYS.normal)).toBe(archived);
  });

  it('is tried at 0, 10 s, 1, 5, 15 min, 1 h and 6 h, then unavailable with its last reason', () => {
    let file: FileRecord = NEW_FILE;
    const times = [];
    for (let now: number | null = 0; now !== null; now = file.next_try_at) {
      times.push(now / 1000);
      file = afterTry(file, failed('source_gone'), now, DELAYS.normal);
    }
    expect(times).toEqual([0, 10, 60, 300, 900, 3_600, 21_600]);
    expect(file).toMatchObject({ state: 'unavailable', reason: 'source_gone', attempts: 7 });
  });

  it('waits as long as its host asks for, and that is no try; after a day of waits it is one', () => {
    const busy = { ...failed('unreachable'), retry_after_ms: 3_000 } as FileOutcome;
    const waited = afterTry(NEW_FILE, busy, 1_000, DELAYS.short);
    expect(waited).toMatchObject({ state: 'pending', attempts: 0, tries: 0, next_try_at: 4_000 });
    expect(afterTry(waited, busy, 90_000_000, DELAYS.short)).toMatchObject({ attempts: 1, tries: 1 });
    const long = { ...busy, retry_after_ms: 7_200_000 } as FileOutcome;
    expect(afterTry(NEW_FILE, long, 0, DELAYS.normal).next_try_at).toBe(3_600_000);
  });

  it('is given up in the short profile after at most 7 tries in 90 s', () => {
    // How long each try takes: refused at once, until the headers' time is over, until the body's is.
    for (const takes of [0, MEDIA_HEADERS_TIMEOUT_MS, MEDIA_STALL_TIMEOUT_MS]) {
      let file: FileRecord = NEW_FILE;
      let ended = 0;
      for (let now: number | null = 0; now !== null; now = file.next_try_at) {
        ended = now + takes;
        file = afterTry(file, failed('unreachable'), ended, DELAYS.short, takes);
      }
      expect(file.state).toBe('unavailable');
      expect(file.attempts).toBeLessThanOrEqual(7);
      expect(ended).toBeLessThanOrEqual(90_000);
    }
  });

  it('has all its tries in the short profile, however long each had to wait for its turn', () => {
    let file: FileRecord = NEW_FILE;
    for (let now = 0; file.state === 'pending'; now += 30_000)
      file = afterTry(file, failed('not_media'), now, DELAYS.short, 5);
    expect(file.attempts).toBe(7);
  });

  it('gives up at once where a next try would end the same way', () => {
    expect(afterTry(NEW_FILE, failed('too_large', true), 0, DELAYS.normal)).toMatchObject({
      state: 'unavailable',
      reason: 'too_large',
      attempts: 1,
    });
  });

  it('asks for a fresh look at the vendor when a source has died, from the second time on', () => {
    let file: FileRecord = NEW_FILE;
    const looks = DELAYS.normal.file_tries_ms.map((at) => {
      file = afterTry(file, failed('source_gone'), at, DELAYS.normal);
      return wantsFreshLook(file);
    });
    expect(looks).toEqual([false, true, true, true, true, true, false]);
    const other = afterTry(
      afterTry(NEW_FILE, failed('not_media'), 0, DELAYS.normal),
      failed('not_media'),
      1,
      DELAYS.normal,
    );
    expect(wantsFreshLook(other)).toBe(false);
  });
});

describe('withFreshSources()', () => {
  const tried = afterTry(NEW_FILE, failed('source_gone'), 0, DELAYS.normal);
  const clip = clipState({ files: { audio: tried, cover: null, video: null } });

  it('lets a URL that differs from the one that failed be tried at once', () => {
    const fresh = withFreshSources(clip, clipReading({ audio_url: 'https://mirror.example/one.mp3' }), 5);
    expect(rolesToTry(fresh, ['audio'], 5)).toEqual(['audio']);
    expect(fresh.files.audio?.tries).toBe(1);
  });

  it('changes nothing where the URL is the same, or gone', () => {
    expect(withFreshSources(clip, clipReading({ audio_url: SOURCE }), 5)).toBe(clip);
    expect(withFreshSources(clip, clipReading({ audio_url: null }), 5)).toBe(clip);
  });
});

describe('afterLoss()', () => {
  it('takes a file whose invocation died three times as too large', () => {
    let file: FileRecord = { ...NEW_FILE };
    for (let death = 0; death < 3; death++) file = afterLoss(file, death, DELAYS.normal);
    expect(file).toMatchObject({ state: 'unavailable', reason: 'too_large' });
  });
});

describe('tryAgain()', () => {
  it('begins a new series for what is unavailable; attempts count on', () => {
    let file: FileRecord = NEW_FILE;
    for (const at of DELAYS.normal.file_tries_ms) file = afterTry(file, failed('source_gone'), at, DELAYS.normal);
    const again = tryAgain(clipState({ files: { audio: file, cover: null, video: null } }), 99);
    expect(rolesToTry(again, ['audio'], 99)).toEqual(['audio']);
    expect(again.files.audio).toMatchObject({ state: 'pending', attempts: 7, tries: 0 });
  });

  it('leaves what was taken down alone', () => {
    const down = clipState({
      taken_down_at: 1,
      files: { audio: { ...NEW_FILE, state: 'unavailable' }, cover: null, video: null },
    });
    expect(tryAgain(down, 9)).toBe(down);
    expect([rolesToTry(down, ['audio', 'cover'], 9), nextTryAt(down, ['audio', 'cover'])]).toEqual([[], null]);
  });
});

describe('archiveOf()', () => {
  const song = reading({ clips: [clipReading()] });
  const audio = (state: 'archived' | 'unavailable') => ({ ...NEW_FILE, state });
  it.each([
    ['none', reading(), []],
    ['pending', song, [clipState()]],
    ['complete', song, [clipState({ files: { audio: audio('archived'), cover: audio('archived'), video: null } })]],
    ['partial', song, [clipState({ files: { audio: audio('archived'), cover: audio('unavailable'), video: null } })]],
    [
      'unavailable',
      song,
      [clipState({ files: { audio: audio('unavailable'), cover: audio('unavailable'), video: null } })],
    ],
  ] as const)('is %s', (state, what, clips) => {
    expect(archiveOf(what, clips, true, RULES).state).toBe(state);
  });
});
