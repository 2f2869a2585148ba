// Edge: many songs, each with its own misfortune, tracked at once and looked at once they are over: one row of a matrix each.
import { expect } from 'vitest';
import type { File, FileReason, Task } from '../../src/model/task.ts';
import type { TestSpace } from '../support/space.ts';
import { isSettled, type Product, until } from './product.ts';
import { makeSong, sha256, type ClipPlan } from './world.ts';

/** One clip, how its files are given, and what must become of each of them; null: the clip has no such file. */
export interface Row extends ClipPlan {
  ends: { audio?: End | null; cover?: End };
}
/** Archived under this extension, or unavailable for this reason, after so many tries. */
export interface End {
  as?: string;
  reason?: FileReason;
  tries?: number | 'several';
}

export const idOf = (name: string): string => name.replace(/[^a-z0-9]+/gi, '-');

/** Tracks a song for each row, and answers how all of them stand once the last is settled. */
export async function endsOf(
  product: Product,
  vendor: string,
  relay: TestSpace,
  rows: Record<string, Row>,
): Promise<Map<string, Task>> {
  await Promise.all(
    Object.entries(rows).map(([name, row]) => makeSong(relay, idOf(name), { running: 0, clips: [row] })),
  );
  await product.track(vendor, Object.keys(rows).map(idOf));
  let tasks: Task[] = [];
  const over = async () => (tasks = await product.list(vendor)).length > 0 && tasks.every(isSettled);
  // Past the bound those rows fail, each by its name, that are not over.
  await until('the end of all rows', over).catch(() => undefined);
  return new Map(tasks.map((task) => [task.id, task]));
}

/** The state that a row must end in: task, file, links and bytes agree. */
export async function expectEnd(product: Product, task: Task | undefined, { ends }: Row): Promise<void> {
  const { audio = { as: 'mp3' }, cover = { as: 'jpg' } } = ends;
  const wanted = [audio, cover].filter((end) => end !== null);
  const archived = wanted.filter(({ reason }) => reason === undefined).length;
  const state = archived === wanted.length ? 'complete' : archived === 0 ? 'unavailable' : 'partial';
  expect(task).toMatchObject({
    status: 'succeeded',
    tracking: { state: 'settled', last_error: null },
    archive: { state, archived, pending: 0, unavailable: wanted.length - archived },
  });
  const [clip] = task?.clips ?? [];
  await expectFile(product, clip?.audio, audio);
  await expectFile(product, clip?.cover, cover);
}

async function expectFile(product: Product, file: File | null | undefined, end: End | null): Promise<void> {
  if (end === null) return expect(file).toBeNull();
  const { as = '', reason = null, tries = 1 } = end;
  expect(file).toMatchObject({ state: reason === null ? 'archived' : 'unavailable', reason });
  if (tries === 'several') expect(file?.attempts).toBeGreaterThan(1);
  else if (reason !== null) expect(file?.attempts).toBe(tries);
  // A connection that the stand-in broke for another row, and that was to be used again, may cost one try.
  else expect([tries, tries + 1]).toContain(file?.attempts);
  const stable = await product.get(file?.link ?? '', { token: null });
  if (reason !== null) {
    expect([stable.status, file?.url, file?.sha256, file?.bytes]).toEqual([404, null, null, null]);
    return;
  }
  expect([stable.status, stable.headers.get('location')]).toEqual([301, file?.url]);
  expect(file?.url).toMatch(new RegExp(`\\.${as}$`));
  const served = await product.get(file?.url ?? '', { token: null });
  expect([served.status, served.bytes.length, sha256(served.bytes)]).toEqual([200, file?.bytes, file?.sha256]);
}
