// Edge: the processor time of the isolate that mirrors one file, by kind and size, beside a bare Worker that fetches, hashes and puts.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { inspect } from '../bench/inspector.ts';
import { childrenOf, cpuMsOf } from '../bench/usage.ts';
import { configuration } from '../bench/workers.ts';
import { makeMedia, type MediaKind } from '../support/media.ts';
import { isolateMs, sum } from './isolate.ts';

export const MB = 1_000_000;

export interface File {
  readonly name: string;
  readonly kind: MediaKind;
  readonly size_mb: number;
  /** Without its length the host names no Content-Length. */
  readonly measured: boolean;
  /** Milliseconds that it may take. */
  readonly most: number | null;
}
export const mp3 = (size_mb: number, most: number | null, measured = true): File => ({
  ...{ name: `mp3 ${size_mb} MB${measured ? '' : ', length unknown'}`, kind: 'mp3', size_mb, measured, most },
});

/** `passed`: what the runtime needs to pass the same bytes on. */
export const WORKERS = ['longplay', 'bare', 'passed'] as const;
export type WorkerName = (typeof WORKERS)[number];

const WARM_UP_RUNS = 10;
const BYTES_A_ROUND = 60 * MB;
/** 128 kbit/s, as relays encode. */
const AUDIO_BYTES_PER_SECOND = 16_000;

/** Of one invocation: milliseconds. */
export interface Figure {
  /** By the inspector. */
  ms: number;
  /** All that the runtime's process does for each invocation, exactly: receiving and sending, too. */
  all: number[];
  functions: Map<string, number>;
}

export interface MirrorProfile {
  /** Runs before they are measured: what runs for the first time is compiled. */
  warmUp(file: File): Promise<void>;
  measure(worker: WorkerName, file: File): Promise<Figure>;
  stop(): Promise<void>;
}

export async function startMirrorProfile(): Promise<MirrorProfile> {
  const [media, stored] = [await listening(mediaHost()), await listening(store())];
  const { compatibilityDate, compatibilityFlags } = await configuration();
  const before = new Set(childrenOf(process.pid, 'workerd'));
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      name: 'mirror',
      modules: true,
      script: await bundleWorker(join(import.meta.dirname, 'worker.ts')),
      ...{ compatibilityDate, compatibilityFlags },
      bindings: { STORE: stored.url },
      cf: false,
      telemetry: { enabled: false },
      inspectorPort: 0,
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
    } as unknown as V4MiniflareOptions),
  );
  const url = await runtime.ready;
  const [pid = 0] = childrenOf(process.pid, 'workerd').filter((child) => !before.has(child));
  const session = await inspect(await runtime.getInspectorURL(), 'mirror');

  async function run(worker: WorkerName, { kind, size_mb, measured }: File): Promise<void> {
    const slug = randomUUID();
    const source_url = `${media.url}/${kind}/${size_mb}${measured ? '?measured' : ''}`;
    const duration_seconds = kind === 'mp3' ? (size_mb * MB) / AUDIO_BYTES_PER_SECOND : null;
    const job = {
      ...{ vendor: 'a', task_id: 't', clip_id: slug, slug, title: 'Song', duration_seconds },
      files: [{ role: 'audio', source_url, look_first: false }],
    };
    const answer = await fetch(new URL(worker, url), { method: 'POST', body: JSON.stringify(job) });
    const [outcome] = (await answer.json()) as { ok: boolean; bytes?: number; detail?: string }[];
    if (!outcome?.ok || (outcome.bytes ?? size_mb * MB) !== size_mb * MB)
      throw new Error(`${worker} did not get ${source_url} through: ${outcome?.detail ?? answer.status}`);
  }

  return {
    warmUp: async (file) => {
      for (const worker of WORKERS) for (let count = 0; count < WARM_UP_RUNS; count++) await run(worker, file);
    },
    measure: async (worker, file) => {
      const runs = Math.max(2, Math.min(20, Math.floor(BYTES_A_ROUND / (file.size_mb * MB))));
      const all: number[] = [];
      const functions = await isolateMs(session, async () => {
        for (let count = 0; count < runs; count++) {
          const began = cpuMsOf(pid);
          await run(worker, file);
          all.push(cpuMsOf(pid) - began);
        }
      });
      for (const [name, ms] of functions) functions.set(name, ms / runs);
      return { ms: sum(functions.values()), all, functions };
    },
    stop: async () => {
      session.close();
      media.close();
      stored.close();
      await runtime.dispose();
    },
  };
}

/** Files by `/<kind>/<MB>`. */
function mediaHost(): RequestListener {
  const bodies = new Map<string, Uint8Array>();
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host.invalid');
    const [, kind, size] = pathname.split('/');
    const body = bodies.get(pathname) ?? makeMedia({ kind: kind as MediaKind, bytes: Number(size) * MB });
    bodies.set(pathname, body);
    if (searchParams.has('measured')) return void response.writeHead(200, { 'content-length': body.length }).end(body);
    // A body that is handed over by end() alone would get its length by itself.
    response.writeHead(200).write(body.subarray(0, 1));
    response.end(body.subarray(1));
  };
}

/** What is posted of an unfinished body is kept until it is asked for. */
function store(): RequestListener {
  const kept = new Map<string, Buffer[]>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'POST') kept.set(key, [...(kept.get(key) ?? []), ...chunks]);
    const body = request.method === 'GET' ? Buffer.concat(kept.get(key) ?? []) : Buffer.of();
    if (request.method === 'GET') kept.delete(key);
    response.writeHead(200, { 'content-length': body.length }).end(body);
  };
  return (request, response) => void answer(request, response);
}

async function listening(answer: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
