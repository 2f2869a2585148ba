// Edge: the processor time of ticks and calls, by the inspector, of Worker and ledger apart, and what they take besides.
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import type { Counts } from '../bench/counted/counting.ts';
import { inspect, type Session } from '../bench/inspector.ts';
import { type Client, newClient } from '../bench/load.ts';
import { clipId } from '../bench/songs.ts';
import { cpuMsOf } from '../bench/usage.ts';
import { ours, type Running, startWorkers } from '../bench/workers.ts';
import { isolateSamples } from './isolate.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKER = 'test/bench/counted/worker.ts';

export interface Case {
  readonly name: string;
  /** What stands before it. */
  readonly before: readonly [experiment: 'under_way' | 'settled', songs: number, isUnlimited?: boolean];
  readonly experiment: 'minutes' | 'calls';
  /** How often it is done in a round. */
  readonly times: number;
  readonly call?: { readonly method?: string; readonly path: string; readonly body?: object };
}

/** A minute each; what is under way is asked about four times in it. */
export const tick = (songs: number): Case => ({
  name: songs === 0 ? 'tick with nothing to do' : `tick with ${songs} songs under way`,
  ...{ before: ['under_way', songs], experiment: 'minutes', times: songs === 0 ? 60 : 5 },
});

const call = (name: string, before: Case['before'], of: NonNullable<Case['call']>, times = 100): Case => ({
  ...{ name, before, experiment: 'calls', times, call: of },
});
const ids = Array.from({ length: 100 }, (_, index) => `song-${index}`);
/** On the platform the rate limit counts within the machine; its local stand-in is a call to another Worker: both ways. */
const bothWays = (name: string, before: Case['before'], of: NonNullable<Case['call']>, times?: number): Case[] => [
  call(name, before, of, times),
  call(`${name}, unlimited`, [before[0], before[1], true], of, times),
];
export const CALLS: readonly Case[] = [
  ...bothWays('read that asks', ['under_way', 1], { path: '/v1/tasks/song-0' }),
  ...bothWays('read of a settled song', ['settled', 1], { path: '/v1/tasks/song-0' }),
  call('permanent link', ['settled', 1], { path: `/media/${clipId('song-0', 0)}/audio.mp3` }),
  ...bothWays(
    'POST /v1/tasks/fetch of 100',
    ['settled', 100],
    { method: 'POST', path: '/v1/tasks/fetch', body: { ids } },
    20,
  ),
];

/** `world`: relay, clock and counting, which the measured Worker has within itself. */
export const WHO = ['Worker', 'ledger', 'world'] as const;
export type Who = (typeof WHO)[number];

/** Of one tick or call: milliseconds, and calls of the ledger. */
export interface Figure extends Record<Who, number> {
  /** All of the runtime, local buckets and SQLite included. */
  process: number;
  rpcs: number;
  rows_written: number;
  vendor_requests: number;
  functions: Map<string, number>;
}

/** A round of each case that is asked for. */
export interface CallsProfile {
  measure(one: Case): Promise<Figure>;
  stop(): Promise<void>;
}

export async function startCallsProfile(): Promise<CallsProfile> {
  const text = await bundleWorker(join(ROOT, WORKER));
  const vendors = { VENDORS: { 'relay-0': { base_url: 'https://relay.example' } }, ALLOW_PRIVATE_HOSTS: false };
  const running = await startWorkers([{ ...(await ours(vendors, WORKER)), text }]);
  const session = await inspect(await running.runtime.getInspectorURL(), 'longplay');
  const client = newClient();
  const parts = { running, session, client, files: filesOf(text) };
  let prepared = '';
  return {
    measure: async (one) => {
      // What is under way is asked less often when it is old.
      if (one.experiment === 'minutes' || prepared !== String(one.before))
        await run(parts, one.before[0], { n: one.before[1], unlimited: one.before[2] ?? false });
      prepared = String(one.before);
      return measured(parts, one);
    },
    stop: async () => {
      session.close();
      client.close();
      await running.stop();
    },
  };
}

interface Parts {
  readonly running: Running;
  readonly session: Session;
  readonly client: Client;
  /** By line of the bundle: the file that it came from. */
  readonly files: readonly string[];
}

function filesOf(bundle: string): string[] {
  let file = '';
  return bundle.split('\n').map((line) => (file = /^\/\/ ((?:src|test|node_modules)\/\S+)$/.exec(line)?.[1] ?? file));
}

async function run({ running, client }: Parts, experiment: string, asked: object): Promise<{ counts?: Counts }> {
  const url = `${running.urlOf('longplay')}/${experiment}`;
  const answer = await client.ask({ url, method: 'POST', body: JSON.stringify(asked) });
  if (answer.status !== 200) throw new Error(`${experiment} ended with ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as { counts?: Counts };
}

async function measured(parts: Parts, { experiment, times, call: of }: Case): Promise<Figure> {
  const { pid } = parts.running;
  const before = cpuMsOf(pid);
  let counts: Counts | undefined;
  const samples = await isolateSamples(parts.session, async () => {
    ({ counts } = await run(parts, experiment, { n: times, ...of }));
  });
  if (!counts) throw new Error(`${experiment} counted nothing`);
  const figure: Figure = {
    ...{ Worker: 0, ledger: 0, world: 0, process: (cpuMsOf(pid) - before) / times },
    rpcs: Object.values(counts.rpc).reduce((sum, count) => sum + count, 0) / times,
    rows_written: counts.rows_written / times,
    vendor_requests: counts.vendor_requests / times,
    functions: new Map(),
  };
  for (const { name, path, ms } of samples) {
    const from = path.map((line) => parts.files[line] ?? '');
    const who = whose(from);
    figure[who] += ms / times;
    const called = `${who}: ${name} ${from.at(-1) ?? ''}`;
    figure.functions.set(called, (figure.functions.get(called) ?? 0) + ms / times);
  }
  return figure;
}

/** `from`: files on the stack, outermost first. */
function whose(from: readonly string[]): Who {
  if (from.some((file) => file.startsWith('src/ledger/'))) return 'ledger';
  return from.some((file) => file.endsWith('counted/world.ts')) || from.at(-1)?.startsWith('test/')
    ? 'world'
    : 'Worker';
}
