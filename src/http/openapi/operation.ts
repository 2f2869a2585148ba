// Pure: one operation of the API's document: a route of the table and its words, and what it can be answered with.
import type { GenericSchema } from 'valibot';
import type { Scope } from '../../config/tokens.ts';
import { NoBody } from '../input.ts';
import type { ProblemCode } from '../problem.ts';
import type { Method, Route, Rules } from '../route.ts';
import type { RouteId } from '../route-table.ts';
import { type ComponentName, COMPONENTS } from './components.ts';
import type { Wording } from './failures.ts';
import type { RequestHeader, ResponseHeader } from './parameters.ts';

export interface ResponseDoc {
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
export const ZIP_ANSWER: ResponseDoc = {
  description: 'The archive, as an attachment.',
  types: ['application/zip'],
  headers: ['Content-Length', 'Content-Disposition'],
};

/** What the table of routes cannot know of a route: words and answers. */
export interface Words {
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Open, but says more to who has a token. */
  readonly token?: 'optional';
  /** What the path's parameters mean here, where it is not what they mean elsewhere. */
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: readonly RequestHeader[];
  /** Of a body that the handler reads by itself. */
  readonly body?: DocumentedBody;
  /** By status; `default`: any other one. */
  readonly answers: Readonly<Record<number, ResponseDoc> & { default?: ResponseDoc }>;
  /** Beside what every guarded route and every body brings. */
  readonly fails?: readonly ProblemCode[];
}

/** One of several operations that one route is in the document. */
export interface Variant extends Words {
  readonly id: string;
  readonly method?: Method;
  readonly path: string;
}

export type RouteWords = Words | readonly Variant[];
/** Some routes' words; all tables together have every route's (document.ts). */
export type SomeWords = Partial<Record<RouteId, RouteWords>>;

export interface DocumentedBody {
  readonly schema: ComponentName | 'any';
  readonly types?: readonly string[];
  readonly optional?: boolean;
}

export interface Operation extends Words {
  readonly id: string;
  readonly method: Lowercase<Method>;
  readonly path: string;
  /** As the router has it. */
  readonly route: string;
  readonly scope: Scope | null;
  readonly rules: Rules;
}

/** Each route as the document has it. A relay's own come twice: for the default vendor, and under a vendor's name. */
export function operationsOf(route: Route, words: RouteWords): Operation[] {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  const variants: readonly Variant[] = 'tag' in words ? [{ id: route.id, path, ...words }] : words;
  const operations = variants.map((variant): Operation => {
    const method = (variant.method ?? route.method).toLowerCase() as Operation['method'];
    const body = variant.body ?? bodyOf(route.rules);
    return {
      ...variant,
      ...(body && { body }),
      method,
      route: `${route.method} ${route.path}`,
      scope: route.rules.scope,
      rules: route.rules,
    };
  });
  return operations.flatMap((operation) => (isDropIn(operation) ? [operation, atVendor(operation)] : [operation]));
}

const atVendor = (operation: Operation): Operation => ({
  ...operation,
  id: `${operation.id}AtVendor`,
  path: `/{vendor}${operation.path}`,
  summary: `${operation.summary}, by its name`,
});

function bodyOf({ body }: Rules): DocumentedBody | undefined {
  if (body === undefined || body.schema === NoBody) return undefined;
  const schema = componentOf(body.schema);
  return body.form === 'optional' ? { schema, optional: true } : { schema };
}

function componentOf(schema: GenericSchema): ComponentName | 'any' {
  if (schema.type === 'unknown') return 'any';
  // `null` for an empty object is a courtesy of relays, told in words.
  const inner = 'wrapped' in schema ? schema.wrapped : schema;
  const [name] = Object.entries(COMPONENTS).find(([, component]) => component === inner) ?? [];
  if (name === undefined) throw new Error('The body of a route is not among the components of the document');
  return name as ComponentName;
}

/** What it may be answered with beside `answers`, by what it is. */
export function codesOf(operation: Operation): ProblemCode[] {
  const { scope, path, rules, fails = [] } = operation;
  // Public routes ignore what they do not know.
  const checked = scope !== null && (rules.query !== undefined || /^\/v1\//.test(path) || /\{id\}/.test(path));
  const codes: (ProblemCode | false)[] = [
    (checked || rules.body !== undefined) && 'invalid_request',
    scope !== null && 'unauthorized',
    scope !== null && scope !== 'read' && 'forbidden',
    ...bodyFaults(rules),
    ...(scope === null ? [] : (['rate_limited', 'not_configured'] as const)),
    ...fails,
    'internal',
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

/** A relay takes JSON of any content type. */
function bodyFaults({ body }: Rules): readonly ProblemCode[] {
  if (body === undefined) return [];
  return body.form === 'relay' ? ['payload_too_large'] : BODY_FAULTS;
}

const isDropIn = ({ path }: Operation): boolean => path.includes('/suno/');

/** Drop-in routes fail in a relay’s format. */
export const wordingOf = (operation: Operation): Wording => (isDropIn(operation) ? 'relay' : 'problem');

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
