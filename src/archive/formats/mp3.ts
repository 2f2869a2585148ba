// Pure: an mp3 is whole if it has what its encoder counted; without a count, if it plays as long as the vendor says.
import { big32, nameAt, type Asking, type Subject, type Walk } from './byte-walk.ts';
import { shortOfClaim } from './duration.ts';
import { type FoundFrame, frameAt, FRAME_HEADER_BYTES, FRAME_MAX_BYTES, type Frame, pairAt } from './mpeg-frame.ts';

/** So far from where the sound should begin its first frame may stand: padding, half a frame, tags of another kind. */
export const SEARCH_BYTES = 64 * 1024;
/** What is looked at for that: the last pair that counts, and both of its headers. */
export const SEARCH_LOOK_BYTES = SEARCH_BYTES + FRAME_MAX_BYTES + FRAME_HEADER_BYTES;

/** Frames; the first one may hold no sound but the encoder's count of what follows. */
export function* walkMp3({ start, duration_seconds }: Subject): Walk {
  const { bytes: head } = yield { at: start, bytes: SEARCH_LOOK_BYTES };
  const first = pairAt(head, 0, SEARCH_BYTES);
  if (first === null) return 'No two frames follow each other';
  const count = countIn(head.subarray(first.at, first.at + COUNT_LOOK_BYTES), first.frame);
  const sound = yield* soundFrom(start + first.at);
  // Encoders disagree about the frame that holds the count: one frame more or less is no loss.
  const counted = start + first.at + (count?.bytes ?? 0) - (count?.slack ?? 0);
  if (count?.bytes && sound.end < counted) return `The audio ends at byte ${counted}, its frames at ${sound.end}`;
  const frames = Math.floor(sound.frames);
  if (count?.frames && frames + 1 < count.frames) return `${frames} of ${count.frames} frames came`;
  return count?.bytes || count?.frames ? null : shortOfClaim(sound.seconds, duration_seconds);
}

const COUNT_LOOK_BYTES = 64;
const UNSTATED = 0xffff_ffff;
const HAS_FRAMES = 1;
const HAS_BYTES = 2;
/** Fraunhofer's header stands at one place in every kind of frame. */
const VBRI_AT = 36;

interface Count {
  bytes: number;
  frames: number;
  /** The length of one frame, in bytes. */
  slack: number;
}

/**
 * `Xing`, or `Info` where all frames have one bitrate: flags, then frames and bytes if flagged (LAME's "mp3 info tag",
 * revision 1). `VBRI`: version, delay, quality, then bytes and frames. 0 and the largest number are no count.
 */
function countIn(bytes: Uint8Array, frame: Frame): Count | null {
  const stated = (at: number): number => (big32(bytes, at) === UNSTATED ? 0 : big32(bytes, at));
  if (nameAt(bytes, VBRI_AT) === 'VBRI') {
    return { bytes: stated(VBRI_AT + 10), frames: stated(VBRI_AT + 14), slack: frame.mostBytes };
  }
  // Some encoders leave room for a checksum in front of it.
  for (const at of [frame.sideEnd, frame.sideEnd + 2]) {
    const name = nameAt(bytes, at);
    if (name !== 'Xing' && name !== 'Info') continue;
    const flags = big32(bytes, at + 4);
    const frames = flags & HAS_FRAMES ? stated(at + 8) : 0;
    const size = flags & HAS_BYTES ? stated(at + (flags & HAS_FRAMES ? 12 : 8)) : 0;
    return { bytes: size, frames, slack: name === 'Info' ? frame.bytes : frame.mostBytes };
  }
  return null;
}

interface Sound {
  frames: number;
  seconds: number;
  /** Where the last whole frame ends. */
  end: number;
}

/** Looked at together: many frames a turn, and little that is held where a streamed file's chunks meet. */
const CHAIN_BYTES = 16 * 1024;

/**
 * Frame by frame as far as one follows the other. What lies between is taken to be like what follows it, if that comes
 * soon: players go on there too.
 */
function* soundFrom(from: number): Asking<Sound> {
  const known = new Map<number, Frame | null>();
  const sound: Sound = { frames: 0, seconds: 0, end: from };
  for (let at = from; ;) {
    const { bytes, size } = yield { at, bytes: CHAIN_BYTES };
    const chain = chainOf(bytes, known);
    sound.frames += chain.frames;
    sound.seconds += chain.seconds;
    let next = chain.end;
    if (next > 0) sound.end = at + next;
    if (size !== null && next > 0 && next + FRAME_HEADER_BYTES > bytes.byteLength) return sound;
    if (next === 0) {
      const { bytes: further } = yield { at, bytes: SEARCH_LOOK_BYTES };
      const found = pairAt(further, 1, SEARCH_BYTES);
      if (found === null) return sound;
      addGap(sound, found);
      next = found.at;
    }
    at += next;
  }
}

/** The whole frames that these bytes begin with: a song has ten thousand, of a handful of headers, so that most are like the one before. */
function chainOf(bytes: Uint8Array, known: Map<number, Frame | null>): Sound {
  let frames = 0;
  let seconds = 0;
  let end = 0;
  let header = -1;
  let frame: Frame | null = null;
  while (bytes[end] === 0xff && end + FRAME_HEADER_BYTES <= bytes.byteLength) {
    // The fourth byte changes neither length nor time.
    const here = ((bytes[end + 1] ?? 0) << 8) | (bytes[end + 2] ?? 0);
    if (here !== header) {
      frame = known.get(here) ?? frameAt(bytes, end);
      known.set(here, frame);
      header = here;
    }
    if (frame === null || end + frame.bytes > bytes.byteLength) break;
    end += frame.bytes;
    frames++;
    seconds += frame.seconds;
  }
  return { frames, seconds, end };
}

function addGap(sound: Sound, { at, frame }: FoundFrame): void {
  sound.frames += at / frame.bytes;
  sound.seconds += (at / frame.bytes) * frame.seconds;
}
