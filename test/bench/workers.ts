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

/** All that wrangler.toml says of the Worker, but for its code and variables. */
export async function configuration(): Promise<Record<string, unknown>> {
  const { bindings } = await readRuntimeConfiguration(join(ROOT, 'wrangler.toml'));
  return bindings as Record<string, unknown>;
}

/** More often than any bench asks. */
const ASKED_MAX = 1e9;

/** What ours is given: every binding of wrangler.toml, as `npm start` does. Its limit on requests is there, and refuses none. */
export async function ours(variables: Record<string, unknown>, main = 'src/index.ts'): Promise<Placed> {
  const { r2Buckets: _, ratelimits = {}, ...own } = await configuration();
  const raised = Object.entries(ratelimits as Record<string, { simple: object }>).map(([name, limit]) => [
    name,
    { ...limit, simple: { ...limit.simple, limit: ASKED_MAX } },
  ]);
  return {
    name: 'longplay',
    main,
    options: {
      ...own,
      ratelimits: Object.fromEntries(raised),
      bindings: {
        API_TOKENS: TOKEN,
        ALLOW_PRIVATE_HOSTS: true,
        PUBLIC_BASE_URL: 'https://songs.example',
        ...variables,
      },
    },
  };
}

/** On the platform the limit on requests counts within the machine; its local stand-in is a call to another Worker. */
export const LIMITS = ['with the rate limit', 'without the rate limit'] as const;
export function limitedAs(how: (typeof LIMITS)[number], { options = {}, ...placed }: Placed): Placed {
  const { ratelimits, ...others } = options;
  return { ...placed, options: { ...others, ...(how === 'with the rate limit' && { ratelimits }) } };
}

export async function startWorkers(placed: readonly Placed[]): Promise<Running> {
  const { compatibilityDate, compatibilityFlags, r2Buckets } = await configuration();
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
