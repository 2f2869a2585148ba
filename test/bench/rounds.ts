// Pure: rounds of contestants taken in turns, and what they say: medians, quartiles, ratios within a round.

/** What one round of one contestant took. */
export interface Sample {
  readonly wallMs: number;
  /** Of the runtime's process alone: not of whoever asks it. */
  readonly cpuMs: number;
}

export interface Spread {
  readonly median: number;
  /** First and third quartile. */
  readonly from: number;
  readonly to: number;
}

/** A B C, then C B A: what drifts slowly, drifts for all alike. */
export function inTurns<Name>(names: readonly Name[], round: number): Name[] {
  return round % 2 === 0 ? [...names] : names.toReversed();
}

/** Between two values by their distance, as most tools do it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [low = NaN, high = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  from: quantile(values, 0.25),
  to: quantile(values, 0.75),
});

/** Above 1: ours needs less than theirs. Each round is compared with its own neighbour. */
export const ratios = (ours: readonly Sample[], theirs: readonly Sample[], of: keyof Sample): Spread =>
  spreadOf(ours.flatMap((sample, round) => (theirs[round] === undefined ? [] : [theirs[round][of] / sample[of]])));
