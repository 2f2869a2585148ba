// Pure: the songs of the benchmarks, in the words of a classic relay: two clips, with lyrics, audio and cover each.
import { createHash } from 'node:crypto';
import { makeMedia } from '../support/media.ts';

export const CLIPS = 2;
export const FILES = 2 * CLIPS;
export type SongState = 'queued' | 'streaming' | 'complete';

export const AUDIO_BYTES = 3_000_000;
export const COVER_BYTES = 150_000;
const LYRICS = Array.from({ length: 24 }, (_, line) => `Line ${line} of a song about water under the bridge\n`).join(
  '',
);

/** Made once: every song's files have the same bytes under names of their own. */
export const AUDIO = makeMedia({ kind: 'mp3', bytes: AUDIO_BYTES, seed: 7 });
export const COVER = makeMedia({ kind: 'jpeg', bytes: COVER_BYTES, seed: 8 });

/** A UUID, so that the slug is the id itself. */
export function clipId(song: string, clip: number): string {
  const hex = createHash('sha256').update(`${song}/${clip}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** For what costs the same whatever a file's length. */
export const TINY_AUDIO = makeMedia({ kind: 'mp3', bytes: 6_000, seed: 7 });
export const TINY_COVER = makeMedia({ kind: 'jpeg', bytes: 1_500, seed: 8 });

export interface RowOptions {
  readonly clips?: number;
  /** Whose clips it shows; its own where it is left out. */
  readonly song?: string;
  readonly lyrics?: string;
  readonly seconds?: number;
}

/** One row of a batch answer; `files`: where its files are, without a slash at its end. */
export function songRow(
  id: string,
  state: SongState,
  files: string,
  { clips = CLIPS, lyrics = LYRICS, song = id, seconds = 187.4 }: RowOptions = {},
) {
  const done = state === 'complete';
  return {
    task_id: id,
    notify_hook: '',
    action: 'MUSIC',
    status: { queued: 'QUEUED', streaming: 'IN_PROGRESS', complete: 'SUCCESS' }[state],
    fail_reason: '',
    submit_time: 1_790_000_000,
    start_time: state === 'queued' ? 0 : 1_790_000_011,
    finish_time: done ? 1_790_000_102 : 0,
    progress: { queued: '0%', streaming: '50%', complete: '100%' }[state],
    data:
      state === 'queued'
        ? null
        : Array.from({ length: clips }, (_, clip) => songClip(clipId(song, clip), done, files, lyrics, seconds)),
  };
}

const songClip = (id: string, done: boolean, files: string, lyrics: string, seconds: number) => ({
  id,
  title: 'Low Water',
  handle: 'heron',
  status: done ? 'complete' : 'streaming',
  user_id: '4e97711f-794d-49c7-afd1-df96532ab6f0',
  is_liked: false,
  metadata: {
    ...{ tags: 'folk, acoustic, slow', type: 'gen', prompt: lyrics, stream: true, history: null },
    ...{ duration: done ? seconds : null, error_type: null, error_message: null, concat_history: null },
    ...{ refund_credits: false, audio_prompt_id: null, gpt_description_prompt: 'a slow song about a river' },
  },
  reaction: null,
  audio_url: done ? `${files}/${id}.mp3` : `https://audiopipe.suno.ai/?item_id=${id}`,
  image_url: done ? `${files}/${id}.jpeg` : '',
  is_public: false,
  video_url: '',
  created_at: '2026-09-21T10:00:00.000Z',
  is_trashed: false,
  model_name: 'chirp-v4',
  play_count: 0,
  display_name: 'Heron',
  upvote_count: 0,
  image_large_url: done ? `${files}/${id}.jpeg` : '',
  is_video_pending: false,
  is_handle_updated: false,
  major_model_version: 'v4',
});
