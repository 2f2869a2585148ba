// Edge: a real browser: Chromium as an npm package brings it, driven by playwright-core; and axe inside a page.
import sparticuz from '@sparticuz/chromium';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { WAITED_MAX_MS } from '../support/waiting.ts';

/** What the package needs of the system beside itself. */
const MISSING_LIBRARIES =
  'Chromium does not start on this machine. On Debian and Ubuntu: apt-get install -y libnss3 libnspr4 libexpat1 fontconfig';

/** Not the package's own: those are for servers that allow one process, and switch off what browsers keep pages from. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--mute-audio', '--autoplay-policy=no-user-gesture-required'];

export async function startBrowser(): Promise<Browser> {
  const executablePath = await sparticuz.executablePath();
  try {
    return await chromium.launch({ executablePath, args: ARGUMENTS });
  } catch (cause) {
    throw new Error(MISSING_LIBRARIES, { cause });
  }
}

/** A page with a list of all that went wrong in it: errors, refused by its policy or not, and requests to anywhere else. */
export async function openPage(browser: Browser, own: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(WAITED_MAX_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${own}/`) && !request.url().startsWith('data:'))
      faults.push(`asked ${request.url()}`);
  });
  return { page, faults };
}

/** What axe finds serious or critical, each with where. It runs beside the page, whatever the page's policy allows. */
export async function barriersIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`),
    );
}
