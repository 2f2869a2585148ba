// Pure, its edges passed in: what a change in the ledger calls for is put on the queues. Every flow that changes the ledger ends with it.
import type { MirrorMessage } from '../model/messages.ts';

export interface Queues {
  sendMirror(messages: MirrorMessage[]): Promise<void>;
  sendDeliver(ids: string[]): Promise<void>;
  log(entry: object): void;
}

/** What the ledger answers to a change. */
export interface Wanted {
  messages: MirrorMessage[];
  /** Ids. */
  deliveries: string[];
}

/**
 * Answers how many were sent. One that cannot be sent is not lost: its lease runs out, and the ledger hands it out again.
 * Neither queue waits for the other, so that one that is away holds nothing back.
 */
export async function sendOn({ messages, deliveries }: Wanted, queues: Queues): Promise<number> {
  const [files, told] = await Promise.all([
    put(messages, (some) => queues.sendMirror(some), queues),
    put(deliveries, (some) => queues.sendDeliver(some), queues),
  ]);
  return files + told;
}

async function put<Message>(
  messages: Message[],
  send: (messages: Message[]) => Promise<void>,
  queues: Pick<Queues, 'log'>,
): Promise<number> {
  if (messages.length === 0) return 0;
  try {
    await send(messages);
    return messages.length;
  } catch (error) {
    queues.log({ event: 'error', at: 'queue', message: String(error) });
    return 0;
  }
}
