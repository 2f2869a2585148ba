// GET /llms.txt: one page from which a program learns how to make a song and what else there is.
import { describe, expect, it } from 'vitest';
import { TOOLS } from '../../../src/http/mcp/tools.ts';
import { createRouter } from '../../../src/http/router.ts';
import { call, fakeDeps, problem, settingsOf, wrongSettings } from '../fixtures.ts';

const named = (changes: Record<string, string>) => fakeDeps({ settings: { ok: true, value: settingsOf(changes) } });
const page = async (deps = fakeDeps()): Promise<string> => (await call('/llms.txt', { token: null }, deps)).text();

describe('GET /llms.txt', () => {
  it('is plain text in UTF-8 that any origin may read, without a token', async () => {
    const answer = await call('/llms.txt', { token: null });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('begins as llmstxt.org wants it: a name, then what it is', async () => {
    expect(await page()).toMatch(/^# longplay\n\n> \w/);
  });

  it('names every route and every tool', async () => {
    const text = await page();
    const routes = createRouter(fakeDeps()).routes.filter((route) => !/^ALL |^GET \/media/.test(route));
    for (const route of routes) expect(text).toContain(`\`${route.replaceAll(/:(\w+)/g, '{$1}')}\``);
    for (const path of ['/media/{slug}/{role}', '/media/{slug}/{role}.{ext}'])
      expect(text).toContain(`\`GET ${path}\``);
    for (const { name, description } of TOOLS)
      expect(text).toContain(
        `- \`${name}\` (scope \`${TOOLS.find((tool) => tool.name === name)?.scope}\`): ${description}`,
      );
  });

  it('says how to order without ordering twice, and how to find what was made from a song', async () => {
    expect(await page()).toContain('`Idempotency-Key`');
    expect(await page()).toContain('/v1/clips?parent=');
  });

  it('has links of the public origin, and is kept only where that is a setting', async () => {
    const own = await call('/llms.txt', { token: null });
    expect(own.headers.get('cache-control')).toBe('no-store');
    expect(await own.text()).toContain('https://songs.example/mcp');
    const set = await call('/llms.txt', { token: null }, named({ PUBLIC_BASE_URL: 'https://music.example' }));
    expect([set.headers.get('cache-control'), set.headers.has('cache-tag')]).toEqual(['public, max-age=300', true]);
    const text = await set.text();
    expect(text).toContain('https://music.example/mcp');
    expect(text).not.toContain('songs.example');
  });

  it('says what is wrong with the settings', async () => {
    const deps = fakeDeps({ settings: wrongSettings() });
    expect(await problem('/llms.txt', { token: null }, deps)).toEqual([503, 'not_configured']);
  });
});
