// Edge: the signals that end `npm start`, and the end itself.

/** A request that hangs at a vendor must not hold the exit. */
const FORCE_AFTER_MS = 3_000;
/** Ctrl+C reaches us twice, from the terminal and through npm: only a later signal means impatience. */
const SAME_SIGNAL_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Step = () => void | Promise<void>;

export class Stopper {
  #steps: Step[] = [];
  #stoppingSince: number | null = null;

  constructor() {
    this.listen();
  }

  /** Miniflare's own listeners leave with 143 before anything is put away; called again after it has started, this takes their place. */
  listen(): void {
    for (const signal of SIGNALS) {
      process.removeAllListeners(signal);
      process.on(signal, () => void this.#stop());
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
