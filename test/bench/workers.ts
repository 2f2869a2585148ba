// Edge: several Workers on one local runtime, ours and bare ones, bundled alike; each with a port of its own, so that none stands before another.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { readRuntimeConfiguration } from '../../src/cli/wrangler-config.ts';
import { childrenOf } from './usage.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOST = '127.0.0.1';
export const TOKEN = 'bench';

export interface Placed {
  readonly name: string;
  /** The entry, from the project's root; or `text`, the whole Worker. */
  readonly main?: string;
  readonly text?: string;
  /** What it is given beside the buckets, which all share. */
  readonly options?: Record<string, unknown>;
}

export interface Running {
  readonly pid: number;
  urlOf(name: string): string;
  readonly runtime: Miniflare;
  stop(): Promise<void>;
}

/**
 * What ours is given: as `npm start` does, but for the limit on requests. On the platform it counts within the machine; its local
 * stand-in is a call to another Worker, dearer than all that ours does.
 */
export async function ours(variables: Record<string, unknown>, main = 'src/index.ts'): Promise<Placed> {
  const { bindings } = await configuration();
  const { r2Buckets: _, ratelimits: __, ...own } = bindings as Record<string, unknown>;
  return {
    name: 'longplay',
    main,
    options: {
      ...own,
      bindings: {
        API_TOKENS: TOKEN,
        ALLOW_PRIVATE_HOSTS: true,
        PUBLIC_BASE_URL: 'https://songs.example',
        ...variables,
      },
    },
  };
}

const configuration = () => readRuntimeConfiguration(join(ROOT, 'wrangler.toml'));

export async function startWorkers(placed: readonly Placed[]): Promise<Running> {
  const { bindings } = await configuration();
  const { compatibilityDate, compatibilityFlags, r2Buckets } = bindings as Record<string, unknown>;
  const workers = [];
  for (const { name, main, text, options } of placed) {
    workers.push({
      ...{ compatibilityDate, compatibilityFlags, r2Buckets },
      ...options,
      ...{ name, modules: true },
      script: text ?? (await bundleWorker(join(ROOT, main ?? ''))),
      unsafeDirectSockets: [{ host: HOST, port: 0 }],
    });
  }
  const before = new Set(childrenOf(process.pid, 'workerd'));
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      inspectorPort: 0,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
      workers,
    } as unknown as V4MiniflareOptions),
  );
  await runtime.ready;
  const [pid = 0] = childrenOf(process.pid, 'workerd').filter((child) => !before.has(child));
  const urls = new Map<string, string>();
  for (const { name } of placed) urls.set(name, String(await runtime.unsafeGetDirectURL(name)).replace(/\/$/, ''));
  return { pid, runtime, urlOf: (name) => urls.get(name) ?? '', stop: () => runtime.dispose() };
}
