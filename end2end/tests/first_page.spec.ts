import { expect, expectAccessible, hydrated, test } from '../support/test.ts';

test('ux 70: the first page arrives, comes alive and leaves the console silent', async ({ page }) => {
  const client = page.waitForResponse((response) => response.url().endsWith('.wasm'));

  await page.goto('/');

  await hydrated(page);
  expect((await client).headers()['cache-control']).toContain('immutable');
  await expect(page).toHaveTitle(/Atelier/);
});

test('ux 34: the first page is accessible', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);

  await expectAccessible(page);
});

test('ux 69: the first page shows its content without scripts', async ({ browser, server }) => {
  const page = await browser.newPage({ javaScriptEnabled: false });

  await page.goto(server.url);

  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.close();
});
