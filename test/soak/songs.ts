// Pure: the songs of a soak: two clips each, with small files; every name tells its song, its clip and its role.
import { createHash } from 'node:crypto';
import { makeMedia, type Recipe } from '../support/media.ts';

export const CLIPS = 2;
export const FILES = 2 * CLIPS;
export const ROLES = ['audio', 'cover'] as const;
export type Role = (typeof ROLES)[number];

export const songId = (index: number): string => `soak-${String(index).padStart(5, '0')}`;
export const songIndex = (id: string): number => Number(id.slice('soak-'.length));

/** A UUID, so that the slug is the id itself. */
export const clipId = (song: string, clip: number): string => {
  const hex = createHash('sha256').update(`${song}/${clip}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

export const fileName = (song: string, clip: number, role: Role): string =>
  `${song}-${clip}-${role}.${role === 'audio' ? 'mp3' : 'jpeg'}`;

const FILE_NAME = /^(soak-\d+)-(\d)-(audio|cover)\./;

/** Null: no file of a soak. Sizes differ, so that a file in another's place is seen at once. */
export function fileBytes(name: string): Uint8Array<ArrayBuffer> | null {
  const [, song, clip, role] = FILE_NAME.exec(name) ?? [];
  if (song === undefined) return null;
  const seed = songIndex(song) * FILES + Number(clip) * 2 + (role === 'audio' ? 0 : 1) + 1;
  const recipe: Recipe =
    role === 'audio'
      ? { kind: 'mp3', bytes: 6_000 + (seed % 4_000), seed }
      : { kind: 'jpeg', bytes: 1_500 + (seed % 500), seed };
  return makeMedia(recipe);
}

/** Looks at a song, from the first: it is queued, runs, streams and is done. */
export const LAST_LOOK = 3;

export function row(song: string, look: number, origin: string): object {
  const status = ['SUBMITTED', 'IN_PROGRESS', 'IN_PROGRESS', 'SUCCESS'][look];
  const clips = Array.from({ length: CLIPS }, (_, clip) => ({
    id: clipId(song, clip),
    title: `Song ${song}`,
    status: look < LAST_LOOK ? 'streaming' : 'complete',
    audio_url:
      look < LAST_LOOK
        ? `https://audiopipe.suno.ai/?item_id=${clipId(song, clip)}`
        : `${origin}/files/${fileName(song, clip, 'audio')}`,
    image_url: look < LAST_LOOK ? '' : `${origin}/files/${fileName(song, clip, 'cover')}`,
    metadata: { tags: 'folk', prompt: '[Verse]\nOver and over', duration: 0.4 },
  }));
  return {
    task_id: song,
    action: 'MUSIC',
    status,
    fail_reason: '',
    submit_time: 1_790_000_000,
    start_time: look === 0 ? 0 : 1_790_000_001,
    finish_time: look < LAST_LOOK ? 0 : 1_790_000_090,
    progress: look < LAST_LOOK ? '30%' : '100%',
    data: look < 2 ? null : clips,
  };
}
