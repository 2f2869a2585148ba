// Lists of tasks, page by page: the plain filter over all rows, the newest tracked first.
import { runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/ledger/store/database.ts';
import { type ListQuery, NO_FILES, type TaskRow, TaskRows } from '../../src/ledger/store/task-rows.ts';
import { ARCHIVE_STATES, KINDS, TASK_STATUSES, TRACKING_STATES } from '../../src/model/task.ts';
import { task } from '../model/build.ts';
import { open } from './calls.ts';

const VENDORS = ['alpha', 'beta'];
const FILTERS = ['vendor', 'status', 'tracking', 'archive', 'kind'] as const;

const someRow = fc
  .record({
    vendor: fc.constantFrom(...VENDORS),
    facets: fc.record({
      kind: fc.constantFrom(...KINDS),
      status: fc.constantFrom(...TASK_STATUSES),
      tracking: fc.constantFrom(...TRACKING_STATES),
      archive: fc.constantFrom(...ARCHIVE_STATES),
    }),
    is_open: fc.boolean(),
    work_at: fc.constantFrom(null, 6),
  })
  .map((part) => (seq: number): TaskRow => ({
    ...{
      id: `task-${seq}`,
      seq,
      polls: 1,
      last_polled_at: 1,
      files: NO_FILES,
      version: 1,
      saved_version: 1,
      state: task(),
      raw: null,
    },
    ...part,
  }));
const maybe = (values: readonly string[]) => fc.option(fc.constantFrom(...values), { freq: 1 });
const someFilter = fc.record({
  vendor: maybe([...VENDORS, 'gone']),
  status: maybe(TASK_STATUSES),
  tracking: maybe(TRACKING_STATES),
  archive: maybe(ARCHIVE_STATES),
  kind: maybe(KINDS),
});

const plainly = (rows: readonly TaskRow[], query: ListQuery): number[] =>
  rows
    .filter((row) => row.seq < (query.before ?? Infinity))
    .filter((row) => FILTERS.every((name) => [null, { ...row.facets, vendor: row.vendor }[name]].includes(query[name])))
    .map(({ seq }) => seq)
    .sort((one, other) => other - one)
    .slice(0, query.limit);

describe('a list of tasks', () => {
  it('is the plain filter over all rows, whatever the ledger holds and whatever becomes of its rows', async () => {
    await runInDurableObject(open(), (_, { storage }) => {
      const store = new TaskRows(new Database(storage));
      const property = fc.property(
        fc.array(someRow, { maxLength: 40 }),
        fc.array(someRow, { maxLength: 10 }),
        fc.array(fc.record({ filter: someFilter, limit: fc.integer({ min: 1, max: 7 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (first, then, lists) => {
          storage.sql.exec('DELETE FROM tasks');
          const rows = first.map((make, index) => make(10 * (index + 1)));
          for (const row of rows) store.insert(row);
          // Some change, one of three goes, and some come in between.
          then.forEach((make, index) => {
            const [was] = rows.splice(index, 1);
            if (!was) return;
            const now = index % 3 === 2 ? make(was.seq + 5) : { ...make(was.seq), vendor: was.vendor };
            if (index % 3 === 2) store.delete(was);
            if (index % 3 === 2) store.insert(now);
            else store.update(was, now);
            rows.splice(index, 0, now);
          });
          for (const { filter, limit } of lists) {
            for (let before: number | null = null, isMore = true; isMore;) {
              const query: ListQuery = { ...filter, before, limit };
              const page = store.list(query).map(({ seq }) => seq);
              expect(page).toEqual(plainly(rows, query));
              before = page.at(-1) ?? null;
              isMore = page.length === limit;
            }
          }
        },
      );
      fc.assert(property);
    });
  });
});
