// Pure: why a body is no file. Thrown while bytes flow only, so that it ends the download and the upload together.
import type { FileFailure } from '../model/messages.ts';

export class Broken extends Error {
  readonly failure: FileFailure;

  constructor(reason: FileFailure['reason'], detail: string, final = false) {
    super(detail);
    this.failure = { reason, detail, final };
  }
}
