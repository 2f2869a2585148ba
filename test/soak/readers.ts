// Edge: callers who poll songs at random all along, by both routes, each with a token of its own.
import { songId } from './songs.ts';

const PAUSE_MS = 400;
const TIMEOUT_MS = 60_000;

export interface Readers {
  /** Answers so far, by status; `none`: the connection failed. */
  readonly statuses: Map<string, number>;
  stop(): Promise<void>;
}

export function startReaders(base: string, vendor: string, songs: number, tokens: readonly string[]): Readers {
  const statuses = new Map<string, number>();
  const end = new AbortController();
  const work = tokens.map(read);
  return {
    statuses,
    stop: async () => {
      end.abort();
      await Promise.all(work);
    },
  };

  async function read(token: string, index: number): Promise<void> {
    for (let turn = 0; !end.signal.aborted; turn++) {
      const id = songId(Math.floor(Math.random() * songs));
      const path = (turn + index) % 2 === 0 ? `/v1/tasks/${id}?vendor=${vendor}` : `/${vendor}/suno/fetch/${id}`;
      const status = await ask(base + path, token);
      if (end.signal.aborted) return;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await new Promise((done) => setTimeout(done, PAUSE_MS * (0.5 + Math.random())));
    }
  }

  async function ask(url: string, token: string): Promise<string> {
    try {
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
      await response.arrayBuffer();
      return String(response.status);
    } catch {
      // Refused, reset, or no answer in time.
      return 'none';
    }
  }
}
