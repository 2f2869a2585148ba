// Edge: the signals that ask a command to end, told to its work, which puts away what it has made and ends by itself.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `asked`: its reason is the signal's name. While the work goes on, a signal ends nothing by itself. */
export async function heedSignals<T>(work: (asked: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const ask = (name: NodeJS.Signals): void => controller.abort(name);
  for (const name of SIGNALS) process.on(name, ask);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, ask);
  }
}
