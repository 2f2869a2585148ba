// Pure: ID3v2.3 tags: one made of what is known of a song, and the length of the one that stands before its audio already.
import { ID3Writer } from 'browser-id3-writer';

export interface Song {
  title: string | null;
  artist: string | null;
  tags: string | null;
  lyrics: string | null;
  /** JPEG, PNG or WebP. */
  cover: ArrayBuffer | null;
  id: string;
  /** Where the song is found. */
  page: string | null;
}

const ARTIST = 'Suno';
/** ISO 639-2: undetermined. Nobody says in which language a song is sung. */
const LANGUAGE = 'und';
/** ID3v2.3 4.15. */
const FRONT_COVER = 3;
const ID_NAME = 'SUNO_CLIP_ID';

/** Text frames are UTF-16 with a byte order mark: any script (ID3v2.3 3.3). */
export function tagOf({ title, artist, tags, lyrics, cover, id, page }: Song): Uint8Array<ArrayBuffer> {
  // The library puts its tag before what it is handed. The audio is streamed after it, so here that is nothing.
  const writer = new ID3Writer(new ArrayBuffer(0));
  const [name, genre, words] = [line(title), line(tags), text(lyrics)];
  if (name !== '') writer.setFrame('TIT2', name);
  writer.setFrame('TPE1', [line(artist) || ARTIST]);
  // A bracket at the beginning would be the number of a genre (4.2.1, TCON).
  if (genre !== '') writer.setFrame('TCON', [genre.replace(/^\(/, '((')]);
  if (words !== '') writer.setFrame('USLT', { language: LANGUAGE, description: '', lyrics: words });
  if (page !== null) writer.setFrame('WOAS', page);
  writer.setFrame('TXXX', { description: ID_NAME, value: line(id) });
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

/** As much of a file as tells whether a tag stands before its audio, and how long it is. */
export const TAG_HEADER_BYTES = 10;
const FOOTER_FLAG = 0x10;

/** ID3v2.2 to 2.4, 3.1: the mark, a version, flags, and a size of four times seven bits. 0: there is no tag. */
export function tagLength(head: Uint8Array): number {
  const [i, d, three, major = 0xff, revision = 0xff, flags = 0, ...size] = head.subarray(0, TAG_HEADER_BYTES);
  const marked = i === 0x49 && d === 0x44 && three === 0x33 && major !== 0xff && revision !== 0xff;
  if (!marked || size.length < 4 || size.some((byte) => byte > 0x7f)) return 0;
  const length = size.reduce((sum, byte) => sum * 128 + byte, 0);
  // Only 2.4 knows a footer; there it is no part of the size.
  return TAG_HEADER_BYTES + length + (major === 4 && (flags & FOOTER_FLAG) !== 0 ? TAG_HEADER_BYTES : 0);
}
