// Pure: how a file's structure is read, whole or while it streams: a walker asks for bytes at a place further on, and gets them when they came.

/** At most so many bytes at a time: what is held of a streamed file stays this small, whatever sizes it states. */
export const LOOK_MAX_BYTES = 72 * 1024;

/** `at` counts from the file's first byte and never goes back behind an earlier one; `bytes` is 1 to LOOK_MAX_BYTES. */
export interface Look {
  readonly at: number;
  readonly bytes: number;
}

/** Good until the next look. `size` is the file's length, once it has ended before the look was filled. */
export interface Seen {
  readonly bytes: Uint8Array;
  readonly size: number | null;
}

/** Asks, and ends with what it found: soon after a look that was not filled, since nothing more will come. */
export type Asking<Found> = Generator<Look, Found, Seen>;

/** What is missing by the file's own statement; null: nothing is. */
export type Walk = Asking<string | null>;

/** What a walker is told of a file. */
export interface Subject {
  /** Where it begins: tags may stand in front. */
  readonly start: number;
  /** Its length, where it is known before its end has come. */
  readonly size: number | null;
  /** How long the song is, by the vendor's word. */
  readonly duration_seconds: number | null;
}
export type Walker = (subject: Subject) => Walk;

/** Does the file reach as far as a part of it that was seen at `from` says? */
export function* reaching(what: string, end: number, from: number): Walk {
  const { size } = yield { at: Math.max(end - 1, from), bytes: 1 };
  return size === null || size >= end ? null : `${what} ends at byte ${end}, the file at ${size}`;
}

export function* sizeAtEnd(): Asking<number> {
  for (;;) {
    const { size } = yield { at: Number.MAX_SAFE_INTEGER, bytes: 1 };
    if (size !== null) return size;
  }
}

/** Bytes that are not there count as 0: who needs to know looks at the length. */
export const big16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
export const big24 = (bytes: Uint8Array, at: number): number => (big16(bytes, at) << 8) | (bytes[at + 2] ?? 0);
export const big32 = (bytes: Uint8Array, at: number): number => big16(bytes, at) * 0x1_0000 + big16(bytes, at + 2);
export const little32 = (bytes: Uint8Array, at: number): number => big32(bytes.slice(at, at + 4).reverse(), 0);

/** Names of chunks and boxes, as text. */
export const nameAt = (bytes: Uint8Array, at: number, length = 4): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));
