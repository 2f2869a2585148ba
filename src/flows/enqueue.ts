// Flow: what a change in the ledger calls for is put on the queues. Every flow that changes it ends with this.
import type { LedgerApi, Wanted } from '../ledger/api.ts';
import type { MirrorMessage } from '../model/messages.ts';

export interface Queues {
  readonly ledger: Pick<LedgerApi, 'unsent'>;
  sendMirror(messages: MirrorMessage[]): Promise<void>;
  sendDeliver(ids: string[]): Promise<void>;
  log(entry: object): void;
}

/**
 * Answers how many were sent. One that cannot be sent is not lost: the ledger is told that it is not under way, or its
 * lease runs out. Neither queue waits for the other, so that one that is away holds nothing back.
 */
export async function sendOn({ messages, deliveries }: Wanted, queues: Queues): Promise<number> {
  const [filesSent, deliveriesSent] = await Promise.all([
    put(messages, (some) => queues.sendMirror(some), queues),
    put(deliveries, (some) => queues.sendDeliver(some), queues),
  ]);
  if (!filesSent || !deliveriesSent) {
    const unsent = { messages: filesSent ? [] : messages, deliveries: deliveriesSent ? [] : deliveries };
    await queues.ledger.unsent(unsent).catch((error: unknown) => {
      queues.log({ event: 'error', at: 'ledger', message: String(error) });
    });
  }
  return (filesSent ? messages.length : 0) + (deliveriesSent ? deliveries.length : 0);
}

async function put<Message>(
  messages: Message[],
  send: (messages: Message[]) => Promise<void>,
  queues: Pick<Queues, 'log'>,
): Promise<boolean> {
  if (messages.length === 0) return true;
  try {
    await send(messages);
    return true;
  } catch (error) {
    queues.log({ event: 'error', at: 'queue', message: String(error) });
    return false;
  }
}
