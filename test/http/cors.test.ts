import { describe, expect, it } from 'vitest';
import { corsHeaders, isPreflight, preflightHeaders } from '../../src/http/cors.ts';

const ORIGIN = 'https://app.example';

describe('corsHeaders()', () => {
  it('names an origin that settings allow, and says that the answer depends on it', () => {
    expect(corsHeaders(ORIGIN, [ORIGIN])).toMatchObject({ 'Access-Control-Allow-Origin': ORIGIN, Vary: 'Origin' });
  });
  it('names no other origin', () => {
    expect(corsHeaders('https://evil.example', [ORIGIN])).toEqual({ Vary: 'Origin' });
    expect(corsHeaders(null, [ORIGIN])).toEqual({ Vary: 'Origin' });
  });
  it('adds nothing by default', () => {
    expect(corsHeaders(ORIGIN, [])).toEqual({});
  });
  it('answers any origin where settings say *', () => {
    expect(corsHeaders(ORIGIN, ['*'])).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
  });
});

describe('isPreflight() and preflightHeaders()', () => {
  const preflight = (headers: Record<string, string>) =>
    new Request('https://songs.example/v1/tasks', { method: 'OPTIONS', headers });
  it('tell a browser’s question before it sends a token', () => {
    expect(isPreflight(preflight({ origin: ORIGIN, 'access-control-request-method': 'POST' }))).toBe(true);
    expect(isPreflight(preflight({ origin: ORIGIN }))).toBe(false);
  });
  it('allow the token’s header, and the key of an order', () => {
    const allowed = preflightHeaders(ORIGIN, [ORIGIN])['Access-Control-Allow-Headers']?.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['Authorization', 'Idempotency-Key']));
  });
  it('let a page see that an answer was given before', () => {
    const exposed = corsHeaders(ORIGIN, [ORIGIN])['Access-Control-Expose-Headers']?.split(', ');
    expect(exposed).toContain('Idempotent-Replayed');
  });
});
