// Pure: one valid base value each for readings, clips and tasks; every test changes what it is about.
import { newTask, type Moment } from '../../src/model/lifecycle.ts';
import { EMPTY_READING, type ClipState, type TaskState } from '../../src/model/state.ts';
import type { ClipReading, Reading } from '../../src/model/task.ts';

export const moment = (now: number, clock = now): Moment => ({ now, clock });

export const clipReading = (changes: Partial<ClipReading> = {}): ClipReading => ({
  id: 'clip-one',
  title: 'Harbour Light',
  status: 'complete',
  failure: null,
  tags: 'folk',
  lyrics: null,
  prompt: null,
  artist: null,
  model: null,
  model_version: null,
  duration_seconds: 120,
  created_at: null,
  parent_id: null,
  stem: null,
  stream_url: null,
  audio_url: 'https://cdn.example/one.mp3',
  cover_url: 'https://cdn.example/one.jpeg',
  video_url: null,
  ...changes,
});

export const reading = (changes: Partial<Reading> = {}): Reading => ({
  ...EMPTY_READING,
  kind: 'music',
  status: 'running',
  vendor_status: 'IN_PROGRESS',
  ...changes,
});

export const task = (changes: Partial<TaskState> = {}): TaskState => ({
  ...newTask(moment(0), { requested: true, visibility: 'unlisted' }),
  ...changes,
});

export const clipState = (changes: Partial<ClipState> = {}): ClipState => ({
  slug: 'a'.repeat(32),
  clip_id: 'clip-one',
  vendor: 'test',
  task_id: 'task-one',
  visibility: 'unlisted',
  title: null,
  taken_down_at: null,
  told: null,
  listed: null,
  files: { audio: null, cover: null, video: null },
  ...changes,
});
