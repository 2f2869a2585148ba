// POST /mcp: the protocol itself, by modelcontextprotocol.io/specification/2025-11-25 (lifecycle, transports, tools).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSIONS } from '../../../src/http/mcp/protocol.ts';
import { call, fakeDeps, problem, settingsOf } from '../fixtures.ts';
import { INITIALIZE, request, rpc, send } from './rpc.ts';

const error = (code: number) => ({ jsonrpc: '2.0', error: { code, message: expect.stringMatching(/\w/) } });

describe('initialize', () => {
  it.each(PROTOCOL_VERSIONS)('agrees on %s', async (protocolVersion) => {
    const { json } = await rpc('initialize', { ...INITIALIZE, protocolVersion });
    expect(json).toMatchObject({ jsonrpc: '2.0', id: 1, result: { protocolVersion } });
  });

  it.each(['2024-10-07', '2026-07-28', '1.0', ''])('offers the newest to a client of %j', async (protocolVersion) => {
    const { json } = await rpc('initialize', { ...INITIALIZE, protocolVersion });
    expect(json.result.protocolVersion).toBe('2025-11-25');
  });

  it('says who this is and that there are tools, and begins no session', async () => {
    const { status, headers, json } = await rpc('initialize', INITIALIZE);
    expect([status, headers.get('mcp-session-id')]).toEqual([200, null]);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(json.result).toMatchObject({
      capabilities: { tools: {} },
      serverInfo: { name: 'longplay', version: expect.stringMatching(/^\d/) },
      instructions: expect.stringContaining('get_task'),
    });
  });

  it('without a version is a mistake in its parameters', async () => {
    expect((await rpc('initialize', {})).json).toMatchObject({ id: 1, ...error(-32602) });
  });
});

describe('other messages', () => {
  it('ping is answered with nothing in it, under an id of text too', async () => {
    expect((await send(request('ping', undefined, 'a-1'))).json).toEqual({ jsonrpc: '2.0', id: 'a-1', result: {} });
  });

  it.each([
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    [
      'a notification that nobody knows',
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
    ],
    ['an answer', { jsonrpc: '2.0', id: 7, result: {} }],
    ['an error for an answer', { jsonrpc: '2.0', id: 7, error: { code: 1, message: 'no' } }],
  ])('%s is 202 without a body', async (_, body) => {
    const { status, json } = await send(body);
    expect([status, json]).toEqual([202, null]);
  });

  it.each(['resources/list', 'prompts/list', 'server/discover', 'toString', '__proto__', ''])(
    'the method %j is unknown',
    async (method) => {
      const { status, json } = await rpc(method);
      expect([status, json]).toEqual([200, { ...json, ...error(-32601), id: 1 }]);
    },
  );

  it.each([
    ['no object', 'text'],
    ['no JSON-RPC', { id: 1, method: 'ping' }],
    ['another JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'ping' }],
    ['an id of null', { jsonrpc: '2.0', id: null, method: 'ping' }],
    ['an id that is no whole number', { jsonrpc: '2.0', id: 1.5, method: 'ping' }],
    ['no method', { jsonrpc: '2.0', id: 1 }],
    ['parameters that are a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }],
    ['a batch', [request('ping'), request('ping')]],
    ['an empty batch', []],
  ])('%s is an invalid request', async (_, body) => {
    const { status, json } = await send(body);
    expect([status, json]).toEqual([400, { ...json, ...error(-32600), id: null }]);
  });

  it.each(['', '{', 'ping', '{"jsonrpc":"2.0",}'])('%j cannot be read', async (raw) => {
    const { status, json } = await send(undefined, { raw, headers: { 'Content-Type': 'application/json' } });
    expect([status, json]).toEqual([400, { ...json, ...error(-32700), id: null }]);
  });

  it('whatever JSON comes is answered by an object or by nothing, and never 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (params, id) => {
        for (const method of ['initialize', 'ping', 'tools/list', 'tools/call']) {
          const { status, json } = await send({ jsonrpc: '2.0', id, method, params });
          expect([200, 202, 400]).toContain(status);
          if (status !== 202) expect(json).toMatchObject({ jsonrpc: '2.0' });
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the version in a header', () => {
  it.each([...PROTOCOL_VERSIONS, null])('%s is taken', async (version) => {
    const headers: Record<string, string> = version === null ? {} : { 'MCP-Protocol-Version': version };
    const all = { Accept: 'application/json', ...headers };
    expect((await call('/mcp', { method: 'POST', headers: all, body: request('ping') })).status).toBe(200);
  });

  it.each(['2026-07-28', '1900-01-01', 'x'])('%s is 400, and the message names those that are', async (version) => {
    const { status, json } = await rpc('tools/list', {}, { headers: { 'MCP-Protocol-Version': version } });
    expect([status, json]).toEqual([400, { ...json, ...error(-32000), id: null }]);
    expect(json.error.message).toContain('2025-11-25');
  });

  it('does not count before the version is agreed on', async () => {
    const { status } = await rpc('initialize', INITIALIZE, { headers: { 'MCP-Protocol-Version': 'x' } });
    expect(status).toBe(200);
  });
});

describe('what a client accepts', () => {
  it.each([
    'application/json',
    'application/json, text/event-stream',
    'text/event-stream,application/json;q=0.9',
    '*/*',
    'application/*',
  ])('%s: JSON', async (accept) => {
    const { status, headers } = await rpc('ping', undefined, { headers: { Accept: accept } });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  });

  it.each(['text/event-stream', 'text/html', 'application/json;q=0', 'application/jsonish'])(
    '%s: 406',
    async (accept) => {
      const { status, json } = await rpc('ping', undefined, { headers: { Accept: accept } });
      expect([status, json]).toEqual([406, { ...json, ...error(-32000), id: null }]);
    },
  );
});

describe('what HTTP says', () => {
  it.each(['GET', 'HEAD', 'DELETE', 'PUT', 'OPTIONS'])('%s is 405, with a token and without', async (method) => {
    for (const token of ['ruling', null]) {
      const answer = await call('/mcp', { method, token });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it.each([null, 'wrong'])('the token %s is 401, whatever the message', async (token) => {
    for (const raw of ['{}', 'no JSON']) {
      const answer = await call('/mcp', { method: 'POST', token, raw });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  it('the rate of a token counts here too', async () => {
    const limited = fakeDeps({ rateLimit: { limit: async () => ({ success: false }) } });
    expect(await problem('/mcp', { method: 'POST', body: request('ping') }, limited)).toEqual([429, 'rate_limited']);
  });

  it('a body of another type is 415, one over 1 MiB 413', async () => {
    const text = { method: 'POST', raw: '{}', headers: { 'Content-Type': 'text/plain' } };
    expect(await problem('/mcp', text)).toEqual([415, 'unsupported_media_type']);
    const large = { method: 'POST', body: { filler: 'x'.repeat(1024 * 1024) } };
    expect(await problem('/mcp', large)).toEqual([413, 'payload_too_large']);
  });
});

describe('pages of other origins', () => {
  const from = async (origin: string, cors: string): Promise<[number, string | null]> => {
    const deps = fakeDeps({ settings: { ok: true, value: settingsOf({ CORS_ORIGINS: cors }) } });
    const { status, headers } = await rpc('ping', undefined, { headers: { Origin: origin } }, deps);
    return [status, headers.get('access-control-allow-origin')];
  };

  it('are turned away, unless CORS_ORIGINS names them', async () => {
    expect(await from('https://evil.example', '')).toEqual([403, null]);
    expect(await from('null', '')).toEqual([403, null]);
    expect(await from('https://friend.example', 'https://friend.example')).toEqual([200, 'https://friend.example']);
    expect(await from('https://evil.example', 'https://friend.example')).toEqual([403, null]);
    expect(await from('https://any.example', '*')).toEqual([200, '*']);
  });

  it('our own is let in', async () => expect(await from('https://songs.example', '')).toEqual([200, null]));

  it('may ask first whether they may send the protocol’s header', async () => {
    const deps = fakeDeps({ settings: { ok: true, value: settingsOf({ CORS_ORIGINS: 'https://friend.example' }) } });
    const headers = { Origin: 'https://friend.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await call('/mcp', { method: 'OPTIONS', token: null, headers }, deps);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('MCP-Protocol-Version');
  });
});
