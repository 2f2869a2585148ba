// Edge: --wait: looks at longplay's own lists, which ask no vendor, until none of these tasks is on its way.
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Result } from '../../model/fault.ts';
import type { Screen } from '../../cli/import/output.ts';
import type { Client, Stopped } from '../../cli/import/client.ts';

interface List {
  data: { id: string }[];
  has_more: boolean;
  next_cursor: string | null;
}
interface Stats {
  files: { archived: number; pending: number; unavailable: number };
}

/** The rate limit is 600 requests a minute: two thirds of it are left to others. */
const PAUSE_A_REQUEST_MS = 300;
const PAUSE_MIN_MS = 2_000;

export async function follow(
  client: Client,
  vendor: string | null,
  ids: ReadonlySet<string>,
  screen: Screen,
): Promise<Result<string, Stopped>> {
  for (;;) {
    let requests = 1;
    const numbers: Record<string, number> = {};
    for (const state of ['watching', 'archiving', 'expired']) {
      let cursor = '';
      numbers[state] = 0;
      do {
        const query = `limit=100&tracking=${state}${vendor === null ? '' : `&vendor=${encodeURIComponent(vendor)}`}`;
        const page = await client.call('GET', `/v1/tasks?${query}${cursor}`);
        if (!page.ok) return page;
        const { data, next_cursor } = page.value as List;
        numbers[state] += data.filter(({ id }) => ids.has(id)).length;
        cursor = next_cursor === null ? '' : `&cursor=${encodeURIComponent(next_cursor)}`;
        requests++;
      } while (cursor !== '');
    }
    const stats = await client.call('GET', '/v1/stats');
    if (!stats.ok) return stats;
    const { watching = 0, archiving = 0, expired = 0 } = numbers;
    const settled = Math.max(0, ids.size - watching - archiving - expired);
    const { archived, pending, unavailable } = (stats.value as Stats).files;
    const files = `files of all tasks: ${archived} kept, ${pending} to come, ${unavailable} lost`;
    const line = `${settled} settled, ${archiving} archiving, ${watching} watching, ${expired} expired; ${files}`;
    if (watching + archiving === 0) return ok(line);
    screen.progress(line);
    await sleep(Math.max(PAUSE_MIN_MS, requests * PAUSE_A_REQUEST_MS));
  }
}
