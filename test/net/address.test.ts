// May this URL be asked? Every spelling of a private address is one address.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAddress, type AddressRules } from '../../src/net/address.ts';

const PUBLIC: AddressRules = { allowPrivate: false, ownOrigins: ['https://songs.example'] };
const LOCAL: AddressRules = { ...PUBLIC, allowPrivate: true, ownOrigins: ['http://127.0.0.1:8787'] };
const allowed = (text: string, rules = PUBLIC): boolean => checkAddress(text, rules).ok;

/** Each with both ends of its range. */
const PRIVATE_V4 = [
  ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '172.16.0.0', '172.31.255.255'],
  ...['192.0.0.0', '192.0.0.255', '192.0.2.1', '192.168.0.0', '192.168.255.255', '198.18.0.0', '198.19.255.255'],
  ...['198.51.100.7', '203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.0', '255.255.255.255'],
];
/** The neighbours of those ranges. */
const PUBLIC_V4 = [
  ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255'],
];
const PRIVATE_V6 = [
  ...['::', '::1', 'fc00::1', 'fdff::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', '2001:db8::1', '3fff::1'],
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:10.0.0.1'],
  ...['64:ff9b::10.0.0.1', '64:ff9b:1::1', '100::1', '2002:7f00:1::', '2002:a00:1::1', '2001::1', '2001:0:7f00:1::1'],
];
const LOCAL_NAMES = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'localhost..', 'a.localhost', 'printer.local', 'printer.local.'],
  ...['metadata.google.internal', 'x.internal', 'router.home.arpa', 'home.arpa', 'intranet', 'nas', 'com', 'x.lan'],
];

describe('checkAddress()', () => {
  it.each([
    'https://cdn.example/a.mp3?sig=1',
    'https://cdn.example:8443/',
    'https://cdn.example./',
    'https://xn--mnchen-3ya.example/',
  ])('allows %s', (text) => {
    expect(checkAddress(text, PUBLIC)).toEqual({ ok: true, value: new URL(text) });
  });

  it.each([
    'http://cdn.example/',
    'ftp://cdn.example/',
    'file:///etc/passwd',
    'data:audio/mpeg,x',
    'javascript:1',
    'blob:https://a.example/1',
  ])('refuses %s for its scheme', (text) => {
    expect(checkAddress(text, PUBLIC)).toMatchObject({ ok: false, fault: expect.stringContaining('Scheme') });
  });

  it.each([
    '',
    ' ',
    'cdn.example/a.mp3',
    '//cdn.example/a',
    'https://',
    'https://[::1',
    'https://a b.example/',
    'https://1.2.3.4.5/',
    'None',
  ])('refuses "%s", which is no URL', (text) => {
    expect(checkAddress(text, PUBLIC)).toEqual({ ok: false, fault: 'Address is no URL' });
  });

  it('refuses what is longer than 2,048 characters', () => {
    const base = 'https://cdn.example/';
    expect(allowed(base.padEnd(2048, 'a'))).toBe(true);
    expect(allowed(base.padEnd(2049, 'a'))).toBe(false);
  });

  it.each(['https://user@cdn.example/', 'https://user:pass@cdn.example/', 'https://:pass@cdn.example/'])(
    'refuses user info in %s',
    (text) => {
      expect(allowed(text)).toBe(false);
    },
  );

  it.each(PRIVATE_V4)('refuses the IPv4 address %s', (address) => expect(allowed(`https://${address}/`)).toBe(false));
  it.each(PUBLIC_V4)('allows the IPv4 address %s', (address) => expect(allowed(`https://${address}/`)).toBe(true));
  it.each(PRIVATE_V6)('refuses the IPv6 address %s', (address) => expect(allowed(`https://[${address}]/`)).toBe(false));
  it.each(['2606:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888'])('allows the IPv6 address %s', (address) =>
    expect(allowed(`https://[${address}]/`)).toBe(true),
  );
  it.each(LOCAL_NAMES)('refuses the name %s', (name) => expect(allowed(`https://${name}/`)).toBe(false));

  it.each([
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '017700000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '①②⑦.0.0.1',
    '%31%32%37.0.0.1',
  ])('refuses 127.0.0.1 spelled %s', (host) => expect(allowed(`https://${host}/`)).toBe(false));

  it('sees through every spelling of every IPv4 address', () => {
    const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const spell = [
      ([a, b, c, d]: number[]) => String(((a! * 256 + b!) * 256 + c!) * 256 + d!),
      ([a, b, c, d]: number[]) => `0x${(((a! * 256 + b!) * 256 + c!) * 256 + d!).toString(16)}`,
      ([a, b, c, d]: number[]) => `${a}.${b}.${c! * 256 + d!}`,
      ([a, b, c, d]: number[]) => `${a}.${(b! * 256 + c!) * 256 + d!}`,
      (parts: number[]) => parts.map((part) => `0x${part.toString(16)}`).join('.'),
      (parts: number[]) => parts.map((part) => `0${part.toString(8)}`).join('.'),
      (parts: number[]) => `${parts.join('.')}.`,
    ];
    fc.assert(
      fc.property(address, fc.constantFrom(...spell), (parts, spelled) => {
        expect(allowed(`https://${spelled(parts)}/`)).toBe(allowed(`https://${parts.join('.')}/`));
      }),
    );
  });

  it('refuses every IPv4 address that hides in an IPv6 one', () => {
    const forms = ['::ffff:HEX', '::HEX', '64:ff9b::HEX', '2002:HEX::', '2001:0:HEX::1', '::ffff:0:HEX'];
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.constantFrom(...forms), (high, low, form) => {
        expect(allowed(`https://[${form.replace('HEX', `${high.toString(16)}:${low.toString(16)}`)}]/`)).toBe(false);
      }),
    );
  });

  it('never throws, and what it allows is https on a public host without user info', () => {
    const bit = fc.constantFrom(
      'https://',
      'http://',
      '[',
      ']',
      ':',
      '@',
      '//',
      '\\',
      '.',
      '%2e',
      '127',
      '0x7f',
      '::1',
      'localhost',
      'a.example',
      '\t',
      '?',
      '#',
      '。',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.array(bit, { maxLength: 8 }).map((bits) => bits.join('')),
        ),
        (text) => {
          const checked = checkAddress(text, PUBLIC);
          if (!checked.ok) return;
          const { protocol, username, password, hostname } = checked.value;
          expect({ protocol, username, password }).toEqual({ protocol: 'https:', username: '', password: '' });
          expect(hostname).toMatch(/\./);
          expect(hostname).not.toMatch(/^127(?:\.\d+){3}$|(^|\.)localhost\.*$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('names the host and never the query', () => {
    const checked = checkAddress('https://10.0.0.1/a.mp3?signature=secret', PUBLIC);
    expect(checked).toEqual({ ok: false, fault: 'Host 10.0.0.1 is not public' });
  });
});

describe('checkAddress() for local work', () => {
  it.each([
    'http://127.0.0.1:9000/a',
    'http://localhost:9000/',
    'http://[::1]:9000/',
    'http://127.9.9.9/',
    'http://0x7f.1/',
    'http://cdn.example/',
    'https://cdn.example/',
  ])('allows %s', (text) => expect(allowed(text, LOCAL)).toBe(true));

  it.each(PRIVATE_V4.filter((address) => !address.startsWith('127.')))('refuses %s all the same', (address) => {
    expect(allowed(`http://${address}/`, LOCAL)).toBe(false);
  });
  it.each(PRIVATE_V6.filter((address) => address !== '::1'))('refuses [%s] all the same', (address) => {
    expect(allowed(`http://[${address}]/`, LOCAL)).toBe(false);
  });
  it.each(['ftp://localhost/', 'http://printer.local/', 'http://nas/', 'http://user@localhost/'])(
    'refuses %s all the same',
    (text) => {
      expect(allowed(text, LOCAL)).toBe(false);
    },
  );
});

describe('checkAddress() and our own origins', () => {
  it.each([
    'https://songs.example/media/x/audio.mp3',
    'https://songs.example:443/',
    'https://SONGS.example/',
    'https://songs.example./',
  ])('refuses %s', (text) => {
    expect(checkAddress(text, PUBLIC)).toEqual({ ok: false, fault: expect.stringContaining('our own') });
  });
  it.each(['https://songs.example:8443/', 'https://cdn.songs.example/'])('allows %s, which is another origin', (text) =>
    expect(allowed(text)).toBe(true),
  );
  it.each(['http://127.0.0.1:8787/', 'http://localhost:8787/', 'http://[::1]:8787/', 'http://2130706433:8787/'])(
    'refuses %s: the loopback hosts are one machine',
    (text) => {
      expect(allowed(text, LOCAL)).toBe(false);
    },
  );
});

describe('checkAddress() with a list of hosts', () => {
  const rules: AddressRules = { ...PUBLIC, hosts: ['cdn.example', '.mirror.example', '127.0.0.1'] };
  it.each([
    'https://cdn.example/',
    'https://CDN.example./',
    'https://a.mirror.example/',
    'https://a.b.mirror.example/',
  ])('allows %s', (text) => {
    expect(allowed(text, rules)).toBe(true);
  });
  it.each([
    'https://other.example/',
    'https://a.cdn.example/',
    'https://mirror.example/',
    'https://xmirror.example/',
    'https://127.0.0.1/',
  ])('refuses %s', (text) => {
    expect(allowed(text, rules)).toBe(false);
  });
  it('without a list every public host is allowed (null)', () =>
    expect(allowed('https://other.example/', { ...PUBLIC, hosts: null })).toBe(true));
});
