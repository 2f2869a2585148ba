// Pure: which words may be the id of a task, and which never are.
import { isId, isUuid } from '../model/id.ts';

const HEX_32 = /^[0-9a-f]{32}$/i;
/** `task_iOODx…`, `suno_task_7f3kd02m`, `suno-abc123`: a relay's own prefix, and a digit that no plain word has. */
const PREFIXED = /^(?=[\w-]*\d)(?:suno|task|song|music|lyrics)[_-][\w-]{3,190}$/i;
/** Letters and digits without a blank: `7f3kd02mzq`. A word has no digit. */
const TOKEN = /^(?=.*\d)[\w-]{6,200}$/;
const NUMBER = /^\d+$/;
/** A number shorter than this counts rows, seconds or bytes. */
const NUMBER_MIN_DIGITS = 10;

/** What stands where there is no id. */
const NOTHING =
  /^(?:null|none|nil|nan|undefined|true|false|yes|no|ok|error|success|unknown|empty|n\/a|\\n|-+|\*+|\.+|<[^>]*>)$/i;
/** A spreadsheet keeps fifteen digits of a number: `1.8462E+18`, `1,84620128374129E+018`, `1846201283741290000`. */
const SCIENTIFIC = /^\d(?:[.,]\d+)?e\+?\d{2,3}$/i;
const FIFTEEN_DIGITS = /^\d{15}0{2,}$/;
/** What keeps a spreadsheet from rounding: `="1846201283741290497"`, or an apostrophe in front. */
const AS_TEXT = /^(?:="([^"]*)"|'(.*))$/s;

/** Dates, times, addresses, versions and sizes, which are tokens with digits as well. */
const ORDINARY = [
  /^\d{4}-\d\d?-\d\d?(?:[T_-].*)?$/i,
  /^\d{4}[01]\d[0-3]\d(?:[T_-]?\d{4,9}Z?)?$/i,
  /^\d\d?-(?:\d\d?|[a-z]{3})-\d{2,4}$/i,
  /^[\d-]+ms$|^\d+(?:ms|us|ns|s|m|h|d|b|kb|mb|gb|kib|mib)$/i,
  /^\d+-\d+(?:-\d+)*$/,
  /^ip-\d+-\d+-\d+-\d+$/i,
  /^v?\d+(?:[._-]\d+)+\w*$/i,
  /^utf-?\d+$|^http\d*$|^sha-?\d+$|^md5$|^iso[_-]?\d+(?:-\d+)*$/i,
];

/** What says by its form alone that it is an id, wherever it stands. */
export const isPlainlyId = (word: string): boolean => isUuid(word) || HEX_32.test(word) || PREFIXED.test(word);

/** An id whose last digits a spreadsheet has lost: another song's, or nobody's. */
export const isRounded = (word: string): boolean => SCIENTIFIC.test(word) || FIFTEEN_DIGITS.test(word);

/** A word that is an id where a list of ids is expected: `7f3kd02mzq`, `1264818594046181786`. */
export function mayBeId(word: string): boolean {
  if (isPlainlyId(word)) return true;
  if (isRounded(word) || ORDINARY.some((form) => form.test(word))) return false;
  return NUMBER.test(word) ? word.length >= NUMBER_MIN_DIGITS && isId(word) : TOKEN.test(word);
}

/** What a name such as `task_id` calls an id is one, if it is anything at all. */
export const isNamedId = (word: string): boolean =>
  isId(word) && !/\s/.test(word) && !NOTHING.test(word) && !isRounded(word) && !word.includes('://');

export const isNothing = (word: string): boolean => word === '' || NOTHING.test(word);

/** The text in a cell that was written so that no spreadsheet touches it. */
export function cellText(cell: string): string {
  const bare = cell.trim();
  const [, formula, quoted] = AS_TEXT.exec(bare) ?? [];
  return formula ?? (quoted === undefined ? bare : quoted.replace(/'$/, ''));
}
