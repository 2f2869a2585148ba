// Edge: calls the deployment as any client would. Never follows a redirect, never hands the token to anyone else.

/** A long poll may last a minute. */
const CALL_MAX_MS = 90_000;

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

export const caller =
  (url: string, ours: string): Call =>
  async (method, path, { body, headers = {}, token = ours } = {}) => {
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await fetch(url + path, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_MAX_MS),
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
      const { cause, message } = error as Error;
      throw new Failed(
        `${method} ${path}: no answer (${cause instanceof Error ? cause.message || String(Object(cause)['code']) : message}); is ${url} right, and does it run?`,
      );
    }
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, headers: response.headers, bytes, text, json: jsonOf(text) };
  };

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page, a file, an empty body.
    return undefined;
  }
}
