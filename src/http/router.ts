// Edge: each request's way in and out: the token check, the route that it is for, and one exit for every answer.
import type { IRequest } from 'itty-router';
import { Router } from 'itty-router/Router';
import type { Scope, Token } from '../config/tokens.ts';
import { NOTHING_HERE } from '../views/pages/message.ts';
import { admit, checkScope, knownTokens, settingsOrProblem } from './auth.ts';
import { corsHeaders, isPreflight, preflightHeaders, SHARED_HEADERS, sharedPreflight } from './cors.ts';
import type { Call, Context, HttpDeps, MemberCall } from './context.ts';
import { invalid } from './input.ts';
import { asksForToken, placeOf, type Place } from './paths.ts';
import { Problem, problemOf } from './problem.ts';
import { json, messageAnswer, wantsPage } from './respond.ts';
import { addRoutes, type Answer } from './route-table.ts';

/** One request on its way through: `token` once it was let in. */
interface Exchange extends Omit<Call, 'params'> {
  readonly place: Place;
  token: Token | null;
}

export interface HttpRouter {
  fetch(request: Request, context: Context): Promise<Response>;
  /** `GET /v1/tasks/:id`: every route that leads somewhere; the API's document is held against them. */
  readonly routes: readonly string[];
}

export function createRouter(deps: HttpDeps): HttpRouter {
  const known = knownTokens(deps.settings);
  const origins = deps.settings.ok ? deps.settings.value.cors_origins : [];
  const router = Router({ before: [enter], catch: refuse, finally: [leave] });

  addRoutes(router, { open, member, nowhere }, known);

  return {
    routes: router.routes
      .filter(([, , handlers]) => !handlers.some((handler) => handler === nowhere))
      .map(([method, , , path]) => `${method} ${path || '/'}`),
    fetch(request, context) {
      const url = new URL(request.url);
      const place = placeOf(url.pathname);
      const request_id = deps.requestId();
      const own = deps.logged(request_id);
      const exchange: Exchange = { request, url, request_id, context, deps: own, place, token: null };
      // HEAD is GET without its body: leave() drops it.
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      return router.fetch({ method, url: `${url.origin}${place.path}` }, exchange);
    },
  };

  async function enter(_: IRequest, exchange: Exchange): Promise<Response | undefined> {
    const { request, place } = exchange;
    if (place.shared && request.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: sharedPreflight(request) });
    }
    if (place.guarded && isPreflight(request) && origins.length > 0) {
      return new Response(null, { status: 204, headers: preflightHeaders(request.headers.get('origin'), origins) });
    }
    if (asksForToken(place, request.method))
      exchange.token = await admit(request.headers.get('authorization'), known, deps);
    if (place.path.length > 1 && place.path.endsWith('/')) checkEnd(exchange);
    return undefined;
  }

  function open(handle: (call: Call) => Answer) {
    return ({ params }: IRequest, exchange: Exchange): Answer => handle({ ...exchange, params });
  }

  function member(scope: Scope, handle: (call: MemberCall) => Answer) {
    return ({ params }: IRequest, { request, url, request_id, context, deps: own, place, token }: Exchange): Answer => {
      if (token === null) throw new Error(`The route ${place.path} is reached without a token`);
      checkScope(token, scope);
      const settings = settingsOrProblem(deps.settings);
      const base = settings.public_base_url ?? url.origin;
      const named = { ...params, vendor: place.vendor };
      return handle({ request, url, request_id, context, deps: own, params: named, settings, token, base });
    };
  }

  /** The route table overlooks a slash at the end. Where an id belongs, the id is empty or was `.`, which the URL parser resolves. */
  function checkEnd(exchange: Exchange): void {
    const { path, drop_in, guarded } = exchange.place;
    if (guarded && methodsOf(`${path}id`).length > 0)
      throw invalid([{ path: 'id', message: 'must not be empty or .' }]);
    // A relay's own paths may end so.
    if (!drop_in || methodsOf(path).length > 0) throw noSuchPath(exchange);
  }

  function methodsOf(path: string): string[] {
    return router.routes
      .filter(([method, pattern]) => method !== 'ALL' && pattern.test(path))
      .map(([method]) => method);
  }

  function nowhere(_: IRequest, exchange: Exchange): never {
    const { path, shared } = exchange.place;
    const methods = methodsOf(path);
    if (methods.length === 0) throw noSuchPath(exchange);
    const allow = [
      ...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
      ...(shared ? ['OPTIONS'] : []),
    ].join(', ');
    throw new Problem('method_not_allowed', `This path knows ${allow}`, { headers: { Allow: allow } });
  }

  function refuse(error: unknown, _: IRequest, { place, request, url, request_id, deps: own }: Exchange): Response {
    const problem = problemOf(error, (message) => {
      // Only the first segment: further ones hold ids, and a hook's holds its secret.
      const area = place.path.split('/', 2).join('/');
      own.log({ event: 'error', at: 'http', method: request.method, area, message });
    });
    if (!place.guarded && wantsPage(request) && problem.code in NOTHING_HERE) {
      const message = NOTHING_HERE[problem.code as keyof typeof NOTHING_HERE];
      return messageAnswer({ ...message, status: problem.status }, place.path.startsWith('/embed/'), url.origin);
    }
    if (place.drop_in) return json(problem.relayBody(), problem.status, problem.headers);
    return json(problem.body(request_id), problem.status, {
      'Content-Type': 'application/problem+json',
      ...problem.headers,
    });
  }

  async function leave(answer: Response, _: IRequest, { request, request_id, place }: Exchange): Promise<Response> {
    const { headers, status } = answer;
    const cors = place.guarded
      ? corsHeaders(request.headers.get('origin'), origins)
      : place.shared
        ? SHARED_HEADERS
        : {};
    for (const [name, value] of Object.entries(cors)) headers.set(name, value);
    if (place.file) headers.set('Accept-Ranges', 'bytes');
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

const noSuchPath = ({ place }: Pick<Exchange, 'place'>): Problem =>
  new Problem('not_found', `There is no route ${place.path.length > 200 ? 'of this name' : place.path}`);
