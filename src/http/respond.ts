// Pure: values to answers.

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  jsonText(JSON.stringify(value), status, headers);

/** For what is JSON text already; UTF-8. */
export function jsonText(text: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  });
}
