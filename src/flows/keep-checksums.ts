// Flow: checksums of files that were archived before any were counted are kept, in their records and in the ledger.
import type { LedgerApi } from '../ledger/api.ts';
import type { CountedFile } from '../model/files.ts';

export interface ChecksumDeps {
  readonly ledger: Pick<LedgerApi, 'keepChecksums'>;
  saveChecksums(slug: string, files: readonly CountedFile[]): Promise<void>;
  log(entry: object): void;
}

/** What cannot be kept is counted once more: no reason for whoever counted it to fail. */
export async function keepChecksums(counted: readonly CountedFile[], deps: ChecksumDeps): Promise<void> {
  if (counted.length === 0) return;
  try {
    await deps.ledger.keepChecksums([...counted]);
    for (const [slug, files] of Map.groupBy(counted, (file) => file.slug)) await deps.saveChecksums(slug, files);
  } catch (error) {
    deps.log({ event: 'error', at: 'checksums', message: String(error) });
  }
}
