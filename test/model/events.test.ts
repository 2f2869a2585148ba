import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../src/model/event.ts';
import { type ClipState, type FileRecord, NEW_FILE, type TaskState } from '../../src/model/state.ts';
import { clipReading, clipState, reading, task } from './build.ts';

const RULES = { archive_video: false };
const file = (state: FileRecord['state']): FileRecord => ({ ...NEW_FILE, state });
const clip = (audio: FileRecord['state'], cover: FileRecord['state'], changes: Partial<ClipState> = {}): ClipState =>
  clipState({ files: { audio: file(audio), cover: file(cover), video: null }, ...changes });
const ended = (changes: Partial<TaskState> = {}): TaskState =>
  task({ reading: reading({ status: 'succeeded', clips: [clipReading()] }), ended_at: 1, answered: true, ...changes });
const typesOf = (before: TaskState, after: TaskState, clips: ClipState[], pending = 0): string[] =>
  eventsOf(before, after, clips, pending, RULES).events.map(({ type }) => type);

describe('eventsOf() tells', () => {
  it('a success, and nothing of files that are under way', () => {
    expect(typesOf(task(), ended(), [clip('pending', 'pending')], 2)).toEqual(['task.succeeded']);
  });

  it('a failure with nothing to keep, and that it is settled', () => {
    const failed = task({ reading: reading({ status: 'failed' }), ended_at: 1 });
    expect(typesOf(task(), failed, [])).toEqual(['task.failed', 'task.settled']);
  });

  it('a success after a failure, and its rest anew', () => {
    const failed = task({ reading: reading({ status: 'failed' }), ended_at: 1, told: 'failed' });
    const after = { ...ended(), told: 'failed' as const };
    expect(typesOf(failed, after, [clip('archived', 'archived')])).toEqual([
      'task.succeeded',
      'clip.archived',
      'task.settled',
    ]);
  });

  it('a clip of which nothing is pending, by its audio', () => {
    const state = ended();
    expect(typesOf(state, state, [clip('archived', 'unavailable')], 1)).toEqual(['clip.archived']);
    expect(typesOf(state, state, [clip('unavailable', 'archived')], 1)).toEqual(['clip.unavailable']);
    expect(typesOf(state, state, [clip('archived', 'pending')], 1)).toEqual([]);
  });

  it('no clip without a wanted file, and none that was taken down', () => {
    const state = ended({ reading: reading({ clips: [clipReading({ audio_url: null, cover_url: null })] }) });
    expect(typesOf(state, state, [clip('archived', 'archived')], 1)).toEqual([]);
    expect(typesOf(ended(), ended(), [clip('archived', 'archived', { taken_down_at: 1 })], 1)).toEqual([]);
  });

  it('a clip once', () => {
    const state = ended({ told: 'succeeded' });
    expect(typesOf(state, state, [clip('archived', 'archived', { told: 'archived' })])).toEqual([]);
    expect(typesOf(state, state, [clip('unavailable', 'archived', { told: 'unavailable' })])).toEqual([]);
  });

  it('a clip again, with the rest of its task, only when its audio came after all', () => {
    const state = ended({ told: 'succeeded' });
    const late = clip('archived', 'archived', { told: 'unavailable' });
    expect(typesOf(state, state, [late])).toEqual(['clip.archived', 'task.settled']);
    const { state: waiting } = eventsOf(state, state, [late], 1, RULES);
    expect(waiting.told).toBeNull();
    expect(typesOf(state, state, [clip('unavailable', 'archived', { told: 'archived' })])).toEqual([]);
  });

  it('an expiry, each time it comes', () => {
    expect(typesOf(task(), task({ expired: true }), [])).toEqual(['task.expired']);
    expect(typesOf(task({ expired: true }), task({ expired: true }), [])).toEqual([]);
  });

  it('the rest of a task once', () => {
    const first = eventsOf(ended(), ended(), [clip('archived', 'archived')], 0, RULES);
    expect(first.events.map(({ type }) => type)).toEqual(['clip.archived', 'task.settled']);
    expect(typesOf(first.state, first.state, first.clips)).toEqual([]);
  });

  it('one clip that stands twice in its task once', () => {
    const twice = ended({ reading: reading({ status: 'succeeded', clips: [clipReading(), clipReading()] }) });
    const same = clip('archived', 'archived');
    expect(typesOf(twice, twice, [same, same], 1)).toEqual(['clip.archived']);
  });
});
