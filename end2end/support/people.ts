import { type Browser, type Cookie, type Page } from '@playwright/test';

import { expect, hydrated } from './test.ts';
import { type Json, post } from './workflow.ts';
import { fillAccount, originOf, PASSWORD } from './workspace.ts';

/** Somebody who comes into the workspace by an invitation of its owner. */
export type Person = { name: string; email: string; role: 'viewer' | 'runner' | 'editor' | 'admin' };

export const BEN: Person = { name: 'Ben Editor', email: 'ben@example.com', role: 'editor' };
export const VERA: Person = { name: 'Vera Viewer', email: 'vera@example.com', role: 'viewer' };
export const ROSA: Person = { name: 'Rosa Runner', email: 'rosa@example.com', role: 'runner' };

/** The sessions of those who have come, by server and address: a server counts sign-ins. */
const sessions = new Map<string, Cookie[]>();

/** Invites somebody as the owner, whose page it is; gives the link. */
export async function invite(page: Page, { email, role }: Person): Promise<string> {
  const made = await post(page, 'invitations', { emails: [email], role });
  const [one] = made['items'] as Json[];
  return new URL(String(one?.['path']), originOf(page)).href;
}

/** Opens a link and joins with a new account; the page is in the workspace then. */
export async function join(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await hydrated(page);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('textbox', { name: 'Choose a password' }).fill(PASSWORD);
  await page.getByRole('button', { name: /^Join / }).click();
  await page.waitForURL(/\/workspace\//);
  await expect(page.getByRole('main')).toBeVisible();
}

/** Signs in with an account that is there. */
export async function signIn(page: Page, origin: string, email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await hydrated(page);
  await fillAccount(page, email, password);
  await page.waitForURL(/\/workspace\//);
}

/** The session of somebody whom the owner, whose page it is, invites the first time. */
async function sessionOf(page: Page, browser: Browser, person: Person): Promise<Cookie[]> {
  const origin = originOf(page);
  const key = `${origin} ${person.email}`;
  const known = sessions.get(key);
  const context = await browser.newContext();
  if (known) {
    await context.addCookies(known);
    // A test may have ended every session.
    if (!(await context.request.get(`${origin}/api/v1/session`)).ok()) {
      await signIn(await context.newPage(), origin, person.email);
    }
  } else {
    await join(await context.newPage(), await invite(page, person), person.name);
  }
  const cookies = (await context.cookies()).filter((one) => one.httpOnly);
  await context.close();
  sessions.set(key, cookies);
  return cookies;
}

/** A person in a browser of their own, on the same page as the owner. */
export async function beside(page: Page, browser: Browser, person = BEN): Promise<Page> {
  const context = await browser.newContext();
  await context.addCookies(await sessionOf(page, browser, person));
  const other = await context.newPage();
  await other.goto(page.url());
  await hydrated(other);
  return other;
}

/** Makes the owner's page another person's, from its next load on. */
export async function become(page: Page, browser: Browser, person: Person): Promise<void> {
  await page.context().addCookies(await sessionOf(page, browser, person));
}
