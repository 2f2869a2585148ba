// One queue under everything: what it sends when, on a clock that the test moves.
import { describe, expect, it } from 'vitest';
import { type Answer, REQUESTS_A_MINUTE, type Request, Scheduler, type Urgency } from '../../src/console/scheduler.ts';

const JSON_TYPE = 'application/json';
const answer = (status: number, retry_after_s: number | null = null): Answer => ({
  ...{ status, text: '{}', type: JSON_TYPE, retry_after_s },
});

/** The outside world: `reply` says what comes back; null: no connection, undefined: nothing yet. */
class World {
  now = 0;
  reply: (request: Request) => Answer | null | undefined = () => answer(200);
  readonly sent: { path: string; at: number }[] = [];
  readonly open: ((answer: Answer | null) => void)[] = [];
  #timers: { at: number; callback: () => void }[] = [];
  readonly scheduler = new Scheduler({
    send: (request) => {
      this.sent.push({ path: request.path, at: this.now });
      const reply = this.reply(request);
      return reply === undefined ? new Promise((done) => this.open.push(done)) : Promise.resolve(reply);
    },
    now: () => this.now,
    after: (ms, callback) => void this.#timers.push({ at: this.now + ms, callback }),
    random: () => 0.5,
  });

  ask(path: string, urgency: Urgency = 'watch', method = 'GET'): Promise<Answer | null> {
    return this.scheduler.ask({ method, path, body: null, urgency });
  }
  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; ;) {
      for (let turns = 0; turns < 50; turns++) await Promise.resolve();
      const due = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) {
        this.now = end;
        return;
      }
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      due.callback();
    }
  }
  between(from: number, to: number): number {
    return this.sent.filter(({ at }) => at >= from && at < to).length;
  }
}

describe('Scheduler', () => {
  it('makes at most a third of the token’s requests in any minute, whatever is asked', async () => {
    const world = new World();
    for (let nth = 0; nth < 1_000; nth++) void world.ask(`/read/${nth}`, 'read');
    await world.pass(5 * 60_000);
    for (const { at } of world.sent) expect(world.between(at, at + 60_000)).toBeLessThanOrEqual(200);
    expect(world.sent.length).toBeGreaterThanOrEqual(4 * REQUESTS_A_MINUTE.read);
  });

  it('keeps room for what somebody has pressed', async () => {
    const world = new World();
    for (let nth = 0; nth < 500; nth++) void world.ask(`/read/${nth}`, 'read');
    await world.pass(1_000);
    const pressed = world.ask('/pressed', 'act', 'POST');
    await world.pass(1);
    expect(await pressed).toMatchObject({ status: 200 });
    expect(world.sent.at(-1)).toMatchObject({ path: '/pressed', at: 1_000 });
  });

  it('answers the same question once', async () => {
    const world = new World();
    world.reply = () => undefined;
    const [one, other] = [world.ask('/v1/stats', 'act'), world.ask('/v1/stats')];
    await world.pass(1);
    world.open[0]?.(answer(200));
    expect([await one, await other]).toEqual([await one, await one]);
    expect(world.sent).toHaveLength(1);
  });

  it.each([
    ['500', answer(500)],
    ['no connection', null],
    ['a page of somebody else', { ...answer(200), type: 'text/html' }],
  ])('asks ever more rarely while there is nothing but %s', async (_, reply) => {
    const world = new World();
    world.reply = () => reply;
    // A page that looks at four things twice a second, as often as it may.
    for (let ms = 0; ms < 120_000; ms += 500) {
      if (!world.scheduler.rests) for (const path of ['/stats', '/tasks', '/events', '/moving']) void world.ask(path);
      await world.pass(500);
    }
    expect(world.between(0, 10_000)).toBeLessThanOrEqual(20);
    expect(world.between(60_000, 120_000)).toBeLessThanOrEqual(12);
  });

  it('goes on at its pace as soon as an answer comes', async () => {
    const world = new World();
    world.reply = () => null;
    void world.ask('/a');
    await world.pass(1);
    expect(world.scheduler.rests).toBe(true);
    world.reply = () => answer(200);
    await world.ask('/pressed', 'act');
    expect(world.scheduler.rests).toBe(false);
  });

  it('obeys Retry-After of a 429: nothing goes out until then, and who presses is told when', async () => {
    const world = new World();
    world.reply = () => answer(429, 20);
    await world.ask('/a');
    world.reply = () => answer(200);
    void world.ask('/b');
    expect(await world.ask('/pressed', 'act')).toMatchObject({ status: 429, retry_after_s: 20 });
    await world.pass(19_999);
    expect(world.sent.map(({ path }) => path)).toEqual(['/a']);
    await world.pass(2);
    expect(world.sent.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('answers what is wanted no more at once, and sends it neither then nor when there is room again', async () => {
    const world = new World();
    world.reply = () => answer(429, 20);
    await world.ask('/a');
    world.reply = () => answer(200);
    const stop = new AbortController();
    const asked = (path: string) =>
      world.scheduler.ask({ ...{ method: 'POST', path, body: null }, urgency: 'read', signal: stop.signal });
    const waiting = asked('/b');
    stop.abort();
    expect([await waiting, await asked('/c')]).toEqual([null, null]);
    await world.pass(60_000);
    expect(world.sent.map(({ path }) => path)).toEqual(['/a']);
  });

  it('obeys Retry-After of a 503 for all that nobody has pressed', async () => {
    const world = new World();
    world.reply = () => answer(503, 30);
    await world.ask('/a');
    void world.ask('/b');
    await world.pass(29_000);
    expect(world.sent).toHaveLength(1);
    await world.ask('/pressed', 'act');
    expect(world.sent.at(-1)?.path).toBe('/pressed');
  });

  it('ends a session with all that was asked in it: what comes late is dropped', async () => {
    const world = new World();
    world.reply = () => undefined;
    const before = [world.ask('/a', 'act'), world.ask('/b', 'act')];
    await world.pass(1);
    world.scheduler.begin();
    const late: unknown[] = [];
    for (const one of before) void one.then((answer) => late.push(answer));
    const after = world.ask('/a', 'act');
    // The late 401 and 429 of the token before say nothing of this one.
    world.open[0]?.(answer(429, 60));
    world.open[1]?.(null);
    await world.pass(1);
    world.reply = () => answer(200);
    world.open[2]?.(answer(200));
    expect(await after).toMatchObject({ status: 200 });
    expect(await world.ask('/pressed', 'act', 'POST')).toMatchObject({ status: 200 });
    expect(late).toEqual([]);
  });

  it('does not let a limited token block the next one', async () => {
    const world = new World();
    world.reply = () => answer(429, 60);
    await world.ask('/a', 'act');
    world.scheduler.begin();
    world.reply = () => answer(200);
    expect(await world.ask('/a', 'act')).toMatchObject({ status: 200 });
  });
});
