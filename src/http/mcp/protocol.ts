// Pure: the Model Context Protocol as far as it needs no state: JSON-RPC requests for tools in, answers out.
import * as v from 'valibot';
import { isPlain } from '../../lib/json.ts';
import { fail, ok, type Result } from '../../model/fault.ts';

/** Newest first (modelcontextprotocol.io/specification). Each adds to the one before what older clients overlook. */
export const PROTOCOL_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** JSON-RPC 2.0, section 5.1; -32000 is for what a server finds wrong beside the message. */
export const RPC_CODES = {
  unreadable: -32700,
  invalid: -32600,
  unknown_method: -32601,
  wrong_params: -32602,
  refused: -32000,
} as const;

export interface RpcError {
  readonly code: (typeof RPC_CODES)[keyof typeof RPC_CODES];
  readonly message: string;
}

const jsonrpc = v.literal('2.0');
const Named = v.custom<Record<string, unknown>>(isPlain);
const Params = v.optional(Named, {});
/** Unlike in bare JSON-RPC, never null. */
const Id = v.union([v.string(), v.pipe(v.number(), v.integer())]);
const Request = v.object({ jsonrpc, id: Id, method: v.string(), params: Params });
/** Nothing is answered to a notification, nor to an answer: this server asks nothing of its clients. */
const Unanswered = v.union([
  v.object({ jsonrpc, id: v.optional(v.never()), method: v.string(), params: Params }),
  v.object({ jsonrpc, id: Id, result: v.unknown() }),
  v.object({ jsonrpc, error: v.unknown() }),
]);
type Params = v.InferOutput<typeof Named>;
export type RpcRequest = v.InferOutput<typeof Request>;

/** Null: well-formed, and not to be answered. */
export function readMessage(value: unknown): Result<RpcRequest | null, RpcError> {
  // 2025-06-18 took batches away; and one request is what the rate limit counts.
  if (Array.isArray(value)) return fail(invalid('Send one message a request: batches are not taken'));
  const request = v.safeParse(Request, value);
  if (request.success) return ok(request.output);
  if (v.is(Unanswered, value)) return ok(null);
  return fail(invalid('Not a JSON-RPC 2.0 request with a method and an id of text or a whole number'));
}

const invalid = (message: string): RpcError => ({ code: RPC_CODES.invalid, message });

export interface McpServer {
  /** What `initialize` answers beside the version. */
  about(): object;
  listTools(): object[];
  /** Null: there is no such tool. */
  callTool(name: string, given: Params): Promise<object | null>;
}

type Outcome = Result<object, RpcError>;
const METHODS: Readonly<Record<string, (params: Params, server: McpServer) => Outcome | Promise<Outcome>>> = {
  initialize: ({ protocolVersion: asked }, server) => {
    if (typeof asked !== 'string') return wrong('protocolVersion must be a string');
    const protocolVersion = PROTOCOL_VERSIONS.includes(asked) ? asked : PROTOCOL_VERSIONS[0];
    return ok({ protocolVersion, ...server.about() });
  },
  ping: () => ok({}),
  'tools/list': ({ cursor }, server) =>
    cursor === undefined ? ok({ tools: server.listTools() }) : wrong('There is no further page of tools'),
  'tools/call': async ({ name, arguments: given = {} }, server) => {
    if (typeof name !== 'string') return wrong('name must be a string');
    if (!v.is(Named, given)) return wrong('arguments must be an object');
    const result = await server.callTool(name, given);
    return result === null ? wrong(`Unknown tool: ${name.slice(0, 100)}`) : ok(result);
  },
};

const wrong = (message: string): Outcome => fail({ code: RPC_CODES.wrong_params, message });

export async function answerRequest({ id, method, params }: RpcRequest, server: McpServer): Promise<object> {
  const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (run === undefined)
    return rpcFailure(id, { code: RPC_CODES.unknown_method, message: `Unknown method: ${method.slice(0, 100)}` });
  const outcome = await run(params, server);
  return outcome.ok ? { jsonrpc: '2.0', id, result: outcome.value } : rpcFailure(id, outcome.fault);
}

/** `id`: null where the message could not be read. */
export const rpcFailure = (id: string | number | null, error: RpcError): object => ({ jsonrpc: '2.0', id, error });
