// Edge: the signals that end `npm start`, and the end itself.
import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';

/** A request that hangs at a vendor must not hold the exit. */
const FORCE_AFTER_MS = 3_000;
/** Ctrl+C reaches us twice, from the terminal and through npm: only a later signal means impatience. */
const SAME_SIGNAL_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A shell between npm and us dies of npm's SIGTERM without handing it on: then we are nobody's child any more. */
const LOOK_FOR_PARENT_EVERY_MS = 500;

type Step = () => void | Promise<void>;

export class Stopper {
  readonly #onSignal = (): void => void this.#stop();
  #steps: Step[] = [];
  #stoppingSince: number | null = null;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    if (process.env['npm_lifecycle_event'] === 'start') this.#endWithParent(process.ppid);
  }

  #endWithParent(parent: number): void {
    const look = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(look);
      this.#onSignal();
    }, LOOK_FOR_PARENT_EVERY_MS);
    look.unref();
  }

  /**
   * Takes away the listeners that others have set since: Miniflare's leave with 143 before anything is put away.
   * Ours stays in place all the time, or a signal that is just coming in would be lost.
   */
  own(): void {
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal)) {
        if (listener !== this.#onSignal) process.off(signal, listener);
      }
    }
  }

  /** Steps run all at once when a signal comes. */
  add(step: Step): void {
    this.#steps.push(step);
  }

  get stopping(): boolean {
    return this.#stoppingSince !== null;
  }

  async #stop(): Promise<void> {
    const signalledAt = Date.now();
    if (this.#stoppingSince !== null) {
      // Miniflare's hook on exit still ends the runtime.
      if (signalledAt - this.#stoppingSince > SAME_SIGNAL_MS) process.exit(0);
      return;
    }
    this.#stoppingSince = signalledAt;
    setTimeout(() => process.exit(0), FORCE_AFTER_MS).unref();
    await Promise.allSettled(this.#steps.map(async (step) => step()));
    process.exit(0);
  }
}

export const HOST = '127.0.0.1';

export type PortResult = { ok: true; value: number } | { ok: false; fault: string };

/**
 * Where free ports are looked for: below the ranges from which systems give ports to outgoing connections (Linux from
 * 32768, IANA from 49152), since one of those may be taken again before the runtime listens on it.
 */
const FREE_PORTS = { from: 10_240, to: 32_767 } as const;
const FREE_PORT_TRIES = 20;

/** `wanted` where it is free, any free one for 0. */
export async function settlePort(wanted: number): Promise<PortResult> {
  if (wanted !== 0) return tryPort(wanted);
  for (let tries = 0; tries < FREE_PORT_TRIES; tries++) {
    const found = await tryPort(randomInt(FREE_PORTS.from, FREE_PORTS.to + 1));
    if (found.ok) return found;
  }
  return tryPort(0);
}

function tryPort(wanted: number): Promise<PortResult> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ ok: false, fault: sayFault(wanted, error) }));
    server.listen(wanted, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve({ ok: true, value: port }));
    });
  });
}

function sayFault(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} is taken: end what listens there, or choose another with --port N (0 picks a free one)`;
  if (error.code === 'EACCES')
    return `port ${port} may not be used by this account: choose one above 1023 with --port N`;
  return `port ${port} cannot be used (${error.message}): choose another with --port N`;
}
