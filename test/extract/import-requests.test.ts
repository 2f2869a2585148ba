// What was gathered is handed over in requests that the API takes, however long ids and answers are.
import { describe, expect, it } from 'vitest';
import { logPlace } from '../../src/console/log-place.js';
import { parcelsOf, wrongItems } from '../../src/console/parcels.js';
import { placeOf } from '../../src/ledger/log.ts';
import { EVENT_ID } from '../../src/model/event.ts';
import { nextSeq } from '../../src/model/id.ts';

const MIB = 1024 * 1024;
const sizeOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));

describe('parcelsOf()', () => {
  it('keeps to 1,000 ids and 100 answers a request, in order, and loses none', () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => `id-${index}`);
    const answers = Array.from({ length: 250 }, (_, index) => ({ task_id: `a-${index}` }));
    const { parcels, tooLarge } = parcelsOf({ ids, answers }, 'relay');
    expect(parcels.map(({ path, items }) => [path, items.length])).toEqual([
      ...[1_000, 1_000, 500].map((count) => ['/v1/tasks', count]),
      ...[100, 100, 50].map((count) => ['/v1/tasks/import', count]),
    ]);
    expect(parcels.flatMap(({ body }) => body['ids'] ?? [])).toEqual(ids);
    expect(parcels.flatMap(({ body }) => body['answers'] ?? [])).toEqual(answers);
    expect(parcels.every(({ body }) => body['vendor'] === 'relay')).toBe(true);
    expect(tooLarge).toEqual([]);
  });

  it('names no vendor where none is chosen', () => {
    expect(parcelsOf({ ids: ['a'], answers: [] }, null).parcels[0]?.body).toEqual({ ids: ['a'] });
  });

  it.each(['x', '"', 'ä', '😀', '\\'])('stays below 1 MiB a request, whatever the characters (%s)', (character) => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`.padEnd(199, 'a') + character.repeat(190));
    const answers = Array.from({ length: 30 }, () => ({ text: character.repeat(60_000) }));
    const { parcels } = parcelsOf({ ids, answers }, 'relay');
    for (const { body } of parcels) expect(sizeOf(body)).toBeLessThanOrEqual(MIB);
    expect(parcels.flatMap(({ items }) => items)).toHaveLength(1_030);
  });

  it('sets aside an answer that no request can hold', () => {
    const large = { text: 'x'.repeat(MIB) };
    const { parcels, tooLarge } = parcelsOf({ ids: [], answers: [large, { task_id: 'a' }] }, null);
    expect([parcels.length, tooLarge]).toEqual([1, [large]]);
  });
});

describe('wrongItems()', () => {
  it('finds the items that the server names', () => {
    const errors = [
      { path: 'ids.3', message: 'must not be empty' },
      { path: 'answers.12.data', message: 'is a text that is not JSON' },
      { path: 'vendor', message: 'must be a string' },
    ];
    expect([...wrongItems(errors)]).toEqual([
      [3, 'must not be empty'],
      [12, 'is a text that is not JSON'],
    ]);
  });
});

describe('logPlace()', () => {
  it('is a cursor before all that happens from that moment on, and after all before it', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    const cursor = logPlace(now);
    expect(cursor).toMatch(EVENT_ID);
    expect(placeOf(cursor).seq).toBeLessThanOrEqual(nextSeq(0, now));
    expect(placeOf(cursor).seq).toBeGreaterThan(nextSeq(0, now - 1));
  });
});
