// The pages through the router: what they hold, who may frame and keep them, and what hostile texts do to them.
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { dimensionsOf } from '../../../src/archive/formats/dimensions.ts';
import { ok } from '../../../src/model/fault.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import type { ClipFound } from '../../../src/ledger/api.ts';
import { NEW_FILE } from '../../../src/model/state.ts';
import { faultsOf } from '../../support/html.ts';
import { archived, BASE, call, clip, fakeDeps, NOW, reading, settingsOf, SLUG, wrongSettings } from '../fixtures.ts';

const cover = { ...archived, key: `media/${SLUG}/cover.jpg`, content_type: 'image/jpeg' };
const song: ClipFound = { clip: { ...clip, files: { ...clip.files, cover } }, reading, over: true, seq: 7 };
const ID = (n: number) => `0f0e0d0c-0b0a-4908-8706-0504030201${n + 10}`;
const PAGE = `/s/${SLUG}`;
const EMBED = `/embed/${SLUG}`;
const MEDIA = `${BASE}/media/${SLUG}`;

function deps(
  found: ClipFound | null = song,
  settings: Record<string, unknown> = {},
  more: ClipFound[] = [],
): HttpDeps {
  const fake = fakeDeps({ settings: ok(settingsOf(settings)) });
  const clips: HttpDeps['ledger']['clips'] = async ({ limit, before, q }) => {
    const all = q === 'nothing' ? [] : more.filter(({ seq }) => before === null || (seq ?? 0) < before);
    return { clips: all.slice(0, limit), more: all.length > limit };
  };
  return { ...fake, ledger: { ...fake.ledger, clips }, flows: { ...fake.flows, findClip: async () => found } };
}
const get = (path: string, from = deps()) => call(path, { token: null }, from);
const textOf = async (path: string, from = deps()) => (await get(path, from)).text();
const changed = (
  more: Partial<ClipFound['reading']>,
  state: Partial<ClipFound['clip']> = {},
  over = true,
): ClipFound => ({
  ...song,
  ...{ over, reading: { ...reading, ...more }, clip: { ...song.clip, ...state } },
});
const making = changed({ status: 'streaming', audio_url: null, cover_url: null }, { files: clip.files }, false);
making.clip = { ...making.clip, files: { audio: null, cover: null, video: null } };
const lost = changed(
  {},
  { files: { ...song.clip.files, audio: { ...NEW_FILE, state: 'unavailable', reason: 'source_gone' } } },
);
const gone = changed({}, { taken_down_at: NOW });
const shelf = (count: number): ClipFound[] =>
  Array.from({ length: count }, (_, n) => ({ ...changed({ title: `Song ${n}` }, { slug: ID(n) }), seq: 1_000 - n }));

/** `property` or `name` of each meta element → content. */
function metaOf(page: string): Record<string, string> {
  const all = page.matchAll(/<meta (?:property|name)="([^"]+)" content="([^"]*)">/g);
  return Object.fromEntries([...all].map(([, name, content]) => [name, content]));
}

describe('GET /s/<slug> of what was made from another song', () => {
  const PARENT = ID(1);
  const parentOf = (more: Partial<ClipFound['clip']> = {}): ClipFound => ({
    ...changed({ title: 'Lamp & Chalk', parent_id: null }, { slug: PARENT, ...more }),
  });
  /** The line that tells it, on the page of a song beside which another is known, or none. */
  async function lineOf(child: ClipFound, parent: ClipFound | null): Promise<string | undefined> {
    const from = deps(child);
    from.flows.findClip = async (slug) => (slug === SLUG ? child : slug === PARENT ? parent : null);
    const page = await textOf(PAGE, from);
    expect(await faultsOf(page)).toEqual([]);
    return /<p class="origin">(.*?)<\/p>/s
      .exec(page)?.[1]
      ?.replaceAll(/<\/?bdi>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
  }
  const LINKED = `<a href="${BASE}/s/${PARENT}">Lamp &amp; Chalk</a>`;

  it('is linked where it is known', async () => {
    const voice = changed({ parent_id: PARENT, stem: 'Vocals' });
    expect(await lineOf(voice, parentOf({ visibility: 'public' }))).toBe(`Vocals of ${LINKED}`);
    expect(await lineOf(changed({ parent_id: PARENT }), parentOf({ visibility: 'public' }))).toBe(
      `Made from ${LINKED}`,
    );
  });
  it('is left out where it is not known, or taken down; the voice is named all the same', async () => {
    for (const parent of [null, parentOf({ taken_down_at: NOW })]) {
      expect(await lineOf(changed({ parent_id: PARENT, stem: 'Vocals' }), parent)).toBe('Vocals');
      expect(await lineOf(changed({ parent_id: PARENT }), parent)).toBeUndefined();
    }
  });
  it.each(['public', 'unlisted'] as const)(
    'is linked from a %s song, but named alone where it is unlisted and the song is public',
    async (visibility) => {
      const voice = changed({ parent_id: PARENT, stem: 'Vocals' }, { visibility });
      const named = visibility === 'public' ? 'Lamp &amp; Chalk' : LINKED;
      expect(await lineOf(voice, parentOf({ visibility: 'unlisted' }))).toBe(`Vocals of ${named}`);
      expect(await lineOf(voice, parentOf({ visibility: 'public' }))).toBe(`Vocals of ${LINKED}`);
    },
  );
  it('tells nothing of a whole song', async () => expect(await lineOf(song, null)).toBeUndefined());
});

describe.each([PAGE, EMBED])('GET %s', (path) => {
  it('plays the archived audio and shows cover, title and artist, without a script', async () => {
    const page = await textOf(path);
    expect(page).toContain(`<audio controls preload="metadata" src="${MEDIA}/audio.mp3"`);
    expect(page).toContain(`src="${MEDIA}/cover.jpg"`);
    expect(page).toMatch(/<h1[^>]*>.*Low Water/);
    expect(page).toContain('Heron');
    expect(page.replace(/<script type="application\/ld\+json">/, '')).not.toContain('<script');
    expect(page).not.toContain('cdn.example');
  });

  it('tells others what it is: Open Graph, player card, schema.org, oEmbed', async () => {
    const page = await textOf(path);
    expect(metaOf(page)).toMatchObject({
      ...{ 'og:type': 'music.song', 'og:title': 'Low Water', 'og:url': `${BASE}${PAGE}` },
      ...{ 'og:image': `${BASE}/picture.png`, 'og:audio': `${MEDIA}/audio.mp3`, 'og:audio:type': 'audio/mpeg' },
      'og:description': 'A song by Heron: folk — la la',
      ...{ 'twitter:card': 'player', 'twitter:player': `${BASE}${EMBED}` },
      ...{ 'twitter:player:width': '480', 'twitter:player:height': '152' },
    });
    const [, json = ''] = /<script type="application\/ld\+json">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      ...{ '@type': 'MusicRecording', name: 'Low Water', url: `${BASE}${PAGE}`, duration: 'PT2M2S' },
      audio: { contentUrl: `${MEDIA}/audio.mp3`, encodingFormat: 'audio/mpeg' },
    });
    const links = [...page.matchAll(/type="(application\/json|text\/xml)\+oembed" href="([^"]+)"/g)];
    expect(links).toHaveLength(2);
    for (const [, type, href = ''] of links) {
      const answer = await get(href.replaceAll('&amp;', '&').slice(BASE.length));
      expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
    }
  });

  const COVER = `${MEDIA}/cover.jpg`;
  const DEFAULT = `${BASE}/picture.png`;
  const size = async (from: HttpDeps) => {
    const meta = metaOf(await textOf(path, from));
    return ['', ':type', ':width', ':height'].map((part) => meta[`og:image${part}`]);
  };
  it('shows in previews a picture of a size that is true: the cover, or one of our own', async () => {
    const picture = new Uint8Array(encode({ width: 37, height: 19, data: new Uint8Array(37 * 19 * 4) }, 80).data);
    const from = (readMedia: HttpDeps['media']['readMedia'], found = song) => {
      const all = deps(found);
      return { ...all, media: { ...all.media, readMedia } };
    };
    const asked: unknown[] = [];
    const object = { size: 1, etag: '"e"', uploaded: new Date(NOW), contentType: 'image/jpeg' };
    const read = async (...about: unknown[]) => (asked.push(about), { ...object, body: new Response(picture).body });
    expect(await size(from(read))).toEqual([COVER, 'image/jpeg', '37', '19']);
    expect(asked).toEqual([[cover.key, { offset: 0, length: 65_536 }]]);
    const own = [DEFAULT, 'image/png', '1400', '1400'];
    for (const readMedia of [
      async () => null,
      async () => ({ ...object, body: new Response('nothing').body }),
      async () => Promise.reject(new Error('down')),
    ])
      expect(await size(from(readMedia))).toEqual(own);
    const pending = { ...song.clip.files, cover: { ...NEW_FILE, attempts: 1 } };
    for (const files of [pending, { ...song.clip.files, cover: null }, making.clip.files])
      expect(await size(from(read, changed({}, { files })))).toEqual(own);
    expect(asked).toHaveLength(1);
  });

  it('is valid, small, and allowed nothing but what it is made of', async () => {
    const answer = await get(path);
    const page = await answer.text();
    expect(await faultsOf(page)).toEqual([]);
    expect(page.length).toBeLessThan(15_000);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'; img-src ${BASE} data:; media-src ${BASE}; style-src 'sha256-`);
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(policy).toContain(path === PAGE ? "frame-ancestors 'none'" : 'frame-ancestors *');
    expect(answer.headers.get('x-frame-options')).toBe(path === PAGE ? 'DENY' : null);
    const isolated = ['cross-origin-embedder-policy', 'cross-origin-resource-policy'].map((n) => answer.headers.get(n));
    expect(isolated).toEqual(path === PAGE ? [null, null] : ['require-corp', 'cross-origin']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('allows its own style by its hash', async () => {
    const answer = await get(path);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(await answer.text()) ?? [];
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style)));
    expect(answer.headers.get('content-security-policy')).toContain(`'sha256-${btoa(String.fromCharCode(...hash))}'`);
  });

  it('allows files of MEDIA_BASE_URL, where they are', async () => {
    const answer = await get(path, deps(song, { MEDIA_BASE_URL: 'https://files.example' }));
    expect(answer.headers.get('content-security-policy')).toContain('media-src https://files.example;');
    expect(await answer.text()).toContain(`src="https://files.example/media/${SLUG}/audio.mp3"`);
    // Files of a bucket's own domain do not say who may use them.
    const embedder = answer.headers.get('cross-origin-embedder-policy');
    expect(embedder).toBe(path === PAGE ? null : 'credentialless');
  });

  it('is kept from search engines while it is unlisted', async () => {
    const unlisted = await get(path);
    expect([unlisted.headers.get('x-robots-tag'), metaOf(await unlisted.text())['robots']]).toEqual([
      'noindex',
      'noindex',
    ]);
    const open = await get(path, deps(changed({}, { visibility: 'public' })));
    expect([open.headers.get('x-robots-tag'), metaOf(await open.text())['robots']]).toEqual([null, undefined]);
  });

  it('is cached only with PUBLIC_BASE_URL, so that a takedown purges it, and never while something is to come', async () => {
    const own = { PUBLIC_BASE_URL: 'https://music.example' };
    const kept = await get(path, deps(song, own));
    expect([kept.headers.get('cache-control'), kept.headers.get('cache-tag')]).toEqual(['public, max-age=60', SLUG]);
    expect(await kept.text()).toContain(`<link rel="canonical" href="https://music.example${PAGE}">`);
    const coverLess = changed({}, { files: clip.files });
    for (const from of [deps(), deps(making, own), deps(coverLess, own), deps(null, own), deps(gone, own)])
      expect((await get(path, from)).headers.get('cache-control')).toBe('no-store');
  });

  it('says that a song is being made, looks again by itself with and without scripts, and plays nothing yet', async () => {
    const answer = await get(path, deps(making));
    const page = await answer.text();
    expect(page).toContain('This song is being made');
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="15"></noscript>');
    expect(page).not.toContain('<audio');
    const [, script = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? [];
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script)));
    const allowed = `script-src 'sha256-${btoa(String.fromCharCode(...hash))}'; connect-src 'self'`;
    expect(answer.headers.get('content-security-policy')).toContain(allowed);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('says honestly that the audio could not be kept', async () => {
    const page = await textOf(path, deps(lost));
    expect(page).toContain('The audio could not be kept');
    expect(page).toContain(`src="${MEDIA}/cover.jpg"`);
    expect(page).not.toContain('<audio');
    expect(metaOf(page)['og:audio']).toBeUndefined();
    expect(await faultsOf(page)).toEqual([]);
  });

  it('says why its vendor could not make it', async () => {
    const failed = changed({ status: 'failed', failure: 'refused <b>', audio_url: null }, { files: making.clip.files });
    const page = await textOf(path, deps(failed));
    // Of a text only `<` and `&` need a reference (HTML Standard 13.1.3).
    expect(page).toContain('refused &lt;b>');
    expect(page).toContain('This song could not be made');
  });

  it.each([
    [404, null, 'There is no such song'],
    [410, gone, 'This song was taken down'],
  ])('is a page of its own at %i', async (status, found, words) => {
    const answer = await get(path, deps(found));
    const page = await answer.text();
    expect([answer.status, answer.headers.get('x-robots-tag')]).toEqual([status, 'noindex']);
    expect(page).toContain(words);
    expect(page).not.toContain('Low Water');
    expect(await faultsOf(page)).toEqual([]);
    const framed = path === EMBED ? 'cross-origin' : null;
    expect(answer.headers.get('cross-origin-resource-policy')).toBe(framed);
    expect((await get('/s/nonsense')).status).toBe(404);
  });

  it('with wrong settings is 503, and names none of them', async () => {
    const answer = await get(path, fakeDeps({ settings: wrongSettings() }));
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toMatch(/TICK_SECONDS|HOOK_SECRET/);
  });

  it('shows the title that was set by hand, and ignores any query', async () => {
    const page = await textOf(`${path}?utm_source=x&x=1`, deps(changed({}, { title: 'My own' })));
    expect(page).toContain('My own');
    expect(page).not.toContain('Low Water');
  });
});

describe(`GET ${PAGE}`, () => {
  it('has lyrics line by line, with their marks', async () => {
    const page = await textOf(PAGE, deps(changed({ lyrics: '[Verse]\nOne\nTwo\n\n[Chorus]\nThree' })));
    expect(page).toContain('<h3 dir="auto">[Verse]</h3>');
    expect(page).toMatch(/<p dir="auto">One<br>\s*Two<\/p>/);
    expect(page).toContain('<p dir="auto">Three</p>');
  });

  it('hands out the file under its title, and the code to embed it', async () => {
    const page = await textOf(PAGE);
    expect(page).toContain(`href="${MEDIA}/audio.mp3?download"`);
    expect(page).toContain(`&lt;iframe`);
  });
});

describe('in Chinese', () => {
  const visit = (path: string, from = deps(), language = 'zh-CN,zh;q=0.9,en;q=0.8') =>
    call(path, { token: null, headers: { 'Accept-Language': language } }, from);
  const whole = (page: string) => /<html lang="([^"]*)">/.exec(page)?.[1];
  /** Links to other pages of ours, but for those to the page in each language. */
  const linksOf = (page: string): string[] =>
    [...page.matchAll(/<a(?![^>]*hreflang)[^>]* href="([^"]+)"/g)]
      .map(([, href = '']) => href.replaceAll('&amp;', '&').replace(BASE, ''))
      .filter((href) => !href.startsWith('/media/'));
  const own = { PUBLIC_BASE_URL: BASE };
  const PARENT = changed({ title: 'Lamp', parent_id: null }, { slug: ID(1), visibility: 'public' });
  const states: [string, ClipFound | null, string][] = [
    ['a song', changed({ lyrics: '[Verse]\nOne' }), '2026年'],
    ['one in the making', making, '这首歌正在生成'],
    ['one without its audio', lost, '音频没能保存下来'],
    ['none', null, '没有这首歌'],
    ['one taken down', gone, '这首歌已被下架'],
  ];

  it.each(states)(
    '%s is told of by page and player, valid, whether the link or the browser asks',
    async (_, found, words) => {
      for (const path of [PAGE, EMBED])
        for (const answer of [await get(`${path}?lang=zh`, deps(found)), await visit(path, deps(found))]) {
          const page = await answer.text();
          expect([whole(page), await faultsOf(page)]).toEqual(['zh-Hans', []]);
          if (path === PAGE || !words.startsWith('2026')) expect(page).toContain(words);
          for (const href of linksOf(page)) expect(href).toMatch(/[?&]lang=zh$/);
        }
    },
  );

  it('has all words of the page of a song, and of what is told of it', async () => {
    const page = await textOf(`${PAGE}?lang=zh`, deps(changed({ lyrics: '[Verse]\nOne' })));
    for (const words of ['歌词', '下载', '嵌入', '播放《Low Water》', '永久保存']) expect(page).toContain(words);
    expect(metaOf(page)).toMatchObject({
      'og:locale': 'zh_CN',
      'og:url': `${BASE}${PAGE}`,
      'og:description': 'Heron 的歌：folk — One',
    });
    expect(page).toContain(`src=&quot;${BASE}${EMBED}?lang=zh&quot;`);
    expect(metaOf(await textOf(PAGE))['og:locale']).toBe('en_US');
  });

  it('a song names what it was made from, and leads there in its language', async () => {
    const child = changed({ parent_id: ID(1) });
    const from = deps(child);
    from.flows.findClip = async (slug) => (slug === SLUG ? child : PARENT);
    expect((await textOf(`${PAGE}?lang=zh`, from)).replaceAll(/\s+/g, ' ')).toContain(
      `由《<a href="${BASE}/s/${ID(1)}?lang=zh"><bdi>Lamp</bdi></a>》制作而成`,
    );
  });

  it('the library is searched and turned in its language', async () => {
    const page = await textOf('/?lang=zh', deps(song, {}, shelf(30)));
    expect([whole(page), await faultsOf(page)]).toEqual(['zh-Hans', []]);
    expect(page).toContain('<input type="hidden" name="lang" value="zh">');
    for (const href of linksOf(page)) expect(href).toMatch(/[?&]lang=zh$/);
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(page) ?? [];
    const second = await textOf(next.replaceAll('&amp;', '&'), deps(song, {}, shelf(30)));
    expect([whole(second), linksOf(second).length, await faultsOf(second)]).toEqual(['zh-Hans', 9, []]);
    expect(second).toContain('最新的歌曲');
    const nothing = await textOf('/?q=nothing&lang=zh');
    expect(nothing).toContain('没有找到<q dir="auto">nothing</q>');
    expect(await faultsOf(nothing)).toEqual([]);
    expect(await textOf('/?lang=zh')).toContain('还没有可展示的歌曲');
  });

  it('and back: each page leads to itself in the other language, a search to the same search', async () => {
    const other = /<a class="language" href="([^"]*)" lang="([^"]*)" hreflang="([^"]*)">([^<]*)</;
    const at = async (path: string) => other.exec(await textOf(path, deps(song, {}, shelf(30))))?.slice(1);
    expect(await at(PAGE)).toEqual(['?lang=zh', 'zh-Hans', 'zh-Hans', '简体中文']);
    expect(await at(`${PAGE}?lang=zh`)).toEqual(['?lang=en', 'en', 'en', 'English']);
    expect(await at('/?q=low&lang=zh')).toEqual(['?q=low&amp;lang=en', 'en', 'en', 'English']);
    expect(await at('/nonsense')).toBeUndefined();
    for (const path of [PAGE, '/'])
      for (const [tag, query] of Object.entries({ en: '?lang=en', 'zh-Hans': '?lang=zh', 'x-default': '' }))
        expect(await textOf(path)).toContain(`<link rel="alternate" hreflang="${tag}" href="${BASE}${path}${query}">`);
  });

  it('what the link asks for is kept; what only a browser prefers is not', async () => {
    const from = deps(song, own, shelf(2));
    for (const path of [PAGE, EMBED, '/']) {
      const [usual, asked, preferred] = [
        await visit(path, from, 'en'),
        await visit(`${path}?lang=zh`, from),
        await visit(path, from),
      ];
      const kept = [usual, asked, preferred].map(({ headers }) => headers.get('cache-control'));
      expect(kept).toEqual(['public, max-age=60', 'public, max-age=60', 'no-store']);
      expect(preferred.headers.get('cache-tag')).toBeNull();
      expect(await (await visit(`${path}?lang=zh`, from, 'en')).text()).toBe(await asked.text());
    }
  });

  it('an unknown language is none, and English that was asked for stays', async () => {
    expect(await textOf(`${PAGE}?lang=tlh`)).toBe(await textOf(PAGE));
    const page = await (await visit(`${PAGE}?lang=en`)).text();
    expect(whole(page)).toBe('en');
    for (const href of linksOf(page)) expect(href).toMatch(/[?&]lang=en$/);
  });

  it('a song in the making looks again in its language, with and without scripts', async () => {
    for (const path of [PAGE, EMBED]) {
      const page = await textOf(`${path}?lang=zh`, deps(making));
      expect(page).toContain('<meta http-equiv="refresh" content="15; url=?lang=zh">');
      expect(page).toContain('data-query="?lang=zh" data-ready="这首歌可以播放了"');
    }
  });

  it('oEmbed hands out the player in the language of the link', async () => {
    const page = await textOf(`${PAGE}?lang=zh`);
    const [, link = ''] = /type="application\/json\+oembed" href="([^"]+)"/.exec(page) ?? [];
    const { html } = (await (await get(link.replaceAll('&amp;', '&').slice(BASE.length))).json()) as { html: string };
    expect(html).toContain(`src="${BASE}${EMBED}?lang=zh"`);
  });
});

describe('GET /picture.png', () => {
  it('is the picture that previews and podcasts show of songs without one, by the rules of files', async () => {
    const answer = await get('/picture.png');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(dimensionsOf(bytes)).toEqual({ width: 1_400, height: 1_400 });
    expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength));
    const part = await call('/picture.png', { token: null, headers: { Range: 'bytes=2-9' } });
    expect([part.status, new Uint8Array(await part.arrayBuffer())]).toEqual([206, bytes.slice(2, 10)]);
    const etag = answer.headers.get('etag') ?? '';
    expect((await call('/picture.png', { token: null, headers: { 'If-None-Match': etag } })).status).toBe(304);
  });
});

describe('hostile texts', () => {
  const HOSTILE = `</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"'><b> ]]> <!-- & \u0000\u0007\ufffe\ud800 \u202eshalom שלום 🌊`;
  const evil = changed(
    { title: HOSTILE, tags: HOSTILE, lyrics: `[${HOSTILE}]\n${HOSTILE}`, artist: HOSTILE },
    { visibility: 'public' },
  );

  it.each([PAGE, EMBED, '/', `/?q=${encodeURIComponent(HOSTILE.toWellFormed())}`])('do nothing to %s', async (path) => {
    for (const found of [evil, { ...evil, clip: { ...evil.clip, title: HOSTILE.slice(0, 200) } }]) {
      const page = await textOf(path, deps(found, {}, [found]));
      expect(await faultsOf(page)).toEqual([]);
      expect(page).not.toMatch(/<(?:img src=x|script>alert|b>)/);
      expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/);
      expect(page).toContain('שלום 🌊');
    }
  });

  it.each(['json', 'xml'])('do nothing to oEmbed as %s', async (format) => {
    const text = await textOf(`/oembed?format=${format}&url=${BASE}${PAGE}`, deps(evil));
    expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/);
    if (format === 'json') expect(JSON.parse(text).html).not.toMatch(/<(?:img|script|b)\b/);
    else expect(text.match(/<\/?\w+/g)).toHaveLength(2 + 2 * 9);
  });
});

describe('GET /', () => {
  it('shows public songs, 24 a page, each with cover, artist and length', async () => {
    const page = await textOf('/', deps(song, {}, shelf(30)));
    expect([...page.matchAll(/<a href="\/s\//g)]).toHaveLength(24);
    expect(page).toContain('<bdi>Heron</bdi>');
    expect(page).toContain('2:02');
    expect(await faultsOf(page)).toEqual([]);
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(page) ?? [];
    const second = await textOf(next.replaceAll('&amp;', '&'), deps(song, {}, shelf(30)));
    expect([...second.matchAll(/<a href="\/s\//g)]).toHaveLength(6);
    expect(second).not.toContain('rel="next"');
    expect(second).toContain('Newest songs');
  });

  it('asks for public songs alone, and for the words of a search', async () => {
    const asked: unknown[] = [];
    const from = deps();
    from.ledger.clips = async (query) => (asked.push(query), { clips: [], more: false });
    await get('/?q=%20low%20water%00&visibility=unlisted&limit=3&cursor=nonsense', from);
    await get(`/?q=${'x'.repeat(201)}`, from);
    const all = { visibility: 'public', q: null, before: null, limit: 24 };
    expect(asked).toEqual([{ ...all, q: 'low water' }, all]);
  });

  it('has something to say where there is nothing to show', async () => {
    expect(await textOf('/')).toContain('No songs to show yet');
    const page = await textOf('/?q=nothing');
    expect(page).toContain('Nothing found for <q dir="auto">nothing</q>');
    expect(await faultsOf(page)).toEqual([]);
  });

  it('is purged with any of its songs, and framed by nobody', async () => {
    const answer = await get('/', deps(song, { PUBLIC_BASE_URL: BASE }, shelf(2)));
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    expect(answer.headers.get('cache-tag')).toBe('library');
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'; frame-ancestors 'none'");
    expect((await get('/', deps(song, {}, shelf(2)))).headers.get('cache-control')).toBe('no-store');
  });
});

describe('GET /oembed', () => {
  const ask = (query: Record<string, string>, from = deps()) => get(`/oembed?${new URLSearchParams(query)}`, from);
  const url = `${BASE}${PAGE}`;

  it('answers with a frame of the embed page, to any origin', async () => {
    const answer = await ask({ url });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(await answer.json()).toEqual({
      ...{ version: '1.0', type: 'rich', title: 'Low Water', author_name: 'Heron' },
      ...{ provider_name: 'longplay', provider_url: `${BASE}/`, width: 480, height: 152 },
      html: `<iframe src="${BASE}${EMBED}" title="Low Water" width="480" height="152" style="border:0;max-width:100%" loading="lazy"></iframe>`,
    });
  });

  it('as XML says the same', async () => {
    const answer = await ask({ url, format: 'xml' });
    expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    const text = await answer.text();
    expect(text).toMatch(/^<\?xml version="1.0" encoding="utf-8" standalone="yes"\?>\s*<oembed>/);
    expect(text).toContain(`<html>&lt;iframe src=&quot;${BASE}${EMBED}&quot;`);
    expect(text).toContain('<width>480</width>');
  });

  it('fits into the room there is; what is no number of pixels is no limit', async () => {
    const sizeOf = async (query: object) => {
      const { width, height, html } = (await (await ask({ url, ...query })).json()) as Record<string, number | string>;
      expect(html).toContain(`width="${width}" height="${height}"`);
      return [width, height];
    };
    expect(await sizeOf({ maxwidth: '300', maxheight: '80' })).toEqual([300, 80]);
    expect(await sizeOf({ maxwidth: '900', maxheight: '900' })).toEqual([480, 152]);
    expect(await sizeOf({ maxwidth: 'wide', maxheight: '0', colour: 'red' })).toEqual([480, 152]);
  });

  it.each([`${BASE}${EMBED}`, `${url}?a=b#c`, url.replace('https', 'http')])('knows %s', async (link) => {
    expect((await ask({ url: link })).status).toBe(200);
    expect(
      (await ask({ url: link.replace('songs.', 'music.') }, deps(song, { PUBLIC_BASE_URL: 'https://music.example' })))
        .status,
    ).toBe(200);
  });

  it.each([
    ['https://elsewhere.example/s/x', 404],
    [`https://elsewhere.example${PAGE}`, 404],
    [`${BASE}/`, 404],
    [`${BASE}/v1/clips/${SLUG}`, 404],
    ['javascript:alert(1)', 404],
    ['nonsense', 404],
  ])('%s is %i', async (link, status) => {
    const answer = await ask({ url: link });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, '*']);
  });

  it('refuses what is unknown or taken down, another format, and a question without a link', async () => {
    expect((await ask({ url }, deps(null))).status).toBe(404);
    expect((await ask({ url }, deps(gone))).status).toBe(410);
    const other = await ask({ url, format: 'yaml' });
    expect([other.status, await other.json()]).toMatchObject([501, { code: 'not_implemented' }]);
    expect((await ask({})).status).toBe(400);
  });
});
