import { type Page } from '@playwright/test';

import { everywhere } from '../support/again.ts';
import { shoot } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner, goToSettings } from '../support/workspace.ts';

/** What a program with this key is answered. */
async function asProgram(page: Page, key: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  // A program has no cookies.
  return page.evaluate(
    async ([path, headers]) => (await fetch(path, { headers, credentials: 'omit' })).status,
    [path, headers] as const,
  );
}

test('ux 34: a token is made, shown once, used and revoked, and the audit log tells of it', async ({ page, guard }) => {
  guard.expect(/create_token/);
  // What the revoked token is answered, and what its scope does not hold.
  guard.expect(/40[13]/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/tokens`);
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('API tokens');

  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create token' });
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await expect(dialog.getByText('Enter a name.')).toBeVisible();
  await expectAccessible(page);
  const name = `Nightly ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Role').selectOption({ label: 'Runner' });
  await dialog.getByLabel('Scope').selectOption({ label: 'Launch and read' });
  await dialog.getByLabel('Expires after').selectOption({ label: '30 days' });
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const made = page.getByRole('dialog', { name: 'Your new token' });
  const shown = made.getByLabel('Token');
  await expect(shown).toHaveValue(/^atl_/);
  await expect(shown).toBeFocused();
  const key = await shown.inputValue();
  await expectAccessible(page);
  await shoot(page, 'tokens-made');
  // What comes of it is said above the dialog, where it can be dismissed.
  await made.getByRole('button', { name: 'Copy' }).click();
  const toast = made.getByRole('status').filter({ hasText: /cop(ied|y)/i });
  await expect(toast).toBeVisible();
  await made.getByRole('button', { name: 'Dismiss' }).click();
  await expect(toast).toHaveCount(0);
  await made.getByRole('button', { name: 'Done' }).click();

  const card = page.locator('.card', { hasText: name });
  await expect(card).toContainText('Launch and read');
  await expect(card).toContainText('Never');
  expect(await page.content(), 'the key is gone from the page').not.toContain(key);
  expect(await asProgram(page, key, '/api/v1/session')).toBe(200);
  expect(await asProgram(page, key, '/api/v1/tokens')).toBe(403);
  await everywhere(page, (shot) => shoot(page, `tokens-${shot}`));

  await card.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog', { name: 'Revoke this token?' }).getByRole('button', { name: 'Revoke token' }).click();
  await expect(card).toHaveCount(0);
  expect(await asProgram(page, key, '/api/v1/session')).toBe(401);

  await goToSettings(page, 'Audit log');
  const lines = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
  await expect(lines.first()).toContainText(`Ada Owner revoked the API token “${name}”`);
  await expect(lines.first()).toContainText('127.0.0.1');
  await expect(lines.nth(1)).toContainText(`created the API token “${name}” (role runner)`);
  await everywhere(page, (shot) => shoot(page, `audit-${shot}`));

  await page.getByLabel('Action').selectOption({ label: 'Created the API token' });
  await page.waitForURL(/settings\/audit\?action=token(\.|%2E)created$/);
  await expect(lines.first()).toContainText('created the API token');
  await expect(lines.filter({ hasText: 'revoked the API token' })).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel('Action')).toHaveValue('token.created');
  await lines.first().getByRole('link', { name: `Show all entries for ${name}` }).click();
  await page.waitForURL(/subject=/);
  await expect(lines).toHaveCount(2);
  const file = page.getByRole('link', { name: 'Export CSV' });
  const href = (await file.getAttribute('href')) ?? '';
  const csv = await (await page.request.get(href)).text();
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
  await page.getByRole('link', { name: 'Filtered by subject' }).click();
  await page.waitForURL(`${workspace}/settings/audit`);
  await page.getByLabel('From', { exact: true }).fill('2999-01-01');
  await expect(page.getByText('No entries match')).toBeVisible();
});
