// Pure: a song as feed and playlists tell it: what can be heard, with words where the vendor gave none.
import type { Clip, File } from '../../model/task.ts';

export interface Track {
  readonly slug: string;
  readonly title: string;
  readonly artist: string;
  readonly tags: string | null;
  readonly lyrics: string | null;
  readonly seconds: number | null;
  /** Permanent links. */
  readonly audio: { readonly url: string; readonly type: string; readonly bytes: number };
  readonly cover: string | null;
  /** The cover, where podcast apps take its type. */
  readonly artwork: string | null;
  /** The share page. */
  readonly page: string;
  /** When it became public. */
  readonly publishedAt: Date;
}

/** All that one feed or playlist tells. */
export interface Tracks {
  /** Origin of links, without a slash at its end. */
  readonly base: string;
  /** What became public last comes first. */
  readonly songs: readonly Track[];
  /** When any of this changed last. */
  readonly changedAt: Date;
}

/** What all songs together are called. */
export const LIBRARY = { title: 'longplay', description: 'Tracks made with Suno, in a home of their own.' } as const;

/** Of podcasters' guides: Apple's, which the others follow. */
const ARTWORK_TYPES: readonly string[] = ['image/jpeg', 'image/png'];

/** Null: its audio is not archived. `published_at`: when a caller made it public (ms); a song that always was is so from its archiving on. */
export function trackOf(clip: Clip, published_at: number): Track | null {
  const [audio, cover] = [heldOf(clip.audio), heldOf(clip.cover)];
  if (audio === null) return null;
  return {
    slug: clip.slug,
    title: visible(clip.title) ?? 'Untitled',
    artist: visible(clip.artist) ?? 'Suno',
    tags: visible(clip.tags),
    lyrics: visible(clip.lyrics),
    seconds: clip.duration_seconds,
    audio: { url: audio.url, type: audio.content_type, bytes: audio.bytes },
    cover: cover?.url ?? null,
    artwork: cover !== null && ARTWORK_TYPES.includes(cover.content_type) ? cover.url : null,
    page: clip.links.page,
    publishedAt: new Date(Math.max(published_at, Date.parse(audio.archived_at))),
  };
}

/** Null where nothing of it could be seen: blanks, controls, direction marks, half pairs. */
const visible = (text: string | null): string | null =>
  text !== null && /[^\s\p{Cc}\p{Cf}\p{Cs}]/u.test(text) ? text.trim() : null;

/** Times of a clip's files, as far as feed and playlists show them: each was a change. */
export const changesOf = ({ audio, cover }: Clip): number[] =>
  [audio, cover].flatMap((file) => (file?.archived_at == null ? [] : [Date.parse(file.archived_at)]));

interface Held {
  url: string;
  content_type: string;
  bytes: number;
  archived_at: string;
}

function heldOf(file: File | null): Held | null {
  if (file?.state !== 'archived') return null;
  const { url, content_type, bytes, archived_at } = file;
  if (url === null || content_type === null || bytes === null || archived_at === null) return null;
  return { url, content_type, bytes, archived_at };
}
