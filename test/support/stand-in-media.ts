// Edge: a media file given rightly, or in one of the ways in which media hosts fail.
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { CONTENT_TYPE } from './media.ts';
import type { MediaFault, MediaSettings } from './stand-in-types.ts';

interface Gift {
  settings: MediaSettings;
  bytes: Uint8Array;
  /** Number of this request, from 1. */
  asked: number;
  /** Redirects so far. */
  hop: number;
  /** Path of the file on this server. */
  self: string;
}
type Give = (response: ServerResponse, gift: Gift) => void | Promise<void>;

const LOGIN_PAGE =
  '<!doctype html><html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>';
const JSON_ERROR = '{"code":"error","message":"file not ready, try again later"}';
const DRIP_PIECES = 8;
/** An `endless` body ends after all, so that a test that fails does not fill the memory. */
const ENDLESS_MAX_BYTES = 512 * 1024 * 1024;

const typeOf = ({ settings }: Gift): string => settings.type ?? CONTENT_TYPE[settings.recipe.kind];
const headers = (gift: Gift, more: Record<string, string | number> = {}) => ({
  'content-type': typeOf(gift),
  ...gift.settings.headers,
  ...more,
});
const whole: Give = (response, gift) =>
  void response.writeHead(200, headers(gift, { 'content-length': gift.bytes.length })).end(gift.bytes);
const refuse = (response: ServerResponse, status: number): void =>
  void response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(status === 204 ? undefined : '<Error><Code>AccessDenied</Code></Error>');
const half = ({ bytes }: Gift): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const untilClose: Give = ({ socket }, gift) => {
  const lines = Object.entries(headers(gift, { connection: 'close' }));
  socket?.write(`HTTP/1.0 200 OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket?.end(gift.bytes);
};
const later = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const FAULTS: Record<MediaFault, Give> = {
  ok: whole,
  'wrong-type': (response, gift) => whole(response, { ...gift, settings: { ...gift.settings, type: 'text/plain' } }),
  'refused-then-ok': (response, gift) => {
    const { times = 1, status = 403 } = gift.settings;
    return gift.asked <= times ? refuse(response, status) : whole(response, gift);
  },
  status: (response, { settings: { status = 404 } }) => refuse(response, status),
  html: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(LOGIN_PAGE),
  'html-as-media': (response, gift) => void response.writeHead(200, headers(gift)).end(LOGIN_PAGE),
  json: (response, { settings: { type = 'application/json' } }) =>
    void response.writeHead(200, { 'content-type': type }).end(JSON_ERROR),
  empty: (response, gift) => void response.writeHead(200, headers(gift, { 'content-length': 0 })).end(),
  'empty-chunked': (response, gift) =>
    void response.writeHead(200, headers(gift, { 'transfer-encoding': 'chunked' })).end(),
  truncated: (response, gift) => {
    response.writeHead(200, headers(gift, { 'content-length': gift.bytes.length }));
    response.write(half(gift), () => setTimeout(() => response.destroy(), 20));
  },
  'truncated-chunked': (response, gift) => {
    response.writeHead(200, headers(gift));
    response.write(half(gift), () => setTimeout(() => response.destroy(), 20));
  },
  unterminated: (response, gift) => {
    response.writeHead(200, headers(gift));
    response.write(gift.bytes, () => setTimeout(() => response.destroy(), 20));
  },
  'gzip-truncated': (response, gift) => {
    const body = gzipSync(gift.bytes);
    const part = body.subarray(0, body.length >> 1);
    response.writeHead(200, headers(gift, { 'content-encoding': 'gzip', 'content-length': part.length })).end(part);
  },
  cut: (response, gift) => whole(response, { ...gift, bytes: half(gift) }),
  'cut-chunked': (response, gift) => {
    response.writeHead(200, headers(gift)).write(half(gift));
    response.end();
  },
  'cut-until-close': (response, gift) => untilClose(response, { ...gift, bytes: half(gift) }),
  longer: (response, gift) => {
    // Node refuses to break its own promise: straight to the socket.
    const lines = Object.entries(headers(gift, { 'content-length': half(gift).length, connection: 'close' }));
    const { socket } = response;
    socket?.write(`HTTP/1.1 200 OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    socket?.end(gift.bytes);
  },
  gzip: (response, gift) => {
    const body = gzipSync(gift.bytes);
    response.writeHead(200, headers(gift, { 'content-encoding': 'gzip', 'content-length': body.length })).end(body);
  },
  chunked: async (response, gift) => {
    response.writeHead(200, headers(gift));
    response.write(gift.bytes.subarray(0, 1000));
    await later(5);
    response.end(gift.bytes.subarray(1000));
  },
  'until-close': (response, gift) => untilClose(response, gift),
  endless: async (response, gift) => {
    response.writeHead(200, headers(gift));
    const left = once(response, 'close');
    for (let sent = 0; sent < ENDLESS_MAX_BYTES && !response.destroyed; sent += gift.bytes.length) {
      if (!response.write(gift.bytes)) await Promise.race([once(response, 'drain'), left]);
    }
    response.destroy();
  },
  drip: async (response, gift) => {
    const { ms = 400 } = gift.settings;
    const piece = Math.ceil(gift.bytes.length / DRIP_PIECES);
    response.writeHead(200, headers(gift, { 'content-length': gift.bytes.length }));
    for (let at = 0; at < gift.bytes.length && !response.destroyed; at += piece) {
      response.write(gift.bytes.subarray(at, at + piece));
      // After the last piece a pause would keep the request open, in the log, when the caller has it all.
      if (at + piece < gift.bytes.length) await later(ms / DRIP_PIECES);
    }
    response.end();
  },
  stall: (response, gift) => {
    response.writeHead(200, headers(gift, { 'content-length': gift.bytes.length })).write(half(gift));
  },
  redirect: (response, gift) => {
    const { hops = 1, status = 302, to } = gift.settings;
    if (gift.hop >= hops) return whole(response, gift);
    const last = gift.hop + 1 === hops && to !== undefined;
    response.writeHead(status, { location: last ? to : `${gift.self}?hop=${gift.hop + 1}` }).end('moved');
  },
  loop: (response, gift) => void response.writeHead(302, { location: gift.self }).end(),
  reset: (response) => void response.destroy(),
  hang: () => {},
};

const once = (response: ServerResponse, event: string): Promise<void> =>
  new Promise((done) => response.once(event, () => done()));

export const giveMedia: Give = (response, gift) => {
  const { fault = 'ok', times = Infinity } = gift.settings;
  return FAULTS[gift.asked > times ? 'ok' : fault](response, gift);
};
