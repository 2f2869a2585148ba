// Every spelling of an address is one address: random ones, held against numeric ranges of this test's own.
// Names that resolve to a private address are not seen here, nor can a Worker: the platform's `global_fetch_strictly_public` covers them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAddress, type AddressRules } from '../../src/net/address.ts';

const OWN = 'https://songs.example';
const OUTSIDE: AddressRules = { allowPrivate: false, ownOrigins: [OWN] };
const LOCAL: AddressRules = { allowPrivate: true, ownOrigins: [OWN] };
const allowed = (text: string, rules = OUTSIDE): boolean => checkAddress(text, rules).ok;

type Range = readonly [first: bigint, last: bigint];
const range4 = (first: number, last: number): Range => [BigInt(first), BigInt(last)];
/** First and last address of everything that is not public (IANA IPv4 Special-Purpose Address Registry; multicast and above). */
const LOOPBACK_4 = range4(0x7f000000, 0x7fffffff);
const BLOCKED_4: readonly Range[] = [
  LOOPBACK_4,
  range4(0x00000000, 0x00ffffff),
  range4(0x0a000000, 0x0affffff),
  range4(0x64400000, 0x647fffff), // CGNAT
  range4(0xa9fe0000, 0xa9feffff), // link-local, metadata
  range4(0xac100000, 0xac1fffff),
  range4(0xc0000000, 0xc00000ff),
  range4(0xc0000200, 0xc00002ff), // documentation
  range4(0xc0586300, 0xc05863ff),
  range4(0xc0a80000, 0xc0a8ffff),
  range4(0xc6120000, 0xc613ffff), // benchmarks
  range4(0xc6336400, 0xc63364ff), // documentation
  range4(0xcb007100, 0xcb0071ff), // documentation
  range4(0xe0000000, 0xffffffff), // multicast, reserved, broadcast
];
const group = (high: number, low = 0): bigint => (BigInt(high) << 112n) | (BigInt(low) << 96n);
const REST_6 = (1n << 96n) - 1n;
const [FIRST_PUBLIC_6, LAST_PUBLIC_6] = [group(0x2000), group(0x3fff, 0xffff) | REST_6];
const BLOCKED_6: readonly Range[] = [
  [0n, FIRST_PUBLIC_6 - 1n], // loopback, mapped and translated IPv4
  [LAST_PUBLIC_6 + 1n, (1n << 128n) - 1n], // unique local, link-local, multicast
  [group(0x2001), group(0x2001, 0x01ff) | REST_6], // Teredo and other protocols
  [group(0x2001, 0x0db8), group(0x2001, 0x0db8) | REST_6], // documentation
  [group(0x2002), group(0x2002, 0xffff) | REST_6], // 6to4
  [group(0x3fff), group(0x3fff, 0x0fff) | REST_6], // documentation
];
const within = (address: bigint, [first, last]: Range): boolean => first <= address && address <= last;
const isPublic = (address: bigint, blocked: readonly Range[]): boolean => !blocked.some((one) => within(address, one));

/** As likely inside of a range, at its ends or just outside, as anywhere. */
const near = (ranges: readonly Range[], last: bigint): fc.Arbitrary<bigint> => {
  const edges = ranges.flatMap(([first, end]) => [first - 1n, first, end, end + 1n]);
  return fc.oneof(
    fc.bigInt({ min: 0n, max: last }),
    fc.constantFrom(...edges.filter((edge) => edge >= 0n && edge <= last)),
    fc.constantFrom(...ranges).chain(([min, max]) => fc.bigInt({ min, max })),
  );
};
const address4 = near(BLOCKED_4, 0xffffffffn);
const address6 = near(BLOCKED_6, (1n << 128n) - 1n);

/** `1.2.3.4` → parts of 8, 8, 16 bits and so on, as inet_aton takes them. */
function partsOf(address: bigint, count: number): bigint[] {
  const bytes = [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n);
  const rest = address & ((1n << BigInt(8 * (5 - count))) - 1n);
  return [...bytes.slice(0, count - 1), rest];
}
const NUMERALS: readonly ((part: bigint) => string)[] = [
  (part) => String(part),
  (part) => `0${part.toString(8)}`,
  (part) => `000${part.toString(8)}`,
  (part) => `0x${part.toString(16)}`,
  (part) => `0X00${part.toString(16).toUpperCase()}`,
];
const spelled4 = (address: bigint): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.constantFrom(...NUMERALS), { minLength: 4, maxLength: 4 }))
    .map(([count, write]) =>
      partsOf(address, count)
        .map((part, index) => write[index]!(part))
        .join('.'),
    );

/** Full, or with one run of zeros left out; in capitals, with leading zeros, with the last 32 bits as IPv4. */
const spelled6 = (address: bigint): fc.Arbitrary<string> =>
  fc.record({ padded: fc.boolean(), upper: fc.boolean(), dotted: fc.boolean(), short: fc.boolean() }).map((how) => {
    const groups = Array.from({ length: 8 }, (_, index) =>
      ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16).padStart(how.padded ? 4 : 1, '0'),
    );
    if (how.dotted) groups.splice(6, 2, partsOf(address & 0xffffffffn, 4).join('.'));
    const from = groups.findIndex((one) => /^0+$/.test(one));
    const rest = from < 0 ? -1 : groups.findIndex((one, index) => index > from && !/^0+$/.test(one));
    const tail = rest < 0 ? [] : groups.slice(rest);
    const text = how.short && from >= 0 ? `${groups.slice(0, from).join(':')}::${tail.join(':')}` : groups.join(':');
    return how.upper ? text.toUpperCase() : text;
  });

const fullWidth = (char: string): string => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0);
const DRESSES: readonly ((char: string) => string)[] = [
  (char) => char,
  (char) => `%${char.charCodeAt(0).toString(16)}`,
  (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  fullWidth,
  (char) => `${char}\t`,
  (char) => `\n${char}`,
  (char) => char.toUpperCase(),
  (char) => (char === '.' ? '\u3002' : char),
  (char) => (char === '.' ? '\uff61' : char),
  (char) => (/[1-9]/.test(char) ? String.fromCodePoint(0x245f + Number(char)) : char),
  (char) => `${char}\u00ad`,
];
/** Each character as it is, or as one of the forms that the URL parser maps to it. */
const dressed = (host: string): fc.Arbitrary<string> =>
  fc
    .array(fc.nat({ max: 3 * DRESSES.length }), { minLength: host.length, maxLength: host.length })
    .map((picks) => [...host].map((char, index) => (DRESSES[picks[index]!] ?? DRESSES[0]!)(char)).join(''));

/** What may stand around a host without changing where a request goes. */
const around = (scheme: string) =>
  fc
    .tuple(
      fc.constantFrom(
        `${scheme}://`,
        `${scheme.toUpperCase()}://`,
        `${scheme}:\\\\`,
        `${scheme}:/`,
        ` \t${scheme}:///`,
      ),
      fc.constantFrom('', '', ':443', ':8443', ':065535', ':'),
      fc.constantFrom('/', '', '/a.mp3', '\\@cdn.example/', '/@cdn.example/', '?@cdn.example', '#@cdn.example/'),
    )
    .map(
      ([before, port, after]) =>
        (host: string) =>
          `${before}${host}${port}${after}`,
    );

const one = <Value>(value: fc.Arbitrary<Value>, check: (value: Value) => void): void =>
  fc.assert(
    fc.property(value, (given) => void check(given)),
    { numRuns: 1_000 },
  );

describe('checkAddress() over spellings', () => {
  it('of IPv4: decimal, octal, hex, short, percent-encoded, full-width, with tabs, dots, ports and backslashes', () =>
    one(
      address4.chain((address) =>
        fc.tuple(fc.constant(address), spelled4(address).chain(dressed), around('https'), fc.boolean()),
      ),
      ([address, host, url, dot]) => {
        const text = url(dot ? `${host}.` : host);
        expect([text, allowed(text)]).toEqual([text, isPublic(address, BLOCKED_4)]);
      },
    ));

  it('of IPv6: full, shortened, in capitals, with IPv4 in it', () =>
    one(
      address6.chain((address) => fc.tuple(fc.constant(address), spelled6(address), around('https'))),
      ([address, host, url]) => {
        const text = url(`[${host}]`);
        expect([text, URL.canParse(text), allowed(text)]).toEqual([text, true, isPublic(address, BLOCKED_6)]);
      },
    ));

  it('of an IPv4 address that is carried by an IPv6 one: refused, public or not', () =>
    one(
      fc.tuple(address4, fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:', '64:ff9b:1::')),
      ([address, prefix]) => {
        const [high, low] = [address >> 16n, address & 0xffffn].map((half) => half.toString(16));
        for (const tail of [`${high}:${low}`, partsOf(address, 4).join('.')])
          expect([prefix, tail, allowed(`https://[${prefix}${tail}]/`)]).toEqual([prefix, tail, false]);
        expect(allowed(`https://[2002:${high}:${low}::1]/`)).toBe(false);
      },
    ));

  it('of zones: no URL has one', () => {
    for (const zone of ['fe80::1%25eth0', 'fe80::1%eth0', '2606:4700::1111%251', '::1%lo'])
      expect(allowed(`https://[${zone}]/`)).toBe(false);
  });

  it('of names that only a local resolver knows', () =>
    one(
      fc.tuple(
        fc
          .constantFrom(
            'localhost',
            'a.localhost',
            'printer.local',
            'x.internal',
            'home.arpa',
            'nas',
            'x.lan',
            'x.corp',
          )
          .chain(dressed),
        around('https'),
        fc.constantFrom('', '.', '..'),
      ),
      ([host, url, dots]) => expect([host, dots, allowed(url(host + dots))]).toEqual([host, dots, false]),
    ));

  it('of public names', () =>
    one(
      fc.tuple(fc.constantFrom('cdn.example', 'localhost.example', '127.example').chain(dressed), around('https')),
      ([host, url]) => expect([url(host), allowed(url(host))]).toEqual([url(host), true]),
    ));

  it('of our own origin', () =>
    one(
      fc.tuple(dressed('songs.example'), fc.constantFrom('', '.'), fc.constantFrom('', ':443', ':0443', ':')),
      ([host, dot, port]) => {
        expect([host, allowed(`https://${host}${dot}${port}/media/x`)]).toEqual([host, false]);
        expect(allowed(`https://${host}${dot}:8443/`)).toBe(true);
      },
    ));

  it('with user info: refused, wherever the host is', () =>
    one(
      fc.tuple(
        dressed('cdn.example').map((host) => `https://${host}/a`),
        fc.constantFrom('user@', 'user:@', ':word@', 'cdn.example%2f@'),
      ),
      ([url, user]) => expect(allowed(url.replace('//', `//${user}`))).toBe(false),
    ));
});

describe('checkAddress() for local work', () => {
  it('adds http and loopback addresses, and nothing else', () =>
    one(
      fc
        .tuple(address4, fc.constantFrom('http', 'https'))
        .chain(([address, scheme]) => fc.tuple(fc.constant(address), spelled4(address).chain(dressed), around(scheme))),
      ([address, host, url]) => {
        const expected = isPublic(address, BLOCKED_4) || within(address, LOOPBACK_4);
        expect([url(host), allowed(url(host), LOCAL)]).toEqual([url(host), expected]);
      },
    ));

  it('adds ::1 of IPv6 alone', () =>
    one(
      fc.oneof(address6, fc.constant(1n)).chain((address) => fc.tuple(fc.constant(address), spelled6(address))),
      ([address, host]) =>
        expect([host, allowed(`http://[${host}]/`, LOCAL)]).toEqual([
          host,
          address === 1n || isPublic(address, BLOCKED_6),
        ]),
    ));

  it('adds no other scheme and no name but localhost', () => {
    for (const url of [
      'ftp://127.0.0.1/',
      'ws://localhost/',
      'file:///etc/passwd',
      'http://a.localhost/',
      'http://nas/',
    ])
      expect([url, allowed(url, LOCAL)]).toEqual([url, false]);
    expect(allowed('http://LOCALHOST.:9000/', LOCAL)).toBe(true);
  });
});
