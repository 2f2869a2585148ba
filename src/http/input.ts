// Pure: what may come in: ids, queries and bodies of the API. Every mistake is named with its path.
import * as v from 'valibot';
import { isSlug } from '../archive/keys.ts';
import type { Settings } from '../config/settings.ts';
import type { Vendor } from '../config/vendors.ts';
import { digitsOf } from '../lib/json.ts';
import { decodeBucketCursor } from '../flows/bucket-walk.ts';
import { REINDEX_PARTS } from '../flows/reindex.ts';
import { VERIFY_PARTS } from '../flows/verify.ts';
import { EVENT_ID, EventType } from '../model/event.ts';
import { IS_UNFIT, mistakeInId, UNFIT } from '../model/id.ts';
import { ArchiveState, Kind, TaskStatus, TrackingState, Visibility } from '../model/task.ts';
import { checkAddress } from '../net/address.ts';
import type { MemberCall } from './context.ts';
import { type InputError, Problem } from './problem.ts';

export const Id = v.pipe(
  v.string('must be a string'),
  v.check(
    (id) => mistakeInId(id) === null,
    ({ input }) => mistakeInId(input) ?? '',
  ),
);

const ids = (most: number) =>
  v.pipe(
    v.array(Id, 'must be a list of ids'),
    v.minLength(1, 'must hold at least one id'),
    v.maxLength(most, `must hold at most ${most} ids`),
  );

export function explain(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'is not known here';
  return issue.received === 'undefined' ? 'is missing' : 'must be a JSON object';
}
const oneOf = <Schema extends v.PicklistSchema<readonly string[], undefined>>(schema: Schema) =>
  v.picklist(schema.options as Schema['options'], `must be one of ${schema.options.join(', ')}`);
/** Whether there is such a vendor is no matter of form: vendorOf() answers 404. */
export const VendorName = v.string('must be a string');

/** Of a file or a link to one: present, with or without a value. */
export const DownloadQuery = v.object({ download: v.optional(v.string()) });
export type DownloadQuery = v.InferOutput<typeof DownloadQuery>;

const Limit = v.optional(
  v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100'), v.transform(Number)),
  '20',
);
const Cursor = v.optional(
  v.pipe(
    v.string(),
    v.transform(decodeCursor),
    v.check((seq) => seq !== null, 'must be a next_cursor of this list'),
  ),
);

export const FetchBody = v.strictObject({ ids: ids(500), vendor: v.nullish(VendorName) }, explain);
export type FetchBody = v.InferOutput<typeof FetchBody>;
export const TrackBody = v.strictObject(
  {
    ids: ids(1_000),
    vendor: v.nullish(VendorName),
    webhook_url: v.nullish(v.string('must be a string')),
    visibility: v.nullish(oneOf(Visibility)),
  },
  explain,
);
export type TrackBody = v.InferOutput<typeof TrackBody>;
/** Of a number, which may be too long for a double (lib/json.ts), its digits; else the value itself. */
function digitsAsText(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return digitsOf(value) ?? value;
  return Number.isSafeInteger(value) ? String(value) : value;
}
/** As relays take it: ids may be numbers or none at all, and what they do not know they ignore. */
export const DropInFetchBody = v.object(
  {
    ids: v.nullish(
      v.pipe(
        v.array(v.pipe(v.unknown(), v.transform(digitsAsText), Id), 'must be a list of ids'),
        v.maxLength(500, 'must hold at most 500 ids'),
      ),
      [],
    ),
  },
  explain,
);
export type DropInFetchBody = v.InferOutput<typeof DropInFetchBody>;

export const ImportBody = v.strictObject(
  {
    vendor: v.nullish(VendorName),
    answers: v.pipe(
      v.array(v.unknown(), 'must be a list of answers'),
      v.minLength(1, 'must hold at least one answer'),
      v.maxLength(100, 'must hold at most 100 answers'),
    ),
  },
  explain,
);
export type ImportBody = v.InferOutput<typeof ImportBody>;
/** Longer than any song's title; control characters would only break what shows it. */
const TITLE_MAX_CHARACTERS = 300;
const Title = v.pipe(
  v.string('must be a string or null'),
  v.maxLength(TITLE_MAX_CHARACTERS, `must have at most ${TITLE_MAX_CHARACTERS} characters`),
  v.check((title) => !UNFIT.test(title), IS_UNFIT),
  v.check((title) => title.trim() !== '', 'must not be empty; null brings the vendor’s title back'),
);
export const ClipBody = v.pipe(
  v.strictObject({ visibility: v.optional(oneOf(Visibility)), title: v.optional(v.nullable(Title)) }, explain),
  v.check((body) => Object.keys(body).length > 0, 'must change visibility or title'),
);
export type ClipBody = v.InferOutput<typeof ClipBody>;

/** Null or none: from the beginning. */
const walkBody = <Part extends string>(parts: readonly Part[]) =>
  v.strictObject(
    {
      cursor: v.nullish(
        v.pipe(
          v.string('must be a string or null'),
          v.transform((text) => decodeBucketCursor(text, parts)),
          v.check((place) => place !== null, 'must be a next_cursor of this route'),
        ),
      ),
    },
    explain,
  );
export const ReindexBody = walkBody(REINDEX_PARTS);
export const VerifyBody = walkBody(VERIFY_PARTS);
export type ReindexBody = v.InferOutput<typeof ReindexBody>;
export type VerifyBody = v.InferOutput<typeof VerifyBody>;

/** For routes that take none. */
export const NoQuery = v.strictObject({}, explain);
export const NoBody = v.strictObject({}, explain);
export const TaskQuery = v.strictObject({ vendor: v.optional(VendorName) }, explain);
export type TaskQuery = v.InferOutput<typeof TaskQuery>;
export const ListQuery = v.strictObject(
  {
    vendor: v.optional(VendorName),
    status: v.optional(oneOf(TaskStatus)),
    tracking: v.optional(oneOf(TrackingState)),
    archive: v.optional(oneOf(ArchiveState)),
    kind: v.optional(oneOf(Kind)),
    limit: Limit,
    cursor: Cursor,
  },
  explain,
);
export type ListQuery = v.InferOutput<typeof ListQuery>;
/** Words to look for: more than a title holds is a slip. */
const SEARCH_MAX_CHARACTERS = 200;
export const ClipQuery = v.strictObject(
  {
    visibility: v.optional(oneOf(Visibility)),
    q: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(SEARCH_MAX_CHARACTERS, `must have at most ${SEARCH_MAX_CHARACTERS} characters`),
        // No title holds them; a search engine may take a NUL for the end of its question.
        v.transform((text) => text.replace(new RegExp(UNFIT, 'gu'), ' ').trim()),
      ),
    ),
    parent: v.optional(Id),
    limit: Limit,
    cursor: Cursor,
  },
  explain,
);
export type ClipQuery = v.InferOutput<typeof ClipQuery>;
/** Clips of one archive: each is a look-up and up to three files. */
const ARCHIVE_MAX_CLIPS = 100;
/** Names that no clip can have are unknown clips. */
export const ClipsQuery = v.strictObject(
  {
    ids: v.pipe(
      v.string('must be a list of slugs, parted by commas'),
      v.transform((text) => [...new Set(text.split(',').filter((slug) => slug !== ''))]),
      v.minLength(1, 'must name at least one clip'),
      v.maxLength(ARCHIVE_MAX_CLIPS, `must name at most ${ARCHIVE_MAX_CLIPS} clips`),
      v.transform((slugs) => slugs.filter(isSlug)),
    ),
  },
  explain,
);
export type ClipsQuery = v.InferOutput<typeof ClipsQuery>;
/** The cursor of the log is the id of the last event seen: who has read all of it can go on from there later. */
export const EventQuery = v.strictObject(
  {
    type: v.optional(oneOf(EventType)),
    limit: Limit,
    cursor: v.optional(
      v.pipe(v.string(), v.regex(EVENT_ID, 'must be a next_cursor of this list, or the id of an event')),
    ),
  },
  explain,
);
export type EventQuery = v.InferOutput<typeof EventQuery>;

/** Opaque to callers: the place of the last row, in base64url. */
export const encodeCursor = (seq: number): string => btoa(String(seq)).replaceAll('=', '');

function decodeCursor(cursor: string): number | null {
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
  } catch {
    // InvalidCharacterError: no base64.
    return null;
  }
}

type AnySchema = v.GenericSchema;

export const parseBody = <Schema extends AnySchema>(schema: Schema, body: unknown): v.InferOutput<Schema> =>
  parse(schema, body, '');

/** Of a parameter that is given twice nobody could say which counts. */
export function parseQuery<Schema extends AnySchema>(schema: Schema, query: URLSearchParams): v.InferOutput<Schema> {
  const names = [...query.keys()];
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0)
    throw invalid([...new Set(twice)].map((name) => ({ path: `query.${name}`, message: 'is given twice' })));
  return parse(schema, Object.fromEntries(query), 'query');
}

/** One percent-encoded segment of a path. */
export function parseIdSegment(segment: string, name = 'id'): string {
  let id: string;
  try {
    id = decodeURIComponent(segment);
  } catch (cause) {
    // URIError: a stray % or bytes that are no UTF-8.
    throw invalid([{ path: name, message: 'is not percent-encoded UTF-8' }], cause);
  }
  return parse(Id, id, name);
}

export function vendorOf(settings: Settings, id: string | null | undefined): Vendor {
  const vendor = settings.vendors.get(id ?? settings.default_vendor);
  if (vendor === undefined)
    throw new Problem('not_found', `There is no vendor ${JSON.stringify((id ?? '').slice(0, 40))}`);
  return vendor;
}

/** For what begins something at the vendor. */
export function askableVendor(settings: Settings, id: string | null | undefined): Vendor {
  const vendor = vendorOf(settings, id);
  if (vendor.retired) throw invalid([{ path: 'vendor', message: `"${vendor.id}" is retired: it is asked no more` }]);
  return vendor;
}

function parse<Schema extends AnySchema>(schema: Schema, value: unknown, root: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw invalid(result.issues.map((issue) => ({ path: pathOf(issue, root), message: issue.message })));
}

/** `ids.3`, `query.limit`, `body`. */
function pathOf(issue: v.BaseIssue<unknown>, root: string): string {
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  return [...(root === '' ? [] : [root]), ...keys].join('.') || 'body';
}

export function invalid(errors: readonly InputError[], cause?: unknown): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem('invalid_request', first ? `${first.path} ${first.message}${more}` : 'The request is not valid', {
    errors,
    cause,
  });
}

/** Proxies commonly give up at 60 s. */
export const WAIT_MAX_SECONDS = 55;

/** `respond-async, wait=90; x` → 55. Null: none, malformed or 0. Of several the first counts (RFC 7240 2). */
export function preferredWait(header: string | null): number | null {
  for (const preference of (header ?? '').split(',')) {
    const [, , value] = /^\s*wait\s*=\s*("?)(\d+)\1\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (value === undefined) continue;
    const seconds = Math.min(Number(value), WAIT_MAX_SECONDS);
    return seconds > 0 ? seconds : null;
  }
  return null;
}

/** `name`: the key under which the caller gave it. */
export function checkCallback(name: string, address: string, { settings, base, url }: MemberCall): void {
  const ownOrigins = [base, url.origin, ...(settings.media_base_url === null ? [] : [settings.media_base_url])];
  const checked = checkAddress(address, { allowPrivate: settings.allow_private_hosts, ownOrigins });
  if (!checked.ok) throw invalid([{ path: name, message: `is not allowed: ${checked.fault}` }]);
}
