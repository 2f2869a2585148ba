// Pure: what are these bytes? The first ones decide extension and content type, whatever the host claims (CONTRACT 8).
// Whether the rest came is for the transport (download.ts) and the file's own statement (structure.ts) to tell.
import type { Role } from '../../model/task.ts';

export interface Format {
  ext: string;
  type: string;
}
interface Signature extends Format {
  fits(head: Uint8Array): boolean;
}

/** Do these bytes stand at this offset? Text stands for its ASCII codes. */
function has(head: Uint8Array, offset: number, wanted: string | readonly number[]): boolean {
  const bytes = typeof wanted === 'string' ? [...wanted].map((letter) => letter.charCodeAt(0)) : wanted;
  return bytes.every((byte, at) => head[offset + at] === byte);
}

/**
 * ISO 11172-3 2.4.2.3: 11 bits of sync; version 01, layer 00, bitrate 1111 and sample rate 11 are reserved.
 * `FF FE xx 00` is text in UTF-16 with its byte order mark, which would pass for Layer I.
 */
function isMpegFrame([b0 = 0, b1 = 0, b2 = 0xff, b3 = 0]: Uint8Array): boolean {
  const sync = b0 === 0xff && (b1 & 0xe0) === 0xe0;
  const version = (b1 >> 3) & 3;
  const layer = (b1 >> 1) & 3;
  const utf16 = b1 === 0xfe && b3 === 0;
  return sync && version !== 1 && layer !== 0 && b2 >> 4 !== 15 && ((b2 >> 2) & 3) !== 3 && !utf16;
}

/** ISO 13818-7 6.2: 12 bits of sync, layer always 00; sampling frequency index 13 to 15 is reserved. */
const isAdtsFrame = ([b0 = 0, b1 = 0, b2 = 0xff]: Uint8Array): boolean =>
  b0 === 0xff && (b1 & 0xf6) === 0xf0 && ((b2 >> 2) & 15) < 13;

const SIGNATURES = {
  audio: [
    { ext: 'mp3', type: 'audio/mpeg', fits: (head) => has(head, 0, 'ID3') || isMpegFrame(head) },
    { ext: 'aac', type: 'audio/aac', fits: isAdtsFrame },
    { ext: 'm4a', type: 'audio/mp4', fits: (head) => has(head, 4, 'ftyp') },
    { ext: 'wav', type: 'audio/wav', fits: (head) => has(head, 0, 'RIFF') && has(head, 8, 'WAVE') },
    { ext: 'ogg', type: 'audio/ogg', fits: (head) => has(head, 0, 'OggS') },
    { ext: 'flac', type: 'audio/flac', fits: (head) => has(head, 0, 'fLaC') },
  ],
  cover: [
    { ext: 'jpg', type: 'image/jpeg', fits: (head) => has(head, 0, [0xff, 0xd8, 0xff]) },
    { ext: 'png', type: 'image/png', fits: (head) => has(head, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
    { ext: 'webp', type: 'image/webp', fits: (head) => has(head, 0, 'RIFF') && has(head, 8, 'WEBP') },
  ],
  video: [{ ext: 'mp4', type: 'video/mp4', fits: (head) => has(head, 4, 'ftyp') }],
} satisfies Record<Role, readonly Signature[]> as Record<Role, readonly Signature[]>;

/** The format of a body for this role, or null: it is no media of that kind. */
export function sniff(head: Uint8Array, role: Role): Format | null {
  const found = SIGNATURES[role].find((signature) => signature.fits(head));
  return found ? { ext: found.ext, type: found.type } : null;
}

/** The content type that belongs to an extension, or null: no object of that role ever ends so. */
export const typeOf = (role: Role, ext: string): string | null =>
  SIGNATURES[role].find((signature) => signature.ext === ext)?.type ?? null;

/** All that can ever be archived. */
export const FORMATS: readonly Format[] = Object.values(SIGNATURES)
  .flat()
  .map(({ ext, type }) => ({ ext, type }));
