// Pure: a body → what it is, and the same body, which is let through only as far as it is whole by its own statement.
import type { FileFailure } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import type { Chunks } from '../net/byte-chunks.ts';
import { BodyError } from './body-error.ts';
import type { Body } from './download.ts';
import { walkAac } from './formats/aac.ts';
import { type Asking, type Look, type Subject, type Walker } from './formats/byte-walk.ts';
import { walkMp4, walkWav, walkWebp } from './formats/containers.ts';
import { walkFlac } from './formats/flac.ts';
import { type Ext, type Format, typeOf } from './formats/formats.ts';
import { identify } from './formats/identify.ts';
import { walkJpeg, walkPng } from './formats/images.ts';
import { walkMp3 } from './formats/mp3.ts';
import { walkOgg } from './formats/ogg.ts';

const WALKERS: Readonly<Record<Ext, Walker>> = {
  mp3: walkMp3,
  aac: walkAac,
  m4a: walkMp4,
  wav: walkWav,
  ogg: walkOgg,
  flac: walkFlac,
  jpg: walkJpeg,
  png: walkPng,
  webp: walkWebp,
  mp4: walkMp4,
};

export type Verdict =
  | { ok: true; format: Format }
  | { ok: false; reason: Extract<FileFailure['reason'], 'not_media' | 'truncated'>; detail: string };

/** What is known of a file before it is looked at. */
export type Expected = { role: Role } & Omit<Subject, 'start'>;

/** Tags in front of the sound, covers among them, that are larger are no honest file's. */
const HEAD_MAX_BYTES = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export interface Inspected {
  format: Format;
  body: Body;
}

/** Throws BodyError; what its chunks show later, they throw. */
export async function inspect(body: Body, role: Role, duration_seconds: number | null): Promise<Inspected> {
  const { chunks, length } = body;
  const inspection = new Inspection({ role, duration_seconds, size: length });
  const first: Uint8Array<ArrayBuffer>[] = [];
  const format = await formatOf(chunks, inspection, first);
  return { format, body: { ...body, chunks: guarded(first, chunks, inspection, length) } };
}

/** By as many chunks as it takes, which are put into `first`. */
async function formatOf(chunks: Chunks, inspection: Inspection, first: Uint8Array<ArrayBuffer>[]): Promise<Format> {
  for (let held = 0; held < HEAD_MAX_BYTES;) {
    const { value } = await chunks.next();
    if (value === undefined) return judge(inspection.end());
    inspection.add(value);
    if (inspection.verdict) judge(inspection.verdict);
    // The memory of a chunk is used for the next one: a copy is kept of one that does not tell.
    first.push(inspection.format ? value : value.slice());
    if (inspection.format) return inspection.format;
    held += value.byteLength;
  }
  throw new BodyError('not_media', `Its first ${HEAD_MAX_BYTES} bytes do not tell what the file is`);
}

/** The last of `length` bytes is let go only once all are known to be whole. `first` has been looked at. */
async function* guarded(
  first: readonly Uint8Array<ArrayBuffer>[],
  chunks: Chunks,
  inspection: Inspection,
  length: number | null,
): Chunks {
  let size = 0;
  const passed = (chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    size += chunk.byteLength;
    if (length !== null && size > length) throw cut(`The body is longer than the ${length} bytes that were promised`);
    if (inspection.verdict || size === length) judge(inspection.end());
    return chunk;
  };
  try {
    for (const chunk of first) yield passed(chunk);
    for await (const chunk of chunks) {
      inspection.add(chunk);
      yield passed(chunk);
    }
    if (length === null) judge(inspection.end());
    else if (size < length) throw cut(`${size} of ${length} bytes came`);
  } finally {
    await chunks.return();
  }
}

const cut = (detail: string): BodyError => new BodyError('truncated', detail);

function judge(verdict: Verdict): Format {
  if (!verdict.ok) throw new BodyError(verdict.reason, verdict.detail);
  return verdict.format;
}

/** Fed in pieces, or in one; it holds a few kilobytes of whatever length of file. */
export class Inspection {
  /** Null until the first bytes have told. */
  format: Format | null = null;
  readonly #walk: Asking<Verdict>;
  #step: IteratorResult<Look, Verdict>;
  /** Where `#kept` begins in the file: bytes that a look needs and whose rest has not come. */
  #at = 0;
  #kept: Uint8Array = NOTHING;

  constructor(expected: Expected) {
    this.#walk = this.#inspect(expected);
    this.#step = this.#walk.next();
  }

  *#inspect({ role, ...subject }: Expected): Asking<Verdict> {
    const found = yield* identify(role);
    if (found.is === 'other') return { ok: false, reason: 'not_media', detail: `The bytes are no ${role} file` };
    if (found.is === 'cut') return { ok: false, reason: 'truncated', detail: found.missing };
    const { ext, start } = found;
    const format = { ext, type: typeOf(role, ext) ?? '' };
    this.format = format;
    const missing = yield* WALKERS[ext]({ ...subject, start });
    return missing === null ? { ok: true, format } : { ok: false, reason: 'truncated', detail: missing };
  }

  /** Null until it is certain, whatever else may come. */
  get verdict(): Verdict | null {
    return this.#step.done ? this.#step.value : null;
  }

  add(piece: Uint8Array): void {
    // Once the verdict is there, nothing that follows can change it; the length is of no more use either.
    if (this.#step.done) return;
    const pieceAt = this.#at + this.#kept.byteLength;
    while (!this.#step.done && this.#step.value.at < pieceAt) {
      // Only so much of the piece is copied as the look needs that begins in what was kept.
      const needed = this.#step.value.at + this.#step.value.bytes - pieceAt;
      this.#look(joined(this.#kept, piece.subarray(0, needed)));
      if (needed > piece.byteLength) return;
      this.#kept = this.#kept.subarray(0, Math.max(0, pieceAt - this.#at));
    }
    this.#at = pieceAt;
    this.#look(piece);
  }

  /** Answers each look that lies within these bytes, which begin at `#at`, and keeps what the next one needs of them. */
  #look(bytes: Uint8Array): void {
    const end = this.#at + bytes.byteLength;
    while (!this.#step.done && this.#step.value.at + this.#step.value.bytes <= end) {
      this.#answer(bytes, null);
    }
    const from = this.#step.done ? end : Math.min(this.#step.value.at, end);
    // The piece's memory is used again by whoever gave it.
    this.#kept = from === end ? NOTHING : bytes.slice(from - this.#at);
    this.#at = from;
  }

  /** No more comes. */
  end(): Verdict {
    const size = this.#at + this.#kept.byteLength;
    while (!this.#step.done) this.#answer(this.#kept, size);
    return this.#step.value;
  }

  /** `size`: the file's length, for a look that goes past its end; otherwise null. */
  #answer(bytes: Uint8Array, size: number | null): void {
    if (this.#step.done) return;
    const look = this.#step.value;
    const from = Math.min(look.at - this.#at, bytes.byteLength);
    const seen = bytes.subarray(from, from + look.bytes);
    this.#step = this.#walk.next({ bytes: seen, size: seen.byteLength < look.bytes ? size : null });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
