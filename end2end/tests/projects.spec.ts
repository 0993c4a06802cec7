import { campaignForm, launchToEnd } from '../support/campaign.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';

test('a project shows its documents, images, executions and workflows', async ({ page }) => {
  const workspace = await campaignForm(page);
  await launchToEnd(page);
  await page.goto(`${workspace}/documents`);
  await hydrated(page);
  await page.getByRole('article').first().getByRole('link').click();
  await page.locator('.document__project').click();
  await page.waitForURL(/\/projects\/[0-9a-f-]+$/);
  await hydrated(page);

  const parts = page.getByRole('navigation', { name: 'Parts of the project' });
  await expect(parts.getByRole('link', { name: /^Documents/ })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('article').first()).toBeVisible();
  await page.getByLabel('Any status').selectOption('published');
  await expect(page.getByText('No document fits')).toBeVisible();
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]+\?status=published$/);

  await parts.getByRole('link', { name: /^Images/ }).click();
  await page.waitForURL(/part=images/);
  const tile = page.locator('.images__tile').first();
  await expect(tile.getByRole('link', { name: 'By a workflow' })).toBeVisible();
  await expect(tile.getByText(/\d+ × \d+ · \d/)).toBeVisible();
  const images = await page.locator('.images__tile').count();
  await page.getByLabel('Search images').fill('nothing is called so');
  await expect(page.getByText('No image for “nothing is called so”')).toBeVisible();
  await expect(page).toHaveURL(/part=images&q=nothing/);
  await page.getByLabel('Search images').fill('');
  await expect(page.locator('.images__tile')).toHaveCount(images);

  await parts.getByRole('link', { name: /^Executions/ }).click();
  const row = page.getByRole('row').nth(1);
  await expect(row.getByRole('link', { name: /Facebook Ads Campaign #\d+/ })).toBeVisible();
  await expect(row.getByText('Completed')).toBeVisible();
  await parts.getByRole('link', { name: /^Workflows/ }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Facebook Ads Campaign' })).toBeVisible();
  await page.getByRole('link', { name: 'Launch again' }).first().click();
  await page.waitForURL(/\/launch$/);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`ux 34: a project is accessible in all its parts, ${scheme}`, async ({ page }) => {
    // Every rule on four parts at two widths: much to judge, not slow to show.
    test.slow();
    await page.emulateMedia({ colorScheme: scheme });
    const workspace = await campaignForm(page);
    await launchToEnd(page);
    await page.goto(`${workspace}/documents`);
    await page.getByRole('article').first().getByRole('link').click();
    const place = await page.locator('.document__project').getAttribute('href');
    for (const part of ['documents', 'images', 'executions', 'workflows']) {
      await page.goto(`${place}?part=${part}`);
      await hydrated(page);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await still(page);
        await expectAccessible(page);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(beyond, `nothing sticks out of ${part} at ${width}`).toBeLessThanOrEqual(0);
        await shoot(page, `project-${part}-${scheme}-${width}`);
      }
    }
    await page.goto(`${workspace}/images`);
    await hydrated(page);
    await expectAccessible(page);
    await expect(page.locator('.images__tile').first()).toBeVisible();
  });
}

test('ux 69: a project is there without scripts', async ({ page, browser }) => {
  const workspace = await campaignForm(page);
  await launchToEnd(page);
  await page.goto(`${workspace}/documents`);
  await page.getByRole('article').first().getByRole('link').click();
  const place = await page.locator('.document__project').getAttribute('href');
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const quiet = await plain.newPage();

  await quiet.goto(new URL(`${place}?part=images`, page.url()).href);

  await expect(quiet.locator('.images__tile').first()).toBeVisible();
  await plain.close();
});
