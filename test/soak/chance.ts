// Pure: chance that a seed repeats: the same event meets the same fate in every run, whatever order requests come in.
import { createHash } from 'node:crypto';

export type Chance = (...event: (string | number)[]) => number;

/** A number from 0 to 1 for each event by its name. */
export const chanceOf =
  (seed: number): Chance =>
  (...event) =>
    createHash('sha256')
      .update([seed, ...event].join('\n'))
      .digest()
      .readUInt32BE() /
    2 ** 32;

/** One fault of the list in `rate` of all cases, else null. */
export function faultBy<Fault>(chance: number, rate: number, faults: readonly Fault[]): Fault | null {
  return chance < rate ? (faults[Math.floor((chance / rate) * faults.length)] ?? null) : null;
}
