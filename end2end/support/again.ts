import { type Locator, type Page } from '@playwright/test';

import { still } from './look.ts';
import { expect, expectAccessible } from './test.ts';
import { choose, panel, step } from './workflow.ts';

/** Waits until the execution of the page stands so, by what its header says. */
export async function ends(page: Page, state: string): Promise<void> {
  await expect(page.locator('.monitor__header')).toHaveAttribute('data-state', state);
}

/** The way to the execution that the one of the page runs again. */
export const origin = (page: Page): Locator => page.locator('.monitor__header .monitor__kin').getByRole('link');

/** Does what leads to another execution; resolves on its page with the address of the one before. */
export async function goesOn(page: Page, act: () => Promise<void>): Promise<string> {
  const before = page.url().replace(/\?.*/, '');
  await act();
  await page.waitForURL((url) => /\/workflows\/executions\//.test(url.href) && !url.href.startsWith(before));
  await expect(origin(page)).toHaveAttribute('href', new URL(before).pathname);
  const lost = () => page.evaluate(() => document.activeElement === document.body);
  await expect.poll(lost, 'the focus is in the new page').toBe(false);
  return before;
}

/** Runs the execution of the page again in one of the ways of the menu. */
export async function runAgain(page: Page, way: string): Promise<void> {
  await page.locator('summary[aria-label="Run again"]').click();
  await page.locator('.menu__item', { hasText: way }).click();
}

/** Presses Tab until something has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const there = () => target.evaluate((one) => one === document.activeElement);
  for (let presses = 0; presses < 100 && !(await there()); presses += 1) await page.keyboard.press('Tab');
  await expect(target, 'the keyboard gets there').toBeFocused();
}

/** Which steps the execution of the page took over and which it ran itself: by their events and attempts. */
export async function expectTakenOver(page: Page, taken: string[], ran: string[]): Promise<void> {
  for (const id of [...taken, ...ran]) {
    await choose(page, id);
    const from = panel(page).locator('.monitor__kin', { hasText: 'Reused from' });
    await expect(from.getByRole('link'), id).toHaveCount(taken.includes(id) ? 1 : 0);
    await panel(page).getByRole('tab', { name: 'Events' }).click();
    const events = panel(page).getByRole('tabpanel', { name: 'Events' });
    await expect(events.locator('.log__line').first(), id).toBeVisible();
    await expect(events.getByText(/reused from an earlier run/), id).toHaveCount(taken.includes(id) ? 1 : 0);
    await panel(page).getByRole('tab', { name: 'Attempts' }).click();
    const attempts = panel(page).getByRole('tabpanel', { name: 'Attempts' });
    await expect(attempts.getByText(/attempt 1/), id).toHaveCount(taken.includes(id) ? 0 : 1);
    await expect(step(page, id)).toHaveAttribute('data-state', 'completed');
  }
}

/** The page on a phone, then as it was: accessible, and nothing of it sticks out. */
export async function everywhere(page: Page, shot: (name: string) => Promise<void>): Promise<void> {
  for (const [width, height] of [[390, 844], [1440, 900]] as const) {
    await page.setViewportSize({ width, height });
    await still(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `nothing sticks out at ${width}`).toBe(width);
    await shot(`${width}`);
  }
  await expectAccessible(page);
}
