// Media hosts that fail, each in its own way: no file is called archived that is not whole, checked media, and no task is lost.
// The rows run side by side: a file that never comes is given up a minute after its first try (DELAYS short).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileReason, Task } from '../../src/model/task.ts';
import type { MediaKind } from '../support/media.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { MediaFault, MediaSettings } from '../support/stand-in-types.ts';
import { endsOf, expectEnd, idOf, type Row } from './outcomes.ts';
import { Product, stopAll } from './product.ts';
import { newRelay } from './world.ts';

const MB = 1024 * 1024;
const MAX_FILE_BYTES = 24 * MB;
const KEY = 'sk-e2e-faults-secret-key-0123456789';

const audio = (settings: Partial<MediaSettings>, reason: FileReason, tries: number | 'several' = 'several'): Row => ({
  audio: settings,
  ends: { audio: { reason, tries } },
});
const whole = (settings: Partial<MediaSettings>, tries = 1, as = 'mp3'): Row => ({
  audio: settings,
  ends: { audio: { as, tries } },
});
const cover = (settings: Partial<MediaSettings>, reason: FileReason): Row => ({
  cover: settings,
  ends: { cover: { reason, tries: 'several' } },
});
const recipe = (kind: MediaKind, bytes = 20_002): { recipe: MediaSettings['recipe'] } => ({ recipe: { kind, bytes } });
const status = (code: number) => ({ fault: 'status', status: code }) as const;

const TRANSPORT: Record<string, Row> = {
  '403, then 200': whole({ fault: 'refused-then-ok' }, 2),
  '404, then 200': whole({ fault: 'refused-then-ok', status: 404 }, 2),
  '503 twice, then 200': whole({ fault: 'refused-then-ok', status: 503, times: 2 }, 3),
  'a reset, then 200': whole({ fault: 'reset', times: 1 }, 2),
  'no answer, then 200': whole({ fault: 'hang', times: 1 }, 2),
  'a body that stops in the middle, then 200': whole({ fault: 'stall', times: 1 }, 2),
  'half a body, then 200': whole({ fault: 'truncated', times: 1 }, 2),
  'half a file, then all of it': whole({ ...recipe('info'), fault: 'cut', times: 1 }, 2),
  'a login page, then 200': whole({ fault: 'html', times: 1 }, 2),
  'a slow drip': whole({ fault: 'drip', ms: 3_000 }),
  'gzip that nobody asked for': whole({ fault: 'gzip' }),
  'a body of unknown length': whole({ fault: 'chunked' }),
  'a long body of unknown length': whole({ ...recipe('wav', 9 * MB), fault: 'chunked' }, 1, 'wav'),
  'a body that ends with its connection': whole({ fault: 'until-close' }),
  'right bytes under a wrong type': whole({ fault: 'wrong-type' }),
  'five redirects': whole({ fault: 'redirect', hops: 5 }),
  'six redirects': audio({ fault: 'redirect', hops: 6 }, 'unreachable'),
  'redirects in a loop': audio({ fault: 'loop' }, 'unreachable'),
  'a redirect to no URL': audio({ fault: 'redirect', to: 'http://' }, 'unreachable'),
  '401 for ever': audio(status(401), 'source_forbidden'),
  '403 for ever': audio(status(403), 'source_forbidden'),
  '404 for ever': audio(status(404), 'source_gone'),
  '410 for ever': audio(status(410), 'source_gone'),
  '451 for ever': audio(status(451), 'source_gone'),
  '429 for ever': audio(status(429), 'unreachable'),
  '500 for ever': audio(status(500), 'unreachable'),
  'no answer for ever': audio({ fault: 'hang' }, 'unreachable'),
  'a reset for ever': audio({ fault: 'reset' }, 'unreachable'),
  'HTML with 200': audio({ fault: 'html' }, 'not_media'),
  'HTML with 200 under an audio type': audio({ fault: 'html-as-media' }, 'not_media'),
  'a JSON error with 200': audio({ fault: 'json' }, 'not_media'),
  'a JSON error with 200 under an audio type': audio({ fault: 'json', type: 'audio/mpeg' }, 'not_media'),
  'a JSON error with 200, then the song': whole({ fault: 'json', times: 1 }, 2),
  'an error text under an audio type': audio({ ...recipe('text'), type: 'audio/mpeg' }, 'not_media'),
  'a picture instead of a song': audio(recipe('jpeg'), 'not_media'),
  'a song instead of a picture': cover(recipe('mp3'), 'not_media'),
  'nothing, by its length': audio({ fault: 'empty' }, 'empty'),
  'nothing, without a length': audio({ fault: 'empty-chunked' }, 'empty'),
  'less than was promised': audio({ fault: 'truncated' }, 'truncated'),
  'less, without a promise': audio({ fault: 'truncated-chunked' }, 'truncated'),
  'all of it, and no end': audio({ fault: 'unterminated' }, 'truncated'),
  'half of a gzip body': audio({ fault: 'gzip-truncated' }, 'truncated'),
  'more than was promised': audio({ ...recipe('info'), fault: 'longer' }, 'truncated'),
  'an endless body': audio({ ...recipe('mp3', MB), fault: 'endless' }, 'too_large', 1),
  'a length above the limit': audio(recipe('mp3', MAX_FILE_BYTES + 1), 'too_large', 1),
};

/** Whole by all that HTTP says: the file alone can tell. */
const cut = (kind: MediaKind, fault: MediaFault = 'cut', bytes = 20_002): Row =>
  audio({ ...recipe(kind, bytes), fault }, 'truncated');

const STRUCTURE: Record<string, Row> = {
  'half an mp3 that counts its bytes': cut('info'),
  'half an mp3 with VBRI': cut('vbri'),
  'half an mp3 of unknown length': cut('info', 'cut-chunked'),
  'half an mp3 that ends with its connection': cut('info', 'cut-until-close'),
  'an mp3 that ends within its tag': cut('id3'),
  'half a WAV': cut('wav'),
  'half a long WAV': cut('wav', 'cut', 18 * MB),
  'half a long WAV of unknown length': cut('wav', 'cut-chunked', 18 * MB),
  'half an m4a': cut('m4a'),
  'half an Ogg': cut('ogg'),
  'half an ADTS': cut('aac'),
  'half a JPEG': cover({ ...recipe('jpeg'), fault: 'cut' }, 'truncated'),
  'half a PNG': cover({ ...recipe('png'), fault: 'cut' }, 'truncated'),
  'half a WebP': cover({ ...recipe('webp'), fault: 'cut' }, 'truncated'),
  'an uncounted mp3 of 1.25 s of 2.2': { ...audio(recipe('mp3', 20_002), 'truncated'), duration: 2.2 },
  'an uncounted mp3 of 1.25 s of 2': { ...whole(recipe('mp3', 20_002)), duration: 2 },
  'a counted mp3 of 1.25 s of 240': { ...whole(recipe('info')), duration: 240 },
  'a FLAC behind a tag': whole(recipe('id3-flac'), 1, 'flac'),
  'an AAC behind a tag': whole(recipe('id3-aac'), 1, 'aac'),
  'an m4a with a tag behind it': whole(recipe('m4a-tail'), 1, 'm4a'),
  'an mp3 with zeros in front': whole(recipe('zeros-mp3')),
  'an AVIF behind an audio link': audio(recipe('avif'), 'not_media'),
  'a whole mp3 behind a tag': whole(recipe('id3', 40_000)),
  'a whole WAV': whole(recipe('wav'), 1, 'wav'),
  'a whole m4a': whole(recipe('m4a'), 1, 'm4a'),
  'a whole Ogg': whole(recipe('ogg'), 1, 'ogg'),
  'a whole FLAC': whole(recipe('flac'), 1, 'flac'),
  'a whole ADTS': whole(recipe('aac'), 1, 'aac'),
  'a JPEG with bytes behind its end': { cover: recipe('jpeg-tail'), ends: {} },
  'a PNG with bytes behind its end': { cover: recipe('png-tail'), ends: { cover: { as: 'png' } } },
  'a whole WebP': { cover: recipe('webp'), ends: { cover: { as: 'webp' } } },
};

const ROWS = { ...TRANSPORT, ...STRUCTURE };
let standIn: StandIn;
let product: Product;
let tasks: Map<string, Task>;

beforeAll(async () => {
  standIn = await startStandIn();
  const relay = newRelay(standIn.url);
  product = await Product.start({ vendors: { files: relay.url }, keys: { files: KEY }, vars: { MAX_FILE_BYTES } });
  tasks = await endsOf(product, 'files', relay, ROWS);
  keysSeen = (await relay.log('/media/')).filter(
    ({ headers, path }) =>
      (JSON.stringify(headers) + path).includes(KEY) || headers['authorization'] || headers['cookie'],
  ).length;
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});
let keysSeen = -1;

describe('a media host that gives', () => {
  it.each(Object.entries(TRANSPORT))('%s', (name, row) => expectEnd(product, tasks.get(idOf(name)), row));
});

describe('a media host that has', () => {
  it.each(Object.entries(STRUCTURE))('%s', (name, row) => expectEnd(product, tasks.get(idOf(name)), row));
});

it('No task was lost', () => {
  expect(tasks.size).toBe(Object.keys(ROWS).length);
});

it('No media host ever got the vendor’s key', () => expect(keysSeen).toBe(0));
