// Edge: Miniflare, the local runtime. Starts the Worker with its bindings and hands it ticks.
import { build, stop } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { resolve } from 'node:path';
import { DAILY_CRON, START_CRON } from '../../model/limits.ts';
import { buildConsole } from '../console-build.ts';
import { PRIVATE_BLOCKS } from '../../net/address.ts';
import type { RuntimeConfiguration } from '../wrangler-config.ts';
import { HOST } from './process.ts';

export interface Runtime {
  ready: Promise<unknown>;
  tick: (cron: string) => Promise<void>;
  stop: () => Promise<void>;
}

export interface RuntimeOptions {
  port: number;
  data: string;
  script: string;
  bindings: RuntimeConfiguration['bindings'];
  variables: Record<string, unknown>;
  /** Whether the machine's own addresses may be asked. */
  local_network: boolean;
  onLog: (level: string, message: string) => void;
}

export function startRuntime(options: RuntimeOptions): Runtime {
  const runtime = new Miniflare(convertV4MiniflareOptions(asMiniflareOptions(options, restarted)));
  return { ready: runtime.ready, tick, stop: () => runtime.dispose() };

  async function tick(cron: string): Promise<void> {
    // Asked for anew each time: a runtime that crashed has been replaced in the meantime.
    const worker = await runtime.getWorker();
    const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date() });
    if (outcome !== 'ok') throw new Error(`the Worker's scheduled handler ended with "${outcome}"`);
  }

  /** Miniflare has replaced a runtime that crashed; what was queued is lost, as it is after any other end. */
  async function restarted(): Promise<void> {
    options.onLog('error', 'the local runtime crashed and was started anew');
    await tick(START_CRON);
  }
}

function asMiniflareOptions(options: RuntimeOptions, restarted: () => Promise<void>): V4MiniflareOptions {
  const { compatibilityFlags: flags = [] } = options.bindings as { compatibilityFlags?: string[] };
  const longplay = {
    ...options.bindings,
    // A queue's consumer may go on after its batch is handed back (worker.ts).
    compatibilityFlags: [...flags, 'queue_consumer_no_wait_for_wait_until'],
    name: 'longplay',
    modules: true,
    script: options.script,
    bindings: options.variables,
    outboundService: OUTBOUND,
  };
  return {
    workers: [longplay, outbound(options.local_network)],
    host: HOST,
    port: options.port,
    resourcePersistencePath: resolve(options.data),
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    logRequests: false,
    handleStructuredLogs: ({ level, message }) => options.onLog(level, message),
    unsafeHandleRuntimeRestart: restarted,
  } as V4MiniflareOptions;
}

const OUTBOUND = 'outbound';

/**
 * The way out of the Worker. By itself the local runtime reaches private addresses too, and what a host name resolves to
 * is seen by nobody but the network: to this one such an address is as good as none.
 */
const outbound = (local: boolean) => ({
  name: OUTBOUND,
  modules: true,
  script: 'export default { fetch: (request, { NETWORK }) => NETWORK.fetch(request) };',
  compatibilityDate: '2026-10-15',
  serviceBindings: {
    NETWORK: {
      network: {
        allow: local ? ['public', 'local'] : ['public'],
        deny: PRIVATE_BLOCKS,
        tlsOptions: { trustBrowserCas: true },
      },
    },
  },
});

export async function bundleWorker(main: string): Promise<string> {
  await buildConsole();
  const { outputFiles } = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    // The same endings that wrangler imports as text.
    loader: { '.txt': 'text', '.html': 'text', '.sql': 'text' },
    logLevel: 'silent',
  });
  // Its helper process would stay for as long as longplay runs.
  await stop();
  const [bundle] = outputFiles;
  if (!bundle) throw new Error(`Cannot bundle ${main}: esbuild gave no file`);
  return bundle.text;
}

/** Overlapping ticks are harmless, a pile of them is not: beyond this many unfinished ones a tick is left out. */
const UNFINISHED_MAX = 4;

/** What wrangler.toml says of every minute. */
const EVERY_TICK = '* * * * *';
const DAY_MS = 86_400_000;

/** Ticks at once and then every `seconds`; answers how to stop. A failed tick is told and changes nothing: the next one comes. */
export function startTicks(
  tick: (cron: string) => Promise<void>,
  seconds: number,
  onFailure: (error: unknown) => void,
): () => void {
  let unfinished = 0;
  let stopped = false;
  const fire = async (cron: string): Promise<void> => {
    if (unfinished >= UNFINISHED_MAX) return;
    unfinished++;
    try {
      await tick(cron);
    } catch (error) {
      if (!stopped) onFailure(error);
    } finally {
      unfinished--;
    }
  };
  void fire(START_CRON);
  const timers = [
    setInterval(() => void fire(EVERY_TICK), seconds * 1000),
    // By the time that it runs, not by the clock on the wall: a computer of one's own may sleep at any hour.
    setInterval(() => void fire(DAILY_CRON), DAY_MS),
  ];
  return () => {
    stopped = true;
    timers.forEach(clearInterval);
  };
}

const GIVE_UP_AFTER_MS = 30_000;
const ASK_EVERY_MS = 50;
/** An answer that got lost is not waited for till the end. */
const ANSWER_WITHIN_MS = 5_000;

/** Returns as soon as GET /health is answered with 200. */
export async function waitUntilAnswered(url: string): Promise<void> {
  const startedAt = Date.now();
  let last = 'no answer';
  while (Date.now() - startedAt < GIVE_UP_AFTER_MS) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text.slice(0, 300)}`;
    } catch (error) {
      // Not listening yet, or too slow: asked again until the time is over.
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`GET /health was never answered with 200: ${last}`);
}
