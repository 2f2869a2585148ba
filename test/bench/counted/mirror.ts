// Edge: longplay's mirroring by hand: a batch of songs is tracked and heard of, and each message is an invocation that a request begins.
import { env as bindings } from 'cloudflare:workers';
import { httpDeps } from '../../../src/app/fetch.ts';
import { runMirror } from '../../../src/app/queue.ts';
import { runSweep } from '../../../src/app/scheduled.ts';
import { readSettings } from '../../../src/config/settings.ts';
import { createRouter } from '../../../src/http/router.ts';

export { Ledger } from '../../../src/ledger/ledger.ts';

console.log = () => undefined;
const waiting: unknown[] = [];
const producer = {
  sendBatch: async (messages: Iterable<{ body: unknown }>) => {
    for (const { body } of messages) waiting.push(body);
  },
};
const env = { ...(bindings as unknown as Env), MIRROR: producer, DELIVER: producer } as unknown as Env;
const read = readSettings(env);
if (!read.ok) throw new Error(read.fault.join('; '));
const settings = read.value;
const router = createRouter(httpDeps(env, read));

/** Answers the messages that these songs' clips are sent with. */
async function prepare(ids: string[], request: Request): Promise<unknown[]> {
  const { headers } = request;
  const init = { method: 'POST', headers, body: JSON.stringify({ ids }) };
  await router.fetch(new Request('https://songs.example/v1/tasks', init), { waitUntil: () => undefined });
  await runSweep(env, settings, '* * * * *');
  return waiting.splice(0);
}

async function mirror(body: unknown): Promise<void> {
  const nothing = (): void => undefined;
  const message = { id: 'm', timestamp: new Date(0), attempts: 1, body, ack: nothing, retry: nothing };
  const batch = { queue: 'longplay-mirror', messages: [message], ackAll: nothing, retryAll: nothing };
  await runMirror(env, settings, batch as unknown as MessageBatch);
}

export default {
  async fetch(request) {
    const body: unknown = await request.json();
    if (request.url.endsWith('/prepare')) return Response.json(await prepare(body as string[], request));
    await mirror(body);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler;
