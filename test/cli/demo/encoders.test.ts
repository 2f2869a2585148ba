// What real encoders make in one go, into memory: none of it may be taken for a part of a file (archive/inspect.ts).
import { createOggEncoder } from 'wasm-media-encoders';
import { describe, expect, it } from 'vitest';
import { Inspection } from '../../../src/archive/inspect.ts';
import { audioOf, coverOf } from '../../../src/cli/demo/encoders.ts';
import { render, secondsOf } from '../../../src/cli/demo/melody.ts';
import { SONGS } from '../../../src/cli/demo/songs.ts';

function whole(bytes: Uint8Array, ext: string, duration_seconds: number | null = null): boolean {
  const inspection = new Inspection({ role: ext === 'jpg' ? 'cover' : 'audio', duration_seconds, size: bytes.length });
  inspection.add(bytes);
  const verdict = inspection.end();
  return verdict.ok && verdict.format.ext === ext;
}
const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

describe.each(SONGS.flatMap(({ clips }) => clips).map((clip) => [clip.title, clip] as const))('%s', (_, clip) => {
  it('is whole as mp3 by the duration that its relay tells, and half of it is not', async () => {
    const { body } = await audioOf(clip);
    const seconds = secondsOf(clip.melody);
    expect(whole(body, 'mp3', seconds)).toBe(true);
    expect(whole(half(body), 'mp3', seconds)).toBe(false);
  });

  it('is whole as Ogg Vorbis, and half of it is not', async () => {
    const encoder = await createOggEncoder();
    const { sample_rate, left, right } = render(clip.melody);
    encoder.configure({ sampleRate: sample_rate, channels: 2, vbrQuality: 3 });
    const pages = Buffer.from(encoder.encode([left, right]));
    const file = Buffer.concat([pages, encoder.finalize()]);
    expect(whole(file, 'ogg')).toBe(true);
    expect(whole(half(file), 'ogg')).toBe(false);
  });

  it('has a whole JPEG as its cover, and half of it is not', async () => {
    const { body } = await coverOf(clip);
    expect(whole(body, 'jpg')).toBe(true);
    expect(whole(half(body), 'jpg')).toBe(false);
  });
});
