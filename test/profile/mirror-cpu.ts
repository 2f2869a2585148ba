// Edge: `npm run profile`: the processor time of the isolate that mirrors one file, by kind and size, beside a bare Worker that fetches, hashes and puts. `--functions` names where it goes.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { inspect } from '../bench/inspector.ts';
import { quantile } from '../bench/rounds.ts';
import { childrenOf, cpuMsOf } from '../bench/usage.ts';
import { makeMedia, type MediaKind } from '../support/media.ts';
import { isolateMs, sum } from './isolate.ts';

const MB = 1_000_000;

interface File {
  name: string;
  kind: MediaKind;
  size_mb: number;
  /** Without its length the host names no Content-Length. */
  measured: boolean;
  /** Milliseconds that it may take. */
  most: number | null;
}
const mp3 = (size_mb: number, most: number | null): File => ({
  ...{ name: `mp3 ${size_mb} MB`, kind: 'mp3', size_mb, measured: true, most },
});
const FILES: readonly File[] = [
  ...[mp3(1, null), mp3(3, 5), mp3(8, 10), mp3(20, null), mp3(40, 48)],
  { name: 'WAV 30 MB', kind: 'wav', size_mb: 30, measured: true, most: null },
  { name: 'mp3 3 MB, length unknown', kind: 'mp3', size_mb: 3, measured: false, most: null },
  { name: 'mp3 20 MB, length unknown', kind: 'mp3', size_mb: 20, measured: false, most: null },
];
const WORKERS = ['longplay', 'bare', 'passed'] as const;
/** In turn, so that what the machine does besides falls on all alike. */
const ROUNDS = 5;
const WARM_UP_RUNS = 10;
const BYTES_A_ROUND = 60 * MB;
/** 128 kbit/s, as relays encode. */
const AUDIO_BYTES_PER_SECOND = 16_000;

const withFunctions = process.argv.includes('--functions');
const bodies = new Map(
  FILES.map(({ kind, size_mb }) => [`/${kind}/${size_mb}`, makeMedia({ kind, bytes: size_mb * MB })]),
);
/** What is posted of each unfinished body. */
const kept = new Map<string, Buffer[]>();
const store = createServer(async (request, response) => {
  const key = request.url ?? '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.method === 'POST') kept.set(key, [...(kept.get(key) ?? []), ...chunks]);
  const body = request.method === 'GET' ? Buffer.concat(kept.get(key) ?? []) : Buffer.of();
  if (request.method === 'GET') kept.delete(key);
  response.writeHead(200, { 'content-length': body.length }).end(body);
});
const host = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://host.invalid');
  const body = bodies.get(pathname) ?? new Uint8Array();
  if (searchParams.has('measured')) return void response.writeHead(200, { 'content-length': body.length }).end(body);
  // A body that is handed over by end() alone would get its length by itself.
  response.writeHead(200).write(body.subarray(0, 1));
  response.end(body.subarray(1));
});
const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const [media, stored] = [await listening(host), await listening(store)];

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    name: 'mirror',
    modules: true,
    script: await bundleWorker(join(import.meta.dirname, 'worker.ts')),
    compatibilityDate: '2026-10-15',
    compatibilityFlags: ['nodejs_compat'],
    bindings: { STORE: stored },
    cf: false,
    telemetry: { enabled: false },
    inspectorPort: 0,
    log: new Log(LogLevel.NONE),
    handleStructuredLogs: () => undefined,
  } as unknown as V4MiniflareOptions),
);
const url = await runtime.ready;
const [pid = 0] = childrenOf(process.pid, 'workerd');
const session = await inspect(await runtime.getInspectorURL(), 'mirror');

async function run(worker: string, { kind, size_mb, measured }: File): Promise<void> {
  const slug = randomUUID();
  const source_url = `${media}/${kind}/${size_mb}${measured ? '?measured' : ''}`;
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

interface Figure {
  /** By the inspector. */
  ms: number;
  /** All that the runtime's process does for each invocation, exactly: receiving and sending, too. */
  all: number[];
  functions: Map<string, number>;
}
async function measure(worker: string, file: File): Promise<Figure> {
  const runs = Math.max(2, Math.min(20, Math.floor(BYTES_A_ROUND / (file.size_mb * MB))));
  const all: number[] = [];
  const functions = await isolateMs(session, async () => {
    for (let count = 0; count < runs; count++) {
      const before = cpuMsOf(pid);
      await run(worker, file);
      all.push(cpuMsOf(pid) - before);
    }
  });
  for (const [name, ms] of functions) functions.set(name, ms / runs);
  return { ms: sum(functions.values()), all, functions };
}

for (const file of FILES.slice(0, 3))
  for (const worker of WORKERS) for (let count = 0; count < WARM_UP_RUNS; count++) await run(worker, file);

const figures = new Map<string, Figure[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const file of FILES) {
    for (const worker of WORKERS) {
      const key = `${worker} ${file.name}`;
      figures.set(key, [...(figures.get(key) ?? []), await measure(worker, file)]);
    }
  }
}

const ms = (value: number): string => value.toFixed(1).padStart(9);
const figuresOf = (worker: string, name: string): Figure[] => figures.get(`${worker} ${name}`) ?? [];
const inspectedOf = (worker: string, name: string): number =>
  quantile(
    figuresOf(worker, name).map((figure) => figure.ms),
    0.5,
  );
const processOf = (worker: string, name: string): number =>
  quantile(
    figuresOf(worker, name).flatMap(({ all }) => all),
    0.25,
  );

console.log(`Milliseconds of processor an invocation: what the machine does besides only adds.
inspector: the isolate, the median of ${ROUNDS} rounds; where the machine is busy, samples are missing. process: all of the
runtime, receiving and sending included, exactly, the lower quartile of all invocations; own: that less what passing the
same bytes on takes the runtime, which it does without holding them. At most: by the inspector.

                              inspector                 process                       own
file                         longplay     bare   longplay     bare   passed   longplay     bare  own ms/MB  at most`);
for (const { name, size_mb, most } of FILES) {
  const [ours = 0, bare = 0, passed = 0] = WORKERS.map((worker) => processOf(worker, name));
  const own = ours - passed;
  const inspected = inspectedOf('longplay', name);
  const verdict = most === null ? '' : `${String(most).padStart(7)} ${inspected <= most ? 'met' : 'MISSED'}`;
  const columns = [inspected, inspectedOf('bare', name), ours, bare, passed, own, bare - passed].map(ms).join('');
  console.log(`${name.padEnd(28)}${columns}${(own / size_mb).toFixed(2).padStart(9)}${verdict}`);
  if (!withFunctions) continue;
  for (const worker of WORKERS) {
    const last = [...(figuresOf(worker, name).at(-1)?.functions ?? [])].toSorted(([, one], [, two]) => two - one);
    const heaviest = last.slice(0, 10).map(([called, spent]) => `${called} ${spent.toFixed(2)}`);
    console.log(`    ${worker}: ${heaviest.join(', ')}`);
  }
}
session.close();
for (const server of [host, store]) {
  server.close();
  server.closeAllConnections();
}
await runtime.dispose();
