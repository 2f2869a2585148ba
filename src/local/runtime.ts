// Edge: Miniflare, the local runtime. Starts the Worker with its bindings and hands it ticks.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { V4MiniflareOptions } from 'miniflare';
import type { Configuration } from './configuration.ts';
import { HOST } from './port.ts';

export interface Runtime {
  tick: (cron: string) => Promise<void>;
  stop: () => Promise<void>;
}

export interface RuntimeOptions {
  port: number;
  data: string;
  script: string;
  bindings: Configuration['bindings'];
  variables: Record<string, unknown>;
  onLog: (level: string, message: string) => void;
}

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const runtime = new Miniflare(convertV4MiniflareOptions(asMiniflareOptions(options)));
  await runtime.ready;
  return {
    async tick(cron) {
      // Asked for anew each time: a runtime that crashed has been replaced by Miniflare in the meantime.
      const worker = await runtime.getWorker();
      await worker.scheduled({ cron, scheduledTime: new Date() });
    },
    stop: () => runtime.dispose(),
  };
}

function asMiniflareOptions(options: RuntimeOptions): V4MiniflareOptions {
  return {
    ...options.bindings,
    name: 'longplay',
    modules: true,
    script: options.script,
    bindings: options.variables as NonNullable<V4MiniflareOptions['bindings']>,
    host: HOST,
    port: options.port,
    resourcePersistencePath: options.data,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    logRequests: false,
    handleStructuredLogs: ({ level, message }) => options.onLog(level, message),
    handleUncaughtError: (error) => options.onLog('error', error.stack ?? error.message),
  } as V4MiniflareOptions;
}
