// Edge: the steps about a file behind its permanent link: whole, in parts, unchanged, and kept near its listeners.
import { createHash } from 'node:crypto';
import type { Answer } from './caller.ts';
import { isHere } from './options.ts';
import {
  aboutSong,
  expectHeader,
  expectStatus,
  expectThat,
  notProven,
  pathOf,
  proven,
  sameBytes,
  until,
} from './visit.ts';

const open = { token: null } as const;

export const bytes = aboutSong(async ({ audio }, { call }) => {
  const path = pathOf(audio.url);
  const whole = await call('GET', path, open);
  expectStatus(`GET ${path}`, whole, 200);
  expectHeader(`GET ${path}`, whole, 'cache-control', /immutable/);
  expectHeader(`GET ${path}`, whole, 'etag', /^"/);
  expectThat(
    whole.bytes.length === audio.bytes,
    `GET ${path} has ${whole.bytes.length} bytes, its record says ${audio.bytes}`,
  );
  const sha256 = createHash('sha256').update(whole.bytes).digest('hex');
  expectThat(sha256 === audio.sha256, `GET ${path} has the SHA-256 ${sha256}, its record says ${audio.sha256}`);
  const stable = await call('GET', pathOf(audio.link ?? audio.url), open);
  expectStatus('The stable link, without an extension,', stable, 301);
  return proven(`${whole.bytes.length} bytes at ${path}, SHA-256 as recorded`);
});

export const range = aboutSong(async ({ audio }, { call }) => {
  const path = pathOf(audio.url);
  const whole = await call('GET', path, open);
  expectStatus(`GET ${path}`, whole, 200);
  const size = whole.bytes.length;
  const etag = whole.headers.get('etag') ?? '';
  const ask = (headers: Record<string, string>) => call('GET', path, { ...open, headers });
  const parts = [
    ['bytes=100-299', 100, 300],
    [`bytes=${size - 50}-`, size - 50, size],
    ['bytes=-50', size - 50, size],
  ] as const;
  for (const [wanted, from, end] of parts) {
    const part = await ask({ range: wanted });
    expectStatus(`Range: ${wanted}`, part, 206);
    expectHeader(`Range: ${wanted}`, part, 'content-range', new RegExp(`^bytes ${from}-${end - 1}/${size}$`));
    expectThat(
      sameBytes(part.bytes, whole.bytes.subarray(from, end)),
      `Range: ${wanted} has other bytes than the whole file`,
    );
  }
  const beyond = await ask({ range: `bytes=${size}-` });
  expectStatus('A range past the end', beyond, 416);
  expectHeader('A range past the end', beyond, 'content-range', new RegExp(`^bytes \\*/${size}$`));
  expectStatus('If-Range with the ETag', await ask({ range: 'bytes=0-9', 'if-range': etag }), 206);
  const changed = await ask({ range: 'bytes=0-9', 'if-range': '"another"' });
  expectStatus('If-Range with another ETag', changed, 200);
  expectThat(sameBytes(changed.bytes, whole.bytes), 'If-Range with another ETag is not the whole file');
  const unchanged = await ask({ 'if-none-match': etag });
  expectStatus('If-None-Match with the ETag', unchanged, 304);
  expectThat(unchanged.bytes.length === 0, 'A 304 came with a body');
  return proven('206, 416, If-Range and 304 as they should be');
});

/** Reads until one of them came from the cache. */
const CACHE_MAX_MS = 15_000;
const FROM_CACHE = /^(?:HIT|STALE|UPDATING|REVALIDATED)$/i;

export const cacheStatusOf = ({ headers }: Answer): string | null => headers.get('cf-cache-status');
const isHit = (answer: Answer): boolean =>
  FROM_CACHE.test(cacheStatusOf(answer) ?? '') || Number(answer.headers.get('age') ?? 0) > 0;

export const cache = aboutSong(async ({ audio }, { call, options }) => {
  const look = () => call('GET', pathOf(audio.url), open);
  const first = await look();
  expectStatus(`GET ${pathOf(audio.url)}`, first, 200);
  if (isHere(options.url) && cacheStatusOf(first) === null)
    return notProven('there is no edge cache on this computer; nothing to do');
  const seen = await until(look, isHit, Math.min(CACHE_MAX_MS, options.wait_ms));
  expectThat(
    isHit(seen),
    `No read came from the edge cache (CF-Cache-Status: ${cacheStatusOf(seen) ?? 'none'}); is [cache] enabled = true in wrangler.toml, and was it deployed?`,
  );
  return proven(`a second read came from the edge (${cacheStatusOf(seen) ?? `age ${seen.headers.get('age')}`})`);
});
