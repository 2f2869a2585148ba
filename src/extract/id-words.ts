// Pure: which words may be the id of a task, and which never are.

/** CONTRACT 1: what the server takes as an id. */
const ID_MAX_CODE_POINTS = 200;
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
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
  /^(?:null|none|nil|nan|undefined|true|false|yes|no|ok|error|success|unknown|empty|n\/a|-+|\*+|\.+|<[^>]*>)$/i;
/** A spreadsheet has rounded it: the digits are lost. */
const ROUNDED = /^\d(?:[.,]\d+)?e\+?\d{2}$/i;

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

/** @param {string} id */
export function isId(id) {
  if (id === '' || id === '.' || id === '..' || id.length > 2 * ID_MAX_CODE_POINTS) return false;
  return (id.length <= ID_MAX_CODE_POINTS || [...id].length <= ID_MAX_CODE_POINTS) && !UNFIT.test(id);
}

/** What says by its form alone that it is an id, wherever it stands. @param {string} word */
export const isPlainlyId = (word) => UUID.test(word) || HEX_32.test(word) || PREFIXED.test(word);

/** A word that is an id where a list of ids is expected: `7f3kd02mzq`, `1264818594046181786`. @param {string} word */
export function mayBeId(word) {
  if (isPlainlyId(word)) return true;
  if (ORDINARY.some((form) => form.test(word)) || ROUNDED.test(word)) return false;
  return NUMBER.test(word) ? word.length >= NUMBER_MIN_DIGITS && isId(word) : TOKEN.test(word);
}

/** What a name such as `task_id` calls an id is one, if it is anything at all. @param {string} word */
export const isNamedId = (word) => isId(word) && !/\s/.test(word) && !NOTHING.test(word) && !ROUNDED.test(word);
