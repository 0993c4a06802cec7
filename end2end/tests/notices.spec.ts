import { expectAccessibleInBothThemes, expectSound } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

test('a webhook is added with a key that is shown once, is told of what happens, changed and deleted', async ({ page, guard }) => {
  guard.expect(/422|409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/notices`);
  await hydrated(page);
  await expect(page.getByText('There are no webhooks')).toBeVisible();
  await expect(page.getByTestId('mail-state')).toContainText('This server sends no mails.');
  await expectSound(page, 'notices-none');

  const dialog = page.getByRole('dialog');
  const address = dialog.getByRole('textbox', { name: 'Address' });
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Launches');
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('generic');
  await dialog.getByRole('checkbox', { name: 'An invitation' }).check();
  await address.fill('https://10.0.0.1/hook');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('is not on the public internet')).toBeVisible();
  await expectAccessibleInBothThemes(page, 'notices-form');
  await address.fill('https://hooks.invalid/atelier');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('textbox', { name: 'The key' })).toHaveValue(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Launches' }) });
  await expect(card).toContainText('hooks.invalid');
  await expect(card).toContainText('An invitation');
  await card.getByRole('button', { name: 'Send a test to Launches' }).click();
  await expect(page.getByText('The test did not arrive')).toBeVisible();

  // What happens is told in the background, and shown with how that goes.
  await post(page, 'invitations', { emails: ['ben@example.org'], role: 'viewer' });
  await expect(async () => {
    await page.goto(`${workspace}/settings/notices`);
    await expect(page.getByRole('table')).toContainText('invites ben@example.org', { timeout: 1000 });
    await expect(page.getByRole('table')).toContainText('1 try failed', { timeout: 1000 });
  }).toPass();
  await hydrated(page);
  await expectSound(page, 'notices');
  await page.getByRole('button', { name: /^Try again/ }).click();
  await expect(page.getByText('It is tried again now.')).toBeVisible();

  await card.getByRole('button', { name: 'Change Launches' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Campaigns');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Delete Campaigns' }).click();
  await page.getByRole('button', { name: 'Delete the webhook' }).click();
  await expect(page.getByText('There are no webhooks')).toBeVisible();
});
