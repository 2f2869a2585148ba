// Pure: llms.txt: what this server is and how a program uses it, in one page (llmstxt.org).
import { TOOLS } from '../mcp/tools.ts';
import { ALL_OPERATIONS } from './document.ts';
import type { Operation } from './operation.ts';

/** `base`: origin of links, without a slash at its end. */
export const llmsText = (base: string): string => `# longplay

> A permanent home for songs made through Suno task relays. It passes orders on to a relay, follows each task there, archives every finished file and answers for it at links that last, while the relay's own links die within days.

You need a token of this server: send \`Authorization: Bearer <token>\` with every request but those that are open to all. Ask who runs it for one. Scope \`read\` reads, \`track\` also orders and tracks songs, \`admin\` does all; 600 requests a minute. \`${base}/health\` tells whether it works.

## Make a song and give its link on

With the Model Context Protocol: add \`${base}/mcp\` (Streamable HTTP, with the token as bearer); call \`make_song\`, then \`get_task\` with \`wait_seconds\` 55 until \`tracking.state\` is \`settled\`. Each tool can be called with plain HTTP as well, without a session:

\`\`\`sh
curl ${base}/mcp -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"make_song","arguments":{"description":"a slow waltz about rain"}}}'
# result.structuredContent: {"id": "<task id>", "vendor": "<vendor>", …}
curl ${base}/mcp -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get_task","arguments":{"id":"<task id>","vendor":"<vendor>","wait_seconds":55}}}'
# result.structuredContent.clips[0].audio.url: the permanent link
\`\`\`

With the relay's own format, as any client of it does:

\`\`\`sh
curl ${base}/suno/submit/music -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"gpt_description_prompt":"a slow waltz about rain"}'
# {"code":"success","message":"","data":"<task id>"}
curl ${base}/v1/tasks/<task id> -H "Authorization: Bearer $TOKEN" -H "Prefer: wait=55"
\`\`\`

- A song takes some minutes. Ask again until \`tracking.state\` is \`settled\` (nothing is left to do) or \`expired\`; \`failure\` says why a task failed. Each order costs what the relay charges: do not repeat one whose task is under way. Where you cannot know whether an order in the relay's format arrived, send it with a header \`Idempotency-Key\`, a name of your own that is new for each order: again with the same key it is not made twice, but answered as before.
- A task has one or more songs in \`clips\`. Of each, \`audio.url\` is the permanent link, \`links.page\` a page with player and lyrics for people. \`audio.link\` is good from the first moment and leads to the file once it is there. Never give \`source_url\` or \`stream_url\` on: these die.
- What was made from a song, such as its stems: \`${base}/v1/clips?parent=<its id or slug>\`.
- A failure names a \`code\`, a \`detail\` and whether it is \`retryable\`; \`Retry-After\` says when.

## Tools (POST ${base}/mcp)

${TOOLS.map(({ name, scope, description }) => `- \`${name}\` (scope \`${scope}\`): ${description}`).join('\n')}

## Routes

- [OpenAPI 3.1](${base}/openapi.json): every route, with its parameters and answers

${ROUTES.map(routeLine).join('\n')}

The drop-in routes under \`/suno/\` exist under \`/<vendor>/suno/\` as well, for a relay account by its short id.
`;

/** Each route once: those under a vendor's name, and one method of those that take any, say nothing more. */
const ROUTES = ALL_OPERATIONS.filter(({ id }) => !/AtVendor$|^dropInPass(?!Get)/.test(id));

const routeLine = ({ method, path, summary, scope, id }: Operation): string =>
  `- \`${id === 'dropInPassGet' ? 'ANY' : method.toUpperCase()} ${path}\`${scope === null ? '' : ` (scope \`${scope}\`)`}: ${id === 'dropInPassGet' ? 'Pass any other path of the relay on' : summary}`;
