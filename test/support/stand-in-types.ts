// Pure: what tests tell the stand-in, and what it tells them.
import type { Recipe } from './media.ts';

/** One scripted answer. A text body is sent as it is, anything else as JSON. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Wait for `release` before answering: without it the caller hangs. */
  hold?: boolean;
  /** No answer: the connection breaks. */
  reset?: boolean;
}

/** How a media file is given. `ok`: whole, with its length. */
export type MediaFault =
  | 'ok'
  | 'refused-then-ok' // `status` (403) for the first requests, `times` (1)
  | 'status' // `status` for ever
  | 'html' // 200, a login page
  | 'html-as-media' // the same under the file's content type
  | 'json' // 200, an error as JSON
  | 'empty' // Content-Length 0
  | 'empty-chunked' // an empty body without a length
  | 'truncated' // half of what was promised, then the connection breaks
  | 'truncated-chunked' // the same without a promise
  | 'unterminated' // every byte, without a length; the connection breaks before the end is said
  | 'gzip-truncated' // half of a gzip body, its length right: only the decoder can tell
  | 'cut' // the host itself has no more than half, and promises no more
  | 'cut-chunked' // the same without a length
  | 'cut-until-close' // the same, and the end of the connection is the end of the body
  | 'longer' // more bytes than promised
  | 'gzip' // Content-Encoding: gzip although not asked for
  | 'chunked' // no length
  | 'until-close' // no length, no chunks: the end of the connection is the end of the body
  | 'endless' // never stops sending
  | 'drip' // 8 pieces over `ms` (400)
  | 'stall' // half, then nothing
  | 'redirect' // `hops` (1) redirects with `status` (302), then `to` or the file itself
  | 'loop' // redirects to itself
  | 'reset' // no answer: the connection breaks
  | 'hang' // no answer: the connection stays
  | 'wrong-type'; // right bytes as text/plain

export interface MediaSettings {
  recipe: Recipe;
  fault?: MediaFault;
  /** From then on the file is given rightly, whatever the fault; without it the fault is for ever. */
  times?: number;
  status?: number;
  ms?: number;
  hops?: number;
  to?: string;
  /** The claim, when it is not the recipe's. */
  type?: string;
  headers?: Record<string, string>;
  /** Wait for `release` before answering. */
  hold?: boolean;
  /** From this request on (1 = the second) the bytes are those of this seed. */
  then_seed?: number;
}

/** How the whole vendor of the space answers, whatever is asked of it. */
export interface VendorSettings {
  fault?: 'status' | 'html' | 'empty' | 'truncated' | 'half' | 'drip' | 'hang' | 'reset' | null;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  delay_ms?: number;
  hold?: boolean;
  /** Fixed answer for every batch. */
  batch?: Answer | null;
  /** Ids that it denies although they are scripted; true: all. */
  away?: string[] | true;
  /** Ids that batches leave out, although GET knows them. */
  absent?: string[];
  /** Ids that GET denies, although batches know them. */
  blind?: string[];
  /** A batch that holds one of these ids is refused with 500. */
  poison?: string[];
}

export interface LogEntry {
  /** Milliseconds since the space's first request. */
  at: number;
  ended: number | null;
  method: string;
  /** Without the space. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Requests of this space open at that moment, this one counted. */
  in_flight: number;
  /** 0: no answer was begun. */
  status: number | null;
}
