// State: how many tasks and files there are: of closed tasks as kept beside them, of open ones as they stand.
import * as v from 'valibot';
import type { Database } from './store/database.ts';
import type { FileCounts } from './store/task-rows.ts';

/** What is counted of one task. */
export interface Counted {
  readonly vendor: string;
  readonly status: string;
  readonly tracking: string;
  readonly files: FileCounts;
}

const Kept = v.object({
  /** By `<vendor>/<status>/<tracking>`. */
  tasks: v.record(v.string(), v.number()),
  files: v.object({ archived: v.number(), unavailable: v.number(), bytes: v.number() }),
  failed_deliveries: v.number(),
});
type Kept = v.InferOutput<typeof Kept>;
const NOTHING: Kept = { tasks: {}, files: { archived: 0, unavailable: 0, bytes: 0 }, failed_deliveries: 0 };

export class Counts {
  readonly #db: Database;
  #kept: Kept | null = null;
  #isChanged = false;

  constructor(db: Database) {
    this.#db = db;
  }

  get kept(): Kept {
    this.#kept ??= this.#db.noteAs('counts', Kept) ?? structuredClone(NOTHING);
    return this.#kept;
  }

  /** A task closes (1), or is open again or gone (-1). */
  task({ vendor, status, tracking, files }: Counted, by: 1 | -1): void {
    const { kept } = this;
    const name = `${vendor}/${status}/${tracking}`;
    kept.tasks[name] = (kept.tasks[name] ?? 0) + by;
    if (kept.tasks[name] === 0) delete kept.tasks[name];
    this.files(files, by);
  }

  /** Files of no open task: of a closed one, or of a clip whose task has left. */
  files(files: Omit<FileCounts, 'pending'>, by: 1 | -1): void {
    for (const name of ['archived', 'unavailable', 'bytes'] as const) this.kept.files[name] += by * files[name];
    this.#isChanged = true;
  }

  failedDeliveries(by: number): void {
    if (by === 0) return;
    this.kept.failed_deliveries += by;
    this.#isChanged = true;
  }

  /** Within the transaction that changed them. */
  write(): void {
    if (!this.#isChanged) return;
    this.#db.putNote('counts', JSON.stringify(this.kept));
    this.#isChanged = false;
  }

  /** What was counted in a transaction that failed did not happen. */
  forget(): void {
    this.#kept = null;
    this.#isChanged = false;
  }
}
