import { join } from 'node:path';

import { type Page, type PageScreenshotOptions } from '@playwright/test';

import { expect, expectAccessible } from './test.ts';

const SHOTS = process.env.ATELIER_SHOTS;

/** A picture of one pixel, as PNG. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Waits until nothing on the page moves: colours on their way have no contrast to be judged. */
export async function still(page: Page): Promise<void> {
  // What turns for ever never finishes, and what is not shown does not move.
  const moving = () => document.getAnimations().filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity).length;
  await expect.poll(() => page.evaluate(moving)).toBe(0);
}

/** Keeps a picture of the page for people to look at, where ATELIER_SHOTS names a folder. */
export async function shoot(page: Page, name: string, how: PageScreenshotOptions = {}): Promise<void> {
  if (SHOTS) await page.screenshot({ ...how, path: join(SHOTS, `${name}.png`) });
}

/**
 * The page is accessible; it stays light. Whether its colours can be read in both themes is proven by
 * `app/tests/contrast.rs`. Pictures of both are kept under the name, where people want to look at them.
 */
export async function expectAccessibleAndShoot(page: Page, name: string, how?: PageScreenshotOptions): Promise<void> {
  for (const colorScheme of SHOTS ? (['dark', 'light'] as const) : (['light'] as const)) {
    await page.emulateMedia({ colorScheme });
    await still(page);
    await shoot(page, `${name}-${colorScheme}`, how);
  }
  await expectAccessible(page);
}

/** The page is accessible, and nothing sticks out of it, on a phone and on a wide window, in which it stays. */
export async function expectSound(page: Page, name: string): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await still(page);
    const beyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(beyond), `nothing sticks out of ${name} at ${width}`).toBeLessThanOrEqual(0);
    if (SHOTS && width < 1440) await expectAccessibleAndShoot(page, `${name}-${width}`);
  }
  await expectAccessibleAndShoot(page, `${name}-1440`);
}
