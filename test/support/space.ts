// Edge: a test's handle on its own space of the stand-in, over HTTP, so that tests inside workerd have it too.
import { inject } from 'vitest';
import type { Answer, LogEntry, MediaSettings, VendorSettings } from './stand-in-types.ts';

export interface TestSpace {
  /** Base URL of this space's vendor; media are under it as well. */
  url: string;
  /** Sets up a media file; answers its URL. */
  media(name: string, settings: MediaSettings): Promise<string>;
  /** Answers for a task, in turn, the last one for ever; as single GET and as row of a batch. */
  task(id: string, answers: Answer[]): Promise<void>;
  /** Answers for any other request, `GET /path`. */
  answers(route: `${string} /${string}`, answers: Answer[]): Promise<void>;
  /** A receiver of webhooks that gives these answers in turn, the last one for ever; answers its URL. `log` tells what it got. */
  receiver(answers?: Answer[]): Promise<string>;
  vendor(settings: VendorSettings): Promise<void>;
  /** Lets go all requests that wait because of `hold`. */
  release(): Promise<void>;
  /** Requests so far, oldest first; `path` narrows to those that begin with it. */
  log(path?: string): Promise<LogEntry[]>;
  clearLog(): Promise<void>;
}

export function newSpace(standIn: string = inject('standIn')): TestSpace {
  const name = crypto.randomUUID();
  const url = `${standIn}/${name}`;
  const control = async (method: string, path: string, settings?: unknown): Promise<unknown> => {
    const body = settings === undefined ? null : JSON.stringify(settings);
    const response = await fetch(`${standIn}/control/${name}/${path}`, { method, body });
    if (!response.ok) throw new Error(`The stand-in refused ${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  const set = async (path: string, settings: unknown): Promise<void> => void (await control('PUT', path, settings));
  const answers: TestSpace['answers'] = (route, list) => set(`answers/${route.replace(' /', '/')}`, list);
  return {
    url,
    answers,
    receiver: async (list = [{ status: 204 }]) => {
      const path = `/receiver/${crypto.randomUUID()}` as const;
      await answers(`POST ${path}`, list);
      return `${url}${path}`;
    },
    media: async (file, settings) => {
      await set(`media/${encodeURIComponent(file)}`, settings);
      return `${url}/media/${encodeURIComponent(file)}`;
    },
    task: (id, answers) => set(`tasks/${encodeURIComponent(id)}`, answers),
    vendor: (settings) => set('vendor', settings),
    release: async () => void (await control('POST', 'release')),
    log: async (path = '/') =>
      ((await control('GET', 'log')) as LogEntry[]).filter((entry) => entry.path.startsWith(path)),
    clearLog: async () => void (await control('DELETE', 'log')),
  };
}
