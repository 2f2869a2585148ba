// Pure, ground floor: what may be the id of a task (CONTRACT 1), whoever names it: a caller, a path or a vendor's answer.

export const ID_MAX_CODE_POINTS = 200;
/** Control, lone surrogate, line and paragraph separator characters. */
export const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Of code units first: a text of a megabyte is not split to be counted. */
export const isShort = (id: string): boolean =>
  id.length <= ID_MAX_CODE_POINTS || (id.length <= 2 * ID_MAX_CODE_POINTS && [...id].length <= ID_MAX_CODE_POINTS);

/** A path of `.` or `..` would lead elsewhere, here and at the vendor. */
export const isDots = (id: string): boolean => id === '.' || id === '..';

export const isId = (id: string): boolean => id !== '' && isShort(id) && !UNFIT.test(id) && !isDots(id);
