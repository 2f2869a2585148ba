// Pure: the demo's three songs, and how far each has grown.
import type { Melody } from './melody.ts';

export type Dialect = 'classic' | 'camel' | 'numeric';
export type Phase = 'queued' | 'streaming' | 'complete' | 'error' | 'placeholder';

export interface DemoClip {
  id: string;
  title: string;
  tags: string;
  lyrics: string;
  model: string;
  /** `placeholder`: complete, but the vendor's audio URL leads to no file. */
  ending: Extract<Phase, 'complete' | 'error' | 'placeholder'>;
  failure: string | null;
  ready_after_ms: number;
  melody: Melody;
}

export interface DemoSong {
  vendor: string;
  dialect: Dialect;
  task_id: string;
  title: string;
  failure: string | null;
  clips: DemoClip[];
}

/** Before this a clip is only queued; all of them start together. */
const QUEUED_MS = 3_000;

export function phaseOf(clip: DemoClip, elapsedMs: number): Phase {
  if (elapsedMs < QUEUED_MS) return 'queued';
  return elapsedMs < clip.ready_after_ms ? 'streaming' : clip.ending;
}

export const readyAfterMs = (song: DemoSong): number => Math.max(...song.clips.map((clip) => clip.ready_after_ms));

/** Fixed ids, so that a later start finds what an earlier one has kept. */
export const SONGS: readonly DemoSong[] = [
  {
    vendor: 'demo',
    dialect: 'classic',
    task_id: '5b0c7a52-6f1e-4d0b-9a57-3d2f81c40e11',
    title: 'Lantern on the Water',
    failure: null,
    clips: [
      {
        id: 'c1d5e0a4-27b9-4f6c-8e13-90ab54d7f201',
        title: 'Lantern on the Water',
        tags: 'dream folk, music box, warm pads, 92 bpm',
        lyrics:
          '[Verse]\nA paper lantern leaves the quay\nAnd nobody is rowing\nIt writes your name across the bay\nIn light that keeps on going\n\n[Chorus]\nStay a while, stay a while\nThe tide can wait till morning',
        model: 'chirp-v4',
        ending: 'complete',
        failure: null,
        ready_after_ms: 9_000,
        melody: {
          bpm: 92,
          root: 60,
          chords: ['I', 'vi', 'IV', 'V', 'I'],
          lead: '3.5.8.5. 6.5.3.2. 4.6.8.6. 5.7.9.8. 8.......',
          voice: 'bell',
        },
      },
      {
        id: 'e8f3b916-4c02-4a7d-b5e0-17c9d26a3402',
        title: 'Lantern on the Water',
        tags: 'dream folk, soft organ, slow waltz feel, 84 bpm',
        lyrics:
          '[Verse]\nA paper lantern leaves the quay\nAnd nobody is rowing\nIt writes your name across the bay\nIn light that keeps on going\n\n[Chorus]\nStay a while, stay a while\nThe tide can wait till morning',
        model: 'chirp-v4',
        ending: 'complete',
        failure: null,
        ready_after_ms: 13_000,
        melody: {
          bpm: 84,
          root: 57,
          chords: ['I', 'iii', 'IV', 'I', 'I'],
          lead: '5...3... 7...5.3. 6.8.6.4. 5...3.2. 1.......',
          voice: 'flute',
        },
      },
    ],
  },
  {
    vendor: 'demo-camel',
    dialect: 'camel',
    task_id: 'a94be2f07d5c4813b6e0195fd3c87a26',
    title: 'Night Bus to Nowhere',
    failure: '1 of 2 clips failed: the lyrics were refused by the moderation',
    clips: [
      {
        id: '7d20c9f8-b3e6-4815-a0d4-6be28f915303',
        title: 'Night Bus to Nowhere',
        tags: 'synthwave, minor key, pulsing bass, 112 bpm',
        lyrics:
          '[Verse]\nLast seat, last stop, the driver hums\nA tune without an ending\nThe neon counts us one by one\nAs if the night were lending\n\n[Hook]\nRide on, ride on',
        model: 'chirp-v4-5',
        ending: 'complete',
        failure: null,
        ready_after_ms: 12_000,
        melody: {
          bpm: 112,
          root: 57,
          chords: ['vi', 'IV', 'I', 'V', 'vi'],
          lead: '6.86.5.6 4.64.3.4 5.35.8.7 7.57.9.7 6.......',
          voice: 'synth',
        },
      },
      {
        id: '09f6a7b1-85d4-4e23-9c71-d04e6b3fa804',
        title: 'Night Bus to Nowhere',
        tags: 'synthwave, minor key, pulsing bass, 112 bpm',
        lyrics: '',
        model: 'chirp-v4-5',
        ending: 'error',
        failure: 'the lyrics were refused by the moderation',
        ready_after_ms: 15_000,
        melody: { bpm: 112, root: 57, chords: ['vi'], lead: '6.......', voice: 'synth' },
      },
    ],
  },
  {
    vendor: 'demo-numeric',
    dialect: 'numeric',
    task_id: '1987320455618240513',
    title: 'The Song That Got Away',
    failure: null,
    clips: [
      {
        id: '3ea81d6c-f94b-4270-8d5a-b2c60e7f1905',
        title: 'The Song That Got Away',
        tags: 'chanson, accordion, rainy afternoon',
        lyrics:
          '[Verse]\nI had it on the tip of my tongue\nIt went out for a walk in the rain\nIt never rang, it never rung\nIt never came again',
        model: 'chirp-v3-5',
        ending: 'placeholder',
        failure: null,
        ready_after_ms: 8_000,
        melody: { bpm: 96, root: 62, chords: ['I'], lead: '1.......', voice: 'flute' },
      },
    ],
  },
];
