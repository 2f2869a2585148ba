import { describe, expect, it } from 'vitest';
import { summarise } from '../../../src/cli/demo/summary.ts';
import type { Clip, File, Task } from '../../../src/model/task.ts';

const kept: File = {
  state: 'archived',
  url: 'http://x/media/c1/audio.mp3',
  link: 'http://x/media/c1/audio',
  source_url: 'http://y/a.mp3',
  content_type: 'audio/mpeg',
  bytes: 1,
  sha256: 'a',
  archived_at: '2026-11-01T00:00:00Z',
  attempts: 1,
  reason: null,
};
const clip = {
  title: 'Lantern',
  status: 'complete',
  failure: null,
  audio: kept,
  cover: null,
  video: null,
  links: { self: 'http://x/v1/clips/c1', page: 'http://x/s/c1' },
} as Clip;
const task = {
  id: 't1',
  vendor: 'a',
  status: 'succeeded',
  partial: false,
  failure: null,
  clips: [clip] as Clip[],
} as Task;

const lines = (changes: Partial<Task> = {}) =>
  summarise([{ ...task, ...changes }], (_style, text) => text)
    .split('\n')
    .slice(3)
    .map((line) => line.trim());
const audioLine = (changes: Partial<Clip>) =>
  lines({ clips: [{ ...clip, ...changes }] }).find((line) => line.startsWith('audio'));

describe('summarise()', () => {
  it('gives each song its title, clips and permanent links', () =>
    expect(lines()).toEqual([
      'Lantern  (vendor a) succeeded',
      'clip 1  complete',
      'audio  http://x/media/c1/audio.mp3',
      'page   http://x/s/c1',
    ]));

  it('says that a task failed in part, and why', () =>
    expect(lines({ status: 'failed', partial: true, failure: 'refused' })[0]).toBe(
      'Lantern  (vendor a) failed, in part: refused',
    ));

  it('gives a failed clip its failure, and no page', () =>
    expect(lines({ clips: [{ ...clip, status: 'failed', failure: 'refused', audio: null }] }).slice(1)).toEqual([
      'clip 1  failed: refused',
    ]));

  it('falls back to the id where no clip has a title', () =>
    expect(lines({ clips: [] })).toEqual(['t1  (vendor a) succeeded']));

  it.each([
    [{ ...kept, state: 'pending', url: null }, 'audio  not kept yet'],
    [
      { ...kept, state: 'unavailable', url: null, reason: 'source_forbidden' },
      'audio  cannot be kept (source_forbidden)',
    ],
    [{ ...kept, state: 'skipped', url: null, link: null }, undefined],
    [null, 'audio  the vendor gave no file, only a placeholder'],
  ] as [File | null, string | undefined][])('%j', (audio, said) => expect(audioLine({ audio })).toBe(said));
});
