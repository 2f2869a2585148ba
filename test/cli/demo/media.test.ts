// What real encoders make in one go, into memory: none of it may be taken for a part of a file (archive/formats/integrity.ts).
import { createOggEncoder } from 'wasm-media-encoders';
import { describe, expect, it } from 'vitest';
import { Structure } from '../../../src/archive/formats/integrity.ts';
import { audioOf, coverOf } from '../../../src/cli/demo/media.ts';
import { render, secondsOf } from '../../../src/cli/demo/melody.ts';
import { SONGS } from '../../../src/cli/demo/songs.ts';

function missing(bytes: Uint8Array, ext: string, duration_seconds: number | null = null): string | null {
  const structure = new Structure(ext, { duration_seconds });
  structure.add(bytes);
  return structure.end();
}
const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

describe.each(SONGS.flatMap(({ clips }) => clips).map((clip) => [clip.title, clip] as const))('%s', (_, clip) => {
  it('is whole as mp3 by the duration that its relay tells, and half of it is not', async () => {
    const { body } = await audioOf(clip);
    const seconds = secondsOf(clip.melody);
    expect(missing(body, 'mp3', seconds)).toBeNull();
    expect(missing(half(body), 'mp3', seconds)).not.toBeNull();
  });

  it('is whole as Ogg Vorbis, and half of it is not', async () => {
    const encoder = await createOggEncoder();
    const { sample_rate, left, right } = render(clip.melody);
    encoder.configure({ sampleRate: sample_rate, channels: 2, vbrQuality: 3 });
    const pages = Buffer.from(encoder.encode([left, right]));
    const file = Buffer.concat([pages, encoder.finalize()]);
    expect(missing(file, 'ogg')).toBeNull();
    expect(missing(half(file), 'ogg')).not.toBeNull();
  });

  it('has a whole JPEG as its cover, and half of it is not', async () => {
    const { body } = await coverOf(clip);
    expect(missing(body, 'jpg')).toBeNull();
    expect(missing(half(body), 'jpg')).not.toBeNull();
  });
});
