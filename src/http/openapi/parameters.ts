// Pure: what requests carry in path, query and headers, and the headers of answers, as OpenAPI says it.
import type { GenericSchema, ObjectEntries } from 'valibot';
import { VENDOR_ID } from '../../config/vendors.ts';
import { SLUG } from '../../archive/keys.ts';
import { FORMATS } from '../../archive/formats/formats.ts';
import { IDEMPOTENCY_KEY_MAX_CHARACTERS } from '../../model/limits.ts';
import { ROLES } from '../../model/task.ts';
import { parameterSchema, schemaRef, type Json } from './schemas.ts';

const TEXT: Json = { type: 'string' };
const NUMBER: Json = { type: 'integer', minimum: 0 };
const VENDOR: Json = { type: 'string', pattern: VENDOR_ID.source };

const IN_PATH: Record<string, { about: string; schema: Json }> = {
  id: { about: 'The vendor’s id of the task.', schema: schemaRef('Id') },
  slug: { about: 'The clip’s name in links.', schema: { type: 'string', pattern: SLUG.source } },
  vendor: { about: 'Short id of the relay account.', schema: VENDOR },
  action: { about: 'What to make, as the vendor names it, such as `music` or `lyrics`.', schema: TEXT },
  path: { about: 'Any further path of the relay; its slashes are sent as they are.', schema: TEXT },
  secret: { about: 'The setting HOOK_SECRET.', schema: TEXT },
  role: { about: 'Which of the clip’s files.', schema: { type: 'string', enum: ROLES } },
  file: { about: 'Name of the file.', schema: TEXT },
  ext: {
    about: 'What the bytes are, whatever the vendor called them.',
    schema: { type: 'string', enum: FORMATS.map(({ ext }) => ext) },
  },
};

const IN_QUERY: Record<string, string> = {
  vendor: 'Short id of a relay account.',
  status: 'Only tasks of this status.',
  tracking: 'Only tasks in this tracking state.',
  archive: 'Only tasks in this archive state.',
  kind: 'Only tasks of this kind.',
  type: 'Only events of this type.',
  visibility: 'Only clips of this visibility.',
  q: 'Words that all are in the clip’s title or tags.',
  parent: 'Id or slug of a clip: only clips that were made from it: extended, covered, split into stems.',
  limit: 'Rows a page.',
  cursor: 'The `next_cursor` of the page before.',
  lang: 'The language of the page. None, or any other: what Accept-Language prefers, or English where that is kept already.',
  ids: 'Slugs of 1 to 100 clips, parted by commas. Unknown ones are left out.',
  url: 'The link of a song’s page or player.',
  format: '`json` (if none is named) or `xml`.',
  maxwidth: 'The most pixels that the player may be wide.',
  maxheight: 'The most pixels that it may be high.',
  download: 'Present, with or without a value: the file is saved under its title instead of shown.',
};

const REQUEST_HEADERS = {
  Prefer: [
    'RFC 7240. `wait=N`, 1 to 55 seconds: answered when the task is settled or expired, with If-None-Match at any change, at the latest after N seconds. A malformed wait or 0 is ignored, above 55 counts as 55, since many proxies give up at 60. Where too many wait, the rest are answered as it stands.',
    TEXT,
  ],
  'Idempotency-Key': [
    'Any name of this order, new for each: 1 to 255 visible characters of ASCII, such as a UUID. Whoever sends the same order with the same token and key again within 24 h gets its first answer, and no second song is made. Free again where the vendor certainly made none: refused for its key, credit or rate.',
    { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_MAX_CHARACTERS },
  ],
  'If-None-Match': ['ETags that the caller has: 304 where it is still one of them.', TEXT],
  'If-Match': ['ETags of which it must have one: else 412.', TEXT],
  'If-Modified-Since': ['304 where it is not newer. Ignored beside If-None-Match.', TEXT],
  'If-Unmodified-Since': ['412 where it is newer. Ignored beside If-Match.', TEXT],
  'If-Range': ['ETag or date that must still hold for Range to count.', TEXT],
  Range: [
    'One range of bytes: `bytes=a-b`, `bytes=a-` or `bytes=-n`. Several ranges are answered with the whole file.',
    TEXT,
  ],
} as const satisfies Record<string, readonly [string, Json]>;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

const RESPONSE_HEADERS = {
  'X-Request-Id': ['This request’s id in logs and problems.', TEXT],
  'Cache-Control': ['Said on every answer: `no-store` on all that is no public file or page.', TEXT],
  ETag: [
    'Changes with what the answer holds. A task’s ignores `polls`, `last_polled_at`, `next_poll_at`, `last_error`.',
    TEXT,
  ],
  'Retry-After': ['Seconds after which to ask again.', NUMBER],
  'Idempotent-Replayed': ['`true`: this is the answer that the first request with this Idempotency-Key got.', TEXT],
  'Preference-Applied': ['The wait that was used: `wait=N`.', TEXT],
  Link: ['The next page: `<…>; rel="next"`.', TEXT],
  'WWW-Authenticate': ['`Bearer`.', TEXT],
  Allow: ['The methods that the path knows.', TEXT],
  Location: ['Where the file is.', { type: 'string', format: 'uri' }],
  'Last-Modified': ['When the file was archived, or what it or a list of songs is made of changed last.', TEXT],
  'Accept-Ranges': ['`bytes`.', TEXT],
  'Content-Length': ['Exact size of the body in bytes.', NUMBER],
  'Content-Range': ['Which bytes these are, and of how many: `bytes 0-99/4096`; `bytes */4096` at 416.', TEXT],
  'Content-Disposition': [
    '`attachment`, with the title as file name: of archives, and of files with `?download`.',
    TEXT,
  ],
} as const satisfies Record<string, readonly [string, Json]>;
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

export const pathParameters = (path: string, about: Readonly<Record<string, string>>): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const known = IN_PATH[name];
    if (known === undefined) throw new Error(`The path parameter ${name} is not described`);
    return {
      name,
      in: 'path',
      required: true,
      description: about[name] ?? known.about,
      // Only the id of a task is an id of a vendor's own.
      schema: name === 'id' && about['id'] !== undefined ? VENDOR : known.schema,
    };
  });

/** Of a schema of an object: one parameter for each of its entries. */
export const queryParameters = (query: object | undefined): Json[] =>
  Object.entries((query as { entries?: ObjectEntries } | undefined)?.entries ?? {}).map(([name, schema]) => {
    const description = IN_QUERY[name];
    if (description === undefined) throw new Error(`The query parameter ${name} is not described`);
    const required = schema.type !== 'optional';
    return { name, in: 'query', required, description, schema: parameterSchema(name, schema as GenericSchema) };
  });

/** Whole at each operation: some readers of such documents follow no reference among parameters. */
export const requestHeaders = (names: readonly RequestHeader[]): Json[] =>
  names.map((name) => {
    const [description, schema] = REQUEST_HEADERS[name];
    return { name, in: 'header', required: false, description, schema };
  });

/** The two that every answer has come by themselves. */
export const headerRefs = (names: readonly ResponseHeader[]): Json =>
  Object.fromEntries(
    (['X-Request-Id', 'Cache-Control', ...names] as const).map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );

export const headerComponents = (): Json =>
  Object.fromEntries(
    Object.entries(RESPONSE_HEADERS).map(([name, [description, schema]]) => [name, { description, schema }]),
  );
