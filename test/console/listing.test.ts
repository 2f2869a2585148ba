// The list's order: pages read in any order, while rows come, go and move, end as the server has them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Listing, PAGE_ROWS } from '../../src/console/listing.ts';

const START = { cursor: null, after: null };
const keys = (from: number, to: number): string[] =>
  Array.from({ length: from - to }, (_, index) => String(from - index));

/** A server's list, newest first: keys are numbers, a cursor is the last one read. */
class Server {
  rows: number[];
  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, index) => count - index);
  }
  page(cursor: string | null, limit: number): { page: string[]; next: string | null } {
    const left = this.rows.filter((row) => cursor === null || row < Number(cursor));
    const page = left.slice(0, limit).map(String);
    return { page, next: left.length > limit ? (page.at(-1) ?? null) : null };
  }
}
function read(listing: Listing, server: Server, start: { cursor: string | null; after: string | null }, limit: number) {
  const { page, next } = server.page(start.cursor, limit);
  return listing.merge(start, page, next);
}
function readAll(listing: Listing, server: Server): void {
  for (let start = listing.next(); start !== null; start = listing.next()) read(listing, server, start, PAGE_ROWS);
}

describe('Listing', () => {
  it('reads on page by page to the end', () => {
    const [listing, server] = [new Listing(), new Server(250)];
    readAll(listing, server);
    expect(listing.keys).toEqual(keys(250, 0));
    expect([listing.complete, listing.next()]).toEqual([true, null]);
  });

  it('of nothing is complete at once', () => {
    const listing = new Listing();
    readAll(listing, new Server(0));
    expect([listing.keys, listing.complete]).toEqual([[], true]);
  });

  it('takes in what is new at the top, and drops what is no more between first and last', () => {
    const [listing, server] = [new Listing(), new Server(250)];
    readAll(listing, server);
    server.rows = [252, 251, ...server.rows.filter((row) => row !== 245)];
    const merged = read(listing, server, START, 20);
    expect(merged).toEqual({ joined: true, went: ['245'] });
    expect(listing.keys).toEqual(server.rows.map(String));
  });

  it('says where a page does not reach what was known, so that reading goes on', () => {
    const [listing, server] = [new Listing(), new Server(50)];
    readAll(listing, server);
    server.rows = [...Array.from({ length: 150 }, (_, index) => 200 - index), ...server.rows];
    expect(read(listing, server, START, PAGE_ROWS).joined).toBe(false);
    expect(read(listing, server, { cursor: '101', after: '101' }, PAGE_ROWS).joined).toBe(true);
    expect(listing.keys).toEqual(keys(200, 0));
  });

  it('names a page for any row, so that it is read without its neighbours', () => {
    const [listing, server] = [new Listing(), new Server(250)];
    readAll(listing, server);
    const place = listing.pageOf('42');
    expect(place).toEqual({ start: { cursor: '51', after: '51' }, rows: 9 });
    if (place) read(listing, server, place.start, place.rows);
    expect(listing.keys).toEqual(keys(250, 0));
    expect(listing.pageOf('none')).toBeNull();
  });

  it('keeps its pages where the row before one is dropped', () => {
    const [listing, server] = [new Listing(), new Server(250)];
    readAll(listing, server);
    listing.drop('151');
    server.rows = server.rows.filter((row) => row !== 151);
    expect(listing.pageOf('150')).toEqual({ start: { cursor: '151', after: '152' }, rows: 1 });
    expect(listing.keys).toEqual(server.rows.map(String));
  });

  it('ends as the server has it, whatever happens meanwhile', () => {
    const change = fc.record({ add: fc.nat(30), drop: fc.array(fc.nat(400), { maxLength: 20 }) });
    fc.assert(
      fc.property(fc.nat(320), fc.array(change, { maxLength: 6 }), (count, changes) => {
        const [listing, server] = [new Listing(), new Server(count)];
        readAll(listing, server);
        let top = count;
        for (const { add, drop } of changes) {
          const fresh = Array.from({ length: add }, (_, index) => top + add - index);
          top += add;
          server.rows = [...fresh, ...server.rows.filter((row) => !drop.includes(row))];
          // All of it read again, from the top, as far as it is known.
          let start: { cursor: string | null; after: string | null } | null = START;
          while (start !== null) {
            const { page, next } = server.page(start.cursor, PAGE_ROWS);
            listing.merge(start, page, next);
            start = next === null ? null : { cursor: next, after: page.at(-1) ?? null };
          }
          expect(listing.keys).toEqual(server.rows.map(String));
          listing.keys.forEach((key, place) => expect(listing.placeOf(key)).toBe(place));
        }
      }),
      { numRuns: 60 },
    );
  });
});
