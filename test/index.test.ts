// The Worker's queues: each message goes to its own flow, by the name of its queue.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { afterEach, expect, it, vi } from 'vitest';
import worker from '../src/index.ts';

afterEach(() => void vi.restoreAllMocks());

it.each([
  ['longplay-mirror', 'names no clip'],
  ['longplay-deliver', 'names no delivery'],
  ['my-own-deliver', 'names no delivery'],
])('a message of the queue %s that %s is dropped, and said to be', async (queue, said) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const batch = createMessageBatch(queue, [{ id: 'm', timestamp: new Date(0), attempts: 1, body: { other: 1 } }]);
  await worker.queue(batch);
  expect((await getQueueResult(batch, createExecutionContext())).explicitAcks).toEqual(['m']);
  expect(log.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown)).toEqual([
    { event: 'error', at: 'queue', message: expect.stringContaining(said), request_id: expect.any(String) },
  ]);
});
