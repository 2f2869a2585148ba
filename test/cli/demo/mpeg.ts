// Pure: counts the frames of an MPEG-1 Layer III stream (ISO 11172-3, 2.4.1.3), so that a test can tell how long it plays.

const KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const HERTZ = [44_100, 48_000, 32_000] as const;
const SAMPLES_PER_FRAME = 1152;

/** Throws where a frame does not begin right behind the one before. */
export function playingSeconds(file: Uint8Array): number {
  let seconds = 0;
  for (let at = 0; at < file.length;) {
    const [sync, kind, rates] = [file[at], file[at + 1], file[at + 2] ?? 0];
    const kbps = KBPS[rates >> 4];
    const hertz = HERTZ[(rates >> 2) & 3];
    if (sync !== 0xff || ((kind ?? 0) & 0xfe) !== 0xfa || !kbps || !hertz)
      throw new Error(`No frame begins at byte ${at}`);
    seconds += SAMPLES_PER_FRAME / hertz;
    at += Math.floor((144_000 * kbps) / hertz) + ((rates >> 1) & 1);
  }
  return seconds;
}
