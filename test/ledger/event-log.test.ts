import { evictDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { EventQuery } from '../../src/ledger/api.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import { reading } from '../model/build.ts';
import {
  answer,
  archived,
  deny,
  due,
  error,
  gone,
  hear,
  heard,
  HOUR,
  open,
  OPTIONS,
  pass,
  SECOND,
  song,
  START,
} from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

type Stub = DurableObjectStub<Ledger>;
const ALL: EventQuery = { after: null, type: null, limit: 100 };
const typesOf = async (ledger: Stub, query: Partial<EventQuery> = {}): Promise<string[]> =>
  (await ledger.events({ ...ALL, ...query })).events.map(({ type }) => type);
const WHOLE = ['task.succeeded', 'clip.archived', 'task.settled'];
const HOOK = 'https://receiver.example/songs';

/** A song from tracking to its rest; answers the deliveries that were sent on the way. */
async function settle(ledger: Stub, id: string, options: Parameters<Ledger['track']>[2] = OPTIONS): Promise<string[]> {
  await ledger.track('alpha', [id], options);
  const [ask] = (await due(ledger)).asks;
  const first = await ledger.record(heard(ask?.token ?? '', { answers: [answer(id, song(`clip-${id}`))] }));
  const second = await ledger.mirrorReport(first.messages[0] as MirrorMessage, [archived(`media/${id}/audio.mp3`)]);
  return [...first.deliveries, ...second.deliveries];
}

describe('the log', () => {
  it('holds what happened to a song in its order, each event with an id and a time of its own', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    const { events, unrendered } = await ledger.events(ALL);
    expect(events.map(({ type }) => type)).toEqual(WHOLE);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    expect(events.every(({ id, at, data }) => /^evt_[0-9a-z]+_\d+$/.test(id) && at === START && data === null)).toBe(
      true,
    );
    expect(unrendered).toHaveLength(2);
  });

  it('shows things as they stood, whatever came later', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    const { unrendered } = await ledger.events(ALL);
    const states = unrendered.map(({ about }) =>
      about && 'stored' in about ? about.stored.clips[0]?.files.audio?.state : null,
    );
    expect(states).toEqual([undefined, 'archived']);
    expect(unrendered.every(({ about }) => about && 'stored' in about && about.stored.raw === null)).toBe(true);
  });

  it('is read page by page while more is written, and goes on from the last event seen', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    const seen: string[] = [];
    let after: string | null = null;
    for (const next of ['b', 'c', null]) {
      const { events } = await ledger.events({ ...ALL, after, limit: 2 });
      seen.push(...events.map(({ id }) => id));
      after = seen.at(-1) ?? null;
      if (next !== null) await settle(ledger, next);
    }
    const rest = await ledger.events({ ...ALL, after });
    const all = (await ledger.events(ALL)).events.map(({ id }) => id);
    expect([...seen, ...rest.events.map(({ id }) => id)]).toEqual(all);
    expect(all).toHaveLength(9);
    expect(await typesOf(ledger, { after: all.at(-1) ?? '' })).toEqual([]);
  });

  it('is filtered by type', async () => {
    const ledger = open();
    for (const id of ['a', 'b', 'c']) await settle(ledger, id);
    expect(await typesOf(ledger, { type: 'task.settled' })).toEqual(['task.settled', 'task.settled', 'task.settled']);
    const [first] = (await ledger.events({ ...ALL, type: 'task.settled', limit: 1 })).events;
    expect(await typesOf(ledger, { type: 'task.settled', after: first?.id ?? '' })).toHaveLength(2);
  });

  it('keeps the first rendering of a row, and shows those bytes from then on', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    const [row] = (await ledger.events(ALL)).unrendered;
    const seq = row?.seq ?? 0;
    expect(await ledger.keepRendered([{ seq, data: ['"one"'] }])).toEqual([{ seq, data: ['"one"'] }]);
    expect(await ledger.keepRendered([{ seq, data: ['"two"'] }])).toEqual([{ seq, data: ['"one"'] }]);
    const { events, unrendered } = await ledger.events(ALL);
    expect(events[0]?.data).toBe('"one"');
    expect(unrendered.map((one) => one.seq)).not.toContain(seq);
  });

  it('forgets after 30 days, and survives an eviction until then', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    await evictDurableObject(ledger);
    pass(29 * 24 * HOUR);
    await due(ledger);
    expect(await typesOf(ledger)).toEqual(WHOLE);
    pass(24 * HOUR + SECOND);
    expect(await typesOf(ledger)).toEqual([]);
    await due(ledger);
    expect((await ledger.events(ALL)).events).toEqual([]);
  });

  it('tells of a task that expires, and again when it was asked for again and expires again', async () => {
    const ledger = open();
    for (let time = 0; time < 2; time++) {
      await ledger.track('alpha', ['a'], OPTIONS);
      await deny(ledger, 'a');
    }
    expect(await typesOf(ledger)).toEqual(['task.expired', 'task.expired']);
  });

  it('tells of a clip that could not be had, and again with the rest when a retry brings it', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorReport(message as MirrorMessage, [{ ...gone, final: true } as typeof gone]);
    expect(await typesOf(ledger)).toEqual(['task.succeeded', 'clip.unavailable', 'task.settled']);
    const again = await ledger.retry('alpha', 'a');
    await ledger.mirrorReport(again?.messages[0] as MirrorMessage, [{ ...gone, final: true } as typeof gone]);
    expect(await typesOf(ledger)).toHaveLength(3);
    const third = await ledger.retry('alpha', 'a');
    await ledger.mirrorReport(third?.messages[0] as MirrorMessage, [archived('media/x/audio.mp3')]);
    expect((await typesOf(ledger)).slice(3)).toEqual(['clip.archived', 'task.settled']);
  });

  it('tells nothing twice of a task that was pruned and is tracked again', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    const { rows } = await ledger.list({
      ...{ vendor: null, status: null, tracking: null, archive: null, kind: null, before: null, limit: 1 },
    });
    await ledger.untrack('alpha', 'a');
    await ledger.track('alpha', ['a'], OPTIONS, [rows[0]!.stored]);
    expect(await typesOf(ledger)).toEqual(WHOLE);
    // A record from before anything was told.
    const old = { ...rows[0]!.stored, id: 'b', state: { ...rows[0]!.stored.state, told: null } };
    await ledger.track('alpha', ['b'], OPTIONS, [old]);
    expect(await typesOf(ledger)).toEqual(WHOLE);
  });

  it('tells when a vendor is paused and when it answers again, but not of backing off', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    const fault = async (reason: 'unauthorized' | 'unavailable') =>
      ledger.record(
        heard('', {
          fault: {
            fault:
              reason === 'unauthorized'
                ? { reason, detail: 'key' }
                : { reason, detail: 'down', status: 500, retry_after_ms: null },
            error: { ...error, message: reason },
          },
        }),
      );
    await fault('unavailable');
    expect(await typesOf(ledger)).toEqual([]);
    pass(31 * SECOND);
    await fault('unauthorized');
    pass(31 * SECOND);
    // A pause is not lifted by a probe that fails otherwise.
    await fault('unavailable');
    expect(await typesOf(ledger)).toEqual(['vendor.paused']);
    await ledger.record(heard('', { answers: [answer('a', reading())] }));
    expect(await typesOf(ledger)).toEqual(['vendor.paused', 'vendor.resumed']);
    const { unrendered } = await ledger.events({ ...ALL, type: 'vendor.paused' });
    expect(unrendered[0]?.about).toEqual({ vendor: 'alpha', reason: 'unauthorized' });
  });

  it('tells of a pause that is lifted by request, and the vendor is asked at once', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    const paused = { fault: { reason: 'forbidden' as const, detail: 'no' }, error };
    await ledger.record(heard('', { fault: paused }));
    expect((await due(ledger)).asks).toEqual([]);
    await ledger.resume('alpha');
    expect(await typesOf(ledger)).toEqual(['vendor.paused', 'vendor.resumed']);
    expect((await due(ledger)).asks).toHaveLength(1);
    await ledger.resume('alpha');
    expect(await typesOf(ledger)).toHaveLength(2);
  });
});

describe('deliveries', () => {
  const webhook = { ...OPTIONS, webhook_url: HOOK };
  const failed = { ok: false as const, final: false, retry_after_ms: null, detail: 'HTTP 500' };

  it('are made for the receiver that a task names, one for each event, and sent as the events come', async () => {
    const ledger = open();
    const sent = await settle(ledger, 'a', webhook);
    const { events } = await ledger.events(ALL);
    expect(sent).toEqual(events.map(({ id }) => `${id}_0`));
    const job = await ledger.deliveryJob(sent[1] ?? '');
    expect(job).toMatchObject({
      kind: 'webhook',
      url: HOOK,
      event: { id: events[1]?.id, type: 'clip.archived', index: 0 },
    });
  });

  it('are not made where nobody wants to hear', async () => {
    const ledger = open();
    expect(await settle(ledger, 'a')).toEqual([]);
    expect((await ledger.stats()).deliveries).toEqual({ pending: 0, failed: 0 });
  });

  it('are handed out once, and again when no report came', async () => {
    const ledger = open();
    const [first = ''] = await settle(ledger, 'a', webhook);
    expect(await ledger.deliveryJob(first)).not.toBeNull();
    expect(await ledger.deliveryJob(first)).toBeNull();
    pass(61 * SECOND);
    expect((await due(ledger)).deliveries).toContain(first);
    expect(await ledger.deliveryJob(first)).not.toBeNull();
    await ledger.deliveryReport(first, { ok: true });
    expect(await ledger.deliveryJob(first)).toBeNull();
    expect((await ledger.stats()).deliveries).toEqual({ pending: 2, failed: 0 });
  });

  it('are tried again at the times of the profile, and given up after the last', async () => {
    const ledger = open();
    const [first = ''] = await settle(ledger, 'a', webhook);
    const tries: number[] = [];
    for (let second = 0; second < 400; second++) {
      const { deliveries } = second === 0 ? { deliveries: [first] } : await due(ledger);
      if (deliveries.includes(first)) {
        tries.push(second);
        await ledger.deliveryJob(first);
        await ledger.deliveryReport(first, failed);
      }
      for (const other of deliveries.filter((id) => id !== first)) {
        await ledger.deliveryJob(other);
        await ledger.deliveryReport(other, { ok: true });
      }
      pass(SECOND);
    }
    expect(tries).toEqual([0, 2, 5, 10, 20, 40, 80, 160]);
    expect((await ledger.stats()).deliveries).toEqual({ pending: 0, failed: 1 });
  });

  it('wait as long as the receiver asks for', async () => {
    const ledger = open();
    const [first = ''] = await settle(ledger, 'a', webhook);
    await ledger.deliveryReport(first, { ...failed, retry_after_ms: 30_000 });
    pass(29 * SECOND);
    expect((await due(ledger)).deliveries).not.toContain(first);
    pass(SECOND);
    expect((await due(ledger)).deliveries).toContain(first);
  });

  it('end with a failure that no further try would mend', async () => {
    const ledger = open();
    const [first = ''] = await settle(ledger, 'a', webhook);
    await ledger.deliveryReport(first, { ...failed, final: true });
    pass(HOUR);
    expect((await due(ledger)).deliveries).not.toContain(first);
    expect((await ledger.stats()).deliveries).toEqual({ pending: 2, failed: 1 });
    pass(31 * 24 * HOUR);
    await due(ledger);
    expect((await ledger.stats()).deliveries.failed).toBe(0);
  });

  it('go on after a restart, at once', async () => {
    const ledger = open();
    const sent = await settle(ledger, 'a', webhook);
    await evictDurableObject(ledger);
    await ledger.endLeases();
    expect((await due(ledger)).deliveries.sort()).toEqual([...sent].sort());
  });

  it('of a receiver that hangs hold back no other', async () => {
    const ledger = open();
    for (let index = 0; index < 6; index++) await settle(ledger, `slow-${index}`, webhook);
    const other = await settle(ledger, 'quick', { ...OPTIONS, webhook_url: 'https://quick.example/' });
    expect(other).toHaveLength(3);
    const again = await due(ledger);
    expect(again.deliveries).toEqual([]);
    expect((await ledger.stats()).deliveries.pending).toBe(21);
  });

  it('of a receiver with many follow one another: each report sends the next', async () => {
    const ledger = open();
    let open_ = new Set<string>();
    for (let index = 0; index < 6; index++) for (const id of await settle(ledger, `t${index}`, webhook)) open_.add(id);
    expect(open_.size).toBe(5);
    const told: string[] = [];
    while (open_.size > 0) {
      const next = new Set<string>();
      for (const id of open_) {
        if (await ledger.deliveryJob(id)) told.push(id);
        for (const more of (await ledger.deliveryReport(id, { ok: true })).deliveries) next.add(more);
      }
      open_ = next;
    }
    expect(new Set(told).size).toBe(18);
    expect(told).toHaveLength(18);
  });
});

describe("a submit's callback", () => {
  const notify = { ...OPTIONS, notify_hook: { url: HOOK, base: 'https://songs.example' } };

  it('is called once, when the task is settled', async () => {
    const ledger = open();
    const sent = await settle(ledger, 'a', notify);
    expect(sent).toHaveLength(1);
    expect(await ledger.deliveryJob(sent[0] ?? '')).toMatchObject({
      kind: 'notify',
      url: HOOK,
      base: 'https://songs.example',
      known: { stored: { id: 'a' } },
    });
    await ledger.deliveryReport(sent[0] ?? '', { ok: true });
    await ledger.retry('alpha', 'a');
    expect((await due(ledger)).deliveries).toEqual([]);
  });

  it('is called when the task expires', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], notify);
    const { deliveries } = await deny(ledger, 'a');
    expect(deliveries).toHaveLength(1);
  });

  it('is called at once for a task that was settled before the submit was heard of', async () => {
    const ledger = open();
    await settle(ledger, 'a');
    expect((await ledger.track('alpha', ['a'], notify)).deliveries).toHaveLength(1);
  });

  it('is dropped with its task', async () => {
    const ledger = open();
    const [id = ''] = await settle(ledger, 'a', notify);
    await ledger.untrack('alpha', 'a');
    expect(await ledger.deliveryJob(id)).toBeNull();
    expect((await ledger.stats()).deliveries).toEqual({ pending: 0, failed: 0 });
  });
});
