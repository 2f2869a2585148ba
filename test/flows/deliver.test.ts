// The life of one delivery: what the receiver gets at each try, and what the ledger hears of it. The ledger is a fake.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type DeliverDeps, deliverOne } from '../../src/flows/deliver.ts';
import type { DeliveryJob } from '../../src/ledger/api.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import type { Logged } from '../../src/model/event.ts';
import type { DeliveryOutcome } from '../../src/model/messages.ts';
import { postTo } from '../../src/net/webhook.ts';
import { newSpace } from '../support/space.ts';
import type { Answer, LogEntry } from '../support/stand-in-types.ts';

type DeliverLedger = DeliverDeps['ledger'];
const SECRETS = ['whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3', 'whsec_YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAx'];
const AT = Date.parse('2026-11-21T10:00:00Z');
const about = { vendor: 'relay', reason: 'unauthorized' };
const row: Logged = {
  seq: 7,
  at: AT,
  events: [
    { id: 'evt_7_1', type: 'task.succeeded', slug: null },
    { id: 'evt_7_2', type: 'clip.archived', slug: 'one' },
  ],
  about,
  data: null,
};
const event = { id: 'evt_7_2', type: 'clip.archived', index: 1 } as const;

/** A ledger that has this one delivery, and keeps what is rendered first. */
async function world(answers?: Answer[], change: Partial<DeliverDeps & DeliverLedger> = {}) {
  const space = newSpace();
  const url = `${await space.receiver(answers)}?token=secret`;
  let job: DeliveryJob = { kind: 'webhook', id: 'd1', url, event, logged: row };
  let kept: string[] | null = null;
  let rendered = 0;
  const reports: DeliveryOutcome[] = [];
  const log: Record<string, unknown>[] = [];
  const sent: string[] = [];
  const posted: (string | null)[] = [];
  const ledger: DeliverLedger = {
    deliveryJob: async () => job,
    deliveryReport: async (_, outcome) => {
      reports.push(outcome);
      return { deliveries: [] };
    },
    keepRendered: async ([first]) => [{ seq: 7, data: (kept ??= first?.data ?? []) }],
    unsent: async () => undefined,
    ...change,
  };
  const deps: DeliverDeps = {
    ledger,
    secrets: SECRETS.slice(0, 1),
    post: (posting, ownOrigin) => {
      posted.push(ownOrigin);
      return postTo(posting, { address: { allowPrivate: true, ownOrigins: [] }, now: () => AT });
    },
    render: () => ['{"task":1}', `{"clip":"ö", "n":${++rendered}}`],
    renderRow: ({ stored }, base) => ({ task_id: stored.id, audio: `${base}/media/one/audio.mp3` }),
    sendMirror: () => Promise.reject(new Error('A delivery wants no file')),
    sendDeliver: async (ids) => void sent.push(...ids),
    now: () => Date.now(),
    log: (entry) => void log.push(entry as Record<string, unknown>),
    ...change,
  };
  return {
    ...{ reports, log, sent, posted, host: new URL(url).host },
    become: (next: Partial<DeliveryJob>) => void (job = { ...job, ...next } as DeliveryJob),
    run: (more: Partial<DeliverDeps> = {}) => deliverOne({ delivery: 'd1' }, { ...deps, ...more }),
    got: () => space.log('/receiver'),
    renderings: () => rendered,
  };
}

const BODY = `{"id":"evt_7_2","type":"clip.archived","timestamp":"2026-11-21T10:00:00.000Z","data":{"clip":"ö", "n":1}}`;
const webhookHeaders = ({ headers }: LogEntry): string[] =>
  Object.keys(headers).filter((name) => /^webhook/.test(name));
/** As a receiver does it; throws where the signature is not good. */
const verify = ({ body, headers }: LogEntry, secret: string): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('deliverOne(), an event', () => {
  it('does nothing for a message for which the ledger has nothing', async () => {
    const { run, reports, log, got } = await world([], { deliveryJob: async () => null });
    await run();
    expect([reports, log, await got()]).toEqual([[], [], []]);
  });

  it('sends the event, signed so that the library of the standard takes it, and reports it', async () => {
    const { run, reports, got } = await world();
    await run();
    const [request] = await got();
    expect(request?.body).toBe(BODY);
    expect(request?.headers['webhook-id']).toBe('evt_7_2');
    expect(verify(request!, SECRETS[0]!)).toEqual(JSON.parse(BODY));
    expect(reports).toEqual([{ ok: true }]);
  });

  it('is signed with each of two secrets, and with no other', async () => {
    const { run, got } = await world(undefined, { secrets: SECRETS });
    await run();
    const [request] = await got();
    expect(request?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of SECRETS) expect(verify(request!, secret)).toEqual(JSON.parse(BODY));
    expect(() => verify(request!, 'whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==')).toThrow();
    expect(() => verify({ ...request!, body: `${BODY} ` }, SECRETS[0]!)).toThrow();
  });

  it('has the same bytes and id at each try, and the time and signature of that try', async () => {
    const { run, got, reports, renderings } = await world([{ status: 500 }, { status: 503 }, { status: 200 }]);
    const started = Date.now();
    for (const later of [0, 60_000, 120_000]) await run({ now: () => started + later });
    const requests = await got();
    expect(requests.map(({ body }) => body)).toEqual([BODY, BODY, BODY]);
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_7_2', 'evt_7_2', 'evt_7_2']);
    const second = Math.floor(started / 1000);
    expect(requests.map(({ headers }) => Number(headers['webhook-timestamp']) - second)).toEqual([0, 60, 120]);
    for (const request of requests) expect(verify(request, SECRETS[0]!)).toEqual(JSON.parse(BODY));
    expect(reports.map(({ ok }) => ok)).toEqual([false, false, true]);
    // What was kept counts, though each try rendered anew.
    expect(renderings()).toBe(3);
  });

  it('has the bytes of whoever rendered the row first', async () => {
    const { run, got } = await world(undefined, {
      keepRendered: async () => [{ seq: 7, data: ['{}', '{"clip":"kept"}'] }],
    });
    await run();
    expect((await got())[0]?.body).toContain('"data":{"clip":"kept"}}');
  });

  it('is not rendered again once its bytes are kept', async () => {
    const { run, become, got, renderings } = await world();
    become({ logged: { ...row, about: null, data: ['{}', '{ "old": 1.0 }'] } });
    await run();
    expect((await got())[0]?.body).toContain('"data":{ "old": 1.0 }}');
    expect(renderings()).toBe(0);
  });

  it('is told as it was rendered where its row has just left the log', async () => {
    const { run, got } = await world(undefined, { keepRendered: async () => [] });
    await run();
    expect((await got())[0]?.body).toBe(BODY);
  });

  it('is not sent unsigned where the secret was taken out of the settings: a failed try that says so', async () => {
    const { run, reports, got, renderings } = await world(undefined, { secrets: [] });
    await run();
    expect(reports).toMatchObject([{ ok: false, final: false, detail: expect.stringContaining('WEBHOOK_SECRET') }]);
    expect([await got(), renderings()]).toEqual([[], 0]);
  });

  it.each<[string, Answer, Partial<DeliveryOutcome>]>([
    ['is gone', { status: 410 }, { ok: false, final: true }],
    ['is busy', { status: 429, headers: { 'retry-after': '9' } }, { ok: false, final: false, retry_after_ms: 9_000 }],
    ['redirects', { status: 302, headers: { location: '/elsewhere' } }, { ok: false, final: false }],
    ['breaks off', { reset: true }, { ok: false, final: false }],
  ])('is reported as it is when the receiver %s', async (_, answer, outcome) => {
    const { run, reports, got } = await world([answer]);
    await run();
    expect(reports).toMatchObject([outcome]);
    expect(await got()).toHaveLength(1);
  });

  it.each<[string, Partial<DeliverDeps & DeliverLedger>]>([
    ['rendering', { render: () => fail() }],
    ['keeping', { keepRendered: () => Promise.reject(new Error('broken')) }],
    ['the post', { post: () => Promise.reject(new Error('broken')) }],
  ])('counts as a failed try when %s breaks', async (_, change) => {
    const { run, reports, log } = await world(undefined, change);
    await run();
    expect(reports).toMatchObject([{ ok: false, final: false, detail: expect.stringContaining('broken') }]);
    expect(log).toMatchObject([{ event: 'delivery', ok: false, status: null }]);
  });

  it('is reported as failed where its row has no such event', async () => {
    const { run, become, reports, got } = await world();
    become({ event: { ...event, index: 9 } });
    await run();
    expect([reports.length, reports[0]?.ok, await got()]).toEqual([1, false, []]);
  });

  it('is logged though its report is lost, and left to its lease', async () => {
    const { run, log } = await world(undefined, { deliveryReport: () => Promise.reject(new Error('away')) });
    await expect(run()).rejects.toThrow('away');
    expect(log).toMatchObject([{ event: 'delivery', ok: true }]);
  });

  it('sends on what the ledger wants told next, and loses nothing when the queue is away', async () => {
    const deliveryReport = async () => ({ deliveries: ['d2', 'd3'] });
    const { run, sent, log } = await world(undefined, { deliveryReport });
    await run();
    expect(sent).toEqual(['d2', 'd3']);
    await run({ sendDeliver: () => Promise.reject(new Error('away')) });
    expect(log.at(-1)).toEqual({ event: 'error', at: 'queue', message: 'Error: away' });
  });
});

describe('deliverOne(), the callback of a submit', () => {
  const stored = { id: 'task-one' } as Extract<DeliveryJob, { kind: 'notify' }>['known']['stored'];
  const callback = { kind: 'notify', base: 'https://songs.example', known: { stored, pacing: HEALTHY } } as const;

  it("is the task's row alone, unsigned, its links at the origin that the submit used", async () => {
    const { run, become, got, reports, log } = await world(undefined, { secrets: [] });
    become(callback);
    await run();
    const [request] = await got();
    expect(request?.body).toBe('{"task_id":"task-one","audio":"https://songs.example/media/one/audio.mp3"}');
    expect(request?.headers['content-type']).toBe('application/json');
    expect(webhookHeaders(request!)).toEqual([]);
    expect(reports).toEqual([{ ok: true }]);
    expect(log).toMatchObject([{ event: 'delivery', type: 'notify_hook', ok: true, status: 204 }]);
  });

  it('takes that origin for one of our own, which are not called', async () => {
    const { run, become, posted } = await world();
    await run();
    become(callback);
    await run();
    expect(posted).toEqual([null, 'https://songs.example']);
  });
});

describe("deliverOne()'s log", () => {
  it('has one line a try: whose, what, where, how it ended', async () => {
    const { run, log, host } = await world([{ status: 500 }, { status: 204 }]);
    await run();
    await run();
    const line = { event: 'delivery', delivery: 'd1', type: 'clip.archived', receiver: host, ms: expect.any(Number) };
    expect(log).toEqual([
      {
        ...line,
        ...{ ok: false, final: false, retry_after_ms: null, status: 500 },
        detail: `The receiver ${host} answers 500`,
      },
      { ...line, ok: true, status: 204 },
    ]);
  });

  it.each<[string, Answer, Partial<DeliveryJob>]>([
    ['an answer', { status: 500 }, {}],
    ['a broken connection', { reset: true }, {}],
    ['a blocked address', {}, { url: 'http://10.0.0.1/hook?token=secret' }],
    ['no URL', {}, { url: 'secret' }],
  ])('and report never hold a secret, path or query (%s)', async (_, answer, change) => {
    const { run, become, log, reports } = await world([answer]);
    become(change);
    await run();
    expect(JSON.stringify([log, reports])).not.toMatch(/token|whsec_|receiver\/|secret|hook/);
  });
});

function fail(): never {
  throw new Error('broken');
}
