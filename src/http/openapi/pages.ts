// Pure: what people see, in the API's document: pages, and what other sites show of them.
import type { SomeWords } from './operation.ts';

const page = (description: string) => ({ description, types: ['text/html'] });

/** Who follows a link reads a page, also where there is no song. */
const MISSING = {
  404: page('There is no such song: a page that says so.'),
  410: page('The song was taken down: a page that says so.'),
  503: page('Some settings are wrong: a page that says so.'),
} as const;

const UNCHANGED = { description: 'The caller has it.', headers: ['ETag'] } as const;

export const PAGES = {
  getLibrary: {
    tag: 'Pages',
    summary: 'The library',
    description: 'Public songs, newest first. Pages are in English or Chinese.',
    answers: { 200: page('The library, or what was found in it.'), 503: MISSING[503] },
  },
  getSongPage: {
    tag: 'Pages',
    summary: 'The page of a song',
    description:
      'Player, cover and lyrics, without JavaScript. A song that is still being made shows how far it is. Public songs made from it or together with it are linked.',
    answers: { 200: page('The page.'), ...MISSING },
  },
  getEmbed: {
    tag: 'Pages',
    summary: 'The player of a song, for a frame in another site’s page',
    answers: { 200: page('The player.'), ...MISSING },
  },
  getConsole: {
    tag: 'Pages',
    summary: 'The console, for those who have a token',
    headers: ['If-None-Match'],
    answers: { 200: { ...page('The page.'), headers: ['ETag'] }, 304: UNCHANGED },
  },
  getConsoleFile: {
    tag: 'Pages',
    summary: 'A script or style of the console, whose name changes with its bytes',
    answers: { 200: { description: 'The file.', types: ['text/javascript', 'text/css'] } },
    fails: ['not_found'],
  },
  getOEmbed: {
    tag: 'Pages',
    summary: 'oEmbed 1.0',
    description: 'How another site shows a song in its own page. Any origin may ask.',
    answers: {
      200: { description: 'A `rich` answer: the markup of a frame.', types: ['application/json', 'text/xml'] },
    },
    fails: ['invalid_request', 'not_found', 'gone', 'not_implemented', 'not_configured'],
  },
} satisfies SomeWords;
