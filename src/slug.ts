// Pure, ground floor: a clip's name in links (CONTRACT 1).
import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A UUID is the same song at every vendor; any other id means something at its own vendor only. */
export const slugOf = (vendor: string, clipId: string): string =>
  UUID.test(clipId) ? clipId.toLowerCase() : sha256Hex(`${vendor}/${clipId}`).slice(0, 32);
