import { expect, expectAccessible, test } from '../support/test.ts';

test('ux 70: the first page arrives, comes alive and leaves the console silent', async ({ page }) => {
  const client = page.waitForResponse((response) => response.url().endsWith('.wasm'));

  await page.goto('/');

  expect((await client).headers()['cache-control']).toContain('immutable');
  await expect(page).toHaveTitle(/Atelier/);
  await page.waitForLoadState('networkidle');
});

test('ux 34: the first page is accessible', async ({ page }) => {
  await page.goto('/');

  await expectAccessible(page);
});
