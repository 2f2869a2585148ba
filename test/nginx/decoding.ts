// Edge: `npm start` with a relay behind an nginx that decodes paths: whatever a caller spells, the relay sees its own routes only.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newFolder, Program, stopAll } from '../e2e/product.ts';
import { inFolder, withNginx } from './nginx.ts';

const TARGET = '/api/user/self';
const KEY = 'sk-behind-nginx';

/** `proxy_pass` with a path: nginx decodes and resolves what it got, then encodes what must be. */
const proxy = (relay: number) => (folder: string, port: number) =>
  inFolder(folder, `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${relay}/; } }`);

const CLIMBS = ['..', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '%c0%ae%c0%ae'].flatMap((dots) =>
  ['%2f', '%2F', '%5c', '%252f', '%25252F'].map((slash) => `${dots}${slash}${dots}${slash}api${slash}user${slash}self`),
);
const PATHS = CLIMBS.flatMap((climb) => [
  `/v1/tasks/${climb}`,
  `/suno/fetch/${climb}`,
  `/longplay/suno/fetch/${climb}`,
  `/suno/${climb}`,
  `/suno/%ff/${climb}`,
  `/suno/%/x/${climb}`,
]);

interface Seen {
  path: string;
  key: string | undefined;
}

/** Bytes of a path as they are: fetch() would resolve some. */
async function ask(base: string, path: string, headers: Record<string, string>, body?: string): Promise<number> {
  const { hostname, port } = new URL(base);
  const method = body === undefined ? 'GET' : 'POST';
  const sent = request({ hostname, port, path, method, headers: { ...headers, connection: 'close' } }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

/** True: nothing got out. Prints what did. */
export async function decoding(): Promise<boolean> {
  const seen: Seen[] = [];
  const relay = createServer(({ url = '', headers }, response) => {
    seen.push({ path: url, key: headers.authorization });
    response.setHeader('content-type', 'application/json').end('{"code":"success","data":[]}');
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  try {
    return await withNginx(proxy((relay.address() as AddressInfo).port), (nginx) => spell(nginx, seen));
  } finally {
    relay.close();
    await stopAll();
  }
}

async function spell(nginx: number, seen: Seen[]): Promise<boolean> {
  const vendor = `http://127.0.0.1:${nginx}`;
  seen.length = 0;
  await ask(vendor, '/suno/fetch/..%2F..%2Fapi%2Fuser%2Fself', {});
  const decodes = seen.some(({ path }) => path === TARGET);
  if (!decodes) console.error('This nginx decodes nothing: the check would prove nothing');

  const program = await Program.start([
    ...['--port', '0', '--data', newFolder(), '--vendor', `longplay=${vendor}`, '--vendor-key', `longplay=${KEY}`],
  ]);
  const base = await program.ready();
  const headers = { authorization: 'Bearer demo', 'content-type': 'application/json' };
  seen.length = 0;
  const statuses: [string, number][] = [];
  for (const path of PATHS) statuses.push([path, await ask(base, path, headers)]);
  for (const path of ['/v1/tasks/fetch', '/v1/tasks', '/suno/fetch']) {
    // A path decodes once before it names an id; a body does not.
    for (const id of CLIMBS.flatMap((climb) => [climb, decodeURIComponent(climb.replaceAll('%c0%ae', '..'))]))
      statuses.push([`${path} ${id}`, await ask(base, path, headers, JSON.stringify({ ids: [id] }))]);
  }
  const refused = statuses.filter(([, status]) => status === 400 || status === 404);
  for (const [path, status] of statuses)
    if (status < 400 || status > 404) console.error(`NOT REFUSED ${status} ${path}`);
  const outside = seen.filter(({ path }) => !path.startsWith('/suno/'));
  for (const { path, key } of outside) console.error(`OUTSIDE ${path} ${key === undefined ? '' : 'with the key'}`);
  console.log(
    `\n${statuses.length} spellings of a way out before a relay whose nginx decodes: ${refused.length} refused, ${outside.length} got out`,
  );
  return decodes && refused.length === statuses.length && outside.length === 0;
}
