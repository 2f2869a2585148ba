// A permanent link through the whole router and a real bucket: every row of the table, what it costs, and many readers at once.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { headMedia, readMedia } from '../../../src/archive/bucket.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { call, fakeDeps, SLUG } from '../fixtures.ts';
import { differences, FILE, SIZE, TABLE, TYPE, type Facts } from './media-table.ts';

const PATH = `/media/${SLUG}/audio.mp3`;
const MISSING = `/media/${SLUG}/audio.wav`;

let facts: Facts;
beforeAll(async () => {
  const stored = await env.MEDIA.put(PATH.slice(1), FILE, { httpMetadata: { contentType: TYPE } });
  // Headers tell whole seconds.
  const modified = new Date(Math.floor(stored.uploaded.getTime() / 1_000) * 1_000);
  facts = { etag: stored.httpEtag, modified };
});

/** The real bucket; counts what is read of it and what the ledger is asked. */
function world() {
  const counted = { reads: 0, bodies: 0, ledger: 0, cancelled: 0 };
  const fake = fakeDeps();
  const counting = <T extends object>(calls: T) =>
    new Proxy(calls, { get: (target, name) => (counted.ledger++, Reflect.get(target, name) as unknown) });
  const [ledger, flows] = [counting(fake.ledger), counting(fake.flows)];
  const media: HttpDeps['media'] = {
    readMedia: async (key, range, held) => {
      counted.reads++;
      const object = await readMedia(env.MEDIA, key, range, held);
      if (object?.body) counted.bodies++;
      const cancel = object?.body?.cancel.bind(object.body);
      if (object?.body && cancel) object.body.cancel = (reason) => (counted.cancelled++, cancel(reason));
      return object;
    },
    headMedia: (key) => (counted.reads++, headMedia(env.MEDIA, key)),
  };
  return { counted, deps: { ...fake, ledger, flows, media } };
}

describe('a permanent link', () => {
  it.each(TABLE.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const { counted, deps } = world();
    const { method } = row;
    const answer = await call(row.missing ? MISSING : PATH, { method, token: null, headers: row.headers(facts) }, deps);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const found = differences(row, facts, { status: answer.status, header: (name) => answer.headers.get(name), bytes });
    expect([...found]).toEqual([]);
    // Only a file that is not there is asked about.
    if (!row.missing) expect([counted.reads, counted.ledger]).toEqual([row.reads, 0]);
  });

  it('is read by 64 at once, each its range, and comes out whole', async () => {
    const { counted, deps } = world();
    const readers = 64;
    const step = Math.ceil(SIZE / readers);
    const parts = await Promise.all(
      Array.from({ length: readers }, async (_, index) => {
        const Range = `bytes=${index * step}-${(index + 1) * step - 1}`;
        const answer = await call(PATH, { token: null, headers: { Range, 'If-Range': facts.etag } }, deps);
        expect(answer.status).toBe(206);
        return new Uint8Array(await answer.arrayBuffer());
      }),
    );
    expect(new Uint8Array(parts.flatMap((part) => [...part]))).toEqual(FILE);
    expect([counted.reads, counted.ledger]).toEqual([readers, 0]);
  });

  it('costs nothing more once its reader goes away: the bucket’s stream is cancelled', async () => {
    const { deps } = world();
    const left = Promise.withResolvers<unknown>();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
      cancel: left.resolve,
    });
    const media: HttpDeps['media'] = {
      ...deps.media,
      readMedia: async () => ({
        ...{ body: endless, size: SIZE, etag: facts.etag, uploaded: facts.modified, contentType: TYPE },
      }),
    };
    const answer = await call(PATH, { token: null }, { ...deps, media });
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel('away');
    await left.promise;
  });

  it('opens no body for a reader who names the tag of what he has', async () => {
    for (const tag of [facts.etag, `W/${facts.etag}`]) {
      const { counted, deps } = world();
      const answer = await call(PATH, { token: null, headers: { 'If-None-Match': tag } }, deps);
      expect([answer.status, counted.reads, counted.bodies]).toEqual([304, 1, 0]);
    }
  });

  it('leaves no body open that it does not send', async () => {
    for (const headers of [
      { 'If-None-Match': '*' },
      { 'If-Match': '"x"' },
      { Range: 'bytes=0-9', 'If-Range': '"x"' },
    ]) {
      const { counted, deps } = world();
      const answer = await call(PATH, { token: null, headers }, deps);
      expect(counted.cancelled).toBe(1);
      await answer.arrayBuffer();
    }
  });
});
