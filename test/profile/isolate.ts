// Edge: the processor time of one isolate, by V8's own sampling through the inspector: JavaScript, what it calls, and its garbage.
import type { Session } from '../bench/inspector.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

const SAMPLING_US = 100;
/** What is longer between two samples had the isolate waiting, or the machine busy elsewhere. */
const SAMPLE_MAX_MS = (2 * SAMPLING_US) / 1_000;
/** Time in which the isolate ran nothing: the runtime's own work, and waiting. */
const ELSEWHERE = new Set(['(idle)', '(program)', '(root)']);

export interface Sample {
  /** The function that ran. */
  name: string;
  /** Its line and those of its callers in the bundle, outermost first; what the runtime brings has none of its own. */
  path: number[];
  ms: number;
}

/** What the isolate did while `work` ran. */
export async function isolateSamples({ send }: Session, work: () => Promise<void>): Promise<Sample[]> {
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await send('Profiler.start');
  await work();
  const { profile } = await send<{ profile: Profile }>('Profiler.stop');
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const pathOf = (id: number | undefined): number[] => {
    const node = id === undefined ? undefined : nodes.get(id);
    if (!node) return [];
    const { url, lineNumber } = node.callFrame;
    return [...pathOf(parents.get(node.id)), ...(lineNumber < 0 || url.startsWith('node') ? [] : [lineNumber])];
  };
  const samples = profile.samples.flatMap((id, index) => {
    const name = nodes.get(id)?.callFrame.functionName || '(anonymous)';
    return ELSEWHERE.has(name) ? [] : [{ name, path: pathOf(id), ms: (profile.timeDeltas[index] ?? 0) / 1_000 }];
  });
  // The first sample after a pause stands for as much as any other. Counted as longer, work in many turns would seem dearer.
  const whole = samples.map(({ ms }) => ms).filter((ms) => ms <= SAMPLE_MAX_MS);
  const usual = sum(whole) / Math.max(1, whole.length);
  return samples.map((sample) => (sample.ms <= SAMPLE_MAX_MS ? sample : { ...sample, ms: usual }));
}

/** Milliseconds by function while `work` ran. */
export async function isolateMs(session: Session, work: () => Promise<void>): Promise<Map<string, number>> {
  const own = new Map<string, number>();
  for (const { name, ms } of await isolateSamples(session, work)) own.set(name, (own.get(name) ?? 0) + ms);
  return own;
}

export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
