// Addresses of files that must not be asked, however they are spelled and wherever they come from; and those that stand for no file.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import type { TestSpace } from '../support/space.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { endsOf, expectEnd, idOf, type Row } from './outcomes.ts';
import { Product, stopAll } from './product.ts';
import { newRelay } from './world.ts';

/** `npm start` allows loopback hosts, for the stand-in; every other address that is not public stays blocked. */
const BLOCKED = {
  'a private host': 'http://10.0.0.1/a.mp3',
  'a private host of the second kind': 'https://172.16.9.9/a.mp3',
  'a private host of the third kind': 'https://192.168.1.1/a.mp3',
  'the link-local metadata service': 'http://169.254.169.254/latest/meta-data',
  'a carrier’s private host': 'https://100.64.0.1/a.mp3',
  'this network': 'http://0.0.0.0/a.mp3',
  'IPv6 link-local': 'http://[fe80::1]/a.mp3',
  'IPv6 private': 'http://[fd00::1]/a.mp3',
  'IPv6 unspecified': 'http://[::]/a.mp3',
  'IPv6-mapped private': 'http://[::ffff:10.0.0.1]/a.mp3',
  'IPv6-mapped loopback': 'http://[::ffff:127.0.0.1]/a.mp3',
  'IPv6-mapped link-local in hexadecimal': 'http://[::ffff:a9fe:a9fe]/a.mp3',
  'NAT64 of a private host': 'http://[64:ff9b::a00:1]/a.mp3',
  '6to4 of a private host': 'http://[2002:a00:1::]/a.mp3',
  'one hexadecimal number': 'http://0xA9FEA9FE/a.mp3',
  'one decimal number': 'http://2852039166/a.mp3',
  'octal numbers': 'http://0251.0376.0251.0376/a.mp3',
  'two numbers': 'http://169.16689662/a.mp3',
  'full-width digits': 'http://%EF%BC%91%EF%BC%90.0.0.1/a.mp3',
  'a trailing dot': 'http://10.0.0.1./a.mp3',
  'a local name': 'http://router.local/a.mp3',
  'a name without a dot': 'http://intranet/a.mp3',
  'user info': 'http://user:word@127.0.0.1/a.mp3',
};

/** Not even an address of the web: a vendor's answer that has one has no file; a redirect to one is blocked. */
const OTHER_SCHEMES = {
  ftp: 'ftp://127.0.0.1/a.mp3',
  'a local file': 'file:///etc/passwd',
  data: 'data:audio/mpeg;base64,SUQz',
};

const PLACEHOLDERS = {
  'None.mp3': 'https://cdn1.suno.ai/None.mp3',
  'an endpoint that forbids': 'https://suno.example/api/forbidden',
  silence: 'https://cdn1.suno.ai/sil-100.mp3',
  'a second of silence': 'https://cdn1.suno.ai/sil-1s.mp3',
  'an empty text': '',
  'a live stream': 'https://audiopipe.suno.ai/?item_id=4711',
};

const blocked: Row['ends'] = { audio: { reason: 'blocked_address', tries: 1 } };
const table = (from: Record<string, string>, prefix: string, row: (url: string) => Row): Record<string, Row> =>
  Object.fromEntries(Object.entries(from).map(([name, url]) => [`${prefix} ${name}`, row(url)]));
/** A host that redirects astray may have had a bad moment. */
const redirected = (to: string): Row => ({
  audio: { fault: 'redirect', to },
  ends: { audio: { reason: 'blocked_address', tries: 'several' } },
});
const given = (url: string): Row => ({ audio: url, ends: blocked });
const none = (url: string): Row => ({ audio: url, ends: { audio: null } });

let standIn: StandIn;
let product: Product;
let relay: TestSpace;
let listed: TestSpace;
let tasks: Map<string, Task>;
let fromListed: Map<string, Task>;

const ROWS: Record<string, Row> = {
  ...table(BLOCKED, 'at', given),
  ...table(BLOCKED, 'redirected to', redirected),
  ...table(OTHER_SCHEMES, 'redirected to', redirected),
  'redirected astray once, then given': {
    audio: { fault: 'redirect', to: 'http://10.0.0.1/a.mp3', times: 1 },
    ends: { audio: { as: 'mp3', tries: 2 } },
  },
  ...table(OTHER_SCHEMES, 'at', none),
  ...table(PLACEHOLDERS, 'at', none),
};
/** Of a vendor that names its media hosts. */
const UNLISTED: Record<string, Row> = {
  'at a host that is not listed': given('https://elsewhere.example/a.mp3'),
  'redirected to a host that is not listed': redirected('http://localhost:9/a.mp3'),
  'at a host that is listed': { ends: {} },
};

beforeAll(async () => {
  standIn = await startStandIn();
  [relay, listed] = [newRelay(standIn.url), newRelay(standIn.url)];
  const vendors = { open: { base_url: relay.url }, listed: { base_url: listed.url, media_hosts: ['127.0.0.1'] } };
  product = await Product.start({ vars: { VENDORS: JSON.stringify(vendors) } });
  const own = {
    'at our own': given(`${product.url}/media/x/audio.mp3`),
    'redirected to our own': redirected(product.url),
  };
  Object.assign(ROWS, own);
  [tasks, fromListed] = await Promise.all([
    endsOf(product, 'open', relay, ROWS),
    endsOf(product, 'listed', listed, UNLISTED),
  ]);
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const OWN = ['at our own', 'redirected to our own'];

describe('a song whose file is', () => {
  it.each([...Object.keys(ROWS), ...OWN])('%s', (name) => expectEnd(product, tasks.get(idOf(name)), ROWS[name] as Row));

  it.each(Object.entries(UNLISTED))('%s', (name, row) => expectEnd(product, fromListed.get(idOf(name)), row));
});

it('No task was lost, and no redirect was followed', async () => {
  expect([tasks.size, fromListed.size]).toEqual([Object.keys(ROWS).length, Object.keys(UNLISTED).length]);
  const asked = await relay.log('/media/');
  expect(asked.filter(({ path }) => path.includes('hop='))).toEqual([]);
  // Each redirect, however often, and each cover.
  const redirects = Object.keys(ROWS).filter((name) => name.startsWith('redirected')).length;
  expect(new Set(asked.map(({ path }) => path)).size).toBe(tasks.size + redirects);
});
