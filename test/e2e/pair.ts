// Edge: two Workers of one deployment, started each for itself, which share ledger, buckets and queues, as isolates on the platform do.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { readRuntimeConfiguration } from '../../src/cli/wrangler-config.ts';

const ROOT = join(import.meta.dirname, '../..');
export const TOKENS = Array.from({ length: 10 }, (_, index) => `pair-${index}`);

export interface Pair {
  /** A request to the first or second Worker; tokens take turns, since the rate limit counts by token. */
  call(
    worker: 0 | 1,
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  tick(worker: 0 | 1): Promise<void>;
  stop(): Promise<void>;
}

export async function startPair(vendors: Record<string, string>, vars: Record<string, unknown> = {}): Promise<Pair> {
  const { bindings, main } = await readRuntimeConfiguration(join(ROOT, 'wrangler.toml'));
  const script = await bundleWorker(main);
  const { durableObjects, queueConsumers, ...shared } = bindings as Record<string, unknown>;
  const common = {
    ...shared,
    modules: true,
    // A port of its own for each, so that requests which wait do not queue behind each other.
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    script,
    bindings: {
      VENDORS: Object.fromEntries(Object.entries(vendors).map(([id, base_url]) => [id, { base_url }])),
      API_TOKENS: TOKENS.join(','),
      ALLOW_PRIVATE_HOSTS: true,
      DELAYS: 'short',
      TICK_SECONDS: 1,
      // Links are the same whichever Worker answers.
      PUBLIC_BASE_URL: 'https://songs.example',
      ...vars,
    },
  };
  const [binding] = Object.keys(durableObjects as object);
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
      workers: [
        { ...common, name: 'first', durableObjects, queueConsumers },
        {
          ...common,
          name: 'second',
          durableObjects: { [binding ?? 'LEDGER']: { className: 'Ledger', scriptName: 'first', useSQLite: true } },
        },
      ],
    } as unknown as V4MiniflareOptions),
  );
  await runtime.ready;
  const names = ['first', 'second'];
  const workers = await Promise.all(names.map((name) => runtime.getWorker(name)));
  const urls = await Promise.all(names.map((name) => runtime.unsafeGetDirectURL(name)));
  let turn = 0;
  return {
    call: (worker, path, { method = 'GET', body, headers = {}, signal } = {}) =>
      fetch(new URL(path, urls[worker]), {
        method,
        headers: {
          authorization: `Bearer ${TOKENS[turn++ % TOKENS.length]}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    tick: async (worker) => {
      const { outcome } = await workers[worker]!.scheduled({ cron: '* * * * *' });
      if (outcome !== 'ok') throw new Error(`The tick ended with ${outcome}`);
    },
    stop: () => runtime.dispose(),
  };
}
