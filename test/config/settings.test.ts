import { describe, expect, it } from 'vitest';
import { keyName } from '../../src/config/vendors.ts';
import { readSettings } from '../../src/config/settings.ts';

const VALID = { VENDORS: { main: { base_url: 'https://relay.example/' } }, API_TOKENS: 'secret' };
const mistakes = (changes: Record<string, unknown>): string[] => {
  const read = readSettings({ ...VALID, ...changes });
  return read.ok ? [] : read.fault;
};
const settings = (changes: Record<string, unknown> = {}) => {
  const read = readSettings({ ...VALID, ...changes });
  if (!read.ok) throw new Error(read.fault.join('; '));
  return read.value;
};

describe('readSettings()', () => {
  it('fills in the defaults of the contract', () => {
    expect(settings()).toMatchObject({
      default_vendor: 'main',
      public_base_url: null,
      auto_track: true,
      archive_video: false,
      default_visibility: 'unlisted',
      poll_interval_ms: 15_000,
      tick_ms: 60_000,
      fetch_budget: 45,
      mirror_lease_ms: 900_000,
      max_file_bytes: 104_857_600,
      ledger_keep_ms: 30 * 86_400_000,
      allow_private_hosts: false,
      delays: { back_off_first_ms: 15_000, vendor_timeout_ms: 10_000 },
    });
    expect(settings().vendors.get('main')).toMatchObject({
      base_url: 'https://relay.example',
      batch_path: '/suno/fetch',
      fetch_path: '/suno/fetch/{id}',
      retired: false,
      key: null,
    });
  });

  it('takes booleans and numbers as text, and VENDORS as JSON text', () => {
    expect(
      settings({ AUTO_TRACK: 'FALSE', POLL_INTERVAL_SECONDS: ' 1.5 ', VENDORS: JSON.stringify(VALID.VENDORS) }),
    ).toMatchObject({ auto_track: false, poll_interval_ms: 1_500 });
  });

  it('reads a vendor’s key from its secret', () => {
    expect(keyName('open-ai')).toBe('OPEN_AI_API_KEY');
    expect(settings({ MAIN_API_KEY: 'sk-1' }).vendors.get('main')?.key).toBe('sk-1');
  });

  it('reads tokens with names and scopes, and drops spaces around them', () => {
    expect(settings({ API_TOKENS: ' one , ci:two, web:read:three ' }).tokens).toEqual([
      { name: 'token 1', scope: 'admin', secret: 'one' },
      { name: 'ci', scope: 'admin', secret: 'two' },
      { name: 'web', scope: 'read', secret: 'three' },
    ]);
  });

  it('reads a batch_path of "" as none', () => {
    expect(
      settings({ VENDORS: { main: { base_url: 'https://relay.example', batch_path: '' } } }).vendors.get('main')
        ?.batch_path,
    ).toBeNull();
  });

  it('makes MEDIA_BASE_URL the public one where it is not set', () => {
    expect(settings({ PUBLIC_BASE_URL: 'https://songs.example/' }).media_base_url).toBe('https://songs.example');
  });

  it('names all mistakes together', () => {
    const found = mistakes({
      AUTO_TRACK: 'perhaps',
      POLL_INTERVAL_SECONDS: 'soon',
      FETCH_BUDGET: 0,
      DEFAULT_VENDOR: 'other',
      API_TOKENS: 'read:abc',
    });
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'AUTO_TRACK',
      'POLL_INTERVAL_SECONDS',
      'FETCH_BUDGET',
      'API_TOKENS',
      'DEFAULT_VENDOR',
    ]);
  });

  it.each([
    ['no vendor', { VENDORS: {} }, /^VENDORS: name at least one/],
    ['no JSON', { VENDORS: '{' }, /^VENDORS: is no JSON/],
    ['an id in upper case', { VENDORS: { Main: { base_url: 'https://relay.example' } } }, /^VENDORS\.Main: /],
    [
      'an id of our own routes',
      { VENDORS: { media: { base_url: 'https://relay.example' } } },
      /^VENDORS\.media: .*taken/,
    ],
    [
      'two ids with one secret',
      { VENDORS: { 'a-b': { base_url: 'https://a.example' }, a_b: { base_url: 'https://b.example' } } },
      /^VENDORS\.a_b: /,
    ],
    ['no base_url', { VENDORS: { main: {} } }, /^VENDORS\.main\.base_url: /],
    [
      'an unknown key',
      { VENDORS: { main: { base_url: 'https://relay.example', basepath: 1 } } },
      /^VENDORS\.main\.basepath: /,
    ],
    ['a private address', { VENDORS: { main: { base_url: 'https://10.0.0.1' } } }, /^VENDORS\.main\.base_url: /],
    ['http without leave', { VENDORS: { main: { base_url: 'http://relay.example' } } }, /^VENDORS\.main\.base_url: /],
    ['a number that is none', { TICK_SECONDS: [] }, /^TICK_SECONDS: must be a number$/],
    ['a scope word in front of a token', { API_TOKENS: 'read:abc' }, /^API_TOKENS: entry 1 .*name:read:token/],
    ['an unknown scope', { API_TOKENS: 'a:write:abc' }, /^API_TOKENS: entry 1 .*unknown scope/],
    ['too many parts', { API_TOKENS: 'a:b:c:d' }, /^API_TOKENS: entry 1 /],
    ['a base URL with a path', { PUBLIC_BASE_URL: 'https://songs.example/app' }, /^PUBLIC_BASE_URL: /],
    ['a webhook without a secret', { WEBHOOK_URL: 'https://hooks.example' }, /^WEBHOOK_SECRET: /],
    ['a secret without an origin', { WEBHOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3' }, /^PUBLIC_BASE_URL: /],
  ])('refuses %s', (_, changes, message) => {
    expect(mistakes(changes)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  it('never repeats a secret in its mistakes', () => {
    expect(mistakes({ API_TOKENS: 'a:b:c:hush', MAIN_API_KEY: 'hush hush', HOOK_SECRET: 'hush' }).join()).not.toContain(
      'hush',
    );
  });

  it('leaves nothing open by omission: without API_TOKENS there are no tokens', () => {
    expect(settings({ API_TOKENS: '' }).tokens).toEqual([]);
  });
});
