// Edge: each request's way in and out: its token, its route, what that asks for, and one exit for every answer.
import type { IRequest } from 'itty-router';
import { Router } from 'itty-router/Router';
import * as v from 'valibot';
import type { Token } from '../config/tokens.ts';
import { NOTHING_HERE } from '../views/pages/message.tsx';
import { admit, checkScope, findToken, knownTokens, settingsOrProblem } from './auth.ts';
import { readBody } from './body.ts';
import { corsHeaders, isPreflight, preflightHeaders, SHARED_HEADERS, sharedPreflight } from './cors.ts';
import type { Call, Context, HttpDeps } from './context.ts';
import { invalid, NoQuery, parseBody, parseQuery } from './input.ts';
import { type PathFacts, readPath } from './paths.ts';
import { Problem, problemOf } from './problem.ts';
import { json, localeIn, messageAnswer, wantsPage } from './respond.ts';
import type { HandlerResult, Route } from './route.ts';
import { ROUTES } from './route-table.ts';

/** One request on its way through: `token` once it was let in. */
interface Exchange extends Omit<Call, 'params'> {
  readonly path: PathFacts;
  token: Token | null;
}

export interface HttpRouter {
  readonly fetch: (request: Request, context: Context) => Promise<Response>;
  /** `GET /v1/tasks/:id`: every route that leads somewhere; the API's document is held against them. */
  readonly routes: readonly string[];
}

export function createRouter(deps: HttpDeps): HttpRouter {
  const known = knownTokens(deps.settings);
  const origins = deps.settings.ok ? deps.settings.value.cors_origins : [];
  const router = Router({ before: [before], catch: onError, finally: [finish] });

  for (const route of ROUTES) {
    for (const path of route.rules.except ?? []) router.all(path, notFound);
    const handler = route.rules.scope === null ? open(route) : authorized(route);
    router[route.method.toLowerCase() as Lowercase<Route['method']>](route.path, handler);
  }
  router.all('*', notFound);

  return {
    routes: ROUTES.map(({ method, path }) => `${method} ${path}`),
    fetch: (request, context) => {
      const url = new URL(request.url);
      const path = readPath(url.pathname, request.method);
      const request_id = deps.requestId();
      const own = deps.logged(request_id);
      const hasToken = () => findToken(request.headers.get('authorization'), known) !== null;
      const exchange: Exchange = { request, url, request_id, context, deps: own, hasToken, path, token: null };
      // HEAD is GET without its body: finish() drops it.
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      return router.fetch({ method, url: `${url.origin}${path.route}` }, exchange);
    },
  };

  async function before(_: IRequest, exchange: Exchange): Promise<Response | undefined> {
    const { request, path } = exchange;
    if (path.shared && request.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: sharedPreflight(request) });
    }
    if (path.guarded && isPreflight(request) && origins.length > 0) {
      return new Response(null, { status: 204, headers: preflightHeaders(request.headers.get('origin'), origins) });
    }
    if (path.asksForToken) exchange.token = await admit(request.headers.get('authorization'), known, deps);
    if (path.route.length > 1 && path.route.endsWith('/')) checkEnd(path);
    return undefined;
  }

  function open({ rules, handle }: Route) {
    return ({ params }: IRequest, exchange: Exchange): HandlerResult => {
      // What is public takes what it understands: schemas of open routes refuse nothing.
      const query = rules.query && v.parse(rules.query, Object.fromEntries(exchange.url.searchParams));
      return handle({ ...exchange, params, query } as never);
    };
  }

  function authorized({ path: pattern, rules, handle }: Route) {
    const { scope, subject, body } = rules;
    const querySchema = rules.query ?? (pattern.startsWith('/v1/') ? NoQuery : null);
    return async ({ params }: IRequest, exchange: Exchange): Promise<Response> => {
      const { token, url, path, request } = exchange;
      if (token === null || scope === null) throw new Error(`The route ${pattern} is reached without a token`);
      checkScope(token, scope);
      const settings = settingsOrProblem(deps.settings);
      const base = settings.public_base_url ?? url.origin;
      const call = { ...exchange, params: { ...params, vendor: path.vendor }, settings, token, base };
      const query = querySchema && parseQuery(querySchema, url.searchParams);
      const given = { query, subject: subject?.(call, query as never) };
      if (body === undefined) return handle({ ...call, ...given } as never);
      const { value, text } = await readBody(request, body.form);
      return handle({ ...call, ...given, body: parseBody(body.schema, value), text } as never);
    };
  }

  /** The route table overlooks a slash at the end. Where an id belongs, the id is empty or was `.`, which the URL parser resolves. */
  function checkEnd({ route, drop_in, guarded }: PathFacts): void {
    if (guarded && methodsOf(`${route}id`).length > 0)
      throw invalid([{ path: 'id', message: 'must not be empty or .' }]);
    // A relay's own paths may end so.
    if (!drop_in || methodsOf(route).length > 0) throw noSuchPath(route);
  }

  function methodsOf(path: string): string[] {
    return router.routes
      .filter(([method, pattern]) => method !== 'ALL' && pattern.test(path))
      .map(([method]) => method);
  }

  /** No such path, or another method than it knows. */
  function notFound(_: IRequest, { path: { route, shared } }: Exchange): never {
    const methods = methodsOf(route);
    if (methods.length === 0) throw noSuchPath(route);
    const allow = [
      ...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
      ...(shared ? ['OPTIONS'] : []),
    ].join(', ');
    throw new Problem('method_not_allowed', `This path knows ${allow}`, { headers: { Allow: allow } });
  }

  function onError(error: unknown, _: IRequest, { path, request, url, request_id, deps: own }: Exchange): Response {
    const problem = problemOf(error, (message) => {
      // Only the first segment: further ones hold ids, and a hook's holds its secret.
      const area = path.route.split('/', 2).join('/');
      own.log({ event: 'error', at: 'http', method: request.method, area, message });
    });
    if (!path.guarded && wantsPage(request) && problem.code in NOTHING_HERE) {
      const name = NOTHING_HERE[problem.code as keyof typeof NOTHING_HERE];
      const locale = localeIn({ request, url });
      return messageAnswer({ name, locale, status: problem.status }, path.route.startsWith('/embed/'), url.origin);
    }
    if (path.drop_in) return json(problem.relayBody(), problem.status, problem.headers);
    return json(problem.body(request_id), problem.status, {
      'Content-Type': 'application/problem+json',
      ...problem.headers,
    });
  }

  async function finish(answer: Response, _: IRequest, { request, request_id, path }: Exchange): Promise<Response> {
    const { headers, status } = answer;
    const cors = path.guarded ? corsHeaders(request.headers.get('origin'), origins) : path.shared ? SHARED_HEADERS : {};
    for (const [name, value] of Object.entries(cors)) headers.set(name, value);
    if (path.file) headers.set('Accept-Ranges', 'bytes');
    headers.set('X-Request-Id', request_id);
    for (const [name, value] of Object.entries(UNLESS_SAID)) if (!headers.has(name)) headers.set(name, value);
    if (request.method !== 'HEAD' || answer.body === null) return answer;
    if (headers.has('Content-Length')) await answer.body.cancel();
    else headers.set('Content-Length', String((await answer.arrayBuffer()).byteLength));
    return new Response(null, { status, headers });
  }
}

/** On every answer that says nothing else by itself, as pages do of what they load and who may frame them. */
const UNLESS_SAID = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // Links hold task ids and slugs, which are no other site's matter.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const noSuchPath = (route: string): Problem =>
  new Problem('not_found', `There is no route ${route.length > 200 ? 'of this name' : route}`);
