// Pure: bare URLs by their extensions: audio is a song each, a picture the cover of the song before it.
import { isClosed, mayHoldFiles } from './fields.ts';
import { extensionOf, readUrl } from './values.ts';

export const AUDIO_FILES: ReadonlySet<string> = new Set(['mp3', 'wav', 'm4a', 'aac', 'flac', 'ogg', 'opus']);
export const PICTURE_FILES: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif']);

/** Keys about audio, and lists of the URLs of songs. */
const ABOUT_AUDIO = /audio|songs?[_-]?urls?$/i;

export const isAboutAudio = (key: string): boolean => ABOUT_AUDIO.test(key);

/** A song that is a URL and nothing else; `name` is its key in a map, else empty. */
export interface BareSong {
  readonly name: string;
  readonly audio_url: string;
  readonly image_url: string | null;
}

/** `key`: under which the URLs stand. Names of entries are empty but for a map. */
export function bareSongs(entries: readonly (readonly [name: string, value: unknown])[], key: string): BareSong[] {
  const isAudioKey = isAboutAudio(key);
  if (!isAudioKey && !mayHoldFiles(key)) return [];
  const songs: BareSong[] = [];
  // A list shows a song before its cover; a map has no order.
  let waiting: string | null = null;
  for (const [name, value] of entries) {
    const url = readUrl(value);
    if (url === null || isClosed(name)) continue;
    const extension = extensionOf(url);
    const last = songs.at(-1);
    if (PICTURE_FILES.has(extension)) {
      if (last === undefined) waiting ??= name === '' ? null : url;
      else if (last.image_url === null) songs[songs.length - 1] = { ...last, image_url: url };
      continue;
    }
    // `{"mp3": …, "wav": …}` is one song in two formats.
    const isFormat = AUDIO_FILES.has(name.toLowerCase());
    const isAudio = AUDIO_FILES.has(extension) || (isAudioKey && name === '' && extension === '');
    const isNamed = name === '' || isAboutAudio(name) || mayHoldFiles(name);
    if (!(isFormat ? last === undefined : isAudio && (isAudioKey || isNamed))) continue;
    songs.push({ name, audio_url: url, image_url: waiting });
    waiting = null;
  }
  return songs;
}
