// Pure: what the public may see of what happened (CONTRACT 9): one JSON text for each event of a row of the log, by the view of tasks and clips.
import type { Logged } from '../ledger/messages.ts';
import type { Clip, Task } from '../model/task.ts';
import { viewTask, type ViewContext } from '../views/task.ts';

/** As things stood when it happened, whenever it is rendered: the row's own time is the view's. */
export function renderLogged(logged: Logged, context: Omit<ViewContext, 'now'>): string[] {
  const { seq, at, about, events, data } = logged;
  if (data !== null) return data;
  if (about === null) throw new Error(`Cannot render row ${seq} of the log: nothing is kept of what it is about`);
  if (!('stored' in about)) {
    const notice = JSON.stringify({ vendor: about.vendor, reason: about.reason });
    return events.map(() => notice);
  }
  const task = viewTask(about, { ...context, now: at });
  return events.map(({ slug }) => JSON.stringify(slug === null ? task : clipOf(task, slug, seq)));
}

function clipOf(task: Task, slug: string, seq: number): Clip {
  const clip = task.clips.find((one) => one.slug === slug);
  if (!clip) throw new Error(`Cannot render row ${seq} of the log: task "${task.id}" has no clip ${slug}`);
  return clip;
}
