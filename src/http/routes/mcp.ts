// Edge: POST /mcp: one message of the Model Context Protocol in, its answer as JSON out. No sessions, no streams.
import { checkScope } from '../auth.ts';
import { readBody } from '../body.ts';
import type { MemberCall } from '../context.ts';
import {
  answerRequest,
  type McpServer,
  PROTOCOL_VERSIONS,
  readMessage,
  RPC_CODES,
  type RpcError,
  rpcFailure,
} from '../mcp/protocol.ts';
import { problemText, type Tool, toolResult } from '../mcp/tool.ts';
import { describeTools } from '../mcp/tool-schemas.ts';
import { TOOLS } from '../mcp/tools.ts';
import { VERSION } from '../openapi/components.ts';
import { Problem, problemOf } from '../problem.ts';
import { json } from '../respond.ts';

const INSTRUCTIONS =
  'longplay keeps songs made through Suno relays: it follows each task at its relay, archives the finished files and answers for them at links that last. To make a song: make_song, then get_task with wait_seconds 55 until tracking.state is settled; then clips[].audio.url is the link to give on.';

export function mcpRoute(): (call: MemberCall) => Promise<Response> {
  /** Made at the first request for them; they are the same for all. */
  let described: object[] | null = null;
  const listTools = (): object[] => (described ??= describeTools(TOOLS));
  return (call) => answer(call, listTools);
}

async function answer(call: MemberCall, listTools: McpServer['listTools']): Promise<Response> {
  checkOrigin(call);
  const { headers } = call.request;
  if (!takesJson(headers.get('accept'))) return refused(406, 'This server answers application/json: accept it');
  const body = await readMessageBody(call.request);
  if ('error' in body) return failed(400, null, body.error);
  const message = readMessage(body.value);
  if (!message.ok) return failed(400, null, message.fault);
  // No version is agreed on before `initialize` is answered. Later, none means an older one.
  const version = headers.get('mcp-protocol-version');
  if (message.value?.method !== 'initialize' && version !== null && !PROTOCOL_VERSIONS.includes(version))
    return refused(
      400,
      `Unsupported protocol version: ${version.slice(0, 20)} (supported versions: ${PROTOCOL_VERSIONS.join(', ')})`,
    );
  if (message.value === null) return new Response(null, { status: 202 });
  return json(await answerRequest(message.value, serverOf(call, listTools)));
}

/** What is no JSON is told in JSON-RPC's words; a body too large or of another type is HTTP's matter. */
async function readMessageBody(request: Request): Promise<{ value: unknown } | { error: RpcError }> {
  try {
    return { value: (await readBody(request, 'json')).value };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'invalid_request') throw error;
    return { error: { code: RPC_CODES.unreadable, message: error.message } };
  }
}

const failed = (status: number, id: null, error: RpcError): Response => json(rpcFailure(id, error), status);
const refused = (status: number, message: string): Response =>
  failed(status, null, { code: RPC_CODES.refused, message });

/** A page of another site may be led to a server on its reader's own computer: the protocol wants it turned away. */
function checkOrigin({ request, url, base, settings }: MemberCall): void {
  const origin = request.headers.get('origin');
  if (origin === null || settings.cors_origins.includes('*')) return;
  if ([url.origin, base, ...settings.cors_origins].includes(origin)) return;
  throw new Problem('forbidden', 'Pages of this origin may not call; the setting CORS_ORIGINS names those that may');
}

/** None at all, a wildcard or the type itself (RFC 9110 12.5.1). */
const takesJson = (accept: string | null): boolean =>
  accept === null ||
  /(?:^|,)\s*(?:\*\/\*|application\/(?:\*|json))\s*(?:;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|,|$)/i.test(accept);

const serverOf = (call: MemberCall, listTools: McpServer['listTools']): McpServer => ({
  about: () => ({
    capabilities: { tools: {} },
    serverInfo: { name: 'longplay', title: 'longplay', version: VERSION, websiteUrl: call.base },
    instructions: INSTRUCTIONS,
  }),
  listTools,
  callTool: async (name, given) => {
    const tool = TOOLS.find((one) => one.name === name);
    return tool === undefined ? null : run(tool, given, call);
  },
});

/** What goes wrong is the tool's result, so that the model reads it and can do something about it. */
async function run(tool: Tool, given: Record<string, unknown>, call: MemberCall): Promise<object> {
  try {
    checkScope(call.token, tool.scope);
    return toolResult(await tool.call(call, given));
  } catch (error) {
    const problem = problemOf(error, (message) =>
      call.deps.log({ event: 'error', at: 'mcp', tool: tool.name, message }),
    );
    return toolResult({ ok: false, fault: problemText(problem) });
  }
}
