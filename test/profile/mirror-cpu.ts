// Edge: `node test/profile/mirror-cpu.ts`: the CPU time that mirroring one file takes, by its size, and where the 10 ms of the Free plan end. Linux: reads /proc.
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { makeMedia } from '../support/media.ts';

const MB = 1024 * 1024;
const SIZES_MB = [0.5, 1, 2, 3, 4, 6, 8, 16, 32];
/**
 * How the file is given: with its length, or without. `counted`: with its length, and with the encoder's own count of bytes in
 * it (Xing, Info), which spares the Worker the walk from frame to frame that tells whether the song is all there.
 */
const FORMS = ['known', 'unknown', 'counted'] as const;
const CPU_LIMIT_MS = 10;
/** The process's clock has steps of 10 ms: so many runs that one step makes no difference. */
const RUNS = { most: 100, least: 8, bytes: 192 * MB };
const WARM_UP_RUNS = 60;
/** Each size is measured this often, the sizes in turn: the spread tells how much the machine adds. */
const ROUNDS = 3;
/** 128 kbit/s, as relays encode. */
const AUDIO_BYTES_PER_SECOND = 16_000;
/** Steps of /proc's clock a second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

type Form = (typeof FORMS)[number];

const fileOf = (size: number, kind: 'mp3' | 'info') => makeMedia({ kind, bytes: size * MB, seed: size * 2 });
const plain = new Map(SIZES_MB.map((size) => [String(size), fileOf(size, 'mp3')]));
const counted = new Map(SIZES_MB.map((size) => [String(size), fileOf(size, 'info')]));
const host = createServer((request, response) => {
  const [, form, size = ''] = (request.url ?? '').split('/');
  const body = (form === 'counted' ? counted : plain).get(size) ?? new Uint8Array();
  response.writeHead(200, {
    'content-type': 'audio/mpeg',
    ...(form !== 'unknown' && { 'content-length': body.length }),
  });
  // A body that is handed over by end() alone would get its length by itself.
  if (form === 'unknown') response.write(body.subarray(0, 1));
  response.end(form === 'unknown' ? body.subarray(1) : body);
});
await new Promise<void>((done) => host.listen(0, '127.0.0.1', done));
const media = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    name: 'mirror',
    modules: true,
    script: await bundleWorker(join(import.meta.dirname, 'worker.ts')),
    compatibilityDate: '2026-10-15',
    compatibilityFlags: ['nodejs_compat'],
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    handleStructuredLogs: () => undefined,
  } as unknown as V4MiniflareOptions),
);
const url = await runtime.ready;

async function run(what: 'mirror' | 'receive', form: Form, size: number): Promise<void> {
  const slug = randomUUID();
  const file = { role: 'audio', source_url: `${media}/${form}/${size}`, look_first: false };
  const duration_seconds = (size * MB) / AUDIO_BYTES_PER_SECOND;
  const job = { vendor: 'a', task_id: 't', clip_id: slug, slug, title: 'Song', duration_seconds, files: [file] };
  const answer = await fetch(new URL(what, url), { method: 'POST', body: JSON.stringify(job) });
  const [outcome] = (await answer.json()) as { ok: boolean; bytes?: number; detail?: string }[];
  if (!outcome?.ok || outcome.bytes !== size * MB)
    throw new Error(`A file of ${size} MB did not come through: ${outcome?.detail ?? answer.status}`);
}

/** User and system time of the runtime's process so far. */
function processMs(pid: string): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = rest.split(' ').slice(11, 13).map(Number);
  return (((user ?? 0) + (system ?? 0)) * 1_000) / TICKS_PER_SECOND;
}
function pidOfRuntime(): string {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'workerd');
  if (found === undefined) throw new Error('The runtime has no process of its own');
  return found;
}

async function measure(what: 'mirror' | 'receive', form: Form, size: number): Promise<number> {
  const runs = Math.max(RUNS.least, Math.min(RUNS.most, Math.floor(RUNS.bytes / (size * MB))));
  const before = processMs(pid);
  for (let count = 0; count < runs; count++) await run(what, form, size);
  return (processMs(pid) - before) / runs;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]): string => ((Math.max(...values) - Math.min(...values)) / 2).toFixed(1);

/** The size at which a line through the two rows around the limit crosses it. */
function crossing(rows: readonly { size: number; ms: number }[]): string {
  const over = rows.findIndex(({ ms }) => ms > CPU_LIMIT_MS);
  const [below, above] = [rows[over - 1], rows[over]];
  if (over < 0) return `above ${SIZES_MB.at(-1)} MB`;
  if (!below || !above) return `below ${SIZES_MB[0]} MB`;
  const share = (CPU_LIMIT_MS - below.ms) / (above.ms - below.ms);
  return `about ${(below.size + share * (above.size - below.size)).toFixed(1)} MB`;
}

const pid = pidOfRuntime();
for (let count = 0; count < WARM_UP_RUNS; count++)
  for (const form of FORMS) for (const what of ['mirror', 'receive'] as const) await run(what, form, 1);

console.log('CPU time of one invocation that mirrors one mp3, in ms (± half of the spread over the rounds)');
console.log(
  'all: everything the process does, reading from the socket included; own: all, less receiving the same bytes',
);
console.log('length    size MB     all     ±     own');
for (const form of FORMS) {
  const whole = new Map<number, number[]>(SIZES_MB.map((size) => [size, []]));
  const received = new Map<number, number[]>(SIZES_MB.map((size) => [size, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of SIZES_MB) {
      whole.get(size)?.push(await measure('mirror', form, size));
      received.get(size)?.push(await measure('receive', form, size));
    }
  }
  const rows = SIZES_MB.map((size) => {
    const all = whole.get(size) ?? [];
    return { size, all: mean(all), spread: spread(all), own: mean(all) - mean(received.get(size) ?? []) };
  });
  for (const { size, all, spread, own } of rows)
    console.log(
      `${form.padEnd(8)} ${String(size).padStart(8)} ${all.toFixed(1).padStart(7)} ${spread.padStart(5)} ${own.toFixed(1).padStart(7)}`,
    );
  const [upper, lower] = (['all', 'own'] as const).map((column) =>
    crossing(rows.map((row) => ({ size: row.size, ms: row[column] }))),
  );
  console.log(`${CPU_LIMIT_MS} ms are used up at ${upper} by "all", ${lower} by "own"\n`);
}
host.close();
host.closeAllConnections();
await runtime.dispose();
