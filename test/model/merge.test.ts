import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEnded, isRegression, mergeReadings } from '../../src/model/merge.ts';
import { CLIP_STATUSES, TASK_STATUSES, type ClipReading, type Reading } from '../../src/model/task.ts';
import { clipReading, reading } from './build.ts';

const urls = fc.option(fc.constantFrom('https://cdn.example/a', 'https://cdn.example/b'), { nil: null });
const clips: fc.Arbitrary<ClipReading> = fc
  .record({
    id: fc.constantFrom('clip-one', 'clip-two', 'clip-three'),
    status: fc.constantFrom(...CLIP_STATUSES),
    audio_url: urls,
    cover_url: urls,
    title: fc.option(fc.string(), { nil: null }),
  })
  .map((changes) => clipReading(changes));
const readings: fc.Arbitrary<Reading> = fc
  .record({
    status: fc.constantFrom(...TASK_STATUSES),
    clips: fc.uniqueArray(clips, { selector: (clip) => clip.id }),
    finished_at: fc.option(fc.constant('2026-01-01T00:00:00.000Z'), { nil: null }),
  })
  .map((changes) => reading(changes));

describe('mergeReadings()', () => {
  it('takes nothing more from an answer that it has taken (a rebuild reads it again)', () => {
    fc.assert(
      fc.property(readings, readings, (known, next) => {
        const merged = mergeReadings(known, next);
        expect(mergeReadings(merged, next)).toEqual(merged);
      }),
    );
  });

  it('takes the more advanced status, whichever came later', () => {
    expect(
      mergeReadings(reading({ status: 'running' }), reading({ status: 'queued', vendor_status: 'QUEUED' })),
    ).toMatchObject({ status: 'running', vendor_status: 'IN_PROGRESS' });
    expect(mergeReadings(reading({ status: 'queued' }), reading({ status: 'running' })).status).toBe('running');
  });

  it('lets a later succeeded replace failed, and nothing else leave an end', () => {
    const failed = reading({ status: 'failed', failure: 'refused' });
    expect(mergeReadings(failed, reading({ status: 'succeeded' }))).toMatchObject({
      status: 'succeeded',
      failure: null,
    });
    expect(mergeReadings(reading({ status: 'succeeded' }), failed)).toMatchObject({
      status: 'succeeded',
      failure: null,
    });
    expect(mergeReadings(failed, reading({ status: 'running' }))).toMatchObject({
      status: 'failed',
      failure: 'refused',
    });
  });

  it('keeps clips, URLs and times when an answer comes back emptied', () => {
    const full = reading({ clips: [clipReading()], started_at: '2026-01-01T00:00:00.000Z' });
    expect(mergeReadings(full, reading({ kind: 'unknown', clips: [] }))).toEqual(full);
    expect(mergeReadings(full, reading({ clips: [clipReading({ audio_url: null, cover_url: null })] })).clips).toEqual(
      full.clips,
    );
  });

  it('keeps the place of clips and puts new ones behind', () => {
    const merged = mergeReadings(
      reading({ clips: [clipReading()] }),
      reading({ clips: [clipReading({ id: 'clip-two' }), clipReading()] }),
    );
    expect(merged.clips.map((clip) => clip.id)).toEqual(['clip-one', 'clip-two']);
  });

  it('gives the place of a clip without an id to the clip that is named there later', () => {
    const nameless = reading({ clips: [clipReading({ id: 'task#1', status: 'pending', audio_url: null })] });
    expect(mergeReadings(nameless, reading({ clips: [clipReading()] })).clips.map((clip) => clip.id)).toEqual([
      'clip-one',
    ]);
  });

  it('never goes back: neither status nor clips nor URLs (property)', () => {
    fc.assert(
      fc.property(readings, readings, (known, next) => {
        const merged = mergeReadings(known, next);
        expect(TASK_STATUSES.indexOf(merged.status)).toBeGreaterThanOrEqual(TASK_STATUSES.indexOf(known.status));
        for (const clip of known.clips) {
          const after = merged.clips.find((one) => one.id === clip.id);
          expect(after).toBeDefined();
          expect(CLIP_STATUSES.indexOf(after?.status ?? 'pending')).toBeGreaterThanOrEqual(
            CLIP_STATUSES.indexOf(clip.status),
          );
          if (clip.audio_url !== null) expect(after?.audio_url).not.toBeNull();
          if (clip.cover_url !== null) expect(after?.cover_url).not.toBeNull();
        }
        if (known.finished_at !== null && !hasEnded(next)) expect(merged.finished_at).not.toBeNull();
        expect(mergeReadings(merged, next)).toEqual(merged);
      }),
    );
  });
});

describe('isRegression()', () => {
  it('tells an answer that says less than what is known', () => {
    const known = reading({ clips: [clipReading()] });
    expect(isRegression(known, known)).toBe(false);
    expect(isRegression(known, reading({ clips: [] }))).toBe(true);
    expect(isRegression(known, reading({ status: 'queued', clips: [clipReading()] }))).toBe(true);
    expect(isRegression(known, reading({ clips: [clipReading({ audio_url: null })] }))).toBe(true);
  });
});
