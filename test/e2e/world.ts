// Edge: songs at the stand-in relay as these tests tell them: growing from poll to poll, with files on the same host.
import { createHash, randomUUID } from 'node:crypto';
import { makeMedia, type Recipe } from '../support/media.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import type { Answer, LogEntry, MediaSettings } from '../support/stand-in-types.ts';

export interface ClipPlan {
  id?: string;
  /** A ready URL, or how the stand-in gives the file. */
  audio?: string | Partial<MediaSettings>;
  cover?: Partial<MediaSettings>;
  /** Seconds that the vendor tells. */
  duration?: number;
  /** It is still being made when the others are done. */
  growing?: boolean;
  /** The vendor's word of the end; with `error` why. */
  error?: string;
}

export interface SongPlan {
  /** Polls at which it still runs, before the end. */
  running?: number;
  /** Done at the first poll. */
  done?: boolean;
  /** Never ends. */
  endless?: boolean;
  clips?: ClipPlan[];
  /** The vendor's last word. */
  status?: string;
}

export interface Song {
  id: string;
  clips: { id: string; audio: Recipe; cover: Recipe; audioName: string; coverName: string }[];
}

let seeds = 1;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const bytesOf = (recipe: Recipe): Uint8Array<ArrayBuffer> => makeMedia(recipe);

/** A relay of its own, with a log of its own. */
export const newRelay = (standIn: string): TestSpace => newSpace(standIn);

/** Sets up a song and its files; it is queued at the first poll, then runs, then is done. */
export async function makeSong(
  relay: TestSpace,
  id: string,
  { running = 1, done = false, endless = false, clips = [{}, {}], status = 'SUCCESS' }: SongPlan = {},
): Promise<Song> {
  const song: Song = { id, clips: [] };
  const final: object[] = [];
  for (const [index, plan] of clips.entries()) {
    const [audioName, coverName] = [`${id}-${index + 1}.mp3`, `${id}-${index + 1}.jpeg`];
    const clip = {
      ...{ id: plan.id ?? randomUUID(), audioName, coverName },
      audio: { kind: 'mp3', bytes: 20_000 + seeds, seed: seeds++ } satisfies Recipe,
      cover: { kind: 'jpeg', bytes: 3_000 + seeds, seed: seeds++ } satisfies Recipe,
    };
    song.clips.push(clip);
    const url =
      typeof plan.audio === 'string' ? plan.audio : await relay.media(audioName, { recipe: clip.audio, ...plan.audio });
    const image = await relay.media(coverName, { recipe: clip.cover, ...plan.cover });
    if (plan.growing) final.push(growingClip(clip.id));
    else if (plan.error === undefined) final.push(clipOf(clip.id, 'complete', url, image, plan.duration));
    else final.push(failedClip(clip.id, plan.error));
  }
  const growing = song.clips.map((clip) => growingClip(clip.id));
  const answers = [
    taskAnswer(id, 'SUBMITTED', null),
    ...Array<Answer>(running).fill(taskAnswer(id, 'IN_PROGRESS', growing)),
    ...(endless ? [] : [taskAnswer(id, status, final)]),
  ];
  await relay.task(id, done ? answers.slice(-1) : answers);
  return song;
}

/** As relays of the new-api family answer, with all that is internal to them. */
export const taskAnswer = (id: string, status: string, data: object[] | null): Answer => ({
  body: {
    code: 'success',
    message: '',
    data: {
      ...{
        task_id: id,
        id: 4711,
        user_id: 17,
        group: 'default',
        channel_id: 9,
        quota: 500,
        platform: 'suno',
        username: 'somebody',
      },
      ...{
        notify_hook: '',
        action: 'MUSIC',
        status,
        fail_reason: '',
        submit_time: 1_790_000_000,
        start_time: 1_790_000_001,
      },
      ...{
        finish_time: status === 'SUCCESS' ? 1_790_000_090 : 0,
        progress: status === 'SUCCESS' ? '100%' : '30%',
        data,
      },
    },
  },
});

const clipOf = (id: string, status: string, audio_url: string, image_url: string, duration = 1.05): object => ({
  ...{
    id,
    title: 'Harbour Light',
    status,
    audio_url,
    image_url,
    image_large_url: image_url,
    video_url: '',
    model_name: 'chirp-v4',
  },
  ...{ user_id: '4e97711f', handle: 'somebody', display_name: 'Somebody', created_at: '2026-09-01T12:00:00Z' },
  metadata: {
    tags: 'folk, quiet',
    prompt: '[Verse]\nIn and out again',
    duration,
    error_type: null,
    error_message: null,
  },
});

const growingClip = (id: string): object => clipOf(id, 'streaming', `https://audiopipe.suno.ai/?item_id=${id}`, '');
const failedClip = (id: string, error: string): object => ({
  ...clipOf(id, 'error', '', ''),
  metadata: { error_type: 'moderation_failure', error_message: error },
});

/** The ids of a vendor's request, by either route. */
export function idsOf(entry: LogEntry): string[] {
  if (entry.method === 'POST') return (JSON.parse(entry.body) as { ids: string[] }).ids;
  return [decodeURIComponent(entry.path.slice('/suno/fetch/'.length))];
}

export const pollsOf = async (relay: TestSpace, id: string): Promise<LogEntry[]> =>
  (await relay.log('/suno/fetch')).filter((entry) => idsOf(entry).includes(id));
