// The log of what happened: order, pages, and the bytes that are kept of each event.
import { describe, expect, it } from 'vitest';
import type { LedgerReads } from '../../../src/http/context.ts';
import type { EventPage, EventQuery } from '../../../src/ledger/api.ts';
import type { Logged } from '../../../src/model/event.ts';
import { renderLogged } from '../../../src/views/task.ts';
import { BASE, call, errorPaths, fakeDeps, known, NOW, settingsOf, SLUG } from '../fixtures.ts';

type Row = EventPage['events'][number];
const row = (seq: number, data: string | null, number = 0): Row => ({
  id: `evt_${seq.toString(36)}_${number}`,
  seq,
  type: 'task.settled',
  at: NOW + seq,
  data,
});
const notice = (seq: number): Logged => ({
  seq,
  at: NOW + seq,
  events: [{ id: row(seq, null).id, type: 'vendor.paused', slug: null }],
  about: { vendor: 'relay', reason: 'HTTP 401' },
  data: null,
});

/** A ledger with this page; keeps what is rendered, or what `kept` says that somebody else rendered. */
function log(page: EventPage, kept?: LedgerReads['keepRendered']) {
  const queries: EventQuery[] = [];
  const rendered: { seq: number; data: string[] }[][] = [];
  const deps = fakeDeps();
  const ledger: LedgerReads = {
    ...deps.ledger,
    events: async (query) => (queries.push(query), page),
    keepRendered: async (given) => (rendered.push(given), (await kept?.(given)) ?? given),
  };
  return { queries, rendered, deps: { ...deps, ledger } };
}

describe('GET /v1/events', () => {
  it('asks for as many events as the page holds, after the cursor and of the type', async () => {
    const { deps, queries } = log({ events: [], unrendered: [], next: null });
    expect(await (await call('/v1/events', {}, deps)).json()).toEqual({ data: [], has_more: false, next_cursor: null });
    await call('/v1/events?limit=5&type=clip.archived&cursor=evt_k3_12', {}, deps);
    expect(queries).toEqual([
      { after: null, type: null, limit: 20 },
      { after: 'evt_k3_12', type: 'clip.archived', limit: 5 },
    ]);
  });

  it('inserts the kept bytes as they are, spaces, escapes and order of keys too', async () => {
    const odd = '{"z": 1,\t"a":"\\u00e9é","n":1.0, "id":12345678901234567890}';
    const { deps, rendered } = log({ events: [row(1, odd), row(2, '{}')], unrendered: [], next: null });
    const answer = await call('/v1/events', {}, deps);
    const text = await answer.text();
    const event = (one: Row) =>
      `{"id":"${one.id}","type":"task.settled","timestamp":"${new Date(one.at).toISOString()}","data":${one.data}}`;
    expect(text).toBe(`{"data":[${event(row(1, odd))},${event(row(2, '{}'))}],"has_more":false,"next_cursor":null}`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(rendered).toEqual([]);
  });

  it('goes on after the last event of the page, by Link and next_cursor', async () => {
    const { deps } = log({ events: [row(1, '1'), row(2, '2')], unrendered: [], next: row(2, null).id });
    const answer = await call('/v1/events?limit=2&type=task.settled', {}, deps);
    const cursor = row(2, null).id;
    expect(await answer.json()).toMatchObject({
      data: [{ data: 1 }, { data: 2 }],
      has_more: true,
      next_cursor: cursor,
    });
    expect(answer.headers.get('link')).toBe(
      `<${BASE}/v1/events?limit=2&type=task.settled&cursor=${cursor}>; rel="next"`,
    );
  });

  it('renders what nobody rendered before, once and only for the page, and keeps it', async () => {
    const page = { events: [row(1, '"kept"'), row(2, null)], unrendered: [notice(2), notice(3)], next: null };
    const { deps, rendered } = log(page);
    const { data } = (await (await call('/v1/events?limit=2', {}, deps)).json()) as { data: { data: unknown }[] };
    expect(data.map((event) => event.data)).toEqual(['kept', { vendor: 'relay', reason: 'HTTP 401' }]);
    expect(rendered).toEqual([[{ seq: 2, data: ['{"vendor":"relay","reason":"HTTP 401"}'] }]]);
  });

  it('shows what is kept, not what it rendered itself: somebody else may have been first', async () => {
    const { deps } = log({ events: [row(2, null)], unrendered: [notice(2)], next: null }, async () => [
      { seq: 2, data: ['{"first": true}'] },
    ]);
    expect(await (await call('/v1/events', {}, deps)).text()).toContain('"data":{"first": true}}]');
  });

  it('gives each event of one change its own text, also where the page begins or ends within the change', async () => {
    const logged: Logged = {
      seq: 5,
      at: NOW,
      events: [
        { id: row(5, null, 0).id, type: 'task.succeeded', slug: null },
        { id: row(5, null, 1).id, type: 'clip.archived', slug: SLUG },
        { id: row(5, null, 2).id, type: 'task.settled', slug: null },
      ],
      about: known(),
      data: null,
    };
    const { deps, rendered } = log({ events: [row(5, null, 1), row(5, null, 2)], unrendered: [logged], next: null });
    const { data } = (await (await call('/v1/events', {}, deps)).json()) as { data: { data: object }[] };
    const context = { settings: settingsOf(), base: BASE, media_base: BASE };
    const texts = renderLogged(logged, context);
    expect(rendered).toEqual([[{ seq: 5, data: texts }]]);
    expect(data.map((event) => JSON.stringify(event.data))).toEqual(texts.slice(1));
  });

  it('leaves out an event that was pruned while it was rendered', async () => {
    const { deps } = log({ events: [row(1, null), row(2, '2')], unrendered: [notice(1)], next: null }, async () => []);
    expect(await (await call('/v1/events', {}, deps)).json()).toMatchObject({ data: [{ data: 2 }] });
  });

  it.each([
    'type=task.done',
    'type=',
    'limit=101',
    'cursor=',
    'cursor=MTI',
    'cursor=evt_',
    'vendor=relay',
    'type=task.failed&type=task.failed',
  ])('refuses ?%s', async (query) =>
    expect(await errorPaths(`/v1/events?${query}`)).toEqual([`query.${query.split('=')[0]}`]),
  );
});
