// Pure: messages of the Model Context Protocol as a client sends them, and what comes back.
import type { HttpDeps } from '../../../src/http/context.ts';
import { type Ask, call } from '../fixtures.ts';

export interface Rpc {
  status: number;
  headers: Headers;
  // Answers are looked into by expectations, which say what is wrong with them.
  json: any;
}

export const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'a-test', version: '1' },
};

/** As clients must ask (Streamable HTTP, "Sending Messages to the Server"). */
const HEADERS = { Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': '2025-11-25' };

export async function send(body: unknown, { headers, ...ask }: Ask = {}, deps?: HttpDeps): Promise<Rpc> {
  const answer = await call('/mcp', { method: 'POST', body, ...ask, headers: { ...HEADERS, ...headers } }, deps);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) };
}

export const request = (method: string, params?: object, id: unknown = 1): object => ({
  ...{ jsonrpc: '2.0', id, method },
  ...(params && { params }),
});

export const rpc = (method: string, params?: object, ask?: Ask, deps?: HttpDeps): Promise<Rpc> =>
  send(request(method, params), ask, deps);

/** A tool's result. */
export async function use(name: string, given: object, token = 'ruling', deps?: HttpDeps): Promise<Rpc['json']> {
  const { status, json } = await rpc('tools/call', { name, arguments: given }, { token }, deps);
  if (status !== 200 || json.result === undefined) throw new Error(`No result: ${status} ${JSON.stringify(json)}`);
  return json.result;
}
