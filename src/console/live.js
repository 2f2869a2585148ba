// Edge: what is done again and again while somebody looks: not in a hidden tab, and never twice at a time.

/**
 * @param {number} ms Between the end of one and the beginning of the next.
 * @param {() => Promise<unknown>} work
 * @returns {{now: () => void, stop: () => void}}
 */
export function every(ms, work) {
  let timer = 0;
  let busy = false;
  let stopped = false;
  const run = async () => {
    clearTimeout(timer);
    if (stopped || busy || document.hidden) return;
    busy = true;
    await work().catch((/** @type {unknown} */ error) => console.error(error));
    busy = false;
    if (!stopped) timer = setTimeout(run, ms);
  };
  const woken = () => void (document.hidden || run());
  document.addEventListener('visibilitychange', woken);
  timer = setTimeout(run, ms);
  return {
    now: () => void run(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', woken);
    },
  };
}
