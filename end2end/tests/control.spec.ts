import { campaignForm } from '../support/campaign.ts';
import { expect, test } from '../support/test.ts';

// So slow that it does not end by itself, however long the browser takes.
test.use({ settings: { ATELIER_SAMPLE_PACE: '1' } });

test('ux 55: pause, resume, stop', async ({ page }) => {
  await campaignForm(page);
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/workflows\/executions\//);
  const says = (words: string) => expect(page.locator('main header').getByText(words).first()).toBeVisible();

  const pause = page.getByRole('button', { name: 'Pause', exact: true });
  // Nothing is asked: it is taken back as easily.
  await pause.press('Enter');
  await says('Paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await says('Running');

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: /stop/i }).click();
  await says('Stopped');
  // What was stopped was not done.
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Overview' })).toContainText(/Steps done[0-5] of 6/);
});
