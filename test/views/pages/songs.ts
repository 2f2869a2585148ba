// Pure: one valid clip as callers see it; each test changes what it is about.
import type { SongLinks } from '../../../src/views/pages/song.ts';
import type { Clip, File } from '../../../src/model/task.ts';

export const SLUG = '0f0e0d0c-0b0a-4908-8706-050403020100';
const BASE = 'https://songs.example';

export const LINKS: SongLinks = {
  page: `${BASE}/s/${SLUG}`,
  embed: `${BASE}/embed/${SLUG}`,
  oembed: { json: `${BASE}/oembed?url=x&format=json`, xml: `${BASE}/oembed?url=x&format=xml` },
};

export const archivedFile: File = {
  state: 'archived',
  url: `${BASE}/media/${SLUG}/audio.mp3`,
  link: `${BASE}/media/${SLUG}/audio`,
  source_url: 'https://vendor.example/one.mp3',
  content_type: 'audio/mpeg',
  bytes: 4096,
  sha256: 'ab'.repeat(32),
  archived_at: '2026-11-21T09:59:55.000Z',
  attempts: 1,
  reason: null,
};

export const clipView: Clip = {
  id: SLUG,
  slug: SLUG,
  task_id: 'task-one',
  vendor: 'relay',
  title: 'Low Water',
  status: 'complete',
  failure: null,
  tags: 'folk, quiet',
  lyrics: '[Verse]\nIn and out again',
  prompt: 'a song about the sea',
  artist: 'Heron',
  model: 'chirp-v4',
  model_version: 'v4',
  duration_seconds: 121.5,
  created_at: '2026-11-21T09:00:00.000Z',
  parent_id: null,
  stem: null,
  stream_url: 'https://vendor.example/live',
  audio: archivedFile,
  cover: { ...archivedFile, url: `${BASE}/media/${SLUG}/cover.jpg`, link: `${BASE}/media/${SLUG}/cover` },
  video: null,
  visibility: 'unlisted',
  links: { self: `${BASE}/v1/clips/${SLUG}`, page: LINKS.page },
};
