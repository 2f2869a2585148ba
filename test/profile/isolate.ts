// Edge: the processor time of one isolate, by V8's own sampling through the inspector: JavaScript, what it calls, and its garbage.
import type { Session } from '../bench/inspector.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
}

const SAMPLING_US = 100;
/** Time in which the isolate ran nothing: the runtime's own work, and waiting. */
const ELSEWHERE = new Set(['(idle)', '(program)', '(root)']);

/** Milliseconds by function while `work` ran. */
export async function isolateMs({ send }: Session, work: () => Promise<void>): Promise<Map<string, number>> {
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await send('Profiler.start');
  await work();
  const { profile } = await send<{ profile: Profile }>('Profiler.stop');
  const nameOf = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName || '(anonymous)']));
  const own = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const name = nameOf.get(id) ?? '?';
    if (!ELSEWHERE.has(name)) own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1_000);
  }
  return own;
}

export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
