// Edge: the isolate's clock, moved by hand: whoever sleeps is woken in turn, as soon as nobody works.

import { AsyncLocalStorage } from 'node:async_hooks';

/** What runs in the Worker; in the ledger there is nothing of it, since calls do not carry it there. */
const inWorker = new AsyncLocalStorage<true>();

export const asWorker = <T>(work: () => Promise<T>): Promise<T> => inWorker.run(true, work);

/** Calls to the outside that have not come back. */
let open = 0;
let offsetMs = 0;
let sleepers: { at: number; wake: () => void }[] = [];
let isMoving = false;

const realNow = Date.now.bind(Date);
const realTimeout = setTimeout;

/** From now on `Date.now()` and `scheduler.wait()` are this clock's. */
export function takeOver(): void {
  Date.now = () => realNow() + offsetMs;
  scheduler.wait = (ms) => {
    if (inWorker.getStore() !== true) return ledgerSleeps(ms);
    return new Promise<void>((wake) => {
      sleepers.push({ at: Date.now() + ms, wake });
      if (!isMoving) void move();
    });
  };
}

/** Its caller's call is under way meanwhile, and does not work. Its promises are its own: it looks itself whether its time has come. */
async function ledgerSleeps(ms: number): Promise<void> {
  let isWoken = false;
  const wake = (): void => {
    open++;
    isWoken = true;
  };
  sleepers.push({ at: Date.now() + ms, wake });
  open--;
  while (!isWoken) {
    await new Promise((done) => realTimeout(done, 1));
    if (!isMoving) void move();
  }
}

/** Who slept in an invocation that is over sleeps on, and the loop that would have woken it went with it. */
export function forget(): void {
  sleepers = [];
  isMoving = false;
  open = 0;
}

export const pass = (ms: number): void => void (offsetMs += ms);

/** Counted as work for as long as it takes. */
export async function during<T>(work: () => Promise<T>): Promise<T> {
  open++;
  try {
    return await work();
  } finally {
    open--;
  }
}

async function move(): Promise<void> {
  isMoving = true;
  while (sleepers.length > 0) {
    // A turn of the real loop: what was just answered goes on first, and may call again.
    await new Promise((done) => realTimeout(done, 0));
    if (open > 0) continue;
    const next = Math.min(...sleepers.map(({ at }) => at));
    offsetMs += Math.max(0, next - Date.now());
    const woken = sleepers.filter(({ at }) => at <= next);
    sleepers = sleepers.filter(({ at }) => at > next);
    for (const { wake } of woken) wake();
  }
  isMoving = false;
}
