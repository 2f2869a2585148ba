// Pure: how long tests of the whole system wait for what they look for, and what a busy machine is allowed.

/** Far beyond what anything there takes, since a busy machine may stand still for half a minute: how fast, no test says by it. */
export const WAITED_MAX_MS = 120_000;

/** For tests of what comes at once, within seconds: other programs of this run may take the processors for longer than that. */
export const BUSY_MACHINE = { retry: 2 };
