// Edge: the console as somebody in front of it uses it: what is typed, pressed and seen there.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from './browser.ts';

export interface Seat {
  page: Page;
  /** All that went wrong in the page, but for refusals that the test is about. */
  faults: string[];
}

/** Opens the console without a token. */
export async function sitDown(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Seat> {
  const seat = await openPage(browser, url, { viewport: { width: 1280, height: 860 }, ...options });
  await seat.page.goto(`${url}/console`);
  return seat;
}

export async function signIn({ page }: Seat, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.locator('#main').waitFor();
}

/** A browser notes the status of every refused request; those that the test asked for are no fault of the page. */
export const faultsBeside = ({ faults }: Seat, expected: RegExp): string[] =>
  faults.filter((fault) => !expected.test(fault));

export const row = (page: Page, title: string) => page.locator('#rows button.row').filter({ hasText: title });
export const details = (page: Page) => page.locator('#song');
export const focusedText = (page: Page): Promise<string> =>
  page.evaluate(`document.activeElement.textContent.trim()`) as Promise<string>;

/** Presses Tab until what is focused has this text; says what it met instead. */
export async function tabTo(page: Page, text: string, most = 40): Promise<void> {
  const met: string[] = [];
  for (let steps = 0; steps < most; steps++) {
    await page.keyboard.press('Tab');
    const focused = await focusedText(page);
    if (focused === text) return;
    met.push(focused.slice(0, 40));
  }
  expect(met).toContain(text);
}
