// State: the queue of all requests: so many a minute, back-off, `Retry-After`, nothing of a session that ended.

/** Who waits for it: somebody who has pressed something, who scrolls, or nobody. */
export type Urgency = 'act' | 'read' | 'watch';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly retry_after_s: number | null;
}
/** `stopped`: the session it was asked for is over. `limited`: the server wants no requests for so long. */
export type Sent =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'offline' }
  | { readonly kind: 'limited'; readonly wait_ms: number }
  | { readonly kind: 'stopped' };

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly token: string;
  readonly urgency: Urgency;
}
export interface Outside {
  send(request: Request): Promise<Answer | null>;
  now(): number;
  /** Calls back after this time. */
  after(ms: number, callback: () => void): void;
  random(): number;
}

const MINUTE_MS = 60_000;
/** A third of the 600 a minute that a token may make; what somebody waits for finds room when the rest is used. */
export const REQUESTS_A_MINUTE: Readonly<Record<Urgency, number>> = { act: 200, read: 170, watch: 120 };
const AT_ONCE_MAX = 4;
const BACK_OFF_FIRST_MS = 1_000;
const BACK_OFF_MAX_MS = 60_000;
/** A 429 without a word about when. */
const LIMITED_MS = 30_000;
const URGENCIES: readonly Urgency[] = ['act', 'read', 'watch'];

type Waiting = PromiseWithResolvers<Sent> & { readonly request: Request };

export class Scheduler {
  #outside;
  #waiting: Waiting[] = [];
  #underWay = new Set<Waiting>();
  /** When each request of the last minute began. */
  #begun: number[] = [];
  #session = 0;
  #failures = 0;
  /** Until then nothing goes out that nobody has asked for; `#limitedUntil`: nothing at all. */
  #restUntil = 0;
  #limitedUntil = 0;
  #timed = Infinity;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** Everything of the session before is dropped; its limits were its token's. */
  begin(): void {
    this.#session++;
    for (const one of [...this.#waiting, ...this.#underWay]) one.resolve({ kind: 'stopped' });
    this.#waiting = [];
    this.#underWay = new Set();
    [this.#failures, this.#restUntil, this.#limitedUntil] = [0, 0, 0];
  }

  /** How long the server wants no request of this token. */
  get limitedMs(): number {
    return Math.max(0, this.#limitedUntil - this.#outside.now());
  }

  /** Whether what nobody waits for has room at the moment. */
  get rests(): boolean {
    return this.#room('watch') > this.#outside.now() || this.#waiting.length > 0;
  }

  ask(request: Request): Promise<Sent> {
    const same = [...this.#waiting, ...this.#underWay].find(
      (one) =>
        request.method === 'GET' &&
        one.request.method === 'GET' &&
        one.request.path === request.path &&
        one.request.token === request.token,
    );
    if (same !== undefined && URGENCIES.indexOf(same.request.urgency) <= URGENCIES.indexOf(request.urgency))
      return same.promise;
    // Who has pressed a button is told at once, and not in a minute.
    if (request.urgency === 'act' && this.limitedMs > 0)
      return Promise.resolve({ kind: 'limited', wait_ms: this.limitedMs });
    const one = { ...Promise.withResolvers<Sent>(), request };
    this.#waiting.push(one);
    this.#next();
    return one.promise;
  }

  /** When a request of this urgency may go. */
  #room(urgency: Urgency): number {
    const now = this.#outside.now();
    while (this.#begun[0] !== undefined && this.#begun[0] <= now - MINUTE_MS) this.#begun.shift();
    const over = this.#begun.length - REQUESTS_A_MINUTE[urgency];
    const free = over < 0 ? now : (this.#begun[over] ?? now) + MINUTE_MS;
    return Math.max(free, this.#limitedUntil, urgency === 'act' ? 0 : this.#restUntil);
  }

  #next(): void {
    for (const urgency of URGENCIES) {
      for (;;) {
        const one = this.#waiting.find(({ request }) => request.urgency === urgency);
        if (one === undefined) break;
        if (this.#underWay.size >= AT_ONCE_MAX) return;
        const at = this.#room(urgency);
        if (at > this.#outside.now()) {
          this.#wake(at);
          break;
        }
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        void this.#send(one);
      }
    }
  }

  #wake(at: number): void {
    if (at >= this.#timed) return;
    this.#timed = at;
    this.#outside.after(at - this.#outside.now(), () => {
      this.#timed = Infinity;
      this.#next();
    });
  }

  async #send(one: Waiting): Promise<void> {
    const session = this.#session;
    this.#underWay.add(one);
    this.#begun.push(this.#outside.now());
    const answer = await this.#outside.send(one.request);
    // What comes late is nobody's any more: it neither counts nor slows down whoever came after.
    if (session !== this.#session) return;
    this.#underWay.delete(one);
    this.#learn(answer);
    one.resolve(answer === null ? { kind: 'offline' } : { kind: 'answer', answer });
    this.#next();
  }

  #learn(answer: Answer | null): void {
    const now = this.#outside.now();
    const asked_ms = (answer?.retry_after_s ?? 0) * 1_000;
    if (answer?.status === 429) {
      this.#limitedUntil = now + (asked_ms || LIMITED_MS);
      return;
    }
    const failed = answer === null || answer.status >= 500 || !/json/.test(answer.type);
    if (!failed || answer?.status === 204) {
      [this.#failures, this.#restUntil] = [0, 0];
      return;
    }
    const back_off = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** this.#failures++);
    // Tabs that failed together do not come back together.
    this.#restUntil = now + Math.max(asked_ms, back_off * (0.75 + this.#outside.random() / 2));
  }
}
