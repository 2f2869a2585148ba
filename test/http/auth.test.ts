// Who calls: tokens, scopes, rate.
import { describe, expect, it } from 'vitest';
import { ok } from '../../src/model/fault.ts';
import { admit, checkScope, findToken, knownTokens } from '../../src/http/auth.ts';
import { settingsOf, wrongSettings } from './fixtures.ts';

const settings = ok(settingsOf());
const known = knownTokens(settings);
const gate = { settings, rateLimit: null };
const scopeOf = (header: string | null) => findToken(header, known)?.token.scope;

describe('findToken()', () => {
  it.each([
    ['Bearer reading', 'read'],
    ['bearer   tracking', 'track'],
    ['BEARER ruling ', 'admin'],
    ['ruling', 'admin'],
    ['reading', 'read'],
  ])('%j is a token of scope %s', (header, scope) => expect(scopeOf(header)).toBe(scope));

  it.each([
    null,
    '',
    'Bearer',
    'Bearer ',
    'Basic ruling',
    'Bearer wrong',
    'Bearer ruling2',
    'reader-name',
    'boss:ruling',
    'Bearer Ruling',
  ])('%j is none', (header) => expect(scopeOf(header)).toBeUndefined());

  it('takes a two-part entry as name and token, of scope admin', () => {
    expect(findToken('ruling', known)?.token).toMatchObject({ name: 'boss', scope: 'admin' });
  });
});

describe('checkScope()', () => {
  it('lets each scope do what the ones before it may', () => {
    const may = (header: string, scope: 'read' | 'track' | 'admin'): boolean => {
      const token = findToken(header, known)?.token;
      if (!token) throw new Error('No such token');
      try {
        checkScope(token, scope);
        return true;
      } catch {
        return false;
      }
    };
    const table = ['reading', 'tracking', 'ruling'].map((token) =>
      (['read', 'track', 'admin'] as const).map((scope) => may(token, scope)),
    );
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});

describe('admit()', () => {
  it('401 with WWW-Authenticate', async () => {
    await expect(admit(null, known, gate)).rejects.toMatchObject({
      code: 'unauthorized',
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
    await expect(admit('Bearer nope', known, gate)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('503 without any token configured: nothing is open by omission', async () => {
    const none = ok(settingsOf({ API_TOKENS: '' }));
    await expect(admit(null, knownTokens(none), { ...gate, settings: none })).rejects.toMatchObject({
      code: 'not_configured',
    });
  });

  it('503 naming every mistake in the settings', async () => {
    await expect(admit('ruling', [], { ...gate, settings: wrongSettings() })).rejects.toThrow(
      /TICK_SECONDS.*HOOK_SECRET.*DEFAULT_VENDOR/,
    );
  });

  it('429 by token, under a key that is not its text', async () => {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => ({ success: keys.push(key) < 2 });
    await admit('reading', known, { settings, rateLimit: { limit } });
    await expect(admit('Bearer reading', known, { settings, rateLimit: { limit } })).rejects.toMatchObject({
      code: 'rate_limited',
      headers: { 'Retry-After': '60' },
    });
    expect(keys[0]).toBe(keys[1]);
    expect(keys.join()).not.toContain('reading');
  });
});
