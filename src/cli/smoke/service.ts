// Edge: the steps about the service itself: is it well, does it keep its doors shut, does it say what it offers.
import * as v from 'valibot';
import { expectHeader, expectStatus, expectThat, type Outcome, proven, read, type Visit } from './visit.ts';

const Health = v.object({ status: v.string() });
const FullHealth = v.object({ status: v.string(), parts: v.record(v.string(), v.unknown()) });
const OpenApi = v.object({ openapi: v.string(), paths: v.record(v.string(), v.unknown()) });

export async function health({ call }: Visit): Promise<Outcome> {
  const open = await call('GET', '/health', { token: null });
  expectStatus('GET /health', open, 200);
  expectThat(!('parts' in Object(open.json)), 'GET /health names its parts to anybody');
  read('GET /health', open, Health);
  const full = await call('GET', '/health');
  expectStatus('GET /health with the token', full, 200, 503);
  expectThat('parts' in Object(full.json), 'GET /health names no parts: the token is none of API_TOKENS');
  const { parts } = read('GET /health with the token', full, FullHealth);
  const verdicts = Object.entries(parts).map(
    ([part, state]) => `${part} ${typeof state === 'string' ? state : JSON.stringify(state)}`,
  );
  expectStatus(`GET /health with the token (${verdicts.join(', ')})`, full, 200);
  return proven(verdicts.join(', '));
}

export async function tokens({ call }: Visit): Promise<Outcome> {
  for (const [who, token] of [
    ['without a token', null],
    ['with a wrong token', 'no-such-token'],
  ] as const) {
    const answer = await call('GET', '/v1/tasks?limit=1', { token });
    expectStatus(`GET /v1/tasks ${who}`, answer, 401);
    expectHeader(`GET /v1/tasks ${who}`, answer, 'www-authenticate', /./);
  }
  expectStatus('GET /v1/tasks with the token', await call('GET', '/v1/tasks?limit=1'), 200);
  return proven('none and a wrong one are refused, the right one is taken');
}

export async function openapi({ call }: Visit): Promise<Outcome> {
  const answer = await call('GET', '/openapi.json', { token: null });
  expectStatus('GET /openapi.json', answer, 200);
  const document = read('GET /openapi.json', answer, OpenApi);
  return proven(`OpenAPI ${document.openapi}, ${Object.keys(document.paths).length} paths`);
}
