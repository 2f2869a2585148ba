// Pure: what of a task's state lists filter by and people follow.
import type { Task } from '../model/task.ts';
import { isOver, trackingOf } from '../model/lifecycle.ts';
import { archiveOf, type WantRules } from '../model/files.ts';
import type { Change } from './messages.ts';
import type { ClipState } from '../model/state.ts';
import type { Facets, TaskRow } from './store.ts';

type Clips = readonly ClipState[];

const archive = (row: TaskRow, clips: Clips, rules: WantRules): Task['archive'] =>
  archiveOf(row.state.reading, clips, isOver(row.state), rules);

export function facetsOf(row: TaskRow, clips: Clips, rules: WantRules): Facets {
  const { kind, status } = row.state.reading;
  const { state, pending } = archive(row, clips, rules);
  return { kind, status, tracking: trackingOf(row.state, pending), archive: state };
}

export function changeOf(row: TaskRow, clips: Clips, rules: WantRules): Change {
  const { status, failure } = row.state.reading;
  const counts = archive(row, clips, rules);
  const tracking = trackingOf(row.state, counts.pending);
  return { vendor: row.vendor, task_id: row.id, status, tracking, archive: counts, failure };
}

/** Nothing of the task is under way any more. */
export const isDone = (row: TaskRow, clips: Clips, rules: WantRules): boolean =>
  isOver(row.state) && archive(row, clips, rules).pending === 0;
