// Edge: what the console asks for until its list is shown, in a real Chromium with nothing in its cache.
import type { Browser, Request } from 'playwright-core';
import { callers, Product, stopAll } from '../e2e/product.ts';
import type { Budget } from './measure.ts';
import { startRelay } from './relay.ts';
import { number, type Figure, type Section } from './report.ts';

const WHAT = 'console until its list is shown: requests; bytes';
const REQUESTS_MAX = 8;
const MAX_KB = 60;
/** More than it asks for at first. */
const SONGS = 12;
const LANGUAGES = { en: 'English', 'zh-CN': 'Chinese' };

export async function consoleOpening(_: Budget, say: (text: string) => void): Promise<Section> {
  say('console: songs');
  return {
    title: 'Console',
    about: `\`/console\` of \`npm start\` with ${SONGS} archived songs, opened by a tab that has its token, in Chromium with an empty cache: all requests begun until the first rows of the list have come, heads and bodies as they are sent, which is compressed.`,
    figures: await openings(say),
  };
}

async function openings(say: (text: string) => void): Promise<Figure[]> {
  const started = await startedBrowser();
  if (typeof started === 'string')
    return [{ what: WHAT, value: 'not measured', target: `≤ ${REQUESTS_MAX}; ≤ ${MAX_KB} KB`, note: started }];
  const relay = await startRelay(() => 'complete');
  try {
    const product = await Product.start({ vendors: { relay: relay.url } });
    const ids = Array.from({ length: SONGS }, (_, index) => `listed-${index}`);
    await product.track('relay', ids);
    for (const id of ids) await product.settled('relay', id);
    const figures: Figure[] = [];
    for (const [locale, language] of Object.entries(LANGUAGES)) {
      say(`console: opened in ${language}`);
      figures.push(await opening(started, product.url, { locale, language }));
    }
    return figures;
  } finally {
    await started.close();
    await stopAll();
    await relay.close();
  }
}

/** Or why there is none. */
async function startedBrowser(): Promise<Browser | string> {
  try {
    // Loaded here: whoever has no browser measures all the rest.
    return await (await import('../browser/browser.ts')).startBrowser();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function opening(
  browser: Browser,
  url: string,
  { locale, language }: { locale: string; language: string },
): Promise<Figure> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale });
  await page.addInitScript(`sessionStorage.setItem('longplay-token', '${callers()[0]}')`);
  const asked: Request[] = [];
  let isListed = false;
  page.on('request', (request) => {
    if (!isListed && !request.url().startsWith('data:')) asked.push(request);
  });
  page.on('response', (answer) => {
    isListed ||= answer.url().includes('/v1/tasks?');
  });
  await page.goto(`${url}/console`);
  await page.locator('#rows .row:not(.waiting)').first().waitFor();
  const sizes = await Promise.all(asked.map(sizeOf));
  await page.close();
  const kb = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1_000;
  return {
    what: `${WHAT}, in ${language}`,
    value: `${asked.length}; ${number(kb, 1)} KB`,
    target: `≤ ${REQUESTS_MAX}; ≤ ${MAX_KB} KB`,
    met: asked.length <= REQUESTS_MAX && kb <= MAX_KB,
    note: asked
      .map((request, index) => `${new URL(request.url()).pathname} ${number((sizes[index] ?? 0) / 1_000, 1)}`)
      .join(', '),
  };
}

async function sizeOf(request: Request): Promise<number> {
  const answer = await request.response();
  if (answer === null) throw new Error(`${request.url()} is not answered`);
  await answer.finished();
  const { responseHeadersSize, responseBodySize } = await request.sizes();
  return responseHeadersSize + responseBodySize;
}
