// Edge: the second half of `npm run profile`: the processor time of ticks and calls. `--functions` names where it goes.
import { CALLS, type Figure, startCallsProfile, tick, WHO } from './calls.ts';

const ROUNDS = 5;
const CASES = [...[0, 1, 5, 20, 100].map(tick), ...CALLS];
const HEAVIEST = 25;

const ms = (value: number): string => value.toFixed(2).padStart(9);
console.log(`
Milliseconds of processor a tick of a minute or a call, the least of ${ROUNDS} rounds. world: relay, clock and counting, which
the measured Worker has within itself; process: all of the runtime, local buckets and SQLite included.

                                         Worker   ledger    world  process  calls of the ledger`);
const profile = await startCallsProfile();
for (const one of CASES) {
  const figures: Figure[] = [];
  // The first is not counted: what runs for the first time is compiled.
  for (let round = 0; round <= ROUNDS; round++) figures.push(await profile.measure(one));
  const columns = [...WHO, 'process' as const, 'rpcs' as const].map((of) =>
    ms(Math.min(...figures.slice(1).map((figure) => figure[of]))),
  );
  console.log(`${one.name.padEnd(38)}${columns.join('')}`);
  if (!process.argv.includes('--functions')) continue;
  const heaviest = [...(figures.at(-1)?.functions ?? [])].toSorted(([, one], [, two]) => two - one);
  for (const [name, spent] of heaviest.slice(0, HEAVIEST)) console.log(`    ${spent.toFixed(3)}  ${name}`);
}
await profile.stop();
