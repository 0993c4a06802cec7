import { type Page } from '@playwright/test';

import { everywhere } from '../support/again.ts';
import { PIXEL, shoot, still } from '../support/look.ts';
import { invite, join, type Person, signIn } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner, fillAccount } from '../support/workspace.ts';

const CLEO: Person = { name: 'Cleo Kent', email: 'cleo@example.com', role: 'editor' };
const RESET = 'battery staple and a horse';
const NEW = 'staple horse and a battery';

/** Makes a link to a new password for Cleo, as the owner, whose page it is. */
async function passwordLink(page: Page, workspace: string): Promise<string> {
  await page.goto(`${workspace}/settings/members`);
  await hydrated(page);
  await page.getByRole('button', { name: `Password link for ${CLEO.name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Reset the password of ${CLEO.name}?` });
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const made = dialog.getByLabel('Password link');
  await expect(made).toHaveValue(/\/reset\/[\w-]{43}$/);
  await everywhere(page, (name) => shoot(page, `password-link-${name}`));
  return made.inputValue();
}

/** The button of the account's menu, by whose account it is. */
const account = (page: Page, name: string) => page.getByRole('banner').locator(`summary[aria-label^="Account of ${name} ("]`);

/** Sets a forgotten password by a link, which works once; ends at the door, on which `page` tells what to do without a link. */
async function reset(page: Page, other: Page, link: string): Promise<void> {
  await page.goto(link);
  await hydrated(page);
  await still(page);
  await expectAccessible(page);
  await expect(page.getByText(CLEO.email)).toBeVisible();
  await page.getByRole('textbox', { name: 'New password' }).fill(RESET);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.waitForURL(/\/sign-in/);
  await hydrated(page);
  await page.getByText('Forgot your password?').click();
  await expect(page.getByText(/Ask an admin of your workspace/)).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await other.goto(link);
  await expect(other.getByText(/This link no longer works/)).toBeVisible();
}

test('who has forgotten the password comes in by a link once, changes all of the account, and deletes it', async ({ page, browser, guard }) => {
  test.slow();
  guard.expect(/change_password|\/stream/);
  const workspace = await beOwner(page);
  const invitation = await invite(page, CLEO);
  const { origin } = new URL(page.url());
  const other = await (await browser.newContext()).newPage();
  await join(other, invitation, CLEO.name);
  const link = await passwordLink(page, workspace);
  await page.context().clearCookies();

  await test.step('a link sets the password, once', () => reset(page, other, link));

  await fillAccount(page, CLEO.email, RESET);
  await page.waitForURL(/\/workspace\//);
  await signIn(other, origin, CLEO.email, RESET);
  await hydrated(other);
  await account(page, CLEO.name).click();
  await page.locator('.menu[open]').getByRole('link', { name: 'Your account' }).click();
  await page.waitForURL(/\/settings\/account$/);
  await expect(page.getByTestId('profile')).toBeVisible();
  await everywhere(page, (name) => shoot(page, `account-${name}`, { fullPage: true }));

  await test.step('name and picture are seen at once', async () => {
    await page.getByTestId('profile').getByLabel('Name').fill('Cleo Queen');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(account(page, 'Cleo Queen')).toBeVisible();
    await page.locator('#account-picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PIXEL });
    const face = page.getByRole('banner').locator('.avatar__picture');
    await expect(face).toBeVisible();
    await expect.poll(() => face.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  });

  const places = page.getByTestId('places').getByRole('listitem');
  await test.step('a session in another browser is ended', async () => {
    await expect(places).toHaveCount(2);
    await expect(places.first()).toContainText('This session');
    await expect(places.last()).toContainText(/Chrome on Linux/);
    await places.last().getByRole('button', { name: /^Sign out of / }).click();
    await expect(places).toHaveCount(1);
    await other.reload();
    await other.waitForURL(/\/sign-in/);
    await hydrated(other);
  });

  await test.step('preferences are those of the whole page', async () => {
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
  });

  await test.step('the password is changed, and what was set follows the person', async () => {
    await page.getByRole('textbox', { name: 'Current password' }).fill('not this one');
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Wrong current password.')).toBeVisible();
    await page.getByRole('textbox', { name: 'Current password' }).fill(RESET);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Password changed.')).toBeVisible();
    await fillAccount(other, CLEO.email, NEW);
    await other.waitForURL(/\/workspace\//);
    await expect(account(other, 'Cleo Queen')).toBeVisible();
    await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(other.locator('html')).toHaveAttribute('data-locale', 'de-DE');
  });

  await test.step('the account is deleted, and nobody is in it any more', async () => {
    guard.expect(/401/);
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    await still(page);
    await expectAccessible(page);
    await dialog.getByRole('textbox', { name: /^Enter your email to confirm/ }).fill(CLEO.email);
    await dialog.getByRole('textbox', { name: 'Your password' }).fill(NEW);
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await page.waitForURL(/\/sign-in/);
    await other.reload();
    await other.waitForURL(/\/sign-in/);
  });
  await other.context().close();
});
