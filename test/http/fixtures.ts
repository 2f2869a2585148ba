// Pure: one valid settings value, task and set of deps; each test changes what it is about.
import { expect } from 'vitest';
import { readSettings, type Settings } from '../../src/config/settings.ts';
import { fail, ok, type Result } from '../../src/model/fault.ts';
import type { ReadOutcome } from '../../src/flows/read-tasks.ts';
import { SettledAnswers } from '../../src/http/answer-cache.ts';
import type { HttpDeps } from '../../src/http/context.ts';
import { openApiTexts } from '../../src/http/openapi/document.ts';
import { llmsText } from '../../src/http/openapi/llms.ts';
import { createRouter } from '../../src/http/router.ts';
import { newTask } from '../../src/model/lifecycle.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import {
  EMPTY_READING,
  NEW_FILE,
  type ClipState,
  type FileRecord,
  type Stored,
  type TaskState,
} from '../../src/model/state.ts';
import type { ClipReading } from '../../src/model/task.ts';

export const NOW = Date.parse('2026-11-21T10:00:00Z');
export const TASK_ID = 'task-one';
export const SLUG = '0f0e0d0c-0b0a-4908-8706-050403020100';
export const BASE = 'https://songs.example';

export const ENV = {
  VENDORS: { relay: { base_url: 'https://relay.example' }, other: { base_url: 'https://other.example' } },
  RELAY_API_KEY: 'sk-vendor-key-0001',
  API_TOKENS: 'reader-name:read:reading,tracker:track:tracking,boss:ruling',
};

export function settingsOf(more: Record<string, unknown> = {}): Settings {
  const settings = readSettings({ ...ENV, ...more });
  if (!settings.ok) throw new Error(settings.fault.join('; '));
  return settings.value;
}

export const reading: ClipReading = {
  id: SLUG,
  title: 'Low Water',
  status: 'complete',
  failure: null,
  tags: 'folk',
  lyrics: 'la la',
  prompt: null,
  artist: 'Heron',
  model: 'chirp-v4',
  model_version: 'v4',
  duration_seconds: 121.5,
  created_at: '2026-11-21T09:00:00.000Z',
  parent_id: null,
  stem: null,
  stream_url: 'https://audiopipe.suno.ai/?item_id=1',
  audio_url: 'https://cdn.example/one.mp3',
  cover_url: 'https://cdn.example/one_large.jpeg',
  video_url: 'https://cdn.example/one.mp4',
};

export const archived: FileRecord = {
  ...NEW_FILE,
  state: 'archived',
  source_url: 'https://cdn.example/one.mp3',
  attempts: 2,
  key: `media/${SLUG}/audio.mp3`,
  content_type: 'audio/mpeg',
  bytes: 4096,
  sha256: 'ab'.repeat(32),
  archived_at: NOW - 5_000,
};

export const clip: ClipState = {
  slug: SLUG,
  clip_id: SLUG,
  vendor: 'relay',
  task_id: TASK_ID,
  visibility: 'unlisted',
  title: null,
  taken_down_at: null,
  told: null,
  version: 1,
  also: [],
  listed: null,
  files: { audio: archived, cover: { ...NEW_FILE, attempts: 1 }, video: null },
};

const opened = newTask({ now: NOW - 60_000, clock: NOW - 60_000 }, { requested: true, visibility: 'unlisted' });
export const ended: TaskState = {
  ...opened,
  answered: true,
  ended_at: NOW - 10_000,
  reading: {
    ...EMPTY_READING,
    kind: 'music',
    status: 'succeeded',
    vendor_status: 'SUCCESS',
    progress: 100,
    clips: [reading],
  },
  slugs: [SLUG],
};
export const watched: TaskState = {
  ...opened,
  answered: true,
  reading: { ...EMPTY_READING, status: 'running', vendor_status: 'IN_PROGRESS' },
};

export const stored: Stored = {
  vendor: 'relay',
  id: TASK_ID,
  tracked: true,
  version: 1,
  polls: 3,
  last_polled_at: NOW - 10_000,
  next_poll_at: null,
  state: ended,
  clips: [clip],
  raw: {
    form: 'row',
    json: JSON.stringify({
      task_id: TASK_ID,
      status: 'SUCCESS',
      user_id: 7,
      data: [{ id: SLUG, audio_url: reading.audio_url }],
    }),
  },
};

export const known = (changes: Partial<Stored> = {}) => ({ stored: { ...stored, ...changes }, pacing: HEALTHY });

/** Knows `task-one`; denies `denied`; for `down` the vendor does not answer. */
export function fakeDeps(changes: Partial<HttpDeps> = {}): HttpDeps & { entries: object[] } {
  const entries: object[] = [];
  let requests = 0;
  const deps: HttpDeps & { entries: object[] } = {
    entries,
    settings: ok(settingsOf()),
    settled: new SettledAnswers(),
    readTasks: async (_vendor, ids) =>
      new Map(
        ids.map((id): [string, ReadOutcome] => {
          if (id === 'denied') return [id, fail({ reason: 'not_found', detail: 'The vendor does not know this task' })];
          if (id === 'down')
            return [
              id,
              fail({ reason: 'unavailable', detail: 'No answer in time', status: null, retry_after_ms: null }),
            ];
          return [id, ok(known({ id }))];
        }),
      ),
    askCalled: async () => undefined,
    ledger: {
      peek: async () => null,
      watch: async () => true,
      isCurrent: async () => false,
      list: async ({ limit, before }) => {
        const rows = Array.from({ length: 30 }, (_, index) => ({
          stored: { ...stored, id: `task-${30 - index}` },
          seq: 30 - index,
        })).filter(({ seq }) => before === null || seq < before);
        return { rows: rows.slice(0, limit), more: rows.length > limit, pacing: { relay: HEALTHY } };
      },
      events: async () => ({ events: [], unrendered: [], next: null }),
      keepRendered: async (rendered) => rendered,
      clips: async () => ({ clips: [], more: false }),
      relatives: async () => ({ made: [], beside: [] }),
      library: async () => ({ clips: [], changed_at: 0 }),
      stats: async () => ({
        tasks: { total: 0, by_status: {}, by_tracking: {} },
        files: { archived: 0, pending: 0, unavailable: 0, bytes: 0 },
        vendors: {},
        deliveries: { pending: 0, failed: 0 },
        oldest_pending_at: null,
        last_sweep_at: null,
        unreadable: 0,
      }),
    },
    flows: {
      track: async (_vendor, ids) => ids.map((id) => ({ id, created: id.startsWith('new') })),
      retry: async (_vendor, id) => (id === TASK_ID ? { known: known(), messages: [], deliveries: [] } : null),
      untrack: async (_vendor, id) => id === TASK_ID,
      importAnswers: async (_vendor, answers) => answers.map(({ id }) => ({ id, created: id.startsWith('new') })),
      resume: async () => undefined,
      findClip: async () => null,
      knownClip: async (slug) => (slug === SLUG ? { clip, reading } : null),
      changeClip: async () => null,
      takeDown: async () => null,
      keepChecksums: async () => undefined,
      reindex: async () => ({ tasks: 2, clips: 3, next: { part: 'tasks', after: 'tasks/relay/task-one.json' } }),
      verify: async () => ({
        checked: 4,
        problems: [{ key: `media/${SLUG}/audio.mp3`, problem: 'sha256' }],
        next: null,
      }),
    },
    relay: {
      submit: async () =>
        ok({ status: 200, text: '{"code":"success"}', value: { code: 'success' }, retry_after: null }),
      submitOnce: async () => ({
        state: 'answered',
        answer: ok({ status: 200, text: '{"code":"success"}', retry_after: null }),
        replayed: false,
      }),
      pass: async () =>
        ok({ status: 200, text: '{"data":"passed on"}', value: { data: 'passed on' }, retry_after: null }),
    },
    sendMirror: async () => {},
    media: {
      readMedia: async (key) =>
        key.endsWith('/audio.mp3')
          ? {
              body: new Response('four').body,
              size: 4,
              etag: '"e"',
              uploaded: new Date(NOW),
              contentType: 'audio/mpeg',
            }
          : null,
      headMedia: async (key) =>
        key.endsWith('/audio.mp3')
          ? { body: null, size: 4, etag: '"e"', uploaded: new Date(NOW), contentType: 'audio/mpeg' }
          : null,
    },
    documents: { openApi: openApiTexts(), llms: llmsText },
    health: async () => ({ ledger: 'ok', buckets: 'ok', queues: 'ok', vendors: 'relay: paused', sweep: 'ok' }),
    rateLimit: null,
    log: (entry) => void entries.push(entry),
    now: () => NOW,
    requestId: () => `request-${++requests}`,
    logged(this: HttpDeps, request_id: string): HttpDeps {
      return { ...this, log: (entry) => this.log({ ...entry, request_id }) };
    },
    ...changes,
  };
  return deps;
}

/** Files of as many bytes as `archived` says. */
export const wholeMedia: HttpDeps['media'] = {
  readMedia: async (key) =>
    key.endsWith('/audio.mp3')
      ? {
          body: new Response(new Uint8Array(4096)).body,
          ...{ size: 4096, etag: '"e"', uploaded: new Date(NOW), contentType: 'audio/mpeg' },
        }
      : null,
  headMedia: async () => null,
};

export interface Ask {
  method?: string;
  token?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: BodyInit;
}

export function call(
  path: string,
  { method = 'GET', token = 'ruling', headers = {}, body, raw }: Ask = {},
  deps: HttpDeps = fakeDeps(),
): Promise<Response> {
  const all = new Headers(headers);
  if (token !== null) all.set('Authorization', `Bearer ${token}`);
  if (body !== undefined && !all.has('Content-Type')) all.set('Content-Type', 'application/json');
  const payload = body === undefined ? raw : JSON.stringify(body);
  const request = new Request(BASE + path, { method, headers: all, ...(payload !== undefined && { body: payload }) });
  return createRouter(deps).fetch(request, { waitUntil: () => {} });
}

/** The status and code of a refusal, whose form is checked by the way. */
export async function problem(path: string, ask: Ask = {}, deps?: HttpDeps): Promise<[number, string]> {
  const answer = await call(path, ask, deps);
  const body = (await answer.json()) as { code: string; status: number; request_id: string };
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect([body.status, body.request_id]).toEqual([answer.status, answer.headers.get('x-request-id')]);
  return [answer.status, body.code];
}

/** Where a request that is not valid has its mistakes. */
export async function errorPaths(path: string, ask: Ask = {}, deps?: HttpDeps): Promise<string[]> {
  const answer = await call(path, ask, deps);
  const { errors } = (await answer.json()) as { errors: { path: string; message: string }[] };
  expect([answer.status, errors.every(({ message }) => message !== '')]).toEqual([400, true]);
  return errors.map((error) => error.path);
}

export const wrongSettings = (): Result<Settings, string[]> =>
  readSettings({ ...ENV, TICK_SECONDS: 'soon', DEFAULT_VENDOR: 'nobody', HOOK_SECRET: 'short' });
