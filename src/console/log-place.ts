// Pure: a moment → the place in the log of events at which it lies. Places are an order of time, so who begins to look needs
// not read what happened before.

/** As `SEQ_PER_MS` and `eventId()` of the ledger have it; a test holds the two together. */
const PLACES_PER_MS = 1_000;

/** `ms` since the epoch → a cursor of `GET /v1/events`. */
export const logPlace = (ms: number): string => `evt_${(Math.floor(ms) * PLACES_PER_MS).toString(36)}_0`;
