// Pure: one operation of the API's document as its table tells it, and what it can be answered with.
import type { ObjectEntries } from 'valibot';
import type { Scope } from '../../config/tokens.ts';
import type { ProblemCode } from '../problem.ts';
import type { ComponentName } from './components.ts';
import type { Wording } from './failures.ts';
import type { RequestHeader, ResponseHeader } from './parameters.ts';

export interface Answer {
  readonly description: string;
  /** JSON of this schema; `any`: any JSON. */
  readonly schema?: ComponentName | 'any';
  /** What comes as text or bytes. */
  readonly types?: readonly string[];
  readonly headers?: readonly ResponseHeader[];
}

/** What a body can fail with before it is read as JSON; a route that needs none still refuses one that is not empty. */
export const BODY_FAULTS = ['payload_too_large', 'unsupported_media_type'] as const satisfies readonly ProblemCode[];

/** What a look at a vendor can fail with. */
export const VENDOR_FAULTS = [
  'vendor_unauthorized',
  'vendor_forbidden',
  'vendor_bad_answer',
  'vendor_rate_limited',
  'vendor_unavailable',
] as const satisfies readonly ProblemCode[];

/** Archives, of a task or of clips. */
export const ZIP_ABOUT =
  'A stored (not compressed) ZIP: for each song a folder with its archived files, `lyrics.txt` and `clip.json`, and `SHA256SUMS` over all of it.';
export const ZIP_ANSWER: Answer = {
  description: 'The archive, as an attachment.',
  types: ['application/zip'],
  headers: ['Content-Length', 'Content-Disposition'],
};

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** As the router has it, where that is not method and path. */
  readonly route?: string;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Null: open to all. */
  readonly scope: Scope | null;
  /** Open, but says more to who has a token. */
  readonly token?: 'optional';
  /** What the path's parameters mean here, where it is not what they mean elsewhere. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: { readonly entries: ObjectEntries };
  readonly headers?: readonly RequestHeader[];
  readonly body?: {
    readonly schema: ComponentName | 'any';
    readonly types?: readonly string[];
    readonly optional?: true;
  };
  /** By status; `default`: any other one. */
  readonly answers: Readonly<Record<number, Answer> & { default?: Answer }>;
  /** Beside what every guarded route and every body brings. */
  readonly fails?: readonly ProblemCode[];
}

/** What it may be answered with beside `answers`, by what it is. */
export function codesOf(operation: Operation): ProblemCode[] {
  const { scope, path, query, body, fails = [] } = operation;
  // Public routes ignore what they do not know.
  const checked = scope !== null && (query !== undefined || /^\/v1\//.test(path) || /\{id\}/.test(path));
  const codes: (ProblemCode | false)[] = [
    (checked || parsed(operation)) && 'invalid_request',
    scope !== null && 'unauthorized',
    scope !== null && scope !== 'read' && 'forbidden',
    ...(body && parsed(operation) ? bodyFaults(operation) : []),
    ...(scope === null ? [] : (['rate_limited', 'not_configured'] as const)),
    ...fails,
    'internal',
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

/** A relay takes JSON of any content type. */
const bodyFaults = (operation: Operation): readonly ProblemCode[] =>
  wordingOf(operation) === 'relay' ? ['payload_too_large'] : BODY_FAULTS;

/** Bodies that are passed on unread can be of any kind and size. */
const parsed = ({ body }: Operation): boolean =>
  body !== undefined && body.types === undefined && body.optional === undefined;

/** Drop-in routes fail in a relay’s format. */
export const wordingOf = ({ path }: Operation): Wording => (path.includes('/suno/') ? 'relay' : 'problem');

export const TAGS = {
  Tasks: 'Follow generation jobs, and read what is known of them.',
  Clips: 'The songs whose audio is archived.',
  Links: 'Files for everybody: links that last.',
  Public: 'What everybody may see of the public songs.',
  Pages: 'What people see.',
  'Drop-in': 'A relay’s own routes and format: a client changes its base URL and key, nothing else.',
  Programs: 'For programs that talk: agents and their models.',
  Events: 'What happened, and what vendors call back.',
  Operations: 'For those who run it.',
} as const;
export type Tag = keyof typeof TAGS;
