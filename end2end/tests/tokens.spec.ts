import { type Page } from '@playwright/test';

import { everywhere } from '../support/again.ts';
import { shoot } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

/** What a program with this key is answered. */
async function asProgram(page: Page, key: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  // A program has no cookies.
  return page.evaluate(
    async ([path, headers]) => (await fetch(path, { headers, credentials: 'omit' })).status,
    [path, headers] as const,
  );
}

test('a token is made, shown once, used and revoked, and the audit log tells of it', async ({ page, guard }) => {
  guard.expect(/create_token/);
  // What the revoked token is answered, and what its scope does not hold.
  guard.expect(/40[13]/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/tokens`);
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('API tokens');

  await page.getByRole('button', { name: 'Make token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a token' });
  await dialog.getByRole('button', { name: 'Make token' }).click();
  await expect(dialog.getByText('Enter a name.')).toBeVisible();
  await expectAccessible(page);
  const name = `Nightly ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Role').selectOption({ label: 'Runner' });
  await dialog.getByLabel('Scope').selectOption({ label: 'Launch and read' });
  await dialog.getByLabel('Expires after').selectOption({ label: '30 days' });
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const made = page.getByRole('dialog', { name: 'Your new token' });
  const shown = made.getByLabel('The key');
  await expect(shown).toHaveValue(/^atl_/);
  await expect(shown).toBeFocused();
  const key = await shown.inputValue();
  await expectAccessible(page);
  await shoot(page, 'tokens-made');
  await made.getByRole('button', { name: 'Done' }).click();

  const card = page.locator('.card', { hasText: name });
  await expect(card).toContainText('Launch and read');
  await expect(card).toContainText('Not yet');
  expect(await page.content(), 'the key is gone from the page').not.toContain(key);
  expect(await asProgram(page, key, '/api/v1/session')).toBe(200);
  expect(await asProgram(page, key, '/api/v1/tokens')).toBe(403);
  await everywhere(page, (shot) => shoot(page, `tokens-${shot}`));

  await card.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog', { name: 'Revoke this token?' }).getByRole('button', { name: 'Revoke the token' }).click();
  await expect(card).toHaveCount(0);
  expect(await asProgram(page, key, '/api/v1/session')).toBe(401);

  await page.goto(`${workspace}/settings/audit`);
  await hydrated(page);
  const lines = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
  await expect(lines.first()).toContainText(`Ada Owner revoked the API token “${name}”`);
  await expect(lines.first()).toContainText('127.0.0.1');
  await expect(lines.nth(1)).toContainText(`made the API token “${name}” (role runner)`);
  await everywhere(page, (shot) => shoot(page, `audit-${shot}`));

  await page.getByLabel('Action').selectOption({ label: 'Made the API token' });
  await page.waitForURL(/settings\/audit\?action=token(\.|%2E)created$/);
  await expect(lines.first()).toContainText('made the API token');
  await expect(lines.filter({ hasText: 'revoked the API token' })).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel('Action')).toHaveValue('token.created');
  await lines.first().getByRole('link', { name: `Show all that was done to ${name}` }).click();
  await page.waitForURL(/subject=/);
  await expect(lines).toHaveCount(2);
  const file = page.getByRole('link', { name: 'Export CSV' });
  const href = (await file.getAttribute('href')) ?? '';
  const csv = await (await page.request.get(href)).text();
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
  await page.getByRole('link', { name: 'Only one subject' }).click();
  await page.waitForURL(`${workspace}/settings/audit`);
  await page.getByLabel('From (UTC)').fill('2999-01-01');
  await expect(page.getByText('No line fits')).toBeVisible();
  await expectAccessible(page);
});
