import { type Cookie, type Page, expect } from '@playwright/test';

import { hydrated } from './test.ts';

const OWNER = { name: 'Ada Owner', email: 'ada@example.com', password: 'correct horse battery' };

/** The owner's session on the worker's server: that counts sign-ins, and a suite has more than people. */
let session: Cookie[] = [];

/** Comes in as the owner, who is made on the first call; resolves with the workspace's address. */
export async function enterWorkspace(page: Page): Promise<string> {
  if ((await page.context().cookies()).length === 0) {
    await page.context().addCookies(session);
  }
  await page.goto('/');
  await page.waitForURL(/\/(setup|sign-in|workspace)/);
  await hydrated(page);
  if (page.url().includes('/setup')) {
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('Workspace').fill('Spring studio');
    await fillAccount(page);
  } else if (page.url().includes('/sign-in')) {
    await fillAccount(page);
  }
  await page.waitForURL(/\/workspace\//);
  await expect(page.getByRole('main')).toBeVisible();
  session = (await page.context().cookies()).filter((one) => one.httpOnly);
  return page.url().split('/').slice(0, 5).join('/');
}

/** Fills in who the owner is, and goes in. */
export async function fillAccount(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.password);
  await page.locator('button[type=submit]').click();
}
