// Pure: what is counted of a file's bytes once: its length, its SHA-256, and the CRC-32 that archives of it need.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Sums {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  crc32: number;
}

export class RunningSums {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #crc32 = 0;

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#crc32 = crc32(chunk, this.#crc32);
    this.#bytes += chunk.byteLength;
  }

  end(): Sums {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex'), crc32: this.#crc32 };
  }
}
