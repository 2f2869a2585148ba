// Pure: places in an order of time: milliseconds since the epoch × 1000, counted on within one. Of tasks, of archived clips, of the log.

export const SEQ_PER_MS = 1_000;

/** The place of something that comes now, behind all that is there. */
export const nextSeq = (last: number, ms: number): number => Math.max(last + 1, ms * SEQ_PER_MS);

export const msOf = (seq: number): number => Math.floor(seq / SEQ_PER_MS);
