// A browser writes the headers of a 304 into the copy that it keeps (RFC 9111 3.2): each 304 says of its file what the 200 said.
import { describe, expect, it } from 'vitest';
import { ok } from '../../src/model/fault.ts';
import type { HttpDeps } from '../../src/http/context.ts';
import { createRouter } from '../../src/http/router.ts';
import { BASE, call, clip, fakeDeps, reading, settingsOf, SLUG, TASK_ID } from './fixtures.ts';

const song = { clip: { ...clip, visibility: 'public' as const }, reading, over: true, seq: 1 };

function deps(): HttpDeps {
  const fake = fakeDeps({ settings: ok(settingsOf({ PUBLIC_BASE_URL: BASE, CORS_ORIGINS: '*' })) });
  const library = async () => ({ clips: [song], changed_at: 0 });
  return {
    ...fake,
    ledger: { ...fake.ledger, library, clips: async () => ({ clips: [song], more: false }) },
    flows: { ...fake.flows, findClip: async () => song },
  };
}

const MEDIA = ['audio.mp3', 'audio.mp3?download', 'audio', 'tagged.mp3', 'lyrics.txt'].map(
  (n) => `/media/${SLUG}/${n}`,
);
const VALUES: Record<string, string> = { id: TASK_ID, slug: SLUG, file: 'app.js' };
const paths = createRouter(deps())
  .routes.filter((route) => route.startsWith('GET '))
  .map((route) => route.slice('GET '.length).replaceAll(/:(\w+)/g, (_, name: string) => VALUES[name] ?? 'x'));

/** What describes the bytes of the one answer, and what names the one request. */
const OWN = /^(content-(?:type|length|range|encoding|disposition)|x-request-id)$/;
const policyOf = ({ headers }: Response) => Object.fromEntries([...headers].filter(([name]) => !OWN.test(name)));

describe('304', () => {
  it('is answered by these alone, so that no other needs to be looked at', async () => {
    const tagged: string[] = [];
    for (const path of [...MEDIA, ...paths]) if ((await call(path, {}, deps())).headers.has('etag')) tagged.push(path);
    expect(tagged).toEqual([
      ...MEDIA.filter((path) => !path.endsWith('/audio')),
      `/v1/tasks/${TASK_ID}`,
      ...['/feed.xml', '/playlist.m3u8', '/playlist.xspf', '/picture.png', '/console'],
    ]);
  });

  it.each([...MEDIA, ...paths])('%s has every header of the 200 that is no matter of its bytes', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const whole = await call(path, { method, headers: { Origin: 'https://app.example' } }, deps());
      const etag = whole.headers.get('etag');
      if (etag === null) continue;
      const headers = { 'If-None-Match': etag, Origin: 'https://app.example' };
      const unchanged = await call(path, { method, headers }, deps());
      expect([path, unchanged.status]).toEqual([path, 304]);
      expect(policyOf(unchanged)).toEqual(policyOf(whole));
    }
  });
});
