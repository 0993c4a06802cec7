import { expectAccessibleAndShoot, expectSound } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { post } from '../support/workflow.ts';
import { beOwner, goToSettings } from '../support/workspace.ts';

test('a webhook is added with a key that is shown once, is told of what happens, changed and deleted', async ({ page, guard }) => {
  guard.expect(/422|409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/notices`);
  await hydrated(page);
  await expect(page.getByText('No webhooks yet')).toBeVisible();
  await expect(page.getByTestId('mail-state')).toContainText("This server doesn't send email.");

  const dialog = page.getByRole('dialog');
  const address = dialog.getByRole('textbox', { name: 'URL' });
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Launches');
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('generic');
  await dialog.getByRole('checkbox', { name: 'Invitation' }).check();
  await address.fill('https://10.0.0.1/hook');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText("isn't on the public internet")).toBeVisible();
  await expectAccessibleAndShoot(page, 'notices-form');
  await address.fill('https://hooks.invalid/atelier');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Signing key' })).toHaveValue(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Launches' }) });
  await expect(card).toContainText('hooks.invalid');
  await expect(card).toContainText('Invitation');
  await card.getByRole('button', { name: 'Send test to Launches' }).click();
  await expect(page.getByText("The test wasn't delivered")).toBeVisible();

  // What happens is told in the background, and shown with how that goes.
  await post(page, 'invitations', { emails: ['zoe@example.org'], role: 'viewer' });
  const said = async () => (await page.request.get(`${workspace}/settings/notices`)).text();
  await expect.poll(said).toMatch(/invited zoe@example\.org[\s\S]*\d failed attempt/);
  await goToSettings(page, 'Members');
  await goToSettings(page, 'Notifications');
  const delivery = page.getByRole('row').filter({ hasText: 'invited zoe@example.org' });
  await expect(delivery).toContainText(/\d failed attempt/);
  await expectSound(page, 'notices');
  await delivery.getByRole('button', { name: /^Try again/ }).click();
  await expect(page.getByText('Trying again now.')).toBeVisible();

  await card.getByRole('button', { name: 'Edit Launches' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Campaigns');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Delete Campaigns' }).click();
  await page.getByRole('button', { name: 'Delete webhook' }).click();
  await expect(page.getByText('No webhooks yet')).toBeVisible();
});
