import { afterEach, describe, expect, it, vi } from 'vitest';
import { download } from '../../src/archive/download.ts';
import { CHUNK_BYTES, MEDIA_STALL_TIMEOUT_MS } from '../../src/model/limits.ts';
import { newSpace } from '../support/space.ts';
import type { MediaSettings } from '../support/stand-in-types.ts';
import { LOCAL, MAX_BYTES, newShelf, type TakeOptions } from './shelf.ts';

const song = { kind: 'mp3', bytes: 5_000 } as const;
const MB = 1024 * 1024;

async function take(settings: Partial<MediaSettings>, options: TakeOptions = {}) {
  const space = newSpace();
  const shelf = newShelf();
  const url = await space.media('song', { recipe: song, ...settings });
  const taken = await shelf.take(url, options);
  return { taken, left: await shelf.left(), log: await space.log() };
}

describe('a source that answers', () => {
  it.each([
    [401, 'source_forbidden'],
    [403, 'source_forbidden'],
    [404, 'source_gone'],
    [410, 'source_gone'],
    [451, 'source_gone'],
    [204, 'unreachable'],
    [206, 'unreachable'],
    [301, 'unreachable'],
    [304, 'unreachable'],
    [429, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
  ])('%i is %s, to be tried again, and says so', async (status, reason) => {
    const { taken, left } = await take({ fault: 'status', status });
    expect(taken).toMatchObject({
      ok: false,
      reason,
      final: false,
      detail: expect.stringMatching(`answers ${status}$`),
    });
    expect(left).toEqual([]);
  });
});

describe('a host that limits', () => {
  it.each([
    [429, { 'retry-after': '3' }, 3_000],
    [503, { 'retry-after': '120' }, 120_000],
    [429, {}, null],
    [500, { 'retry-after': '3' }, undefined],
    [404, { 'retry-after': '3' }, undefined],
  ])('by %i %j asks to be left alone for %s ms', async (status, headers, ms) => {
    const space = newSpace();
    await space.answers('GET /busy', [{ status, headers }]);
    const taken = await newShelf().take(`${space.url}/busy`);
    expect(taken.ok ? 'ok' : taken.retry_after_ms).toBe(ms);
  });
});

describe('a request to a media host', () => {
  it('carries no key, no cookie and no referrer, asks for plain bytes and says who asks', async () => {
    const { log } = await take({ fault: 'redirect', hops: 2 });
    expect(log).toHaveLength(3);
    for (const { method, headers } of log) {
      expect(method).toBe('GET');
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/auth|cookie|referer|key/)]),
      );
      expect(headers).toMatchObject({
        'user-agent': expect.stringMatching(/^longplay/),
        'accept-encoding': 'identity',
      });
    }
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('of status %i are followed', async (status) => {
    expect((await take({ fault: 'redirect', status })).taken).toMatchObject({ ok: true, bytes: 5_000 });
  });

  it('are followed five times', async () => {
    const { taken, log } = await take({ fault: 'redirect', hops: 5 });
    expect(taken.ok).toBe(true);
    expect(log).toHaveLength(6);
  });

  it('end at the sixth: unreachable', async () => {
    const { taken, left, log } = await take({ fault: 'redirect', hops: 6 });
    expect(taken).toMatchObject({ ok: false, reason: 'unreachable', final: false, detail: 'More than 5 redirects' });
    expect([left, log.length]).toEqual([[], 6]);
  });

  it('in a loop: unreachable', async () => {
    const { taken, log } = await take({ fault: 'loop' });
    expect(taken).toMatchObject({ ok: false, reason: 'unreachable' });
    expect(log).toHaveLength(6);
  });

  it('to no URL: unreachable', async () => {
    expect((await take({ fault: 'redirect', to: 'http://' })).taken).toMatchObject({
      reason: 'unreachable',
      final: false,
    });
  });

  it.each([
    'http://10.0.0.1/a.mp3',
    'http://192.168.1.1/a.mp3',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/a.mp3',
    'http://[fd00::1]/a.mp3',
    'http://[::ffff:127.0.0.1]/a.mp3',
    'http://[::ffff:a9fe:a9fe]/a.mp3',
    'http://[64:ff9b::a00:1]/a.mp3',
    'http://[2002:a00:1::]/a.mp3',
    'http://0xA9FEA9FE/a.mp3',
    'http://2852039166/a.mp3',
    'http://0251.0376.0251.0376/a.mp3',
    'http://169.16689662/a.mp3',
    'http://%EF%BC%91%EF%BC%90.0.0.1/a.mp3',
    '//10.0.0.1/a.mp3',
    'http://router.local/a.mp3',
    'http://user:word@127.0.0.1/a.mp3',
    'https://songs.example/media/x',
    'ftp://127.0.0.1/a.mp3',
    'file:///etc/passwd',
    'data:audio/mpeg;base64,SUQz',
  ])('to %s: blocked_address, to be tried again, and nobody is asked', async (to) => {
    const address = { ...LOCAL, ownOrigins: ['https://songs.example'] };
    const { taken, left, log } = await take({ fault: 'redirect', to }, { rules: { address } });
    expect(taken).toMatchObject({ ok: false, reason: 'blocked_address', final: false });
    expect([left, log.length]).toEqual([[], 1]);
  });

  it('to a host that is not listed: blocked_address, to be tried again', async () => {
    const address = { ...LOCAL, hosts: ['127.0.0.1'] };
    const { taken } = await take({ fault: 'redirect', to: 'http://localhost/a.mp3' }, { rules: { address } });
    expect(taken).toMatchObject({ ok: false, reason: 'blocked_address', final: false });
  });

  it('that hold the vendor’s key: blocked_address, to be tried again, and nobody is asked', async () => {
    const to = 'http://127.0.0.1:9/a.mp3?key=sk-abcdef';
    const { taken, log } = await take({ fault: 'redirect', to }, { rules: { key: 'sk-abcdef' } });
    expect(taken).toMatchObject({ ok: false, reason: 'blocked_address', final: false });
    expect(log).toHaveLength(1);
  });
});

describe('an address that the vendor itself gave', () => {
  it.each(['http://10.0.0.1/a.mp3', 'ftp://127.0.0.1/a.mp3', 'http://user:word@127.0.0.1/a.mp3', 'no URL'])(
    '%s: blocked_address for good',
    async (url) => {
      expect(await newShelf().take(url)).toMatchObject({ ok: false, reason: 'blocked_address', final: true });
    },
  );
});

describe('time-outs', () => {
  it('no headers in time: unreachable, and the request is ended', async () => {
    const { taken, left } = await take({ fault: 'hang' }, { rules: { timeouts: { headersMs: 30 } } });
    expect(taken).toMatchObject({ ok: false, reason: 'unreachable', final: false });
    expect(taken).toHaveProperty('detail', expect.stringMatching(/does not answer within 30 ms$/));
    expect(left).toEqual([]);
  });

  it.each([
    // Taken whole by the runtime, which does not tell how much has come: it gets the time of a slow host in advance.
    ['a short body', 5_000, 60, /^The body of 5000 bytes was not there within 183 ms$/],
    ['a long body', 20 * MB, 500, /^After 10485760 bytes none came for 500 ms$/],
  ])('no bytes for a while within %s: unreachable, not truncated', async (_, bytes, stallMs, says) => {
    const recipe = { kind: 'mp3', bytes } as const;
    const { taken, left } = await take({ fault: 'stall', recipe }, { rules: { timeouts: { stallMs } } });
    expect(taken).toMatchObject({ ok: false, reason: 'unreachable', final: false });
    expect(taken).toHaveProperty('detail', expect.stringMatching(says));
    expect(left).toEqual([]);
  });

  it('a file that comes too slowly as a whole, though it never stalls: unreachable', async () => {
    const rules = { timeouts: { totalMs: 60, stallMs: 5_000 } };
    const { taken, left } = await take({ fault: 'drip', ms: 2_000 }, { rules });
    expect(taken).toMatchObject({ ok: false, reason: 'unreachable', detail: 'The file was not there within 60 ms' });
    expect(left).toEqual([]);
  });

  it('a slow file whose pieces keep coming outlives the stall clock', async () => {
    const recipe = { kind: 'mp3', bytes: 50_000 } as const;
    const { taken } = await take({ fault: 'drip', ms: 640, recipe }, { rules: { timeouts: { stallMs: 400 } } });
    expect(taken.ok).toBe(true);
  });
});

describe('the clock of a long body, moved by hand', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Chunks of a body whose bytes come as they are sent here, and its clock. */
  async function begun() {
    vi.useFakeTimers();
    const pipe = new FixedLengthStream(8 * CHUNK_BYTES);
    const headers = { 'content-length': String(8 * CHUNK_BYTES) };
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(pipe.readable, { headers }));
    const ending = new AbortController();
    const body = await download('http://localhost/a.mp3', { address: LOCAL, maxBytes: MAX_BYTES }, ending);
    const host = pipe.writable.getWriter();
    return {
      chunks: body.chunks,
      send: () => host.write(new Uint8Array(CHUNK_BYTES)),
      turn: (times: number) => vi.advanceTimersByTime(times * MEDIA_STALL_TIMEOUT_MS),
      reason: () => ending.signal.reason?.message,
      breakOff: () => host.abort(),
      end: () => ending.abort(),
    };
  }

  it('ends a request whose next chunk does not come', async () => {
    const { chunks, send, turn, reason, breakOff } = await begun();
    const [first] = await Promise.all([chunks.next(), send()]);
    expect(first.value?.byteLength).toBe(CHUNK_BYTES);
    const next = chunks.next().catch((error: Error) => error.message);
    turn(1);
    expect(reason()).toBeUndefined();
    turn(1);
    const says = `After ${CHUNK_BYTES} bytes none came for ${MEDIA_STALL_TIMEOUT_MS} ms`;
    expect(reason()).toBe(says);
    await breakOff();
    expect(await next).toBe(says);
  });

  it('leaves no timer behind for chunks that are read no further', async () => {
    const { chunks, send, end } = await begun();
    await Promise.all([chunks.next(), send()]);
    const before = vi.getTimerCount();
    end();
    expect(vi.getTimerCount()).toBe(before - 1);
  });

  it('does not count while the bucket takes its time', async () => {
    const { chunks, send, turn, reason } = await begun();
    await Promise.all([chunks.next(), send()]);
    turn(5);
    const next = chunks.next();
    turn(1);
    expect(reason()).toBeUndefined();
    await send();
    expect((await next).value?.byteLength).toBe(CHUNK_BYTES);
    await chunks.return();
    turn(5);
    expect(reason()).toBeUndefined();
  });
});
