// Pure: how long tests of the whole system wait for what they look for.

/** Far beyond what anything there takes, since a busy machine may stand still for half a minute: how fast, no test says by it. */
export const WAITED_MAX_MS = 120_000;
