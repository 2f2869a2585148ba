// Pure: the answer to a request for many ids: which of them it knows.
import type { Reading } from '../model/task.ts';
import { compose } from './reading.ts';
import { search, type Finding } from './search.ts';
import { rankOf } from './status.ts';
import { mostAdvanced } from './words.ts';

export interface Batch {
  /** `row` is the vendor's own value for the task, for callers who want the vendor's own format. */
  readonly found: Map<string, { reading: Reading; row: unknown }>;
  /** In the order in which they were asked. Absent is not yet unknown: one relay cuts a batch silently (UPSTREAM 5). */
  readonly absent: string[];
}

export function readBatch(body: unknown, askedIds: readonly string[], vendorKey: string | null = null): Batch {
  const asked = new Set(askedIds);
  const { findings, outside } = search(body, asked);
  const rows = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = finding.id ?? (asked.size === 1 ? askedIds[0] : undefined);
    if (id === undefined || !asked.has(id)) continue;
    const known = rows.get(id);
    if (known === undefined) rows.set(id, [finding]);
    else known.push(finding);
  }

  const found: Batch['found'] = new Map();
  const absent: string[] = [];
  for (const id of asked) {
    // Who asked for one id gets what names none.
    const parts = asked.size === 1 ? [...(rows.get(id) ?? []), outside] : (rows.get(id) ?? []);
    const reading = parts.length === 0 ? null : compose(parts, asked.size === 1 ? outside.states : [], id, vendorKey);
    if (reading === null) absent.push(id);
    else found.set(id, { reading, row: bestRow(parts) });
  }
  return { found, absent };
}

/** Of several rows the one whose state counted. */
function bestRow(parts: readonly Finding[]): unknown {
  let best = parts[0];
  let rank = -1;
  for (const part of parts) {
    const status = mostAdvanced(part.states)?.status;
    if (status === undefined || rankOf(status) <= rank) continue;
    best = part;
    rank = rankOf(status);
  }
  return best?.row;
}
