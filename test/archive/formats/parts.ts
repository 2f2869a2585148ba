// Pure: files put together by hand, part by part.

export type Part = string | readonly number[] | Uint8Array;

export const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
export const big = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
export const little = (value: number): number[] => big(value).reverse();

export function bytesOf(...parts: Part[]): Uint8Array<ArrayBuffer> {
  const lists = parts.map((part) => (typeof part === 'string' ? ascii(part) : part));
  const file = new Uint8Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    file.set(list, at);
    at += list.length;
  }
  return file;
}

/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes, with these behind the side information. */
export const frame = (...parts: Part[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(417);
  bytes.set([0xff, 0xfb, 0x90, 0x64]);
  bytes.set(bytesOf(...parts), 36);
  return bytes;
};

/** So many frames in all; the first one counts. */
export function mp3(count: { name: string; frames?: number; bytes?: number }, frames: number): Uint8Array<ArrayBuffer> {
  const { name, frames: stated, bytes } = count;
  const flags = (stated === undefined ? 0 : 1) | (bytes === undefined ? 0 : 2);
  const numbers = [...(stated === undefined ? [] : big(stated)), ...(bytes === undefined ? [] : big(bytes))];
  const fraunhofer = [0, 1, 0, 0, 0, 0, ...big(bytes ?? 0), ...big(stated ?? 0)];
  const first = frame(name, name === 'VBRI' ? fraunhofer : [...big(flags), ...numbers]);
  return bytesOf(first, ...Array<Part>(frames - 1).fill(frame()));
}

/** An ID3v2.4 tag whose size is this, header and footer not counted. */
export function id3(size: number, footer = false): Uint8Array<ArrayBuffer> {
  const syncsafe = [21, 14, 7, 0].map((shift) => (size >>> shift) & 0x7f);
  return bytesOf('ID3', [4, 0, footer ? 0x10 : 0], syncsafe, new Uint8Array(size + (footer ? 10 : 0)));
}
