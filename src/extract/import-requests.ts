// Pure: what was gathered from a text → the requests that hand it over, each within what the API takes at a time (CONTRACT 6).

const IDS_MAX = 1_000;
const ANSWERS_MAX = 100;
/** Bodies of over 1 MiB are refused; what stands around the list has room in the rest. */
const BYTES_MAX = 1024 * 1024 - 4_096;

/**
 * @typedef {object} Parcel
 * @property {string} path
 * @property {'ids' | 'answers'} kind
 * @property {unknown[]} items
 * @property {Record<string, unknown>} body
 */

/**
 * @param {{ids: string[], answers: unknown[]}} gathered
 * @param {string | null} vendor Null: the one that the settings name.
 * @returns {{parcels: Parcel[], tooLarge: unknown[]}} `tooLarge`: answers that no request can hold.
 */
export function parcelsOf({ ids, answers }, vendor) {
  const named = vendor === null ? {} : { vendor };
  const large = answers.filter((answer) => bytesOf(answer) > BYTES_MAX);
  const fit = answers.filter((answer) => bytesOf(answer) <= BYTES_MAX);
  return {
    parcels: [
      ...portions(ids, IDS_MAX).map((items) => ({
        path: '/v1/tasks',
        kind: /** @type {const} */ ('ids'),
        items,
        body: { ids: items, ...named },
      })),
      ...portions(fit, ANSWERS_MAX).map((items) => ({
        path: '/v1/tasks/import',
        kind: /** @type {const} */ ('answers'),
        items,
        body: { answers: items, ...named },
      })),
    ],
    tooLarge: large,
  };
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} most
 * @returns {Item[][]}
 */
function portions(items, most) {
  /** @type {Item[][]} */
  const all = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item) + 1;
    const last = all.at(-1);
    if (last === undefined || last.length === most || bytes + size > BYTES_MAX) {
      all.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return all;
}

/** @param {unknown} value */
const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Which items of a refused request the server names as wrong: `ids.3`, `answers.12.data` → 3, 12.
 * @param {readonly {path: string, message: string}[]} errors
 * @returns {Map<number, string>}
 */
export function wrongItems(errors) {
  const named = errors.flatMap(({ path, message }) => {
    const [, index] = /^(?:ids|answers)\.(\d+)/.exec(path) ?? [];
    return index === undefined ? [] : [/** @type {const} */ ([Number(index), message])];
  });
  return new Map(named);
}
