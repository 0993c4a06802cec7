import { type Browser, type Page } from '@playwright/test';

import { everywhere } from '../support/again.ts';
import { PIXEL, shoot, still } from '../support/look.ts';
import { invite, join, type Person, signIn } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { enterWorkspace, PASSWORD } from '../support/workspace.ts';

const CLEO: Person = { name: 'Cleo Kent', email: 'cleo@example.com', role: 'editor' };
const DAN: Person = { name: 'Dan Duke', email: 'dan@example.com', role: 'viewer' };
const NEW = 'battery staple and a horse';

/** Signs in in a browser of its own. */
async function elsewhere(page: Page, browser: Browser, email: string, password: string): Promise<Page> {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, new URL(page.url()).origin, email, password);
  await hydrated(other);
  return other;
}

/** The button of the account's menu, by whose account it is. */
const account = (page: Page, name: string) => page.getByRole('banner').locator(`summary[aria-label^="Account of ${name} ("]`);

test('one changes name, picture, preferences and password, ends a session in another browser, and goes', async ({ page, browser, guard }) => {
  test.slow();
  const workspace = await enterWorkspace(page);
  const link = await invite(page, CLEO);
  await page.context().clearCookies();
  await join(page, link, CLEO.name);
  const other = await elsewhere(page, browser, CLEO.email, PASSWORD);
  await page.goto(`${workspace}/settings/account`);
  await hydrated(page);
  await everywhere(page, (name) => shoot(page, `account-${name}`, { fullPage: true }));

  await page.getByTestId('profile').getByLabel('Name').fill('Cleo Queen');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(account(page, 'Cleo Queen')).toBeVisible();
  await page.locator('#account-picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PIXEL });
  const face = page.getByRole('banner').locator('.avatar__picture');
  await expect(face).toBeVisible();
  await expect.poll(() => face.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);

  const places = page.getByTestId('places').getByRole('listitem');
  await expect(places).toHaveCount(2);
  await expect(places.first()).toContainText('This session');
  await expect(places.last()).toContainText(/Chrome on Linux/);
  await places.last().getByRole('button', { name: /^Sign out of / }).click();
  await expect(places).toHaveCount(1);
  await other.reload();
  await other.waitForURL(/\/sign-in/);

  const form = page.getByTestId('preferences');
  await form.getByLabel('Theme').selectOption('dark');
  await form.getByLabel('Date and number format').selectOption('de-DE');
  await form.getByLabel('Run ended').uncheck();
  await form.getByRole('button', { name: 'Save preferences' }).click();
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-locale', 'de-DE');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await hydrated(page);
  await expect(places.first().locator('time').first()).toHaveAttribute('title', /^(\d\d\.\d\d\.\d{4} \d\d:\d\d) \(\1 UTC\)$/);
  await expect(form.getByLabel('Run ended')).not.toBeChecked();
  await expect(form.getByLabel('Run failed')).toBeChecked();
  await still(page);
  await expectAccessible(page);

  guard.expect(/change_password|\/stream/);
  await page.getByRole('textbox', { name: 'Current password' }).fill('not this one');
  await page.getByRole('textbox', { name: 'New password' }).fill(NEW);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Wrong current password.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();

  // What was set follows the person.
  const third = await elsewhere(page, browser, CLEO.email, NEW);
  await expect(account(third, 'Cleo Queen')).toBeVisible();
  await expect(third.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(third.locator('html')).toHaveAttribute('data-locale', 'de-DE');

  guard.expect(/401/);
  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await still(page);
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: /^Enter your email to confirm/ }).fill(CLEO.email);
  await dialog.getByRole('textbox', { name: 'Your password' }).fill(NEW);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await page.waitForURL(/\/sign-in/);
  await third.reload();
  await third.waitForURL(/\/sign-in/);
  await Promise.all([other, third].map((one) => one.context().close()));
});

test('who has forgotten the password comes in by a link that an admin makes, once', async ({ page, browser }) => {
  const workspace = await enterWorkspace(page);
  const link = await invite(page, DAN);
  const other = await (await browser.newContext()).newPage();
  await join(other, link, DAN.name);
  await other.context().clearCookies();
  await other.goto(new URL('/sign-in', page.url()).href);
  await hydrated(other);
  await other.getByText('Forgot your password?').click();
  await expect(other.getByText(/Ask an admin of your workspace/)).toBeVisible();
  await still(other);
  await expectAccessible(other);

  await page.goto(`${workspace}/settings/members`);
  await hydrated(page);
  await page.getByRole('button', { name: `Password link for ${DAN.name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Reset the password of ${DAN.name}?` });
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const made = dialog.getByLabel('Password link');
  await expect(made).toHaveValue(/\/reset\/[\w-]{43}$/);
  await everywhere(page, (name) => shoot(page, `password-link-${name}`));

  const address = await made.inputValue();
  await other.goto(address);
  await hydrated(other);
  await still(other);
  await expectAccessible(other);
  await expect(other.getByText(DAN.email)).toBeVisible();
  await other.getByRole('textbox', { name: 'New password' }).fill(NEW);
  await other.getByRole('button', { name: 'Set password' }).click();
  await other.waitForURL(/\/sign-in/);
  await other.goto(address);
  await expect(other.getByText(/This link no longer works/)).toBeVisible();
  await other.context().close();
  const again = await elsewhere(page, browser, DAN.email, NEW);
  await again.context().close();
});
