// Edge: what is deployed, in bytes; what it takes to start it; how soon `npm start` is ready.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newClient } from './load.ts';
import type { Budget } from './measure.ts';
import { number, type Figure, type Section } from './report.ts';
import { inTurns, quantile, spreadOf } from './rounds.ts';
import { cpuMsOf } from './usage.ts';
import { ours, type Placed, startWorkers } from './workers.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What the Free plan takes, compressed. */
const BUNDLE_MAX_KB = 3_072;
const CONSOLE = '.wrangler/console/files.js';
const START_MAX_MS = 50;
/** The local runtime evaluates a Worker's modules twice before it is ready: a loop that stands in one runs two times. */
const EVALUATIONS = 2;
const READY_WITHIN_S = 5;
const READY = /longplay is ready on/;
const STARTS = 3;

export async function start({ rounds }: Budget, say: (text: string) => void): Promise<Section> {
  say('start: bundle');
  const code = bundled();
  const figures = [size(code)];
  say('start: processor time');
  figures.push(await startUp(String(code), Math.min(rounds, 7)));
  say('start: npm start');
  figures.push(await readiness());
  return {
    title: 'Start',
    about:
      'The bundle is what `wrangler deploy` uploads. Start-up: processor time of the runtime from its start to its first answer, beside the same with a Worker that has the same bindings and nothing to start, in turns.',
    figures,
  };
}

/** The bundle as `wrangler deploy` makes it. */
function bundled(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'longplay-bench-'));
  try {
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', folder],
      {
        cwd: ROOT,
        stdio: 'pipe',
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
      },
    );
    const name = readdirSync(folder).find((file) => file.endsWith('.js')) ?? '';
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function size(code: Buffer): Figure {
  const zipped = gzipSync(code).length / 1024;
  return {
    what: 'bundle',
    value: `${number(zipped, 1)} KB gzip (${number(code.length / 1024, 0)} KB)`,
    target: `≤ ${BUNDLE_MAX_KB} KB`,
    met: zipped <= BUNDLE_MAX_KB,
    note: `${number(gzipSync(readFileSync(join(ROOT, CONSOLE))).length / 1024, 0)} KB of it are the console’s files, which the Worker serves itself`,
  };
}

async function startUp(code: string, rounds: number): Promise<Figure> {
  const { name, options = {} } = await ours({ VENDORS: { relay: { base_url: 'https://relay.example' } } });
  const contestants: Placed[] = [
    { name, options, text: code },
    { name: 'empty', options, main: 'test/bench/bare/empty.ts' },
  ];
  const [loaded, answered] = [new Map<string, number[]>(), new Map<string, number[]>()];
  const client = newClient();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of inTurns(contestants, round)) {
      const running = await startWorkers([contestant]);
      const before = cpuMsOf(running.pid);
      await client.ask({ url: `${running.urlOf(contestant.name)}/v1/tasks` });
      loaded.set(contestant.name, [...(loaded.get(contestant.name) ?? []), before]);
      answered.set(contestant.name, [...(answered.get(contestant.name) ?? []), cpuMsOf(running.pid) - before]);
      await running.stop();
    }
  }
  client.close();
  const of = (times: Map<string, number[]>, who: string): number[] => times.get(who) ?? [];
  // A machine changes its pace within a run: each start is held against its own neighbour.
  const beyond = quantile(
    of(loaded, name).map((ms, round) => ms - (of(loaded, 'empty')[round] ?? NaN)),
    0.5,
  );
  const first = quantile(of(answered, name), 0.5);
  const ms = beyond / EVALUATIONS + first;
  return {
    what: 'start-up CPU, beyond that of an empty Worker',
    value: `${number(ms, 0)} ms`,
    target: `≤ ${START_MAX_MS} ms`,
    met: ms <= START_MAX_MS,
    note: `the median of ${rounds} starts; ${number(first, 1)} ms of it are the first answer's; the platform allows 1 s`,
  };
}

async function readiness(): Promise<Figure> {
  const seconds: number[] = [];
  for (let turn = 0; turn < STARTS; turn++) seconds.push(await readyAfter());
  const { median } = spreadOf(seconds);
  return {
    what: '`npm start` until it is ready',
    value: `${number(median, 1)} s (${number(Math.min(...seconds), 1)}–${number(Math.max(...seconds), 1)})`,
    target: `≤ ${READY_WITHIN_S} s`,
    met: median <= READY_WITHIN_S,
    note: `${STARTS} starts, each with a state of its own`,
  };
}

async function readyAfter(): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'longplay-bench-'));
  const began = performance.now();
  // A group of its own, so that the runtime goes with it.
  const child = spawn('npm', ['start', '--', '--port', '0', '--data', data], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  try {
    return await new Promise<number>((done, fail) => {
      let output = '';
      const hear = (text: Buffer): void => {
        output += text.toString();
        if (READY.test(output)) done((performance.now() - began) / 1000);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      void ended.then(() => fail(new Error(`npm start ended before it was ready: ${output.slice(-500)}`)));
    });
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}
