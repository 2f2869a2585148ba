// Far places of a long list are reached in few steps, and its end is its end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorAt, Island, seqOf } from '../../src/console/island.ts';
import type { Reader } from '../../src/console/run.ts';
import { encodeCursor } from '../../src/http/input.ts';

const BEGIN = Date.parse('2025-01-01T00:00:00Z') * 1_000;
/** Newest first, as the server has it; `gapAt`: between one row and the next. */
class Server {
  asked = 0;
  readonly seqs: number[] = [];
  constructor(count: number, gapAt: (place: number) => number) {
    for (let place = 0, seq = BEGIN; place < count; place++) this.seqs.unshift((seq += Math.max(1, gapAt(place))));
  }
  read: Reader = async (cursor, limit) => {
    this.asked++;
    const from = this.seqs.findIndex((seq) => cursor === null || seq < seqOf(cursor));
    const rows = from === -1 ? [] : this.seqs.slice(from, from + limit);
    const more = from !== -1 && from + limit < this.seqs.length;
    return { keys: rows.map(String), next: more ? encodeCursor(rows.at(-1) ?? 0) : null };
  };
}
const known = ({ seqs }: Server) => ({ place: 100, seq: seqs[99] ?? 0 });

describe('cursorAt()', () => {
  it('is the cursor that the API itself would name', () => {
    for (const seq of [BEGIN, BEGIN + 1, 1_795_000_000_000_123])
      expect([cursorAt(seq), seqOf(cursorAt(seq))]).toEqual([encodeCursor(seq), seq]);
  });
});

describe('Island', () => {
  it.each([
    ['evenly', () => 60_000_000],
    ['in bursts', (place: number) => (place % 1_000 === 0 ? 86_400_000_000 : 1_000)],
    ['all in one moment', () => 1],
  ])('reaches the end of 100,000 rows that came %s in few requests', async (_, gapAt) => {
    const server = new Server(100_000, gapAt);
    const island = new Island(server.read);
    expect(await island.jump(99_999, 100_000, known(server))).toBe(true);
    expect(island.keyAt(99_999, 100_000)).toBe(String(server.seqs.at(-1)));
    expect(server.asked).toBeLessThan(46);
    // And upwards from there, row by row as the server has them.
    const before = island.fromEnd;
    await island.extend(99_999 - before, 100_000, 100_000);
    expect(island.fromEnd).toBeGreaterThan(before);
    expect(island.keys).toEqual(server.seqs.slice(-island.fromEnd).map(String));
  });

  it('reaches the middle of a million, and goes on both ways without a gap', async () => {
    const server = new Server(200_000, () => 60_000_000);
    const island = new Island(server.read);
    await island.jump(100_000, 200_000, known(server));
    await island.extend(100_050, 100_150, 200_000);
    await island.extend(99_990, 100_050, 200_000);
    const from = server.seqs.indexOf(Number(island.keys[0]));
    expect(Math.abs(from - (200_000 - island.fromEnd))).toBeLessThan(200);
    expect(island.keys.length).toBeGreaterThan(200);
    expect(island.keys).toEqual(server.seqs.slice(from, from + island.keys.length).map(String));
  });

  it('ends where the list ends, however far off it was guessed to be', async () => {
    // Dense at its end: by time there are fewer rows behind than there are.
    const server = new Server(5_000, (place) => (place < 1_000 ? 1_000 : 60_000_000));
    const island = new Island(server.read);
    await island.jump(3_900, 5_000, known(server));
    while (island.next !== undefined) await island.extend(4_900, 5_000 + server.seqs.length, 5_000);
    expect(island.keyAt(4_999, 5_000)).toBe(String(server.seqs.at(-1)));
  });

  it('stands where it is when rows come in at the top', async () => {
    const server = new Server(5_000, () => 60_000_000);
    const island = new Island(server.read);
    await island.jump(4_999, 5_000, known(server));
    expect(island.keyAt(5_002, 5_003)).toBe(String(server.seqs.at(-1)));
  });

  it('reads rows anew by the parts that they are in, and lets go of those that are no more', async () => {
    const server = new Server(5_000, () => 60_000_000);
    const island = new Island(server.read);
    await island.jump(4_999, 5_000, known(server));
    await island.extend(0, 0, 5_000);
    const [before, asked] = [island.keys, server.asked];
    const [first = '', last = ''] = [before[3], before.at(-1)];
    await island.refresh(new Set([last]));
    expect(server.asked).toBe(asked + 1);
    server.seqs.splice(server.seqs.indexOf(Number(first)), 1);
    await island.refresh(new Set([first]));
    expect(island.keys).toEqual(before.filter((key) => key !== first));
    expect(island.keyAt(4_998, 4_999)).toBe(last);
    await island.refresh(new Set(['not here']));
    expect(server.asked).toBe(asked + 2);
  });

  it('loses and doubles no row, whatever the times between them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 10_000_000_000 }), { minLength: 300, maxLength: 900 }),
        async (gaps) => {
          const server = new Server(gaps.length, (place) => gaps[place] ?? 1);
          const island = new Island(server.read);
          expect(await island.jump(gaps.length - 1, gaps.length, known(server))).toBe(true);
          for (let times = 0; times < 3; times++) await island.extend(0, 0, gaps.length);
          expect(island.keys).toEqual(server.seqs.slice(-island.keys.length).map(String));
        },
      ),
      { numRuns: 60 },
    );
  });
});
