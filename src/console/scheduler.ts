// State: the queue of all requests: so many a minute, back-off, `Retry-After`, nothing of a session that ended.

const MINUTE_MS = 60_000;
/** A third of the 600 a minute that a token may make; what somebody waits for finds room when the rest is used. */
export const REQUESTS_A_MINUTE = { act: 200, read: 170, watch: 120 } as const;
/** Who waits for it: somebody who has pressed something, who scrolls, or nobody. */
export type Urgency = keyof typeof REQUESTS_A_MINUTE;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly retry_after_s: number | null;
}
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly urgency: Urgency;
  /** Once it is aborted nothing goes out any more, and what waits is answered null. */
  readonly signal?: AbortSignal | undefined;
}
export interface Outside {
  /** Null: there is no connection. */
  send(request: Request): Promise<Answer | null>;
  now(): number;
  /** Calls back after this time. */
  after(ms: number, callback: () => void): void;
  random(): number;
}

const AT_ONCE_MAX = 4;
const BACK_OFF_FIRST_MS = 1_000;
const BACK_OFF_MAX_MS = 60_000;
/** A 429 without a word about when. */
const LIMITED_MS = 30_000;

type Waiting = PromiseWithResolvers<Answer | null> & { readonly request: Request };
/** The more may be asked of it, the more urgent it is. */
const urgencyOf = ({ urgency }: Request): number => REQUESTS_A_MINUTE[urgency];

export class Scheduler {
  #outside;
  /** The most urgent first. */
  #waiting: Waiting[] = [];
  #underWay = new Set<Waiting>();
  /** When each request of the last minute began. */
  #begun: number[] = [];
  #failures = 0;
  /** Until then nothing goes out that nobody has asked for; `#limitedUntil`: nothing at all. */
  #restUntil = 0;
  #limitedUntil = 0;
  #timed = Infinity;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** All that was asked before is never answered, and nobody waits for it any more; limits were the token's before. */
  begin(): void {
    this.#waiting = [];
    this.#underWay = new Set();
    [this.#failures, this.#restUntil, this.#limitedUntil] = [0, 0, 0];
  }

  /** Whether what nobody waits for has no room at the moment. */
  get rests(): boolean {
    return this.#room('watch') > this.#outside.now() || this.#waiting.length > 0;
  }

  /** What this token may not ask is answered as the server has answered it, with the time that is left. */
  ask(request: Request): Promise<Answer | null> {
    const same = [...this.#waiting, ...this.#underWay].find(
      (one) =>
        request.method === 'GET' &&
        one.request.method === 'GET' &&
        one.request.path === request.path &&
        one.request.signal === request.signal &&
        urgencyOf(one.request) >= urgencyOf(request),
    );
    if (same !== undefined) return same.promise;
    if (request.signal?.aborted) return Promise.resolve(null);
    const limited_ms = this.#limitedUntil - this.#outside.now();
    // Who has pressed a button is told at once, and not in a minute.
    if (request.urgency === 'act' && limited_ms > 0)
      return Promise.resolve({ status: 429, text: '', type: '', retry_after_s: limited_ms / 1_000 });
    const one = { ...Promise.withResolvers<Answer | null>(), request };
    this.#waiting = [...this.#waiting, one].sort((a, b) => urgencyOf(b.request) - urgencyOf(a.request));
    request.signal?.addEventListener('abort', () => this.#drop(one));
    this.#next();
    return one.promise;
  }

  /** What is under way already is waited for. */
  #drop(one: Waiting): void {
    if (!this.#waiting.includes(one)) return;
    this.#waiting = this.#waiting.filter((other) => other !== one);
    one.resolve(null);
  }

  /** When a request of this urgency may go. */
  #room(urgency: Urgency): number {
    const now = this.#outside.now();
    this.#begun = this.#begun.filter((at) => at > now - MINUTE_MS);
    const over = this.#begun.length - REQUESTS_A_MINUTE[urgency];
    const free = over < 0 ? now : (this.#begun[over] ?? now) + MINUTE_MS;
    return Math.max(free, this.#limitedUntil, urgency === 'act' ? 0 : this.#restUntil);
  }

  #next(): void {
    while (this.#underWay.size < AT_ONCE_MAX) {
      const [one] = this.#waiting;
      if (one === undefined) return;
      // Where the most urgent has no room, the others have none.
      const at = this.#room(one.request.urgency);
      if (at > this.#outside.now()) return this.#wake(at);
      this.#waiting.shift();
      void this.#send(one);
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
    this.#underWay.add(one);
    this.#begun.push(this.#outside.now());
    const answer = await this.#outside.send(one.request);
    // What comes late is nobody's any more: it neither counts nor slows down whoever came after.
    if (!this.#underWay.delete(one)) return;
    this.#learn(answer);
    one.resolve(answer);
    this.#next();
  }

  #learn(answer: Answer | null): void {
    const now = this.#outside.now();
    const asked_ms = (answer?.retry_after_s ?? 0) * 1_000;
    if (answer?.status === 429) {
      this.#limitedUntil = now + (asked_ms || LIMITED_MS);
      return;
    }
    if (answer !== null && answer.status < 500 && (answer.status === 204 || /json/.test(answer.type))) {
      [this.#failures, this.#restUntil] = [0, 0];
      return;
    }
    const back_off = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** this.#failures++);
    // Tabs that failed together do not come back together.
    this.#restUntil = now + Math.max(asked_ms, back_off * (0.75 + this.#outside.random() / 2));
  }
}
