// Pure, ground floor: what may be the id of a task (CONTRACT 1), whoever names it: a caller, a path or a vendor's answer.
import { sha256Hex } from '../lib/hash.ts';

export const ID_MAX_CODE_POINTS = 200;
/** Control, lone surrogate, line and paragraph separator characters. */
export const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Of code units first: a text of a megabyte is not split to be counted. */
export const isShort = (id: string): boolean =>
  id.length <= ID_MAX_CODE_POINTS || (id.length <= 2 * ID_MAX_CODE_POINTS && [...id].length <= ID_MAX_CODE_POINTS);

/** A path of `.` or `..` would lead elsewhere, here and at the vendor. */
export const isDots = (id: string): boolean => id === '.' || id === '..';

export const isId = (id: string): boolean => id !== '' && isShort(id) && !UNFIT.test(id) && !isDots(id);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUID is the same song at every vendor; any other id means something at its own vendor only. */
export const slugOf = (vendor: string, clipId: string): string =>
  UUID.test(clipId) ? clipId.toLowerCase() : sha256Hex(`${vendor}/${clipId}`).slice(0, 32);

export const SEQ_PER_MS = 1_000;

/** The place of something that comes now, behind all that is there. */
export const nextSeq = (last: number, ms: number): number => Math.max(last + 1, ms * SEQ_PER_MS);

export const msOf = (seq: number): number => Math.floor(seq / SEQ_PER_MS);
