import { expectSound, shoot } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

test('the documentation is read without signing in, leads from page to page, and is found from the palette', async ({ page, context }) => {
  const workspace = await beOwner(page);
  await page.goto(workspace);
  await hydrated(page);
  await page.keyboard.press('Control+k');
  const find = page.getByRole('dialog', { name: 'Find anything' });
  await expect(find.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('workflows as steps');
  await expect(find.getByRole('option').first()).toContainText('Workflows as steps');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/docs/steps');
  await expect(page.getByRole('heading', { level: 1, name: 'Workflows as steps' })).toBeVisible();

  await context.clearCookies();
  await page.goto('/docs');
  await hydrated(page);
  await page.getByRole('main').getByRole('link', { name: 'Fix a failed deployment' }).click();
  await page.waitForURL('**/docs/fix_deploy_failure');
  await expect(page.getByRole('heading', { level: 1, name: 'Fix a failed deployment' })).toBeVisible();
  const menu = page.getByRole('navigation', { name: 'Documentation' });
  await expect(menu.getByRole('link', { name: 'Fix a failed deployment' })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('pre', { hasText: '"deploy.rollbackService"' })).toBeVisible();
  await page.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'The file' }).click();
  await expect(page).toHaveURL(/#the-file$/);
  await expect(page.getByRole('heading', { name: 'The file' })).toBeInViewport();
  await expectSound(page, 'docs-workflow');

  await menu.getByRole('link', { name: 'Workflows as steps' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Workflows as steps' })).toBeVisible();
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const beyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(beyond), `nothing sticks out at ${width}`).toBeLessThanOrEqual(0);
    await shoot(page, `docs-steps-${width}`);
  }
  expect((await page.request.get('/docs/nothing')).status()).toBe(404);
});
