import { type Cookie, type Page, expect } from '@playwright/test';

import { hydrated } from './test.ts';

const OWNER = { name: 'Ada Owner', email: 'ada@example.com' };

/** Everybody's password, unless they change it. */
export const PASSWORD = 'correct horse battery';

/** The owner's session on the worker's server: that counts sign-ins, and a suite has more than people. */
let session: Cookie[] = [];
/** The address of the workspace that the owner came into. */
let home = '';

/** The origin of what a page posts; of one that has not been opened, the owner's server's. */
export const originOf = (page: Page): string => new URL(page.url() === 'about:blank' ? home : page.url()).origin;

/**
 * Lets the page be the owner's without opening one: for tests that go on to a page of their own.
 * Resolves with the workspace's address.
 */
export async function beOwner(page: Page): Promise<string> {
  const had = (await page.context().cookies()).filter((one) => one.httpOnly);
  const isOwner = had.every(({ value }) => session.some((own) => own.value === value));
  if (isOwner) await page.context().addCookies(session);
  // A test may have signed out.
  const known = isOwner && home !== '' && (await page.request.get('/api/v1/projects')).ok();
  return known ? home : enterWorkspace(page);
}

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
  home = page.url().split('/').slice(0, 5).join('/');
  return home;
}

/** Fills in whose account it is, the owner's unless told otherwise, and goes in. */
export async function fillAccount(page: Page, email = OWNER.email, password = PASSWORD): Promise<void> {
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.locator('button[type=submit]').click();
}

/** Goes to a page of the settings by the menu of the account. */
export async function goToSettings(page: Page, title: string): Promise<void> {
  await page.getByLabel(/^Account of /).click();
  await page.getByRole('banner').getByRole('link', { name: title, exact: true }).click();
  await page.waitForURL(/\/settings\//);
  await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible();
}
