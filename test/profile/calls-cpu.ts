// Edge: the second half of `npm run profile`: the processor time of ticks and calls, by the inspector, of Worker and ledger apart. `--functions` names where it goes.
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/start/runtime.ts';
import { inspect } from '../bench/inspector.ts';
import { newClient } from '../bench/load.ts';
import { clipId } from '../bench/songs.ts';
import { cpuMsOf } from '../bench/usage.ts';
import { ours, startWorkers } from '../bench/workers.ts';
import { isolateSamples } from './isolate.ts';

const WORKER = 'test/bench/counted/worker.ts';
const ROUNDS = 5;
/** A tick of a minute that has songs under way asks about them this often. */
const POLLS_A_TICK = 4;

interface Case {
  readonly name: string;
  /** What stands before it, and how often it is done in a round. */
  readonly before: readonly [experiment: 'under_way' | 'settled', n: number];
  readonly experiment: 'minutes' | 'calls';
  readonly times: number;
  readonly call?: { readonly method?: string; readonly path: string; readonly body?: object };
  /** Milliseconds that the Worker's part may take. */
  readonly most?: number;
}

const tick = (n: number, most?: number): Case => ({
  name: n === 0 ? 'tick with nothing to do' : `tick with ${n} songs under way, ${POLLS_A_TICK} rounds`,
  ...{ before: ['under_way', n], experiment: 'minutes', times: n === 0 ? 60 : 5 },
  ...(most !== undefined && { most }),
});
const call = (name: string, before: Case['before'], of: NonNullable<Case['call']>): Case => ({
  ...{ name, before, experiment: 'calls', times: 100, call: of },
});
const hundred = Array.from({ length: 100 }, (_, index) => `song-${index}`);
const CASES: readonly Case[] = [
  ...[tick(0, 1.5), tick(1), tick(5), tick(20, 10), tick(100)],
  call('read that asks', ['under_way', 1], { path: '/v1/tasks/song-0' }),
  call('read of a settled song', ['settled', 1], { path: '/v1/tasks/song-0' }),
  call('permanent link', ['settled', 1], { path: `/media/${clipId('song-0', 0)}/audio.mp3` }),
  {
    ...call('POST /v1/tasks/fetch of 100', ['settled', 100], {
      ...{ method: 'POST', path: '/v1/tasks/fetch', body: { ids: hundred } },
    }),
    times: 20,
  },
];

const text = await bundleWorker(join(import.meta.dirname, '../..', WORKER));
/** By line of the bundle: the file that it came from. */
const files: string[] = [];
for (const line of text.split('\n'))
  files.push(/^\/\/ ((?:src|test|node_modules)\/\S+)$/.exec(line)?.[1] ?? files.at(-1) ?? '');

const vendors = { VENDORS: { 'relay-0': { base_url: 'https://relay.example' } }, ALLOW_PRIVATE_HOSTS: false };
const running = await startWorkers([{ ...(await ours(vendors, WORKER)), text }]);
const session = await inspect(await running.runtime.getInspectorURL(), 'longplay');
const client = newClient();

const WHO = ['Worker', 'ledger', 'world'] as const;
type Who = (typeof WHO)[number];
/** Outermost first: whose work a sample is. */
function whose(path: readonly number[]): Who {
  const from = path.map((line) => files[line] ?? '');
  if (from.some((file) => file.startsWith('src/ledger/'))) return 'ledger';
  return from.some((file) => file.endsWith('counted/world.ts')) || from.at(-1)?.startsWith('test/')
    ? 'world'
    : 'Worker';
}

async function run(experiment: string, asked: object): Promise<{ counts?: { rpc: Record<string, number> } }> {
  const url = `${running.urlOf('longplay')}/${experiment}`;
  const answer = await client.ask({ url, method: 'POST', body: JSON.stringify(asked) });
  if (answer.status !== 200) throw new Error(`${experiment} ended with ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as { counts?: { rpc: Record<string, number> } };
}

interface Figure extends Record<Who, number> {
  process: number;
  rpcs: number;
  functions: Map<string, number>;
}
async function measure({ experiment, times, call: of }: Case): Promise<Figure> {
  const before = cpuMsOf(running.pid);
  let rpcs = 0;
  const samples = await isolateSamples(session, async () => {
    const { counts } = await run(experiment, { n: times, ...of });
    rpcs = Object.values(counts?.rpc ?? {}).reduce((sum, count) => sum + count, 0);
  });
  const figure: Figure = { Worker: 0, ledger: 0, world: 0, process: 0, rpcs: rpcs / times, functions: new Map() };
  figure.process = (cpuMsOf(running.pid) - before) / times;
  for (const { name, path, ms } of samples) {
    const who = whose(path);
    figure[who] += ms / times;
    const called = `${who}: ${name} ${files[path.at(-1) ?? -1] ?? ''}`;
    figure.functions.set(called, (figure.functions.get(called) ?? 0) + ms / times);
  }
  return figure;
}

const ms = (value: number): string => value.toFixed(2).padStart(9);
console.log(`Milliseconds of processor a tick or call, the least of ${ROUNDS} rounds. world: relay, clock and counting, which the
measured Worker has within itself; process: all of the runtime, local buckets and SQLite included.

                                              Worker   ledger    world  process  calls of the ledger`);
for (const one of CASES) {
  const figures: Figure[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    // What is under way is asked less often when it is old.
    if (round === -1 || one.experiment === 'minutes') await run(one.before[0], { n: one.before[1] });
    const figure = await measure(one);
    if (round >= 0) figures.push(figure);
  }
  const least = (of: Who | 'process' | 'rpcs'): number => Math.min(...figures.map((figure) => figure[of]));
  const verdict =
    one.most === undefined ? '' : `  Worker ≤ ${one.most}: ${least('Worker') <= one.most ? 'met' : 'MISSED'}`;
  console.log(
    `${one.name.padEnd(42)}${[...WHO, 'process' as const].map((of) => ms(least(of))).join('')}${ms(least('rpcs'))}${verdict}`,
  );
  if (!process.argv.includes('--functions')) continue;
  const heaviest = [...(figures.at(-1)?.functions ?? [])].toSorted(([, a], [, b]) => b - a).slice(0, 25);
  for (const [name, spent] of heaviest) console.log(`    ${spent.toFixed(3)}  ${name}`);
}
session.close();
client.close();
await running.stop();
