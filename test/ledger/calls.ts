// Edge: how tests talk to a ledger of their own, with a clock that they move.
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { PollReport } from '../../src/ledger/api.ts';
import type { FileOutcome, MirrorMessage } from '../../src/model/messages.ts';
import type { ClipReading, Reading, Visibility } from '../../src/model/task.ts';
import { clipReading, reading } from '../model/build.ts';

export const START = Date.parse('2026-10-01T00:00:00Z');
export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const OPTIONS = { webhook_url: null, visibility: null };

export const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

export const open = (): DurableObjectStub<Ledger> => env.LEDGER.getByName(crypto.randomUUID());
/** What a tick would take now that has nothing to tell. */
export const due = async (ledger: DurableObjectStub<Ledger>) =>
  ledger.takeDue({
    token: crypto.randomUUID(),
    reports: [],
    saved: [],
    removed: [],
    most: { asks: 5, operations: 500 },
    served: [],
    wait_until: null,
  });
export const error = { code: 'vendor_unavailable', message: 'down', at: new Date(START).toISOString() };

export function heard(token: string, changes: Partial<PollReport> = {}): PollReport {
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
export const stored = async (ledger: DurableObjectStub<Ledger>, id: string) => (await ledger.peek('alpha', id))?.stored;

/** The vendor denies it as often and as long as it takes to be believed. Answers what the last denial brought. */
export async function deny(ledger: DurableObjectStub<Ledger>, id: string) {
  const denied = { denied: [{ id, error }] };
  for (let denials = 1; denials < 3; denials++) {
    await ledger.record(heard((await due(ledger)).asks[0]?.token ?? '', denied));
    pass(31 * SECOND);
  }
  return ledger.record(heard((await due(ledger)).asks[0]?.token ?? '', denied));
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
/** Songs of one task, called by their ids and archived in this order. */
export async function keepAll(
  ledger: DurableObjectStub<Ledger>,
  id: string,
  clips: Partial<ClipReading>[],
  visibility: Visibility,
): Promise<void> {
  await ledger.track('alpha', [id], { ...OPTIONS, visibility });
  const [ask] = (await due(ledger)).asks;
  const all = clips.map((clip) => clipReading({ title: clip.id ?? null, cover_url: null, ...clip }));
  const told = reading({ status: 'succeeded', clips: all });
  const { messages } = await ledger.record(heard(ask?.token ?? '', { answers: [answer(id, told)] }));
  for (const message of messages) await ledger.mirrorReport(message, [archived(`media/${message.slug}/audio.mp3`)]);
}
export const gone: Extract<FileOutcome, { ok: false }> = {
  ok: false,
  role: 'audio',
  source_url: 'https://cdn.example/one.mp3',
  reason: 'source_gone',
  final: false,
  detail: '404',
};
