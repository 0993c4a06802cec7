import { expectAccessibleAndShoot } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

test('ux 34, 69, 70: the door shows its content without scripts, comes alive and leaves the console silent; who is not in has no line', async ({ page, browser, server }) => {
  await beOwner(page);
  // What the workspace's page still asks for would be refused without the cookie.
  await page.goto('about:blank');
  await page.context().clearCookies();
  const plain = await browser.newPage({ javaScriptEnabled: false });
  await plain.goto(server.url);
  await expect(plain.getByRole('heading', { level: 1 })).toBeVisible();
  await plain.close();

  const lines: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/stream?')) lines.push(request.url());
  });
  const client = page.waitForResponse((response) => response.url().endsWith('.wasm'));
  await page.goto('/');
  await page.waitForURL(/\/sign-in/);
  await hydrated(page);
  expect((await client).headers()['cache-control']).toContain('immutable');
  await expect(page).toHaveTitle(/Atelier/);
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toBeVisible();
  await expectAccessibleAndShoot(page);
  await page.waitForLoadState('networkidle');
  expect(lines).toEqual([]);
});
