// Pure: files to one stored ZIP (PKWARE APPNOTE 6.3) of known length, streamed one file after the other.
import { makeZip, predictLength } from 'client-zip';
import { sha256Hex } from '../../lib/hash.ts';

export interface Entry {
  /** Segments that are safe on every system (names.ts), parted by slashes. */
  path: string;
  size: number;
  sha256: string;
  modified: Date;
  /** In memory already, or opened when its turn comes; null: it is gone. */
  content: Uint8Array | (() => Promise<ReadableStream<Uint8Array> | null>);
}

/** ZIP knows no time before (APPNOTE 4.4.6). */
const FIRST_MOMENT_MS = Date.UTC(1980, 0, 1);
export const SUMS_NAME = 'SHA256SUMS';

/** A file whose bytes are not all there, though it was promised: what was sent of the archive is worth nothing. */
export class BrokenEntry extends Error {
  constructor(path: string, what: string, cause?: unknown) {
    super(`Cannot put "${path}" into the archive: ${what}`, { cause });
    this.name = 'BrokenEntry';
  }
}

export function textEntry(path: string, text: string, modified: Date): Entry {
  const content = new TextEncoder().encode(text);
  return { path, size: content.byteLength, sha256: sha256Hex(content), modified, content };
}

/** As `sha256sum -c` reads it; no path of ours needs its escapes. */
export const withSums = (entries: readonly Entry[], modified: Date): Entry[] => [
  ...entries,
  textEntry(SUMS_NAME, entries.map(({ sha256, path }) => `${sha256}  ${path}\n`).join(''), modified),
];

/** Checksums stand after each file (data descriptors), so the length is known before any byte was read. */
export const zipLength = (entries: readonly Entry[]): bigint =>
  predictLength(entries.map(({ path, size }) => ({ name: path, size })));

export function zipStream(entries: readonly Entry[]): ReadableStream<Uint8Array> {
  const files = inputs(entries);
  // A reader who goes away is told of by `throw`: no failure, only the end.
  return makeZip({
    [Symbol.asyncIterator]: () => ({ next: () => files.next(), throw: () => files.return() }),
  });
}

/** At most one file is open. It is let go when the next one's turn comes, and when nobody reads on. */
async function* inputs(entries: readonly Entry[]) {
  for (const { path, size, modified, content } of entries) {
    const lastModified = new Date(Math.max(modified.getTime(), FIRST_MOMENT_MS));
    if (content instanceof Uint8Array) {
      yield { name: path, lastModified, input: content };
      continue;
    }
    const body = await content().catch((cause: unknown) => {
      throw new BrokenEntry(path, 'it cannot be read', cause);
    });
    if (body === null) throw new BrokenEntry(path, 'it is gone');
    const reader = body.getReader();
    try {
      yield { name: path, lastModified, size, input: whole(reader, path, size) };
    } finally {
      // A stream that refuses to be cancelled has failed by itself.
      await reader.cancel().catch(() => {});
    }
  }
}

async function* whole(reader: ReadableStreamDefaultReader<Uint8Array>, path: string, size: number) {
  let seen = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new BrokenEntry(path, 'it broke off', cause);
    });
    if (done) break;
    seen += value.byteLength;
    yield value;
  }
  if (seen !== size) throw new BrokenEntry(path, `it has ${seen} bytes instead of ${size}`);
}
