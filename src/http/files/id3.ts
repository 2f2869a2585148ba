// Pure: tags of mp3 files: an ID3v2.3 made of what is known of a song, and the lengths of those that a file has.
import { ID3Writer } from 'browser-id3-writer';

export interface Song {
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
export function tagOf(song: Song): Uint8Array<ArrayBuffer> {
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

/** As much of a beginning, and of an end, as tells whether a tag stands there, and how long it is. */
export const TAG_LOOK_BYTES = 128;

/** Whether these bytes stand at this place; a place before the beginning has none. */
const has = (bytes: Uint8Array, at: number, mark: string): boolean =>
  at >= 0 && [...mark].every((letter, step) => bytes[at + step] === letter.charCodeAt(0));

const ID3_HEADER_BYTES = 10;
const FOOTER_FLAG = 0x10;

/** ID3v2.2 to 2.4, 3.1: the mark, a version, flags, and a size of four times seven bits, without header and footer. 0: it is none. */
function id3Length(head: Uint8Array): number {
  const [major = 0xff, revision = 0xff, flags = 0, ...size] = head.subarray(3, ID3_HEADER_BYTES);
  if (major === 0xff || revision === 0xff || size.length < 4 || size.some((byte) => byte > 0x7f)) return 0;
  const length = size.reduce((sum, byte) => sum * 128 + byte, 0);
  // Only 2.4 knows a footer.
  return ID3_HEADER_BYTES + length + (major === 4 && (flags & FOOTER_FLAG) !== 0 ? ID3_HEADER_BYTES : 0);
}

const APE_MARK = 'APETAGEX';
const APE_EDGE_BYTES = 32;

/** APEv1 and v2: header and footer alike hold mark, version, size, number of items and flags; the size leaves the header out. 0: it is none. */
function apeLength(edge: Uint8Array, isHeader: boolean): number {
  if (edge.byteLength < APE_EDGE_BYTES) return 0;
  const view = new DataView(edge.buffer, edge.byteOffset);
  const [version, size, flags] = [8, 12, 20].map((at) => view.getUint32(at, true));
  if ((version !== 1_000 && version !== 2_000) || size === undefined || size < APE_EDGE_BYTES) return 0;
  // Version 1 has no header, and its flags mean nothing.
  const hasHeader = isHeader || (version === 2_000 && (flags ?? 0) >>> 31 === 1);
  return size + (hasHeader ? APE_EDGE_BYTES : 0);
}

/** The length of the tag that begins here; 0: none does. */
export function tagBefore(head: Uint8Array): number {
  if (has(head, 0, 'ID3')) return id3Length(head);
  return has(head, 0, APE_MARK) ? apeLength(head, true) : 0;
}

const ID3V1_BYTES = 128;

/** The length of the tag that ends here; 0: none does. */
export function tagBehind(tail: Uint8Array): number {
  const edge = (bytes: number): number => tail.byteLength - bytes;
  if (has(tail, edge(ID3V1_BYTES), 'TAG')) return ID3V1_BYTES;
  if (has(tail, edge(APE_EDGE_BYTES), APE_MARK)) return apeLength(tail.subarray(edge(APE_EDGE_BYTES)), false);
  // ID3v2.4 3.4: a tag at the end of a file has a footer, by which it is found.
  return has(tail, edge(ID3_HEADER_BYTES), '3DI') ? id3Length(tail.subarray(edge(ID3_HEADER_BYTES))) : 0;
}
