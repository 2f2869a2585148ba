// Edge: calls the deployment as any client would. Never follows a redirect, never hands the token to anyone else.

/** A long poll may last a minute. */
const CALL_MAX_MS = 90_000;
/** What changes something is not cut off, so that it is known what there is to put away; but nobody waits longer for it. */
const CHANGE_MAX_MS = 10_000;

/** What a step expected and did not get: a sentence that says what was wrong and, where known, what to do. */
export class Failed extends Error {}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Undefined: no JSON. Looked into through valibot. */
  readonly json: unknown;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Null: without. */
  readonly token?: string | null;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** `asked`: the signal after which nothing new is begun. Null: what is put away then is called for all the same. */
export const caller =
  (url: string, ours: string, asked: AbortSignal | null): Call =>
  async (method, path, { body, headers = {}, token = ours } = {}) => {
    let response: Response;
    let bytes: Uint8Array;
    try {
      asked?.throwIfAborted();
      response = await fetch(url + path, {
        method,
        redirect: 'manual',
        signal: AbortSignal.any([
          AbortSignal.timeout(CALL_MAX_MS),
          ...(asked === null ? [] : [method === 'GET' ? asked : after(CHANGE_MAX_MS, asked)]),
        ]),
        headers: {
          // Bytes as they are stored: lengths and ranges are compared.
          'accept-encoding': 'identity',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new Failed(`${method} ${path}: no answer (${causeOf(error)}); is ${url} right, and does it run?`);
    }
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, headers: response.headers, bytes, text, json: jsonOf(text) };
  };

function after(milliseconds: number, asked: AbortSignal): AbortSignal {
  const controller = new AbortController();
  asked.addEventListener('abort', () => setTimeout(() => controller.abort(), milliseconds).unref());
  return controller.signal;
}

function causeOf(error: unknown): string {
  // The reason of a signal is its name.
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  return cause instanceof Error ? cause.message || String(Object(cause)['code']) : message;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page, a file, an empty body.
    return undefined;
  }
}
