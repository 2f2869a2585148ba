// Edge: how tests talk to a ledger of their own, with a clock that they move.
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Heard } from '../../src/ledger/api.ts';
import type { FileOutcome, MirrorMessage } from '../../src/model/messages.ts';
import type { Reading } from '../../src/model/task.ts';
import { clipReading, reading } from '../model/build.ts';

export const START = Date.parse('2026-10-01T00:00:00Z');
export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const OPTIONS = { webhook_url: null, visibility: null };

export const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

export const open = (): DurableObjectStub<Ledger> => env.LEDGER.getByName(crypto.randomUUID());
export const due = async (ledger: DurableObjectStub<Ledger>) => ledger.takeDue(crypto.randomUUID(), 100, 5);
export const error = { code: 'vendor_unavailable', message: 'down', at: new Date(START).toISOString() };

export function heard(token: string, changes: Partial<Heard> = {}): Heard {
  return {
    ...{
      token,
      vendor: 'alpha',
      asked_at: Date.now(),
      answers: [],
      denied: [],
      failed: [],
      solo: [],
      deferred: [],
      fault: null,
      more: [],
      track: true,
      reply: [],
    },
    ...changes,
  };
}
export const answer = (id: string, what: Reading) => ({
  id,
  reading: what,
  raw: { form: 'row' as const, json: JSON.stringify({ task_id: id, status: what.vendor_status }) },
});

/** Tracks one task and hears this of it. */
export async function hear(ledger: DurableObjectStub<Ledger>, id: string, what: Reading): Promise<MirrorMessage[]> {
  await ledger.track('alpha', [id], OPTIONS);
  const [ask] = (await due(ledger)).asks;
  return (await ledger.record(heard(ask?.token ?? '', { answers: [answer(id, what)] }))).messages;
}
export async function stored(ledger: DurableObjectStub<Ledger>, id: string) {
  const { rows } = await ledger.list({
    vendor: 'alpha',
    status: null,
    tracking: null,
    archive: null,
    kind: null,
    before: null,
    limit: 100,
  });
  return rows.find((row) => row.stored.id === id)?.stored;
}
export const song = (clip = 'clip-one') =>
  reading({ status: 'succeeded', clips: [clipReading({ id: clip, cover_url: null })] });
export const archived = (key: string, sha = 'f'): FileOutcome => ({
  ...{
    ok: true,
    role: 'audio',
    source_url: 'https://cdn.example/one.mp3',
    key,
    content_type: 'audio/mpeg',
    bytes: 9,
    sha256: sha.repeat(64),
  },
  archived_at: new Date(START).toISOString(),
});
export const gone: FileOutcome = {
  ok: false,
  role: 'audio',
  source_url: 'https://cdn.example/one.mp3',
  reason: 'source_gone',
  final: false,
  detail: '404',
};
