// What is public is public to the pages of any origin: preflights, and the headers without which a browser keeps an answer back.
import { describe, expect, it } from 'vitest';
import { call, fakeDeps, SLUG, wrongSettings, type Ask } from './fixtures.ts';

const AUDIO = `/media/${SLUG}/audio.mp3`;
const FILES = [
  AUDIO,
  `/media/${SLUG}/audio`,
  `/media/${SLUG}/tagged.mp3`,
  `/media/${SLUG}/lyrics.txt`,
  '/media/none',
  '/picture.png',
];
const TEXTS = ['/feed.xml', '/playlist.m3u8', '/playlist.xspf', '/oembed', '/openapi.json', '/llms.txt'];
const SHARED = [...FILES, ...TEXTS];
const ALWAYS = ['range', 'if-range', 'if-none-match'];

const open = (path: string, ask: Ask = {}, deps = fakeDeps()) => call(path, { token: null, ...ask }, deps);
const allowed = async (path: string, headers: Record<string, string>): Promise<string[]> => {
  const answer = await open(path, { method: 'OPTIONS', headers });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS');
  expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0);
  return (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/, */);
};

describe.each(SHARED)('OPTIONS %s', (path) => {
  const preflight = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' };

  it('always allows the headers of ranges', async () => {
    for (const headers of [{}, preflight]) expect(await allowed(path, headers)).toEqual(expect.arrayContaining(ALWAYS));
  });

  it.each(['x-playback-session-id', 'content-type', 'x-playback-session-id,range', 'Authorization , If-Match'])(
    'allows what it is asked for: %s',
    async (asked) => {
      const headers = await allowed(path, { ...preflight, 'Access-Control-Request-Headers': asked });
      expect(headers).toEqual(expect.arrayContaining([...ALWAYS, ...asked.toLowerCase().split(/ *, */)]));
      expect(new Set(headers).size).toBe(headers.length);
    },
  );

  it('says nothing back that is no name of a header', async () => {
    const asked = 'x-good, <b>, a b, , "q", x-good';
    const headers = await allowed(path, { ...preflight, 'Access-Control-Request-Headers': asked });
    expect(headers.filter((name) => !ALWAYS.includes(name) && !name.startsWith('if-'))).toEqual(['x-good']);
  });
});

describe.each(SHARED)('%s', (path) => {
  const failing = async () => Promise.reject(new Error('down'));
  const broken = fakeDeps({ media: { readMedia: failing, headMedia: failing } });
  const cases: [string, Ask, ReturnType<typeof fakeDeps>?][] = [
    ['GET', {}],
    ['HEAD', { method: 'HEAD' }],
    ['OPTIONS', { method: 'OPTIONS' }],
    ['another method', { method: 'POST' }],
    ['a condition that fails', { headers: { 'If-Match': '"x"' } }],
    ['a range beyond', { headers: { Range: 'bytes=9999999-' } }],
    ['wrong settings', {}, fakeDeps({ settings: wrongSettings() })],
    [
      'a bucket and a ledger that fail',
      {},
      { ...broken, ledger: { ...broken.ledger, library: failing }, flows: { ...broken.flows, knownClip: failing } },
    ],
    ['a reader of pages', { headers: { Accept: 'text/html' } }],
  ];
  it.each(cases)('may be read and shown by pages of any origin, whatever the answer: %s', async (_, ask, deps) => {
    const { headers } = await open(path, ask, deps);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const exposed = (headers.get('access-control-expose-headers') ?? '').split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['Content-Length', 'Content-Range', 'ETag', 'Accept-Ranges']));
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('accept-ranges')).toBe(FILES.includes(path) ? 'bytes' : null);
  });

  it('names its methods to another one', async () => {
    const answer = await open(path, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

it.each(['/', `/s/${SLUG}`, '/health', '/console', '/nothing', '/v1/tasks'])('%s is not shared', async (path) => {
  const { headers } = await open(path);
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('cross-origin-resource-policy')).toBeNull();
});
