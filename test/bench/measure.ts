// Edge: the clock and the runtime's process, read around each round.
import { inTurns, ratios, spreadOf, type Sample } from './rounds.ts';
import { cpuMsOf } from './usage.ts';

export interface Contestant {
  readonly name: string;
  /** What a round needs, and is no part of it. */
  before?(round: number): Promise<unknown>;
  run(round: number): Promise<unknown>;
}

export interface Budget {
  readonly rounds: number;
  /** Share of the full number of requests: for a quick look. */
  readonly share: number;
}

/** Each once to warm up, then all in turns. Rounds of one contestant have the place of its name. */
export async function measure(
  pid: number,
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (const { before, run } of contestants) {
    await before?.(-1);
    await run(-1);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, before, run } of inTurns(contestants, round)) {
      await before?.(round);
      samples.get(name)?.push(await timed(pid, () => run(round)));
    }
  }
  return samples;
}

export async function timed(pid: number, work: () => Promise<unknown>): Promise<Sample> {
  const [cpu, wall] = [cpuMsOf(pid), performance.now()];
  await work();
  return { wallMs: performance.now() - wall, cpuMs: cpuMsOf(pid) - cpu };
}

/** Ours against one other, by time and by processor. */
export function compared(samples: Map<string, Sample[]>, one: string, other: string) {
  const [mine = [], theirs = []] = [samples.get(one), samples.get(other)];
  return { wall: ratios(mine, theirs, 'wallMs'), cpu: ratios(mine, theirs, 'cpuMs') };
}

export const medianOf = (samples: Map<string, Sample[]>, name: string, of: keyof Sample): number =>
  spreadOf((samples.get(name) ?? []).map((sample) => sample[of])).median;

/** Other work on the machine only adds to processor time. */
export const leastOf = (samples: Map<string, Sample[]>, name: string, of: keyof Sample): number =>
  Math.min(...(samples.get(name) ?? []).map((sample) => sample[of]));
