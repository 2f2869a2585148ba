// Edge: asks over connections that stay open, so many requests at a time, and takes every byte of the answers.
import { Agent, request } from 'node:http';

export interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly bytes: number;
  readonly text: string;
}

export interface Client {
  ask(asked: Asked, keepText?: boolean): Promise<Answered>;
  /** All of them, in this order; an answer with another status than `expected`, or another length, ends it. */
  askAll(some: readonly Asked[], atOnce: number, expected: { status: number; bytes?: number }): Promise<void>;
  close(): void;
}

export function newClient(): Client {
  // Node's own fetch costs several times as much as a plain request, and the load's share of two processors should be small.
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const ask = (asked: Asked, keepText = true): Promise<Answered> =>
    new Promise((done, fail) => {
      const { url, method = 'GET', headers = {}, body } = asked;
      const sent = request(url, { method, headers, agent }, (response) => {
        const texts: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (keepText) texts.push(chunk);
        });
        response.once('end', () =>
          done({ status: response.statusCode ?? 0, bytes, text: Buffer.concat(texts).toString() }),
        );
        response.once('error', fail);
      });
      // The runtime closes a connection that was idle for seconds, maybe just as this request went out on it.
      sent.once('error', (error: NodeJS.ErrnoException) =>
        sent.reusedSocket && error.code === 'ECONNRESET' ? ask(asked, keepText).then(done, fail) : fail(error),
      );
      sent.end(body);
    });
  return {
    ask,
    askAll: async (some, atOnce, expected) => {
      let next = 0;
      const work = async (): Promise<void> => {
        for (let asked = some[next++]; asked !== undefined; asked = some[next++]) {
          const { status, bytes } = await ask(asked, false);
          if (status !== expected.status || (expected.bytes !== undefined && bytes !== expected.bytes))
            throw new Error(
              `${asked.url} is answered ${status} with ${bytes} bytes instead of ${JSON.stringify(expected)}`,
            );
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    close: () => agent.destroy(),
  };
}
