// The list's order: pages read in any order, while rows come, go and move, end as the server has them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_ROWS, Run } from '../../src/console/run.ts';

const keys = (from: number, to: number): string[] =>
  Array.from({ length: from - to }, (_, index) => String(from - index));

/** A server's list, newest first: keys are numbers, a cursor is the last one read. */
class Server {
  rows: number[];
  readonly asked: [cursor: string | null, limit: number][] = [];
  readonly run = new Run(async (cursor, limit) => {
    this.asked.push([cursor, limit]);
    const left = this.rows.filter((row) => cursor === null || row < Number(cursor));
    const page = left.slice(0, limit).map(String);
    return { keys: page, next: left.length > limit ? (page.at(-1) ?? null) : null };
  });
  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, index) => count - index);
  }
  async readOn(): Promise<void> {
    while (this.run.next !== undefined) await this.run.read(this.run.next, PAGE_ROWS, 'read');
  }
}
async function readAll(count: number): Promise<Server> {
  const server = new Server(count);
  await server.readOn();
  server.asked.length = 0;
  return server;
}

describe('Run', () => {
  it('reads on page by page to the end', async () => {
    const { run } = await readAll(250);
    expect(run.keys).toEqual(keys(250, 0));
    expect(run.next).toBeUndefined();
  });

  it('of nothing is complete at once, and goes on where much comes', async () => {
    const server = await readAll(0);
    expect([server.run.keys, server.run.next]).toEqual([[], undefined]);
    server.rows = keys(150, 0).map(Number);
    await server.run.read(null, 20, 'watch');
    await server.readOn();
    expect(server.run.keys).toEqual(keys(150, 0));
  });

  it('takes in what is new at the top, and drops what is no more between first and last', async () => {
    const server = await readAll(250);
    server.rows = [252, 251, ...server.rows.filter((row) => row !== 245)];
    await server.run.read(null, 20, 'watch');
    expect(server.run.keys).toEqual(server.rows.map(String));
    expect(server.asked).toEqual([[null, 20]]);
  });

  it.each([30, 150, 1_000])('reads on where a page of %i new rows does not reach what was known', async (fresh) => {
    const server = await readAll(50);
    server.rows = [...keys(50 + fresh, 50).map(Number), ...server.rows];
    await server.run.read(null, 20, 'watch');
    expect(server.run.keys).toEqual(keys(50 + fresh, 0));
  });

  it('reads any row by its page, without its neighbours far away', async () => {
    const server = await readAll(250);
    await server.run.refresh(['42', 'none']);
    expect(server.asked).toEqual([['51', 9]]);
    expect(server.run.keys).toEqual(keys(250, 0));
  });

  it('keeps its pages where the row before one is dropped', async () => {
    const server = await readAll(250);
    server.run.drop(new Set(['151']));
    server.rows = server.rows.filter((row) => row !== 151);
    await server.run.refresh(['150']);
    expect(server.asked).toEqual([['151', 1]]);
    expect(server.run.keys).toEqual(server.rows.map(String));
  });

  it('ends as the server has it, whatever happens meanwhile', async () => {
    const change = fc.record({ add: fc.nat(130), drop: fc.array(fc.nat(400), { maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.nat(320), fc.array(change, { maxLength: 6 }), async (count, changes) => {
        const server = await readAll(count);
        const { run } = server;
        let top = count;
        for (const { add, drop } of changes) {
          const fresh = Array.from({ length: add }, (_, index) => top + add - index);
          top += add;
          server.rows = [...fresh, ...server.rows.filter((row) => !drop.includes(row))];
          // What is new, and then all of it again, as the page does while somebody looks.
          await run.read(null, 20, 'watch');
          await run.refresh(run.keys);
          await server.readOn();
          expect(run.keys).toEqual(server.rows.map(String));
          run.keys.forEach((key, place) => expect(run.placeOf(key)).toBe(place));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets rows in at any place, none of them twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 600 }), { maxLength: 400 }), async (late) => {
        const server = new Server(600);
        const all = server.rows;
        server.rows = all.filter((row) => !late.includes(row));
        await server.readOn();
        server.rows = all;
        await server.run.read(null, 20, 'watch');
        for (let times = 0; times < 8; times++) await server.run.refresh(server.run.keys);
        await server.readOn();
        expect(new Set(server.run.keys).size).toBe(server.run.keys.length);
        expect(server.run.keys).toEqual(server.run.keys.toSorted((one, other) => Number(other) - Number(one)));
      }),
      { numRuns: 30 },
    );
  });
});
