// Edge: Miniflare, the local runtime. Starts the Worker with its bindings and hands it ticks.
import { resolve } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { V4MiniflareOptions } from 'miniflare';
import { START_CRON } from '../../model/limits.ts';
import type { Configuration } from '../../local/configuration.ts';
import { HOST } from '../../local/port.ts';

export interface Runtime {
  ready: Promise<unknown>;
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
  return {
    ...options.bindings,
    // A queue's consumer may go on after its batch is handed back (worker.ts).
    compatibilityFlags: [...flags, 'queue_consumer_no_wait_for_wait_until'],
    name: 'longplay',
    modules: true,
    script: options.script,
    bindings: options.variables,
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
