// Pure: may this URL be asked? One rule for vendors, media hosts and receivers.
// A public name that resolves to a private address cannot be seen from here: the platform's `global_fetch_strictly_public` covers it.
import { fail, ok, type Result } from '../model/fault.ts';
import { ADDRESS_MAX_CHARACTERS } from '../model/limits.ts';

export interface AddressRules {
  /** Local work: http and loopback hosts too. Every other private or link-local address stays blocked. */
  allowPrivate: boolean;
  /** Asking ourselves would be a loop, or a way around our own checks. */
  ownOrigins: readonly string[];
  /** When set, only these: `cdn.example` is that host, `.example` every host below it. */
  hosts?: readonly string[] | null;
}

const LOOPBACK_V4 = ['127.0.0.0', 8] as const;
/** IANA IPv4 Special-Purpose Address Registry, plus multicast. */
const BLOCKED_V4 = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  LOOPBACK_V4,
  ['169.254.0.0', 16], // link-local, cloud metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // IETF protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relay anycast, withdrawn
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const;

/**
 * Of IPv6 only global unicast (2000::/3) is ever public. That alone leaves out ::, ::1, fc00::/7, fe80::/10, ff00::/8 and the
 * forms that carry an IPv4 address: ::ffff:0:0/96, ::/96, 64:ff9b::/96. Within it, by the IANA IPv6 registry:
 */
const GLOBAL_V6 = ['2000', 3] as const;
const BLOCKED_V6 = [
  ['2001:0', 23], // IETF protocol assignments; Teredo, which carries an IPv4 address, is 2001::/32
  ['2001:db8', 32], // documentation
  ['2002', 16], // 6to4: carries an IPv4 address
  ['3fff', 20], // documentation
] as const;

/** The same as network blocks, for a network that looks at what names resolve to; NAT64 carries an IPv4 address. */
export const PRIVATE_BLOCKS: readonly string[] = [
  ...BLOCKED_V4.filter((range) => range !== LOOPBACK_V4).map(([base, length]) => `${base}/${length}`),
  ...BLOCKED_V6.map(([base, length]) => `${base}::/${length}`),
  '64:ff9b::/96',
];

/** Names that only a local resolver answers (RFC 6761, 6762, 8375, ICANN's .internal) or that the public root never will. */
const LOCAL_NAME = /(^|\.)(localhost|local|localdomain|internal|home\.arpa|lan|home|corp|intranet)$/;

const bitsOf = (parts: readonly number[], width: number): string =>
  parts.map((part) => part.toString(2).padStart(width, '0')).join('');
const v4Bits = (text: string): string => bitsOf(text.split('.').map(Number), 8);

/** `2001:db8::1` as 128 bits. The URL parser has already made it canonical: hexadecimal groups, at most one `::`. */
function v6Bits(text: string): string {
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail ?? '');
  return bitsOf([...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back], 16);
}

const inV4 = (bits: string, [base, length]: readonly [string, number]): boolean =>
  bits.startsWith(v4Bits(base).slice(0, length));
const inV6 = (bits: string, [base, length]: readonly [string, number]): boolean =>
  bits.startsWith(v6Bits(`${base}::`).slice(0, length));

/** The URL parser writes every spelling of an IPv4 address (`0x7f.1`, `2130706433`, `0177.0.0.1`) as four decimal numbers. */
const isV4 = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host);
const bareHost = (url: URL): string => url.hostname.replace(/\.+$/, '');

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isV4(host) && inV4(v4Bits(host), LOOPBACK_V4));

function isPrivate(host: string): boolean {
  if (isV4(host)) return BLOCKED_V4.some((range) => inV4(v4Bits(host), range));
  if (host.startsWith('[')) {
    const bits = v6Bits(host.slice(1, -1));
    return !inV6(bits, GLOBAL_V6) || BLOCKED_V6.some((range) => inV6(bits, range));
  }
  return !host.includes('.') || LOCAL_NAME.test(host);
}

/** Scheme, host and port; the loopback hosts are one machine, and a trailing dot is the same name. */
function originOf(url: URL): string {
  const host = bareHost(url);
  return `${url.protocol}//${isLoopback(host) ? 'loopback' : host}:${url.port}`;
}

const isListed = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((entry) => (entry.startsWith('.') ? host.endsWith(entry.toLowerCase()) : host === entry.toLowerCase()));

/** The URL, or a sentence that says why it is not asked. The sentence names the host only: a query may hold a signature. */
export function checkAddress(text: string, rules: AddressRules): Result<URL, string> {
  if (text.length > ADDRESS_MAX_CHARACTERS) return fail(`Address longer than ${ADDRESS_MAX_CHARACTERS} characters`);
  const url = URL.parse(text);
  if (url === null) return fail('Address is no URL');
  const host = bareHost(url);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https' && !(rules.allowPrivate && scheme === 'http')) return fail(`Scheme ${scheme} is not allowed`);
  if (url.username !== '' || url.password !== '') return fail(`Address at ${host} holds user info`);
  if (rules.ownOrigins.some((own) => URL.canParse(own) && originOf(new URL(own)) === originOf(url))) {
    return fail(`Address at ${host} is our own`);
  }
  if (isPrivate(host) && !(rules.allowPrivate && isLoopback(host))) return fail(`Host ${host} is not public`);
  if (rules.hosts && !isListed(host, rules.hosts)) return fail(`Host ${host} is not among the allowed hosts`);
  return ok(url);
}

/** For logs and metadata: paths and queries hold signatures and secrets. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'no URL');
