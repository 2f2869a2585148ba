// Pure: files to one stored ZIP, one after the other: their bytes pass from stream to stream, not looked at.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256Hex } from '../../lib/hash.ts';
import { directory, localHeader, type Packed } from './zip-format.ts';

export interface Opened {
  body: ReadableStream<Uint8Array>;
  size: number;
}

/** `path`: segments that are safe on every system (file-name.ts), parted by slashes. */
export interface Entry extends Packed {
  sha256: string;
  /** Null: nobody has counted it yet; whoever does says so. */
  crc32: number | null;
  counted?: (crc32: number) => void;
  /** In memory already, or opened when its turn comes; null: it is gone. */
  content: Uint8Array | (() => Promise<Opened | null>);
}

const SUMS_NAME = 'SHA256SUMS';

/** A file whose bytes are not all there, though it was promised: what was sent of the archive is worth nothing. */
export class BrokenEntry extends Error {
  constructor(path: string, what: string, cause?: unknown) {
    super(`Cannot put "${path}" into the archive: ${what}`, { cause });
    this.name = 'BrokenEntry';
  }
}

export function textEntry(path: string, text: string, modified: Date): Entry {
  const content = new TextEncoder().encode(text);
  return { path, size: content.byteLength, sha256: sha256Hex(content), crc32: crc32(content), modified, content };
}

/** As `sha256sum -c` reads it; no path of ours needs its escapes. */
export const withSums = (entries: readonly Entry[], modified: Date): Entry[] => [
  ...entries,
  textEntry(SUMS_NAME, entries.map(({ sha256, path }) => `${sha256}  ${path}\n`).join(''), modified),
];

/** At most one file is open. Whoever reads the other end and goes away ends it. */
export async function writeZip(entries: readonly Entry[], writable: WritableStream<Uint8Array>): Promise<void> {
  const written: (Packed & { crc32: number })[] = [];
  try {
    for (const entry of entries) {
      const sum = entry.crc32 ?? (await countOf(entry));
      written.push({ path: entry.path, size: entry.size, modified: entry.modified, crc32: sum });
      await write(localHeader(entry, sum), writable);
      if (entry.content instanceof Uint8Array) await write(entry.content, writable);
      else await pass(await open(entry, entry.content), entry, writable);
    }
    await write(directory(written), writable);
    await writable.close();
  } catch (error) {
    await writable.abort(error).catch(() => undefined);
    throw error;
  }
}

async function write(bytes: Uint8Array, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(bytes);
  } finally {
    writer.releaseLock();
  }
}

async function open({ path, size }: Entry, content: () => Promise<Opened | null>): Promise<Opened> {
  const opened = await content().catch((cause: unknown) => {
    throw new BrokenEntry(path, 'it cannot be read', cause);
  });
  if (opened === null) throw new BrokenEntry(path, 'it is gone');
  if (opened.size === size) return opened;
  await opened.body.cancel().catch(() => undefined);
  throw new BrokenEntry(path, `it has ${opened.size} bytes instead of ${size}`);
}

/** By the runtime itself. */
async function pass({ body }: Opened, { path }: Entry, writable: WritableStream<Uint8Array>): Promise<void> {
  try {
    await body.pipeTo(writable, { preventClose: true, preventAbort: true });
  } catch (cause) {
    throw (await isRead(writable)) ? new BrokenEntry(path, 'it broke off', cause) : cause;
  }
}

/** False: whoever read the other end went away, so that it takes no more. What is written here goes the way of all that was. */
async function isRead(writable: WritableStream<Uint8Array>): Promise<boolean> {
  const writer = writable.getWriter();
  const refused = writer.write(new Uint8Array(1)).then(
    () => true,
    () => false,
  );
  const still = await Promise.race([refused, new Promise<true>((done) => setTimeout(() => done(true), 0))]);
  writer.releaseLock();
  return still;
}

/** Read once more for it: of a file that was archived before its checksum was kept. */
async function countOf(entry: Entry): Promise<number> {
  if (entry.content instanceof Uint8Array) return crc32(entry.content);
  const { body } = await open(entry, entry.content);
  const hash = createHash('sha256');
  let sum = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      sum = crc32(chunk, sum);
    }
  } catch (cause) {
    throw new BrokenEntry(entry.path, 'it broke off', cause);
  }
  // Kept for good, so of the right bytes alone.
  if (hash.digest('hex') === entry.sha256) entry.counted?.(sum);
  return sum;
}
