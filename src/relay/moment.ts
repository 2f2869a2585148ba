// Pure: when a task was submitted, started and finished, by whichever of its objects says so.
import { find, first, sortValues, type Concept, type Sorted } from './fields.ts';
import { readTime } from './time.ts';

/** The task's own time, else that of its metadata (GoAPI), else the next best thing. */
export function readMoment(witnesses: readonly Sorted[], concept: Concept, substitute: Concept | null): string | null {
  return (
    findTime(witnesses, concept) ??
    findTime(metadataOf(witnesses), concept) ??
    (substitute === null ? null : (findTime(witnesses, substitute) ?? findTime(metadataOf(witnesses), substitute)))
  );
}

function findTime(states: readonly Sorted[], concept: Concept): string | null {
  for (const state of states) {
    const time = find(state, concept, readTime);
    if (time !== null) return time;
  }
  return null;
}

function metadataOf(states: readonly Sorted[]): Sorted[] {
  const inner: Sorted[] = [];
  for (const state of states) {
    const metadata = first(state, 'metadata');
    if (typeof metadata === 'object' && metadata !== null) inner.push(sortValues(metadata));
  }
  return inner;
}
