// Pure: is a file whole by its own statement? Fed piece by piece, it holds a few kilobytes of whatever length of file.
import { walkAac, walkFlac, walkOgg } from './audio.ts';
import { type Claim, type Look, LOOK_MAX_BYTES, type Seen, type Walk } from './byte-walk.ts';
import { walkMp4, walkWav, walkWebp } from './containers.ts';
import { walkJpeg, walkPng } from './images.ts';
import { walkMp3 } from './mp3.ts';

/** By the extension that the first bytes decided (sniff.ts). */
const WALKERS: Readonly<Record<string, (claim: Claim) => Walk>> = {
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

const NOTHING = new Uint8Array(0);

export class Structure {
  readonly #walk: Walk;
  #step: IteratorResult<Look, string | null>;
  /** Where `#kept` begins in the file: bytes that a look needs and whose rest has not come. */
  #at = 0;
  #kept: Uint8Array = NOTHING;

  constructor(ext: string, claim: Claim) {
    const walker = WALKERS[ext];
    if (!walker) throw new Error(`No file ends in ${ext}`);
    this.#walk = walker(claim);
    this.#step = this.#walk.next();
  }

  add(piece: Uint8Array): void {
    // Once the verdict is there, nothing that follows can change it; the length is of no more use either.
    if (this.#step.done) return;
    if (this.#kept.byteLength > 0) {
      const pieceAt = this.#at + this.#kept.byteLength;
      // Only so much of the piece is copied as a look that begins in what was kept may need.
      this.#look(joined(this.#kept, piece.subarray(0, LOOK_MAX_BYTES)));
      if (this.#at < pieceAt) return;
      this.#at = pieceAt;
    }
    this.#look(piece);
  }

  /** Answers each look that lies within these bytes, which begin at `#at`, and keeps what the next one needs of them. */
  #look(bytes: Uint8Array): void {
    const end = this.#at + bytes.byteLength;
    while (!this.#step.done && this.#step.value.at + this.#step.value.bytes <= end) {
      this.#answer({ bytes: this.#part(bytes, this.#step.value), size: null });
    }
    const from = this.#step.done ? end : Math.min(this.#step.value.at, end);
    // The piece's memory is used again by whoever gave it.
    this.#kept = from === end ? NOTHING : bytes.slice(from - this.#at);
    this.#at = from;
  }

  /** No more comes: what is missing, in words; null where the file is whole by all that it states. */
  end(): string | null {
    const size = this.#at + this.#kept.byteLength;
    while (!this.#step.done) this.#answer({ bytes: this.#part(this.#kept, this.#step.value), size });
    return this.#step.value;
  }

  #answer(seen: Seen): void {
    this.#step = this.#walk.next(seen);
  }

  #part(bytes: Uint8Array, look: Look): Uint8Array {
    const from = Math.min(look.at - this.#at, bytes.byteLength);
    return bytes.subarray(from, from + look.bytes);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
