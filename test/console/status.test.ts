// What a row says at a glance: of every state one status with words, and of every trouble why.
import { describe, expect, it } from 'vitest';
import { chinese } from '../../src/console/chinese.ts';
import { english } from '../../src/console/english.ts';
import { clipStatus, statusOf, rowOf } from '../../src/console/status.ts';
import { emptyEndError } from '../../src/model/lifecycle.ts';
import { FILE_REASONS, TASK_STATUSES, TRACKING_STATES, type Clip, type File, type Task } from '../../src/model/task.ts';

const file: File = {
  ...{
    state: 'archived',
    url: 'https://x/media/s/audio.mp3',
    link: null,
    source_url: null,
    content_type: 'audio/mpeg',
  },
  ...{ bytes: 1, sha256: 'ab', archived_at: null, attempts: 1, reason: null },
};
const lost: File = { ...file, state: 'unavailable', url: null, reason: 'source_gone' };
const clip: Clip = {
  ...{ id: 'c', slug: 's', task_id: 't', vendor: 'relay', title: 'Low Water', status: 'complete', failure: null },
  ...{ tags: null, lyrics: null, prompt: null, artist: null, model: null, model_version: null, duration_seconds: null },
  ...{
    created_at: null,
    parent_id: null,
    stem: null,
    stream_url: null,
    audio: file,
    cover: file,
    video: null,
    visibility: 'unlisted',
  },
  links: { self: '', page: '' },
};
const task: Task = {
  ...{ id: 't', vendor: 'relay', kind: 'music', status: 'succeeded', vendor_status: null, partial: false },
  ...{ progress: 100, failure: null, submitted_at: null, started_at: null, finished_at: null, lyrics: null },
  ...{ lyrics_variants: [], clips: [clip] },
  tracking: {
    ...{ state: 'settled', stalled: false, tracked_at: null, polls: 1, last_polled_at: null, next_poll_at: null },
    last_error: null,
  },
  archive: { state: 'complete', archived: 2, pending: 0, unavailable: 0 },
  links: { self: '' },
};
const watching = (more: Partial<Task>, tracking: Partial<Task['tracking']> = {}): Task => ({
  ...{ ...task, status: 'running', progress: null, clips: [], ...more },
  tracking: { ...task.tracking, state: 'watching', ...tracking },
  archive: { state: 'none', archived: 0, pending: 0, unavailable: 0 },
});
const partly = (clips: Clip[], unavailable = 1): Task => ({
  ...{ ...task, clips },
  archive: { state: 'partial', archived: 1, pending: 0, unavailable },
});
const error = { code: 'vendor_unauthorized', message: 'x', at: '2026-11-21T10:00:00Z' };

describe('statusOf()', () => {
  it.each<[string, Task, string, string, RegExp | null]>([
    ['all kept', task, 'good', 'Kept', null],
    ['made so far', watching({ progress: 30 }), 'busy', 'Being made, 30 %', /nothing to do/],
    ['not seen yet', watching({ status: 'unknown' }), 'busy', 'Not seen yet', /asked on/],
    ['in the queue', watching({ status: 'queued' }), 'busy', 'In the queue', /not begun it/],
    [
      'an end that came early',
      watching({ status: 'succeeded' }),
      'busy',
      'Ready at the vendor, not all there',
      /quarter/,
    ],
    ['a vendor in trouble', watching({}, { last_error: error }), 'warn', 'Waiting for the vendor', /refuses its key/],
    ['stalled', watching({}, { stalled: true }), 'warn', 'Stalled', /quarter of an hour/],
    [
      'unknown to the vendor',
      watching({ status: 'unknown' }, { state: 'expired' }),
      'bad',
      'Given up',
      /not know this id/,
    ],
    ['without an end', watching({}, { state: 'expired' }), 'bad', 'Given up', /within a day/],
    [
      'failed',
      { ...watching({ status: 'failed', failure: 'no' }, { state: 'settled' }) },
      'bad',
      'Failed',
      /^no\. Retry asks the vendor again/,
    ],
    ['its audio lost', partly([{ ...clip, audio: lost }]), 'bad', 'Audio lost', /has this file no more/],
    ['one of two lost', partly([clip, { ...clip, audio: lost }]), 'warn', 'Kept, but 1 song lost', /no more/],
    ['a cover lost', partly([{ ...clip, cover: lost }]), 'warn', 'Kept, but 1 file lost', /no more/],
    ['no audio named', { ...task, clips: [{ ...clip, audio: null }] }, 'warn', 'Made, but no audio', /no audio file/],
    [
      'half failed',
      { ...task, partial: true, clips: [clip, { ...clip, status: 'failed', failure: 'rude', audio: null }] },
      'warn',
      'Kept, but 1 song failed',
      /rude/,
    ],
    [
      'an answer that cannot be read',
      {
        ...watching(
          { status: 'succeeded', kind: 'unknown' },
          { state: 'settled', last_error: emptyEndError(['code', 'data'], { now: 0, clock: 0 }) },
        ),
      },
      'bad',
      'Nothing readable',
      /instead: code, data\. See what it answered/,
    ],
    [
      'lyrics',
      { ...task, kind: 'lyrics', lyrics: { title: null, text: 'la' }, clips: [], archive: watching({}).archive },
      'good',
      'Lyrics kept',
      null,
    ],
    [
      'taken down',
      { ...task, clips: [{ ...clip, audio: { ...lost, reason: 'taken_down' } }] },
      'idle',
      'Taken down',
      /good/,
    ],
  ])('tells of %s', (_, given, tone, label, why) => {
    const status = statusOf(given, english);
    expect([status.tone, status.label]).toEqual([tone, label]);
    if (why === null) expect(status.why).toBeNull();
    else expect(status.why).toMatch(why);
  });

  it.each([
    ['English', english],
    ['Chinese', chinese],
  ])('has a word for every state that is not ready, and one sentence why and what to do, in %s', (_, labels) => {
    for (const state of TRACKING_STATES)
      for (const status of TASK_STATUSES)
        for (const archive of ['none', 'pending', 'complete', 'partial', 'unavailable'] as const) {
          const given = watching({ status }, { state });
          const { tone, label, why } = statusOf({ ...given, archive: { ...given.archive, state: archive } }, labels);
          expect(label).toMatch(/^[A-Z\u4e00-\u9fff]/);
          if (tone !== 'good') expect(why).toMatch(/.{6,}[.。]$/);
        }
  });

  it('counts files while they come', () => {
    const archiving = { ...task, tracking: { ...task.tracking, state: 'archiving' as const } };
    const status = statusOf(
      { ...archiving, archive: { state: 'pending', archived: 1, pending: 3, unavailable: 0 } },
      english,
    );
    expect([status.label, status.progress]).toEqual(['Archiving, 1 of 4', 25]);
  });
});

describe('clipStatus()', () => {
  it.each(FILE_REASONS)('tells why audio is not here: %s', (reason) => {
    const status = clipStatus({ ...clip, audio: { ...lost, reason } }, english);
    expect(status.why).toMatch(/^[A-Z].{5,}/);
    expect(status.label).toBe(reason === 'taken_down' ? 'Taken down' : 'Lost');
  });
});

describe('rowOf()', () => {
  it('says what is wrong where one looks for it, and else the id', () => {
    expect(rowOf(task, english).note).toEqual(['1 song', 'relay', 't']);
    expect(rowOf(partly([{ ...clip, audio: lost }]), english).note.join()).toContain('has this file no more');
  });
  it('shows no cover of what was taken down', () => {
    const gone = { ...lost, reason: 'taken_down' as const };
    expect(rowOf(task, english).cover).toBe(file.url);
    expect(rowOf({ ...task, clips: [{ ...clip, audio: gone, cover: gone }] }, english).cover).toBeNull();
  });
});
