// Pure, but for the numbers it holds: how many tasks and files there are of each kind. Counted once, then kept with every row written.
import { ROLES } from '../model/task.ts';
import type { ClipState } from '../model/state.ts';

/** One kind of task rows, as lists filter them. */
export interface TaskKind {
  readonly vendor: string;
  readonly status: string;
  readonly tracking: string;
}

export interface FileTally {
  archived: number;
  unavailable: number;
  bytes: number;
}

const NO_FILES: FileTally = { archived: 0, unavailable: 0, bytes: 0 };

export class Tally {
  readonly #tasks = new Map<string, { kind: TaskKind; count: number }>();
  readonly files: FileTally;

  constructor(tasks: readonly { kind: TaskKind; count: number }[], files: FileTally) {
    for (const { kind, count } of tasks) this.#add(kind, count);
    this.files = { ...files };
  }

  get tasks(): { kind: TaskKind; count: number }[] {
    return [...this.#tasks.values()].filter(({ count }) => count > 0);
  }

  /** A task row begins (`before` null), changes, or goes (`after` null). */
  task(before: TaskKind | null, after: TaskKind | null): void {
    if (before) this.#add(before, -1);
    if (after) this.#add(after, 1);
  }

  clip(before: ClipState | null, after: ClipState | null): void {
    const [gone, come] = [before ? filesOf(before) : NO_FILES, after ? filesOf(after) : NO_FILES];
    for (const name of ['archived', 'unavailable', 'bytes'] as const) this.files[name] += come[name] - gone[name];
  }

  #add(kind: TaskKind, count: number): void {
    const key = `${kind.vendor}/${kind.status}/${kind.tracking}`;
    const known = this.#tasks.get(key);
    if (known) known.count += count;
    else this.#tasks.set(key, { kind, count });
  }
}

/** What was taken down is no file any more. */
export function filesOf(clip: ClipState): FileTally {
  const tally = { ...NO_FILES };
  for (const role of ROLES) {
    const file = clip.files[role];
    if (file === null || clip.taken_down_at !== null) continue;
    if (file.state === 'archived') {
      tally.archived++;
      tally.bytes += file.bytes ?? 0;
    } else if (file.state === 'unavailable') tally.unavailable++;
  }
  return tally;
}
