// Pure: one song and what it is told in; each test changes what it is about.
import type { Track, Tracks } from '../../../src/views/feeds/feed-track.ts';

export const BASE = 'https://songs.example';
export const SLUG = '0f0e0d0c-0b0a-4908-8706-050403020100';

export const song: Track = {
  slug: SLUG,
  title: 'Low Water',
  artist: 'Heron',
  tags: 'folk',
  lyrics: '[Verse]\nIn and out again',
  seconds: 121.5,
  audio: { url: `${BASE}/media/${SLUG}/audio.mp3`, type: 'audio/mpeg', bytes: 4_096 },
  cover: `${BASE}/media/${SLUG}/cover.jpg`,
  artwork: `${BASE}/media/${SLUG}/cover.jpg`,
  page: `${BASE}/s/${SLUG}`,
  publishedAt: new Date('2026-11-21T09:59:55Z'),
};

export const songsOf = (...songs: Partial<Track>[]): Tracks => ({
  base: BASE,
  songs: songs.map((changes) => ({ ...song, ...changes })),
  changedAt: new Date('2026-11-21T10:00:00Z'),
});
