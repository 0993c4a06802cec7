import { type Page } from '@playwright/test';

import { expect, hydrated } from './test.ts';
import { beOwner } from './workspace.ts';

/** Opens the launch form of the Facebook campaign with its example filled in. */
export async function campaignForm(page: Page): Promise<string> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  // Other tests make copies, whose names begin with this one.
  await page.getByRole('link', { name: 'Use Facebook Ads Campaign', exact: true }).click();
  await page.waitForURL(/\/launch$/);
  await hydrated(page);
  await page.getByRole('button', { name: 'Use example' }).click();
  return workspace;
}

/** Launches what the form holds and waits for its end. */
export async function launchToEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/workflows\/executions\//);
  await expect(page.locator('main header').getByText('Completed').first()).toBeVisible();
}
