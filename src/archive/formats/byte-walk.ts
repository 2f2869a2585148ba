// Pure: how a file's structure is read while it streams: a walker asks for a few bytes at a place further on, and gets them when they came.

/** At most so many bytes at a time: what is held of a file stays this small, whatever sizes it states. */
export const LOOK_MAX_BYTES = 4_096;

/** `at` counts from the file's first byte and never goes back; `bytes` is 1 to LOOK_MAX_BYTES. */
export interface Look {
  readonly at: number;
  readonly bytes: number;
}

/** Good until the next look. `size` is the file's length, once it has ended before the look was filled. */
export interface Seen {
  readonly bytes: Uint8Array;
  readonly size: number | null;
}

/** Ends with what is missing by the file's own statement; null: nothing is. Ends at the latest at a look that was not filled. */
export type Walk = Generator<Look, string | null, Seen>;

/** Does the file reach as far as a part of it that was seen at `from` says? */
export function* reaching(what: string, end: number, from: number): Walk {
  const { size } = yield { at: Math.max(end - 1, from), bytes: 1 };
  return size === null || size >= end ? null : `${what} ends at byte ${end}, the file at ${size}`;
}

/** Bytes that are not there count as 0: who needs to know looks at the length. */
export const big16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
export const big24 = (bytes: Uint8Array, at: number): number => (big16(bytes, at) << 8) | (bytes[at + 2] ?? 0);
export const big32 = (bytes: Uint8Array, at: number): number => big16(bytes, at) * 0x1_0000 + big16(bytes, at + 2);
export const little32 = (bytes: Uint8Array, at: number): number => big32(bytes.slice(at, at + 4).reverse(), 0);

/** Names of chunks and boxes, as text. */
export const nameAt = (bytes: Uint8Array, at: number, length = 4): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** What the vendor says of the song: believed only where the file itself states nothing. */
export interface Claim {
  duration_seconds: number | null;
}
