// Edge: Cloudflare Queues in memory: what was sent waits until a test delivers it, in whatever order, number and company it likes.
import type { Platform } from './platform.ts';

const MESSAGE_MAX_BYTES = 128_000;
const BATCH_MAX_MESSAGES = 100;
const BATCH_MAX_BYTES = 256_000;

export interface Sent {
  queue: string;
  body: unknown;
}

export class StrictQueue {
  #waiting: Sent[] = [];
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  producer(queue: string): Queue {
    const sendBatch = (messages: Iterable<MessageSendRequest>): Promise<unknown> => {
      const bodies = [...messages].map(({ body }) => JSON.stringify(body));
      const step = `queue ${queue} ${bodies.length === 1 ? bodies[0] : bodies.length}`;
      return this.#platform.call('queue', step, 'connection', async () => {
        const sizes = bodies.map((text) => text.length);
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        if (sizes.length > BATCH_MAX_MESSAGES || Math.max(...sizes) > MESSAGE_MAX_BYTES || bytes > BATCH_MAX_BYTES)
          this.#platform.violate('batch', step);
        this.#waiting.push(...bodies.map((text) => ({ queue, body: JSON.parse(text) as unknown })));
      });
    };
    return { sendBatch } as unknown as Queue;
  }

  /** What waits now, taken out. */
  take(): Sent[] {
    return this.#waiting.splice(0);
  }

  get size(): number {
    return this.#waiting.length;
  }

  lose(): void {
    this.#waiting = [];
  }
}

/** One message by itself, as wrangler.toml has it. What a consumer acknowledges or not is all the same to these tests: they deliver again by themselves. */
export const batchOf = ({ queue, body }: Sent): MessageBatch => {
  const nothing = (): void => undefined;
  const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body, ack: nothing, retry: nothing };
  return { queue, messages: [message], ackAll: nothing, retryAll: nothing } as unknown as MessageBatch;
};
