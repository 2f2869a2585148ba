// Pure: the one error class towards HTTP and its body (RFC 9457).
import { faultCode, type Fault } from '../model/fault.ts';
import { redact } from '../net/redact.ts';

/** Every code with its status, its title and whether the same request may succeed later. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false },
  unauthorized: { status: 401, title: 'A token is needed', retryable: false },
  forbidden: { status: 403, title: 'The token does not allow this', retryable: false },
  not_found: { status: 404, title: 'Not found', retryable: false },
  method_not_allowed: { status: 405, title: 'This method is not allowed here', retryable: false },
  idempotency_conflict: { status: 409, title: 'The first request with this key has no answer yet', retryable: true },
  gone: { status: 410, title: 'Taken down', retryable: false },
  precondition_failed: { status: 412, title: 'A condition of the request does not hold', retryable: false },
  payload_too_large: { status: 413, title: 'The body is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The body must be JSON', retryable: false },
  range_not_satisfiable: { status: 416, title: 'The range lies outside the file', retryable: false },
  idempotency_mismatch: { status: 422, title: 'This key was used for another request', retryable: false },
  not_implemented: { status: 501, title: 'There is no such format', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  vendor_unauthorized: { status: 502, title: 'The vendor refuses its key', retryable: false },
  vendor_forbidden: { status: 502, title: 'The vendor forbids this to its key', retryable: false },
  vendor_bad_answer: { status: 502, title: 'The vendor’s answer cannot be read', retryable: true },
  vendor_rate_limited: { status: 503, title: 'The vendor limits our requests', retryable: true },
  vendor_unavailable: { status: 503, title: 'The vendor does not answer', retryable: true },
  not_configured: { status: 503, title: 'A setting is missing or wrong', retryable: false },
  internal: { status: 500, title: 'Something went wrong here', retryable: true },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

export interface InputError {
  path: string;
  message: string;
}

/** Thrown by handlers; the router's one exit turns it into an answer. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly InputError[] | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { headers?: Record<string, string>; errors?: readonly InputError[]; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** `internal` never says what it is about. */
  get detail(): string | null {
    return this.code === 'internal' ? null : this.message;
  }

  /** RFC 9457 members. */
  body(requestId: string): Record<string, unknown> {
    const { status, title, retryable } = PROBLEMS[this.code];
    return {
      type: `urn:longplay:problem:${this.code}`,
      title,
      status,
      detail: this.detail,
      code: this.code,
      retryable,
      request_id: requestId,
      ...(this.errors && { errors: this.errors }),
    };
  }

  /** For one of many in an answer that is no failure as a whole. */
  entry(): Record<string, unknown> {
    const { title, retryable } = PROBLEMS[this.code];
    return { code: this.code, title, detail: this.detail, retryable };
  }

  /** As a relay words its failures: clients of relays read these. */
  relayBody(): Record<string, unknown> {
    return { code: this.code, message: this.detail ?? PROBLEMS[this.code].title, data: null };
  }
}

/** What was thrown. `log` gets the words of a bug, which no caller reads. */
export function problemOf(error: unknown, log: (message: string) => void): Problem {
  const problem = error instanceof Problem ? error : new Problem('internal', '', { cause: error });
  if (problem.code === 'internal') log(redact(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return problem;
}

/** A vendor that does not say when is worth asking again after one poll. */
const ASK_AGAIN_AFTER_MS = 15_000;

export function faultProblem(fault: Fault): Problem {
  const wait =
    'retry_after_ms' in fault
      ? (fault.retry_after_ms ?? ASK_AGAIN_AFTER_MS)
      : fault.reason === 'own_limit'
        ? ASK_AGAIN_AFTER_MS
        : null;
  const headers = wait === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(wait / 1000))) };
  return new Problem(faultCode(fault), fault.detail, { headers });
}
