// GET /s/<slug>: the public songs made from a song and with it, and none that only those know who were given its link.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HttpDeps } from '../../../src/http/context.ts';
import type { Relative, Relatives } from '../../../src/ledger/api.ts';
import { slugOf } from '../../../src/model/id.ts';
import { faultsOf } from '../../support/html.ts';
import { keepAll, START } from '../../ledger/calls.ts';
import { BASE, call, clip, fakeDeps, reading, settingsOf, SLUG } from '../fixtures.ts';
import { ok } from '../../../src/model/fault.ts';

const PAGE = `/s/${SLUG}`;
const ID = (n: number) => `0f0e0d0c-0b0a-4908-8706-0504030201${n + 10}`;
const relative = (n: number, more: Partial<Relative> = {}): Relative => ({
  slug: ID(n),
  title: `Song ${n}`,
  stem: null,
  ...more,
});
const song = {
  clip: { ...clip, visibility: 'public' as const, files: { ...clip.files, cover: null } },
  reading: { ...reading, cover_url: null },
  over: true,
  seq: 7,
};

function deps(relatives: Partial<Relatives>, env: Record<string, unknown> = {}): HttpDeps {
  const fake = fakeDeps({ settings: ok(settingsOf(env)) });
  return {
    ...fake,
    ledger: { ...fake.ledger, relatives: async () => ({ made: [], beside: [], ...relatives }) },
    flows: { ...fake.flows, findClip: async () => song },
  };
}
const get = (path: string, from: HttpDeps) => call(path, { token: null }, from);
const pageOf = async (relatives: Partial<Relatives>, path = PAGE) => (await get(path, deps(relatives))).text();

/** Heading → texts and links of the list beneath it. */
function sectionsOf(page: string): Record<string, [string, string][]> {
  const all = page.matchAll(/<section class="relatives"[^>]*>\s*<h2[^>]*>([^<]+)<\/h2>(.*?)<\/section>/gs);
  return Object.fromEntries(
    [...all].map(([, heading, list = '']) => [
      heading,
      [...list.matchAll(/<a href="([^"]+)">\s*<bdi>([^<]*)<\/bdi>\s*<\/a>/g)].map(
        ([, to = '', text = '']): [string, string] => [text, to],
      ),
    ]),
  );
}

describe('GET /s/<slug> of a song with relatives', () => {
  const all: Relatives = {
    made: [relative(1, { title: 'Lamp & Chalk' }), relative(2, { stem: 'Vocals' }), relative(3, { stem: 'Drums' })],
    beside: [relative(4), relative(5, { title: null })],
  };

  it('names versions, stems and what was made with it, each with its link; valid', async () => {
    const page = await pageOf(all);
    expect(await faultsOf(page)).toEqual([]);
    expect(sectionsOf(page)).toEqual({
      'Made from this song': [['Lamp &amp; Chalk', `${BASE}/s/${ID(1)}`]],
      Stems: [
        ['Vocals', `${BASE}/s/${ID(2)}`],
        ['Drums', `${BASE}/s/${ID(3)}`],
      ],
      'Made together with it': [
        ['Song 4', `${BASE}/s/${ID(4)}`],
        ['Untitled', `${BASE}/s/${ID(5)}`],
      ],
    });
  });

  it('says it in Chinese, and leads on in Chinese', async () => {
    const page = await pageOf(all, `${PAGE}?lang=zh`);
    expect(await faultsOf(page)).toEqual([]);
    expect(Object.keys(sectionsOf(page))).toEqual(['由这首歌制作', '分轨', '同时制作']);
    expect(sectionsOf(page)['分轨']?.[0]).toEqual(['Vocals', `${BASE}/s/${ID(2)}?lang=zh`]);
  });

  it('names the stem beside a stem', async () => {
    const page = await pageOf({ beside: [relative(1, { stem: 'Bass' })] });
    expect(sectionsOf(page)).toEqual({ 'Made together with it': [['Bass', `${BASE}/s/${ID(1)}`]] });
  });

  it('is shown without them where they cannot be had, and the log says why', async () => {
    const fake = deps({}) as ReturnType<typeof fakeDeps>;
    fake.ledger.relatives = async () => Promise.reject(new Error('no such call'));
    const answer = await get(PAGE, fake);
    expect([answer.status, (await answer.text()).includes('Low Water')]).toEqual([200, true]);
    expect(fake.entries).toMatchObject([{ event: 'error', at: 'relatives' }]);
  });

  it('has no section where there is none, and none in the player of other pages', async () => {
    expect(await pageOf({})).not.toContain('class="relatives"');
    expect(await pageOf(all, `/embed/${SLUG}`)).not.toContain(ID(1));
  });

  it('shows hostile names as text, in one line', async () => {
    const page = await pageOf({
      made: [relative(1, { title: '</a><script>x()</script>\n\u202e' }), relative(2, { stem: '"><img src=x>' })],
    });
    expect(page).not.toMatch(/<script>x|<img src=x/);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('is forgotten by the edge cache with any of them', async () => {
    const kept = deps(all, { PUBLIC_BASE_URL: BASE });
    const tags = (await get(PAGE, kept)).headers.get('cache-tag')?.split(',');
    expect(tags).toEqual([SLUG, ...[1, 2, 3, 4, 5].map(ID)]);
  });
});

describe('GET /s/<slug> over the ledger', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
  afterEach(() => void vi.useRealTimers());
  const ledger = () => env.LEDGER.getByName(crypto.randomUUID());
  type Stub = ReturnType<typeof ledger>;

  const pages = (own: Stub) => {
    const fake = fakeDeps();
    const from = {
      ...fake,
      ledger: own as never,
      flows: { ...fake.flows, findClip: (slug: string) => own.clipFound(slug) },
    };
    return async (id: string) => (await get(`/s/${slugOf('alpha', id)}`, from)).text();
  };
  const linked = (page: string, id: string) => page.includes(`href="${BASE}/s/${slugOf('alpha', id)}"`);

  it.each(['public', 'unlisted'] as const)(
    'a %s page leads to unlisted relatives only where it is unlisted itself, up or down',
    async (visibility) => {
      const own = ledger();
      await keepAll(own, 'lamp', [{ id: 'clip-lamp' }, { id: 'clip-sister' }], visibility);
      await keepAll(own, 'stems', [{ id: 'clip-voice', parent_id: 'clip-lamp', stem: 'Vocals' }], 'unlisted');
      await keepAll(own, 'mixes', [{ id: 'clip-mix', parent_id: 'clip-voice' }], visibility);
      await own.changeClip(slugOf('alpha', 'clip-sister'), { visibility: 'unlisted' }, null);
      const read = pages(own);
      const isShown = visibility === 'unlisted';
      for (const id of ['clip-voice', 'clip-sister']) expect(linked(await read('clip-lamp'), id)).toBe(isShown);
      expect(linked(await read('clip-mix'), 'clip-voice')).toBe(isShown);
      expect(linked(await read('clip-voice'), 'clip-lamp')).toBe(true);
    },
  );

  it('leads to those that are public, until they are taken down', async () => {
    const own = ledger();
    await keepAll(own, 'lamp', [{ id: 'clip-lamp' }, { id: 'clip-sister' }], 'public');
    await keepAll(own, 'stems', [{ id: 'clip-voice', parent_id: 'clip-lamp', stem: 'Vocals' }], 'public');
    const read = pages(own);
    const seen = async () => {
      const page = await read('clip-lamp');
      return ['clip-voice', 'clip-sister'].map((id) => linked(page, id));
    };
    expect(await seen()).toEqual([true, true]);
    expect(linked(await read('clip-voice'), 'clip-lamp')).toBe(true);
    await own.takeDown(slugOf('alpha', 'clip-voice'), null);
    expect(await seen()).toEqual([false, true]);
    await own.takeDown(slugOf('alpha', 'clip-sister'), null);
    expect(await seen()).toEqual([false, false]);
  });
});
