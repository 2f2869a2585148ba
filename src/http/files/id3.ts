// Pure: the tag of an mp3 file (ID3v2.3), made of what is known of a song.
import { ID3Writer } from 'browser-id3-writer';

export interface TagInfo {
  title: string | null;
  artist: string | null;
  tags: string | null;
  lyrics: string | null;
  /** JPEG, PNG or WebP. */
  cover: ArrayBuffer | null;
  id: string;
  /** The clip that it was made from, and the voice of it that it is. */
  parent_id: string | null;
  stem: string | null;
  /** Where the song is found. */
  page: string | null;
}

const ARTIST = 'Suno';
/** ISO 639-2: undetermined. Nobody says in which language a song is sung. */
const LANGUAGE = 'und';
/** ID3v2.3 4.15. */
const FRONT_COVER = 3;
/** Names of frames for what ID3 has no frame of its own for (4.2.2). */
const USER_TEXTS = { id: 'SUNO_CLIP_ID', parent_id: 'SUNO_PARENT_ID', stem: 'STEM' } as const;

/** Text frames are UTF-16 with a byte order mark: any script (ID3v2.3 3.3). */
export function tagOf(song: TagInfo): Uint8Array<ArrayBuffer> {
  const { title, artist, tags, lyrics, cover, page } = song;
  // The library puts its tag before what it is handed. The audio is streamed after it, so here that is nothing.
  const writer = new ID3Writer(new ArrayBuffer(0));
  const [name, genre, words] = [line(title), line(tags), text(lyrics)];
  if (name !== '') writer.setFrame('TIT2', name);
  writer.setFrame('TPE1', [line(artist) || ARTIST]);
  // A bracket at the beginning would be the number of a genre (4.2.1, TCON).
  if (genre !== '') writer.setFrame('TCON', [genre.replace(/^\(/, '((')]);
  if (words !== '') writer.setFrame('USLT', { language: LANGUAGE, description: '', lyrics: words });
  if (page !== null) writer.setFrame('WOAS', page);
  for (const [field, description] of Object.entries(USER_TEXTS)) {
    const value = line(song[field as keyof typeof USER_TEXTS]);
    if (value !== '') writer.setFrame('TXXX', { description, value });
  }
  if (cover !== null) writer.setFrame('APIC', { type: FRONT_COVER, data: cover, description: '' });
  return new Uint8Array(writer.addTag());
}

/** One line without control characters: a NUL would end it early. */
const line = (value: string | null): string =>
  (value ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();

/** Lines end with a line feed alone (ID3v2.3 3.3). */
const text = (value: string | null): string =>
  (value ?? '')
    .toWellFormed()
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim();
