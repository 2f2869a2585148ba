// Edge: the folder of the state, held by one `npm start` at a time. However that process ends, the kernel lets go.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fail, ok, type Result } from '../../model/fault.ts';

/** Empty for ever: what counts is SQLite's lock on it, which also another container sees. */
const FILE = 'in-use.lock';
/** One that is just ending may take so long: half a second until it sees that npm is gone, three to end. */
const ENDING_MAX_MS = 4_000;
const LOOK_EVERY_MS = 100;
/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** To be kept for as long as the state is used: what is let go of by the program is let go of by the kernel. */
export type StateLock = DatabaseSync;

export async function lockState(folder: string): Promise<Result<StateLock, string>> {
  const end = performance.now() + ENDING_MAX_MS;
  for (;;) {
    const held = tryLock(folder);
    if (held.ok) return held;
    const { errcode, message } = held.fault;
    if (errcode !== SQLITE_BUSY)
      return fail(`the state in ${folder} cannot be used (${message}): choose another place with --data DIR`);
    if (performance.now() > end)
      return fail(
        `the state in ${folder} is in use by another npm start: end that one, or choose another with --data DIR`,
      );
    await setTimeout(LOOK_EVERY_MS);
  }
}

function tryLock(folder: string): Result<StateLock, { errcode?: number; message: string }> {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(join(folder, FILE));
    database.exec('BEGIN EXCLUSIVE');
    return ok(database);
  } catch (error) {
    database?.close();
    return fail(error as { errcode?: number; message: string });
  }
}
