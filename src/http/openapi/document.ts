// Pure: the API's document (OpenAPI 3.1), put together from the tables of its routes and the schemas of its bodies.
import type { Route } from '../route.ts';
import { type RouteId, ROUTES } from '../route-table.ts';
import { OPERATIONS } from './admin.ts';
import { VERSION } from './components.ts';
import { LINKS, LISTS } from './files.ts';
import { type Operation, operationsOf, type RouteWords, TAGS } from './operation.ts';
import { PAGES } from './pages.ts';
import { PROGRAMS } from './programs.ts';
import { headerComponents, pathParameters, queryParameters, requestHeaders } from './parameters.ts';
import { content, failureComponents, JSON_TYPE, responses } from './responses.ts';
import { componentSchemas, type Json } from './schemas.ts';
import { DROP_IN } from './suno.ts';
import { CLIPS, TASKS } from './tasks.ts';

/** A route without words does not compile. In this order they are told. */
const WORDS: Readonly<Record<RouteId, RouteWords>> = {
  ...TASKS,
  ...CLIPS,
  ...LINKS,
  ...LISTS,
  ...PAGES,
  ...DROP_IN,
  ...PROGRAMS,
  ...OPERATIONS,
};
const ROUTE_BY_ID = new Map<string, Route>(ROUTES.map((route) => [route.id, route]));

export const ALL_OPERATIONS: readonly Operation[] = Object.entries(WORDS).flatMap(([id, words]) => {
  const route = ROUTE_BY_ID.get(id);
  return route === undefined ? [] : operationsOf(route, words);
});

const ABOUT = `A permanent home for songs made through Suno task relays: it follows tasks at their vendors, archives each finished file and answers for it for ever.

- Times are RFC 3339 in UTC. Keys are always present, \`null\` where there is nothing.
- HEAD works wherever GET does. A path that knows other methods answers \`method_not_allowed\`.
- To a browser (\`Accept: text/html\`) a 404 or 410 of any other path than the API's is a page.
- Under \`/v1\` unknown query parameters and body keys are refused; public routes ignore them.
- Every answer carries X-Request-Id and Cache-Control; \`no-store\` unless it is a public file or page.
- A token makes at most 600 requests a minute.`;

const TOKEN =
  'A token of the setting API_TOKENS; the token alone, without `Bearer`, is taken too. Scope `read` reads and tracks nothing, `track` also tracks, retries and submits, `admin` does all.';

/** Its text is made at the first request and kept while links have the same origin, which with PUBLIC_BASE_URL is always. */
export function openApiTexts(): (base: string) => string {
  let kept: { base: string; text: string } | null = null;
  return (base) => {
    if (kept?.base !== base) kept = { base, text: JSON.stringify(openApiDocument(base)) };
    return kept.text;
  };
}

/** `base`: origin of links, without a slash at its end. */
export function openApiDocument(base: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of ALL_OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'longplay',
      version: VERSION,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: base }],
    security: [{ bearer: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      responses: failureComponents(ALL_OPERATIONS),
      headers: headerComponents(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: TOKEN } },
    },
  };
}

function describe(operation: Operation): Json {
  const { id, tag, summary, description, scope, params = {}, path, rules, headers = [], body } = operation;
  const needs = scope === null ? 'Open to all: no token.' : `Needs a token of scope \`${scope}\`.`;
  const parameters = [...pathParameters(path, params), ...queryParameters(rules.query), ...requestHeaders(headers)];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: description === undefined ? needs : `${description}\n\n${needs}`,
    ...(scope === null && { security: operation.token === 'optional' ? [{}, { bearer: [] }] : [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.optional !== true,
        content: content(body.types ?? [JSON_TYPE], body.schema),
      },
    }),
    responses: responses(operation),
  };
}
