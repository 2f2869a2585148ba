// The console's files through the whole Worker: what they are served as, what a browser may do with them, and what is served to nobody.
import { FILES, PAGE } from '#console';
import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import { BASE, call, fakeDeps, problem, settingsOf, wrongSettings } from '../fixtures.ts';

const worker = (exports as unknown as { default: Fetcher }).default;
const ask = (path: string, init: RequestInit = {}) => worker.fetch(`${BASE}${path}`, init);
const names = Object.keys(FILES);
const [script = ''] = names.filter((name) => name.startsWith('console-'));

describe('GET /console', () => {
  it.each(['/console', '/console/', '/console?x=1'])('as %s is the page', async (path) => {
    const answer = await ask(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toBe(PAGE.text);
  });

  it('names its files so that they are found with and without a slash at the end', async () => {
    const page = await (await ask('/console')).text();
    const links = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    const files = links.filter((link) => !link.startsWith('data:'));
    expect(files).toEqual(
      expect.arrayContaining([`/console/${script}`, expect.stringMatching(/^\/console\/style-\w+\.css$/)]),
    );
    for (const file of files) expect([file, (await ask(file)).status]).toEqual([file, 200]);
  });

  it('allows its page nothing but our own scripts, styles, answers and files', async () => {
    const { headers } = await ask('/console');
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'"],
      ...[`img-src 'self' data: ${BASE}`, `media-src 'self' ${BASE}`, "form-action 'none'", "frame-ancestors 'none'"],
    ])
      expect(policy.split('; ')).toContain(part);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('x-request-id')).toMatch(/./);
  });

  it('allows files of MEDIA_BASE_URL where there is one', async () => {
    const settings = ok(settingsOf({ MEDIA_BASE_URL: 'https://files.example' }));
    const { headers } = await call('/console', { token: null }, fakeDeps({ settings }));
    expect(headers.get('content-security-policy')).toContain("media-src 'self' https://files.example;");
  });

  it('is there without a token, and with wrong settings, of which the API tells', async () => {
    const deps = fakeDeps({ settings: wrongSettings() });
    expect((await call('/console', { token: null }, deps)).status).toBe(200);
    expect((await call(`/console/${script}`, { token: null }, deps)).status).toBe(200);
    expect(await problem('/v1/stats', {}, deps)).toEqual([503, 'not_configured']);
  });
});

it('GET /console is sent no more than once', async () => {
  const etag = `"${PAGE.tag}"`;
  for (const seen of [etag, `"x", ${etag}`, `W/${etag}`]) {
    const again = await ask('/console', { headers: { 'If-None-Match': seen } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(again.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
  expect((await ask('/console', { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
});

describe('GET /console/{file}', () => {
  it.each(names)('%s has its hash in its name, is served as what it is, and kept for ever', async (name) => {
    const { status, headers } = await ask(`/console/${name}`);
    const type = { js: 'text/javascript', css: 'text/css' }[name.split('.')[1] ?? ''];
    expect(name).toMatch(/^[a-z]+-[A-Z0-9]{8}\.(js|css)$/);
    expect([status, headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(await (await ask(`/console/${name}`)).text()).toBe(FILES[name]?.text);
  });

  it('is sent compressed to whoever takes it so', async () => {
    const { headers } = await call(`/console/${script}`, { token: null, headers: { 'Accept-Encoding': 'br, gzip' } });
    expect(headers.get('content-encoding')).toBe('gzip');
    expect((await call(`/console/${script}`, { token: null })).headers.get('content-encoding')).toBeNull();
  });

  it('answers HEAD with the headers of GET alone', async () => {
    const [get, head] = [await ask(`/console/${script}`), await ask(`/console/${script}`, { method: 'HEAD' })];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  });

  it.each([
    ...[
      'tsconfig.json',
      '.assetsignore',
      'none.js',
      'app.ts',
      'app.js.map',
      'APP.JS',
      'app',
      'index',
      'index.html',
      'app.js',
      'constructor',
      '__proto__',
    ],
    ...[
      '..%2fapp.js',
      '%2e%2e%2fapp.js',
      '..%5capp.js',
      '%252e%252e%252fapp.js',
      '.%2fapp.js',
      'a%00.js',
      '%',
      '%ff.js',
    ],
    ...['console/app.js', '/app.js', 'app.js/', 'app.js%2f', 'app.js;x', '...', ' .js', 'index.html%20', '_worker.js'],
  ])('%s is nothing that is served', async (name) => {
    const answer = await ask(`/console/${name}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(((await answer.json()) as { code: string }).code).toBe('not_found');
  });

  it('is not reached around the route', async () => {
    for (const path of ['/app.js', '/index.html', '/console.css', '/console/../app.js'])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
    for (const path of ['/console', '/console/', `/console/${script}`]) {
      const answer = await ask(path, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });
});
