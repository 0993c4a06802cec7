import { expectAccessibleInBothThemes } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { enterWorkspace } from '../support/workspace.ts';

test('ux 69: the first page shows its content without scripts', async ({ browser, server }) => {
  const page = await browser.newPage({ javaScriptEnabled: false });

  await page.goto(server.url);

  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.close();
});

test('ux 34, 70: the first page arrives, comes alive and leaves the console silent; it and the door are accessible, light and dark', async ({ page }) => {
  const client = page.waitForResponse((response) => response.url().endsWith('.wasm'));
  await page.goto('/');
  await hydrated(page);
  expect((await client).headers()['cache-control']).toContain('immutable');
  await expect(page).toHaveTitle(/Atelier/);
  await expectAccessibleInBothThemes(page);

  await enterWorkspace(page);
  // What the workspace's page still asks for would be refused without the cookie.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await hydrated(page);
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toBeVisible();
  await expectAccessibleInBothThemes(page);
});
