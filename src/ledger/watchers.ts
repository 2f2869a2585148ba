// Pure, but for the map it holds: callers who wait for news of a task. In memory only: who waited on an evicted object asks again.

export class Watchers {
  readonly #byTask = new Map<string, Set<() => void>>();
  #count = 0;

  /** Resolves when `tell` is called for the task, or after `ms`; false, at once: more than `most` wait already. */
  watch(task: string, ms: number, most: number): Promise<boolean> {
    if (this.#count >= most) return Promise.resolve(false);
    this.#count++;
    return new Promise<boolean>((resolve) => {
      const waiting = this.#byTask.get(task) ?? new Set();
      const end = (): void => {
        clearTimeout(timer);
        waiting.delete(end);
        if (waiting.size === 0) this.#byTask.delete(task);
        resolve(true);
      };
      const timer = setTimeout(end, ms);
      this.#byTask.set(task, waiting.add(end));
    }).finally(() => this.#count--);
  }

  tell(task: string): void {
    for (const end of this.#byTask.get(task) ?? []) end();
  }
}
