// Edge: asks the Worker itself whether it answers, so that "ready" is never said too early.

const GIVE_UP_AFTER_MS = 30_000;
const ASK_EVERY_MS = 50;
/** An answer that got lost is not waited for till the end. */
const ANSWER_WITHIN_MS = 5_000;

/** Returns as soon as GET /health is answered with 200. */
export async function waitUntilAnswered(url: string): Promise<void> {
  const startedAt = Date.now();
  let last = 'no answer';
  while (Date.now() - startedAt < GIVE_UP_AFTER_MS) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text.slice(0, 300)}`;
    } catch (error) {
      // Not listening yet, or too slow: asked again until the time is over.
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`GET /health was never answered with 200: ${last}`);
}
