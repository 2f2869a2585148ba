// Pure, its edges passed in: once a day a share of what is stored is verified, going on where yesterday's ended, and what broken uploads left is cleared away.
import { DAILY_VERIFY_BYTES, INCOMING_KEEP_MS } from '../model/limits.ts';
import { decodePlace, encodePlace } from './bucket-walk.ts';
import { verify, VERIFY_PARTS, type VerifyDeps } from './verify.ts';

export interface DailyDeps extends VerifyDeps {
  readonly ledger: VerifyDeps['ledger'] & {
    verifyCursor(): Promise<string | null>;
    setVerifyCursor(cursor: string | null): Promise<void>;
  };
  /** Bodies of unknown length whose invocation died. Their open multipart uploads are R2's to expire, after 7 days. */
  clearIncoming(before: number): Promise<number>;
}

export async function daily(deps: DailyDeps): Promise<void> {
  const started = deps.now();
  const cleared = await deps.clearIncoming(started - INCOMING_KEEP_MS).catch((error: unknown) => {
    deps.log({ event: 'error', at: 'incoming', message: String(error) });
    return 0;
  });
  const cursor = await deps.ledger.verifyCursor();
  const from = cursor === null ? null : decodePlace(cursor, VERIFY_PARTS);
  const { checked, problems, next } = await verify(from, DAILY_VERIFY_BYTES, deps);
  await deps.ledger.setVerifyCursor(next && encodePlace(next));
  for (const { key, problem } of problems) deps.log({ event: 'verify.problem', key, problem });
  const ms = deps.now() - started;
  deps.log({ event: 'verify', checked, problems: problems.length, done: next === null, cleared, ms });
}
