// Pure: the `code` of an envelope (UPSTREAM 2).

const OK_CODES = new Set(['success', '200', '1', '0']);

export function isOkCode(code: unknown): boolean {
  return (typeof code === 'string' || typeof code === 'number') && OK_CODES.has(String(code).trim().toLowerCase());
}
