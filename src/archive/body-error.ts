// Pure: why a body cannot become a file, as an error that passes through streams.
import type { FileFailure } from '../model/messages.ts';

/** A body that cannot become a file, met wherever in its stream: thrown through all that reads it, and made a value where its taking ends. */
export class BodyError extends Error {
  failure: FileFailure;

  constructor(reason: FileFailure['reason'], detail: string, final = false) {
    super(detail);
    this.failure = { reason, detail, final };
  }

  /** The host asks to be left alone for so long. */
  later(retry_after_ms: number | null): this {
    this.failure = { ...this.failure, retry_after_ms };
    return this;
  }
}
