// Edge: a ledger of its own for each test, with flows around it as the Worker puts them together, and the stand-in as vendors.
import { env } from 'cloudflare:workers';
import { readSettings, type Settings } from '../../src/config/settings.ts';
import { mirrorClip } from '../../src/flows/mirror.ts';
import { askCalled } from '../../src/flows/ask-called.ts';
import { readTasks, type ReadOutcome } from '../../src/flows/read-tasks.ts';
import { taskRecordKey } from '../../src/archive/keys.ts';
import { keysNamed, readClipRecord, readTaskRecord, saveTask, type Records } from '../../src/archive/records.ts';
import type { Queues } from '../../src/flows/enqueue.ts';
import { sweep } from '../../src/flows/tick.ts';
import { deleteClipMedia, deleteMedia, deleteRecord, readRecord, writeRecord } from '../../src/archive/bucket.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { LedgerApi } from '../../src/ledger/api.ts';
import { vendorClient } from '../../src/relay/client.ts';
import type { TestSpace } from '../support/space.ts';
import type { Answer } from '../support/stand-in-types.ts';

export const VENDOR_KEY = 'sk-test-vendor-key';

export type Ledger = ReturnType<typeof env.LEDGER.getByName>;

export interface System {
  readonly ledger: Ledger;
  readonly settings: Settings;
  readonly sent: MirrorMessage[];
  /** Ids of deliveries that were put on the queue. */
  readonly delivered: string[];
  readonly log: Record<string, unknown>[];
  /** One round of a tick; answers how many requests of its budget are left. */
  tick(budget?: number): Promise<number>;
  read(
    vendor: string,
    ids: string[],
    options?: { track?: boolean; budget?: number },
  ): Promise<Map<string, ReadOutcome>>;
  /** The vendor calls about these. */
  call(vendor: string, ids: string[], options?: { track?: boolean }): Promise<void>;
  /** Delivers what was sent, as the queue would. */
  mirror(messages?: MirrorMessage[]): Promise<void>;
}

export const records: Records = {
  read: (key, schema) => readRecord(env.RECORDS, key, schema),
  write: (key, value, etag) => writeRecord(env.RECORDS, key, value, etag),
};

export const cleaning = {
  deleteRecord: (vendor: string, id: string) => deleteRecord(env.RECORDS, taskRecordKey(vendor, id)),
  clearMedia: async (slug: string) => deleteClipMedia(env.MEDIA, slug, await keysNamed(slug, records)),
};

/** Whatever was set off by a request has its way: the vendor is asked, files are taken, records written. */
export async function settle({ tick, mirror }: System): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await tick();
    await mirror();
  }
}

export function system(
  spaces: Record<string, TestSpace>,
  options: { env?: Record<string, unknown>; ledger?: Ledger } = {},
): System {
  const settings = settingsFor(spaces, { DELAYS: 'short', TICK_SECONDS: 0.1, ...options.env });
  const ledger = options.ledger ?? env.LEDGER.getByName(crypto.randomUUID());
  const sent: MirrorMessage[] = [];
  const delivered: string[] = [];
  const log: Record<string, unknown>[] = [];
  const now = (): number => Date.now();
  const token = (): string => crypto.randomUUID();
  const write = (entry: object): void => void log.push({ ...entry });
  const outgoing = (left: number) => {
    const budget = { left };
    return { budget, client: vendorClient({ timeoutMs: settings.delays.vendor_timeout_ms, budget, now, log: write }) };
  };
  const queues: Omit<Queues, 'ledger'> = {
    sendMirror: async (messages) => void sent.push(...messages),
    sendDeliver: async (ids) => void delivered.push(...ids),
    log: write,
  };
  const reading = (budget: number) => ({
    settings,
    ledger,
    ...outgoing(budget),
    ...queues,
    readRecord: (id: string, task: string) => readTaskRecord(id, task, records),
    waitUntil: () => undefined,
    now,
    token,
  });
  return {
    ledger,
    settings,
    sent,
    delivered,
    log,
    tick: async (left = settings.fetch_budget) => {
      const out = outgoing(left);
      // A clock that jumps to the tick's end after its first turn makes one round of it.
      let isOver = false;
      const oneTurn: Pick<LedgerApi, 'takeDue' | 'renew' | 'unsent'> = {
        takeDue: async (turn) => {
          const due = await ledger.takeDue(turn);
          isOver = true;
          return due;
        },
        renew: (lease) => ledger.renew(lease),
        unsent: (wanted) => ledger.unsent(wanted),
      };
      await sweep({
        settings,
        ...out,
        ...queues,
        ledger: oneTurn,
        saveRecord: (stored, isNew) => saveTask(stored, records, isNew),
        ...cleaning,
        now: () => Date.now() + (isOver ? settings.tick_ms : 0),
        sleep: () => Promise.resolve(),
        token,
      });
      return out.budget.left;
    },
    read: (vendor, ids, { track = true, budget = settings.fetch_budget } = {}) =>
      readTasks(settings.vendors.get(vendor)!, ids, { track }, reading(budget)),
    call: (vendor, ids, { track = true } = {}) =>
      askCalled(settings.vendors.get(vendor)!, ids, { track }, reading(settings.fetch_budget)),
    mirror: async (messages = sent.splice(0)) => {
      for (const message of messages) {
        await mirrorClip(message, {
          ledger,
          fileDeps: () => ({
            media: env.MEDIA,
            records: env.RECORDS,
            rules: { address: { allowPrivate: true, ownOrigins: [], hosts: null }, maxBytes: settings.max_file_bytes },
            now,
            uuid: token,
          }),
          deleteMedia: (keys) => deleteMedia(env.MEDIA, keys),
          clearMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
          saveTask: (stored, isNew) => saveTask(stored, records, isNew),
          deleteRecord: cleaning.deleteRecord,
          sleep: (ms) => scheduler.wait(ms),
          ...queues,
          isTakenDown: async (slug) => (await readClipRecord(slug, records))?.clip.taken_down_at != null,
          link: (key) => `https://songs.example/${key}`,
          now,
        });
      }
    },
  };
}

/** Settings of a Worker whose vendors are spaces of the stand-in; `env` adds to them. */
export function settingsFor(spaces: Record<string, TestSpace>, env: Record<string, unknown> = {}): Settings {
  const vendors = Object.fromEntries(Object.entries(spaces).map(([id, { url }]) => [id, { base_url: url }]));
  const keys = Object.fromEntries(Object.keys(spaces).map((id) => [`${id.toUpperCase()}_API_KEY`, VENDOR_KEY]));
  const read = readSettings({ VENDORS: vendors, ...keys, API_TOKENS: 'test', ALLOW_PRIVATE_HOSTS: 'true', ...env });
  if (!read.ok) throw new Error(read.fault.join('; '));
  return read.value;
}

export interface SongOptions {
  status?: string;
  clips?: { id: string; status?: string; audio?: string; cover?: string }[];
}

/** A task as the relays of the new-api family answer it. */
export function song(id: string, { status = 'SUCCESS', clips = [] }: SongOptions = {}): Answer {
  const data = clips.map((clip) => ({
    ...{
      id: clip.id,
      title: `Song ${id}`,
      status: clip.status ?? 'complete',
      audio_url: clip.audio ?? '',
      image_large_url: clip.cover ?? '',
    },
    // As long as the shortest file that tests make: a file far shorter than its song would not be whole.
    metadata: { tags: 'test', prompt: 'words', duration: 0.05, error_message: null },
  }));
  const task = {
    task_id: id,
    action: 'MUSIC',
    status,
    fail_reason: '',
    submit_time: 1_780_000_000,
    progress: '0%',
    data: data.length > 0 ? data : null,
  };
  return { body: { code: 'success', message: '', data: task } };
}
