// Edge: the encoders (LAME as WebAssembly, JPEG). Each file is made when it is first asked for, and kept.
import { encode as encodeJpeg } from 'jpeg-js';
import { createMp3Encoder } from 'wasm-media-encoders';
import { paintCover } from './cover.ts';
import { render } from './melody.ts';
import type { DemoClip } from './songs.ts';

export interface MediaFile {
  type: string;
  body: Buffer;
}

const BITRATE_KBPS = 128;
const JPEG_QUALITY = 88;

const made = new Map<string, Promise<MediaFile>>();

export const audioOf = (clip: DemoClip): Promise<MediaFile> => once(`audio ${clip.id}`, () => makeAudio(clip));
export const coverOf = (clip: DemoClip): Promise<MediaFile> => once(`cover ${clip.id}`, () => makeCover(clip));

function once(name: string, make: () => Promise<MediaFile>): Promise<MediaFile> {
  const file = made.get(name) ?? make();
  made.set(name, file);
  return file;
}

async function makeAudio(clip: DemoClip): Promise<MediaFile> {
  const encoder = await createMp3Encoder();
  const { sample_rate, left, right } = render(clip.melody);
  encoder.configure({ sampleRate: sample_rate, channels: 2, bitrate: BITRATE_KBPS });
  // What the encoder hands out is its own memory, overwritten by the next call.
  const frames = Buffer.from(encoder.encode([left, right]));
  return { type: 'audio/mpeg', body: Buffer.concat([frames, encoder.finalize()]) };
}

async function makeCover(clip: DemoClip): Promise<MediaFile> {
  return { type: 'image/jpeg', body: encodeJpeg(paintCover(clip.id), JPEG_QUALITY).data };
}
