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

const vendor = (changes: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  settings({ VENDORS: { main: { base_url: 'https://relay.example', ...changes } }, ...more }).vendors.get('main')!;

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

  it('takes {id} anywhere in path or query', () => {
    const fetch_path = '/api/v1/generate/record-info?taskId={id}';
    expect(vendor({ fetch_path }).fetch_path).toBe(fetch_path);
    expect(vendor({ fetch_path: '/v2/{id}/info?x=1' }).fetch_path).toBe('/v2/{id}/info?x=1');
  });

  it('reads which header carries the key, and how', () => {
    expect(vendor({})).toMatchObject({ auth_header: 'Authorization', auth_scheme: 'Bearer' });
    expect(vendor({ auth_header: 'x-api-key', auth_scheme: '' })).toMatchObject({
      auth_header: 'x-api-key',
      auth_scheme: '',
    });
  });

  it.each([
    ['Bearer sk-1', {}],
    ['bearer  sk-1 ', {}],
    ['Bearer sk-1', { auth_header: 'x-api-key', auth_scheme: '' }],
    ['Token sk-1', { auth_scheme: 'Token' }],
    [' sk-1\n', {}],
  ])('takes the key %j as sk-1', (key, changes) => expect(vendor(changes, { MAIN_API_KEY: key }).key).toBe('sk-1'));

  it('drops spaces around every value, keys and names too', () => {
    const read = settings({
      VENDORS: {
        ' main ': {
          ' base_url ': ' https://relay.example/ ',
          fetch_path: ' /f/{id} ',
          batch_path: ' ',
          auth_header: ' x-key ',
          auth_scheme: ' ',
          media_hosts: [' cdn.example ', '\t*.Files.example '],
          retired: ' false ',
        },
      },
      MAIN_API_KEY: '  sk-1 ',
      DEFAULT_VENDOR: ' main ',
      PUBLIC_BASE_URL: ' https://songs.example ',
      MEDIA_BASE_URL: ' ',
      DEFAULT_VISIBILITY: ' public ',
      DELAYS: 'short ',
      HOOK_SECRET: ' abcdefgh ',
      WEBHOOK_URL: ' https://hooks.example/x ',
      WEBHOOK_SECRET: ' whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3 ',
      AUTO_TRACK: ' ',
      API_TOKENS: ' web : read : three ',
    });
    expect(read).toMatchObject({
      default_vendor: 'main',
      public_base_url: 'https://songs.example',
      media_base_url: 'https://songs.example',
      default_visibility: 'public',
      hook_secret: 'abcdefgh',
      webhook_url: 'https://hooks.example/x',
      auto_track: true,
      tokens: [{ name: 'web', scope: 'read', secret: 'three' }],
    });
    expect(read.vendors.get('main')).toMatchObject({
      id: 'main',
      base_url: 'https://relay.example',
      fetch_path: '/f/{id}',
      batch_path: null,
      auth_header: 'x-key',
      auth_scheme: '',
      media_hosts: ['cdn.example', '.files.example'],
      key: 'sk-1',
    });
  });

  it.each([
    [['CDN.example'], ['cdn.example']],
    ['cdn.example, *.files.example', ['cdn.example', '.files.example']],
    [
      ['*.bücher.example', '93.184.216.34'],
      ['.xn--bcher-kva.example', '93.184.216.34'],
    ],
    [
      ['2606:4700::1111', '[2606:4700:0::1112]'],
      ['[2606:4700::1111]', '[2606:4700::1112]'],
    ],
    [['cdn.example.'], ['cdn.example']],
    [[], null],
    ['', null],
  ])('reads media_hosts %j', (media_hosts, hosts) => expect(vendor({ media_hosts }).media_hosts).toEqual(hosts));

  it.each([
    ...[
      'https://cdn.example',
      'cdn.example:443',
      'cdn.example/x',
      '*',
      '*.',
      '.cdn.example',
      'cdn.*.example',
      '*cdn.example',
    ],
    ...['a@cdn.example', 'cdn example', '*.1.2.3.4', '*.[::1]', 'cdn', '10.0.0.1', 'localhost', '', '*.*.example', '%'],
    ...['cdn..example', `${'a'.repeat(64)}.example`],
  ])('refuses the media host %j, which no address can have', (host) => {
    expect(mistakes({ VENDORS: { main: { base_url: 'https://relay.example', media_hosts: [host] } } })).toEqual([
      expect.stringMatching(/^VENDORS\.main\.media_hosts: /),
    ]);
  });

  it('takes loopback hosts for media where private ones are allowed', () => {
    expect(vendor({ media_hosts: ['127.0.0.1', 'localhost'] }, { ALLOW_PRIVATE_HOSTS: 'true' }).media_hosts).toEqual([
      '127.0.0.1',
      'localhost',
    ]);
  });

  it.each(['https://app.example, https://b.example/', [' https://app.example', 'https://b.example']])(
    'reads CORS_ORIGINS %j',
    (CORS_ORIGINS) =>
      expect(settings({ CORS_ORIGINS }).cors_origins).toEqual(['https://app.example', 'https://b.example']),
  );

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

  it('names the mistakes of one vendor together too, and no others because of them', () => {
    const VENDORS = {
      main: {
        base_url: ' http://relay.example',
        fetch_path: '/x',
        auth_header: 'a b',
        auth_scheme: 'a b',
        media_hosts: ['*'],
      },
      mcp: { base_url: 'nonsense' },
    };
    const found = mistakes({ VENDORS, MAIN_API_KEY: 'a b c', DEFAULT_VENDOR: 'main' });
    expect(found.map((line) => line.split(': ')[0]).sort()).toEqual([
      'MAIN_API_KEY',
      'VENDORS.main.auth_header',
      'VENDORS.main.auth_scheme',
      'VENDORS.main.base_url',
      'VENDORS.main.fetch_path',
      'VENDORS.main.media_hosts',
      'VENDORS.mcp',
      'VENDORS.mcp.base_url',
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
    ['no base_url', { VENDORS: { main: {} } }, /^VENDORS\.main\.base_url: is missing/],
    [
      'an unknown key',
      { VENDORS: { main: { base_url: 'https://relay.example', basepath: 1 } } },
      /^VENDORS\.main\.basepath: /,
    ],
    ['a private address', { VENDORS: { main: { base_url: 'https://10.0.0.1' } } }, /^VENDORS\.main\.base_url: /],
    ['http without leave', { VENDORS: { main: { base_url: 'http://relay.example' } } }, /^VENDORS\.main\.base_url: /],
    [
      'a fetch_path without {id}',
      { VENDORS: { main: { base_url: 'https://relay.example', fetch_path: '/x?id=' } } },
      /^VENDORS\.main\.fetch_path: /,
    ],
    [
      'a header that requests have anyway',
      { VENDORS: { main: { base_url: 'https://relay.example', auth_header: 'Content-Type' } } },
      /^VENDORS\.main\.auth_header: /,
    ],
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

  it.each([
    ['CORS_ORIGINS', { CORS_ORIGINS: 'app.example' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: ['https://app.example', 5] }],
    ['VENDORS.main', { VENDORS: { main: 'https://relay.example' } }],
    ['VENDORS.main.fetch_path', { VENDORS: { main: { ...VALID.VENDORS.main, fetch_path: 5 } } }],
    ['VENDORS.main.batch_path', { VENDORS: { main: { ...VALID.VENDORS.main, batch_path: null } } }],
    ['VENDORS.main.submit_path', { VENDORS: { main: { ...VALID.VENDORS.main, submit_path: false } } }],
    ['VENDORS.main.auth_header', { VENDORS: { main: { ...VALID.VENDORS.main, auth_header: 5 } } }],
    ['VENDORS.main.auth_scheme', { VENDORS: { main: { ...VALID.VENDORS.main, auth_scheme: null } } }],
    ['VENDORS.main.media_hosts', { VENDORS: { main: { ...VALID.VENDORS.main, media_hosts: [5] } } }],
    ['VENDORS.main.base', { VENDORS: { main: { ...VALID.VENDORS.main, base: 'x' } } }],
    ['PUBLIC_BASE_URL', { PUBLIC_BASE_URL: 5 }],
    ['HOOK_SECRET', { HOOK_SECRET: 12345678 }],
  ])('says in words for people what is wrong with %s (%j)', (name, changes) => {
    expect(mistakes(changes)).toEqual([expect.stringMatching(new RegExp(`^${name}: (?!Invalid)`))]);
  });

  it('asks for a long HOOK_SECRET where others may guess it, not on one’s own computer', () => {
    expect(mistakes({ HOOK_SECRET: 'hush' })).toEqual([expect.stringMatching(/^HOOK_SECRET: .*8 characters/)]);
    expect(settings({ HOOK_SECRET: 'hush', ALLOW_PRIVATE_HOSTS: true }).hook_secret).toBe('hush');
  });

  it('takes a WEBHOOK_SECRET of any length', () => {
    const WEBHOOK_SECRET = `whsec_${btoa('a secret')}`;
    expect(settings({ WEBHOOK_SECRET, PUBLIC_BASE_URL: 'https://songs.example' }).webhook_secrets).toEqual([
      WEBHOOK_SECRET,
    ]);
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
