// Pure: pictures: they are whole once the mark of their end has come; bytes behind it are no part of them.
import { type Asking, big16, big32, LOOK_MAX_BYTES, nameAt, type Subject, type Walk } from './byte-walk.ts';

// ISO/IEC 10918-1 table B.1.
const START_OF_IMAGE_BYTES = 2;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** These stand alone, without a length: TEM and the restarts within a scan, and a byte 0xff that is data or filling. */
const isAlone = (code: number): boolean => code <= 0x01 || code === 0xff || (code >= 0xd0 && code <= 0xd8);

/** Segments are stepped over by their length: the thumbnail in one of them has an end of image of its own. */
export function* walkJpeg({ start }: Subject): Walk {
  let at = start + START_OF_IMAGE_BYTES;
  let hasScan = false;
  for (;;) {
    const marker = yield* nextMarker(at);
    if (marker === null) return 'The end of the image did not come';
    if (marker.code === END_OF_IMAGE) return hasScan ? null : 'The image has no scan';
    hasScan ||= marker.code === START_OF_SCAN;
    const { bytes } = yield { at: marker.at + 2, bytes: 2 };
    at = marker.at + 2 + Math.max(big16(bytes, 0), 2);
  }
}

/** Between segments, and in the data of a scan, decoders look for the next marker: what is none is passed over. */
function* nextMarker(from: number): Asking<{ code: number; at: number } | null> {
  for (let at = from; ; at += LOOK_MAX_BYTES - 1) {
    const { bytes, size } = yield { at, bytes: LOOK_MAX_BYTES };
    for (let found = bytes.indexOf(0xff); found !== -1; found = bytes.indexOf(0xff, found + 1)) {
      const code = bytes[found + 1];
      if (code !== undefined && !isAlone(code)) return { code, at: at + found };
    }
    if (size !== null) return null;
  }
}

// PNG (W3C) 5.2 and 5.3: a signature, then chunks: length, type, data, CRC.
const SIGNATURE_BYTES = 8;
const CHUNK_OVERHEAD_BYTES = 12;

export function* walkPng({ start }: Subject): Walk {
  let hasData = false;
  for (let at = start + SIGNATURE_BYTES; ;) {
    const { bytes, size } = yield { at, bytes: CHUNK_OVERHEAD_BYTES };
    if (size !== null) return `The file ends at byte ${size}, before the chunk IEND does`;
    const [length, name] = [big32(bytes, 0), nameAt(bytes, 4)];
    if (name === 'IEND') return hasData ? null : 'The image has no data';
    hasData ||= name === 'IDAT' && length > 0;
    at += CHUNK_OVERHEAD_BYTES + length;
  }
}
