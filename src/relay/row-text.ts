// Pure: a vendor's value as the text that is kept of it.
import type { Reading } from '../model/task.ts';

/** Null: nested so deeply that it cannot be written again. */
export function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    // RangeError: the recursion's depth is the only thing that parsed JSON can lack for it.
    return null;
  }
}

/** A row that cannot be written again is kept by what was read of it. */
export const rowText = (id: string, reading: Reading, row: unknown): string =>
  jsonText(row) ?? JSON.stringify({ task_id: id, status: reading.vendor_status, data: null });
