// Flow: a record is written and confirmed; should its task have been deleted meanwhile, it goes again.
import type { Confirmed, LedgerApi, Save } from '../ledger/api.ts';
import type { Stored } from '../model/state.ts';
import { type Queues, sendOn } from './enqueue.ts';

export interface SaveDeps extends Queues {
  readonly ledger: Pick<LedgerApi, 'saved' | 'unsent'>;
  saveTask(stored: Stored, isNew: boolean): Promise<void>;
  deleteRecord(vendor: string, id: string): Promise<void>;
}

export async function saveRecord({ stored, version, is_new }: Save, deps: SaveDeps): Promise<void> {
  await deps.saveTask(stored, is_new);
  const { vendor, id } = stored;
  await afterConfirmation(await deps.ledger.saved([{ vendor, id, version }]), deps);
}

async function afterConfirmation(
  { gone, ...wanted }: Confirmed,
  deps: Queues & Pick<SaveDeps, 'ledger' | 'deleteRecord'>,
): Promise<void> {
  for (const { vendor, id } of gone) await deps.deleteRecord(vendor, id);
  await sendOn(wanted, deps);
}
