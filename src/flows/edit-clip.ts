// Flow: a caller changes a clip or takes it down: ledger → record → for a takedown bucket and edge cache too.
import type { ClipChange, ClipChanged, ClipFound, LedgerApi } from '../ledger/api.ts';
import type { ClipState } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import { sendOn } from './enqueue.ts';
import { type SaveDeps, saveRecord } from './save-record.ts';

export interface ClipDeps extends SaveDeps {
  readonly ledger: Pick<LedgerApi, 'clipFound' | 'changeClip' | 'takeDown' | 'saved' | 'unsent'>;
  readClip(slug: string): Promise<{ clip: ClipState; reading: ClipReading } | null>;
  saveClip(clip: ClipState, reading: ClipReading): Promise<void>;
  /** All objects of the clip in the media bucket. */
  deleteMedia(slug: string): Promise<void>;
}

/** Null: unknown. The ledger is asked first; what it has lost, the records bucket knows. */
export async function findClip(slug: string, deps: Pick<ClipDeps, 'ledger' | 'readClip'>): Promise<ClipFound | null> {
  return (await deps.ledger.clipFound(slug)) ?? recordedClip(slug, deps);
}

/** The same without the task that it is shown in, which files are given without. */
export async function knownClip(
  slug: string,
  deps: { ledger: Pick<LedgerApi, 'clip'>; readClip: ClipDeps['readClip'] },
): Promise<{ clip: ClipState; reading: ClipReading | null } | null> {
  return (await deps.ledger.clip(slug)) ?? deps.readClip(slug);
}

async function recordedClip(slug: string, deps: Pick<ClipDeps, 'readClip'>): Promise<ClipFound | null> {
  const record = await deps.readClip(slug);
  return record && { ...record, over: true, seq: record.clip.listed };
}

export async function changeClip(slug: string, change: ClipChange, deps: ClipDeps): Promise<ClipFound | null> {
  const changed =
    (await deps.ledger.changeClip(slug, change, null)) ??
    (await withRecord(slug, deps, (r) => deps.ledger.changeClip(slug, change, r)));
  if (changed && changed.found.clip.taken_down_at === null) await keep(changed, deps);
  return changed?.found ?? null;
}

/** Tombstone first, then its record, then the bytes, then what caches hold of them: at no moment could it come back. */
export async function takeDown(
  slug: string,
  /** The edge cache forgets all that it holds of the clip. */
  purge: () => Promise<unknown>,
  deps: ClipDeps,
): Promise<ClipFound | null> {
  const changed =
    (await deps.ledger.takeDown(slug, null)) ?? (await withRecord(slug, deps, (r) => deps.ledger.takeDown(slug, r)));
  if (!changed) return null;
  await keep(changed, deps);
  await deps.deleteMedia(slug);
  await purge();
  return changed.found;
}

async function withRecord(
  slug: string,
  deps: ClipDeps,
  change: (recorded: ClipFound) => Promise<ClipChanged | null>,
): Promise<ClipChanged | null> {
  const recorded = await recordedClip(slug, deps);
  return recorded && change(recorded);
}

/** What is known now is in the records bucket before the caller is told so. */
async function keep({ found, save, ...wanted }: ClipChanged, deps: ClipDeps): Promise<void> {
  await sendOn(wanted, deps);
  await (save ? saveRecord(save, deps) : deps.saveClip(found.clip, found.reading));
}
