// Edge: `node test/readme/picture.ts`: the README's picture, taken from a real run of `npm start`: the demo's songs as they come, one of them open.
import { join } from 'node:path';
import { startBrowser } from '../browser/browser.ts';
import { newFolder, Program, stopAll, until } from '../e2e/product.ts';

const PICTURE = join(import.meta.dirname, 'console.png');
const OPENED = 'Lantern on the Water';
const WITHIN_MS = 60_000;

const browser = await startBrowser();
try {
  const program = await Program.start(['--port', '0', '--data', newFolder()]);
  const url = await program.ready();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
  await page.goto(`${url}/console`);
  await page.getByLabel('Token').fill('demo');
  await page.keyboard.press('Enter');
  // One song is there with all its files, one without its sound, one is still being made.
  await until('the songs', async () => program.output.includes('keeps serving'));
  const song = page.locator('#rows button.row').filter({ hasText: OPENED }).first();
  await song.waitFor({ timeout: WITHIN_MS });
  await page.waitForTimeout(3_000);
  await song.click();
  await page.locator('#song audio').first().waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  await stopAll();
}
