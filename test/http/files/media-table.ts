// Pure: what a permanent link answers, as one table: request → status, headers, bytes. Held against the Worker by
// media-table.test.ts and against nginx, as the field knows file servers, by test/nginx/run.ts.
import { makeMedia } from '../../support/media.ts';

export const SIZE = 100_000;
export const FILE = makeMedia({ kind: 'mp3', bytes: SIZE });
export const TYPE = 'audio/mpeg';
export const FOREVER = 'public, max-age=31536000, immutable';
export const METHODS = 'GET, HEAD, OPTIONS';
export const EXPOSED = ['Content-Length', 'Content-Range', 'ETag', 'Accept-Ranges'];

/** What the server under test says of the file. */
export interface Facts {
  etag: string;
  modified: Date;
}
type Fields = Record<string, string>;

export interface Row {
  name: string;
  method: string;
  headers: (facts: Facts) => Fields;
  missing: boolean;
  status: number;
  /** First byte and the one after the last; null: no byte of the file. */
  bytes: [number, number] | null;
  /** Reads of the bucket that this costs the Worker; undefined: nothing is said of it. */
  reads: number;
}

const WHOLE: [number, number] = [0, SIZE];
type Given = Partial<Pick<Row, 'method' | 'missing' | 'bytes' | 'reads'>> & { headers?: Fields | Row['headers'] };

function row(name: string, status: number, { headers = {}, ...given }: Given = {}): Row {
  const method = given.method ?? 'GET';
  const bytes = status === 200 && method === 'GET' ? WHOLE : null;
  return {
    ...{ name, status, method, bytes, missing: false, reads: 1 },
    ...given,
    headers: typeof headers === 'function' ? headers : () => headers,
  };
}
const part = (Range: string, start: number, end: number): Row =>
  row(`one range: ${Range}`, 206, { headers: { Range }, bytes: [start, end] });
const ignored = (what: string, Range: string): Row => row(`${what} is ignored: ${Range}`, 200, { headers: { Range } });
/** The bucket throws at such a range, so its head is read after it. */
const beyond = (Range: string): Row => row(`no byte left: ${Range}`, 416, { headers: { Range }, reads: 2 });

const shifted = ({ modified }: Facts, seconds: number): string =>
  new Date(modified.getTime() + seconds * 1_000).toUTCString();
/** Conditions on the file as it is, and on another one. */
const conditional = (name: string, status: number, headers: Row['headers'], more: Given = {}): Row =>
  row(name, status, { headers, ...more });
const RANGE = { Range: 'bytes=10-19' };
const PART = { bytes: [10, 20] as [number, number] };

export const TABLE: readonly Row[] = [
  row('whole', 200),
  row('HEAD', 200, { method: 'HEAD' }),
  row('OPTIONS', 204, { method: 'OPTIONS', reads: 0 }),
  ...['POST', 'PUT', 'DELETE', 'PATCH'].map((method) => row(method, 405, { method, reads: 0 })),
  row('no such file', 404, { missing: true }),
  row('no such file, HEAD', 404, { missing: true, method: 'HEAD' }),
  row('no such file, with a range', 404, { missing: true, headers: { Range: 'bytes=0-1' } }),
  row('no such file, with a condition', 404, { missing: true, headers: { 'If-Match': '"x"' } }),

  part('bytes=0-0', 0, 1),
  part('bytes=1000-1999', 1_000, 2_000),
  part('bytes=0-', 0, SIZE),
  part(`bytes=${SIZE - 1}-`, SIZE - 1, SIZE),
  part('bytes=-1', SIZE - 1, SIZE),
  part('bytes=-7', SIZE - 7, SIZE),
  part(`bytes=-${SIZE}`, 0, SIZE),
  part(`bytes=-${SIZE + 1}`, 0, SIZE),
  part('bytes=-99999999999999999999', 0, SIZE),
  part(`bytes=${SIZE - 5}-${SIZE + 5}`, SIZE - 5, SIZE),
  part('bytes=5-99999999999999999999', 5, SIZE),
  part('bytes= 2-5', 2, 6),
  part('BYTES=2-5', 2, 6),
  part('bytes=,2-5', 2, 6),
  beyond(`bytes=${SIZE}-`),
  beyond(`bytes=${SIZE}-${SIZE + 1}`),
  beyond('bytes=99999999999999999999-'),
  beyond('bytes=-0'),
  ignored('several ranges', 'bytes=0-1,5-6'),
  ignored('another unit', 'seconds=0-1'),
  ignored('a first byte after the last', 'bytes=5-4'),
  ignored('no number', 'bytes=abc'),
  ignored('no bound', 'bytes=-'),
  ignored('no range', 'bytes='),
  ignored('no unit', '0-10'),
  ignored('a sign', 'bytes=+1-5'),
  row('HEAD with a range', 200, { method: 'HEAD', headers: { Range: 'bytes=0-9' } }),
  row('HEAD with a range beyond the file', 200, { method: 'HEAD', headers: { Range: `bytes=${SIZE}-` } }),

  conditional('If-Match: the tag', 200, ({ etag }) => ({ 'If-Match': etag })),
  conditional('If-Match: a list', 200, ({ etag }) => ({ 'If-Match': `"x", ${etag}` })),
  conditional('If-Match: *', 200, () => ({ 'If-Match': '*' })),
  conditional('If-Match: another tag', 412, () => ({ 'If-Match': '"x"' })),
  conditional('If-Match: the tag, weak', 412, ({ etag }) => ({ 'If-Match': `W/${etag}` })),
  conditional('If-Match: no tag', 412, () => ({ 'If-Match': 'x' })),
  conditional('If-Match: another tag, HEAD', 412, () => ({ 'If-Match': '"x"' }), { method: 'HEAD' }),
  conditional('If-Match: the tag, with a range', 206, ({ etag }) => ({ 'If-Match': etag, ...RANGE }), PART),
  conditional(
    'If-Match: another tag, with a range beyond',
    412,
    () => ({ 'If-Match': '"x"', Range: `bytes=${SIZE}-` }),
    {
      reads: 2,
    },
  ),

  conditional('If-None-Match: the tag', 304, ({ etag }) => ({ 'If-None-Match': etag })),
  conditional('If-None-Match: the tag, weak', 304, ({ etag }) => ({ 'If-None-Match': `W/${etag}` })),
  conditional('If-None-Match: a list', 304, ({ etag }) => ({ 'If-None-Match': `"x", ${etag}` })),
  conditional('If-None-Match: *', 304, () => ({ 'If-None-Match': '*' })),
  conditional('If-None-Match: another tag', 200, () => ({ 'If-None-Match': '"x"' })),
  conditional('If-None-Match: no tag', 200, () => ({ 'If-None-Match': 'x' })),
  conditional('If-None-Match: the tag, HEAD', 304, ({ etag }) => ({ 'If-None-Match': etag }), { method: 'HEAD' }),
  conditional('If-None-Match: the tag, with a range', 304, ({ etag }) => ({ 'If-None-Match': etag, ...RANGE })),
  conditional('If-None-Match: another tag, with a range', 206, () => ({ 'If-None-Match': '"x"', ...RANGE }), PART),

  conditional('If-Modified-Since: that second', 304, (facts) => ({ 'If-Modified-Since': shifted(facts, 0) })),
  conditional('If-Modified-Since: later', 304, (facts) => ({ 'If-Modified-Since': shifted(facts, 60) })),
  conditional('If-Modified-Since: earlier', 200, (facts) => ({ 'If-Modified-Since': shifted(facts, -60) })),
  conditional('If-Modified-Since: no date', 200, () => ({ 'If-Modified-Since': 'yesterday' })),
  conditional('If-Unmodified-Since: that second', 200, (facts) => ({ 'If-Unmodified-Since': shifted(facts, 0) })),
  conditional('If-Unmodified-Since: later', 200, (facts) => ({ 'If-Unmodified-Since': shifted(facts, 60) })),
  conditional('If-Unmodified-Since: earlier', 412, (facts) => ({ 'If-Unmodified-Since': shifted(facts, -60) })),
  conditional('If-Unmodified-Since: no date', 200, () => ({ 'If-Unmodified-Since': 'yesterday' })),

  conditional('If-Range: the tag', 206, ({ etag }) => ({ 'If-Range': etag, ...RANGE }), PART),
  conditional('If-Range: that second', 206, (facts) => ({ 'If-Range': shifted(facts, 0), ...RANGE }), PART),
  conditional('If-Range: another tag', 200, () => ({ 'If-Range': '"x"', ...RANGE }), { reads: 2 }),
  conditional('If-Range: the tag, weak', 200, ({ etag }) => ({ 'If-Range': `W/${etag}`, ...RANGE }), { reads: 2 }),
  conditional('If-Range: earlier', 200, (facts) => ({ 'If-Range': shifted(facts, -60), ...RANGE }), { reads: 2 }),
  conditional('If-Range: later', 200, (facts) => ({ 'If-Range': shifted(facts, 60), ...RANGE }), { reads: 2 }),
  conditional('If-Range: nonsense', 200, () => ({ 'If-Range': 'x', ...RANGE }), { reads: 2 }),
  conditional('If-Range without a range', 200, () => ({ 'If-Range': '"x"' })),
  conditional('If-Range: another tag, range beyond', 200, () => ({ 'If-Range': '"x"', Range: `bytes=${SIZE}-` }), {
    reads: 3,
  }),

  conditional('If-Match goes before If-Unmodified-Since', 200, (facts) => ({
    'If-Match': facts.etag,
    'If-Unmodified-Since': shifted(facts, -60),
  })),
  conditional('If-None-Match goes before If-Modified-Since', 200, (facts) => ({
    'If-None-Match': '"x"',
    'If-Modified-Since': shifted(facts, 60),
  })),
  conditional('If-Match goes before If-None-Match', 412, ({ etag }) => ({ 'If-Match': '"x"', 'If-None-Match': etag })),
];

/** Headers that an answer has, as texts; null: it has none of that name. Lists are given as what they hold at least. */
export function headersOf(
  { method, status, bytes }: Row,
  { etag, modified }: Facts,
): Record<string, string | string[] | null> {
  const served = [200, 206, 304].includes(status);
  const validators = { etag, 'last-modified': modified.toUTCString() };
  return {
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED,
    'cache-control': served ? FOREVER : 'no-store',
    'content-range': null,
    'content-disposition': null,
    ...((served || status === 412 || status === 416) && validators),
    ...((status === 200 || status === 206) && { 'content-type': TYPE }),
    ...(status === 200 && { 'content-length': String(SIZE) }),
    ...(status === 206 && bytes && { 'content-length': String(bytes[1] - bytes[0]) }),
    ...(status === 206 && bytes && { 'content-range': `bytes ${bytes[0]}-${bytes[1] - 1}/${SIZE}` }),
    ...(status === 416 && { 'content-range': `bytes */${SIZE}` }),
    ...(status === 405 && { allow: METHODS }),
    ...(method === 'OPTIONS' && {
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': ['Range', 'If-Range', 'If-None-Match'],
    }),
  };
}

export interface Answer {
  status: number;
  header: (name: string) => string | null;
  bytes: Uint8Array;
}

/** What is otherwise than in the table, each by its name; empty: nothing. */
export function differences(expected: Row, facts: Facts, answer: Answer): Map<string, string> {
  const found = new Map<string, string>();
  if (answer.status !== expected.status) found.set('status', `${answer.status} instead of ${expected.status}`);
  for (const [name, value] of Object.entries(headersOf(expected, facts))) {
    const actual = answer.header(name);
    const fits = Array.isArray(value)
      ? value.every((item) => actual?.split(/, */).includes(item))
      : actual?.toLowerCase() === value?.toLowerCase();
    if (!fits) found.set(name, `${actual ?? 'none'} instead of ${value === null ? 'none' : String(value)}`);
  }
  const { bytes, status, method } = expected;
  const wanted = bytes ? FILE.subarray(...bytes) : new Uint8Array();
  // What an error says in its body is no matter of files.
  const counts = status < 400 || method === 'HEAD';
  if (counts && !isSame(answer.bytes, wanted)) {
    found.set('body', `${answer.bytes.byteLength} bytes instead of ${wanted.byteLength}, or others`);
  }
  return found;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at]);
