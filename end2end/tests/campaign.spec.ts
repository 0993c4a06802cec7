import { type Page } from '@playwright/test';

import { agree, expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

// Slow enough to be watched, quick enough to wait for.
test.use({ settings: { ATELIER_SAMPLE_PACE: '12' } });

const TEMPLATE = 'Facebook Ads Campaign';

/** Launches the campaign with its example; resolves on the monitor. */
async function launch(page: Page): Promise<string> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await page.getByRole('article').filter({ hasText: TEMPLATE }).getByRole('link', { name: `Use ${TEMPLATE}`, exact: true }).click();
  await hydrated(page);
  await page.getByRole('button', { name: 'Use example' }).click();
  await page.getByRole('button', { name: 'Launch' }).click();
  await page.waitForURL(/\/workflows\/executions\//);
  return workspace;
}

async function completed(page: Page): Promise<void> {
  await expect(page.locator('header').getByText('Completed').first()).toBeVisible({ timeout: 60_000 });
}

test('ux 67, 53: from an empty database to a finished campaign', async ({ page }) => {
  const workspace = await launch(page);

  await completed(page);
  const nodes = page.locator('[data-testid^="node-"]');
  await expect(nodes).toHaveCount(6);
  for (const node of await nodes.all()) {
    await expect(node).toHaveAttribute('data-state', 'completed');
  }
  await expect(page.getByText('SAMPLE').first()).toBeVisible();
  await page.goto(`${workspace}/documents`);
  await page.getByRole('link', { name: /Facebook ad/ }).first().click();
  await expect(page.getByText('SAMPLE').first()).toBeVisible();
  const picture = page.getByRole('img').first();
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  await expect(page.getByText('Primary image')).toHaveCount(1);
});

test('ux 54: a running step says so, moves, and its text streams in', async ({ page }) => {
  await launch(page);

  const running = page.locator('[data-testid^="node-"][data-state="running"]').first();
  await expect(running).toBeVisible();
  await expect(running).toContainText(/running/i);
  const animated = () => running.evaluate((node) => node.getAnimations({ subtree: true }).length);
  await expect.poll(animated).toBeGreaterThan(0);
  const streamed = page.locator('[data-testid="node-body"]');
  await expect(streamed).toContainText(/\w+ \w+ \w+/);
  await completed(page);
});

test('ux 55: pause, resume, stop', async ({ page }) => {
  await launch(page);

  await page.getByRole('button', { name: 'Pause' }).click();
  const pausing = page.getByRole('dialog', { name: 'Pause this execution?' });
  await expect(pausing).toContainText('Nothing new starts until somebody resumes it.');
  await pausing.getByRole('button', { name: 'Cancel' }).click();
  await expect(pausing).toBeHidden();
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  await expect(pausing.getByRole('button', { name: 'Pause' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('header').getByText('Paused').first()).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await agree(page, 'Resume this execution?', 'Resume');
  await completed(page);

  await launch(page);
  await page.getByRole('button', { name: 'Stop' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: /stop/i }).click();
  await expect(page.locator('header').getByText('Stopped').first()).toBeVisible();
  // What was stopped was not done.
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Overview' })).toContainText(/Steps done[0-5] of 6/);
});

test('ux 58: a server that is killed is come back to without a gap', async ({ page, server, guard }) => {
  guard.expect(/ERR_|Failed to load|502|503|reconnect/i);
  await launch(page);
  await expect(page.locator('[data-testid^="node-"][data-state="running"]').first()).toBeVisible();

  await server.kill();
  await expect(page.getByText(/reconnecting/i).first()).toBeVisible({ timeout: 20_000 });
  await server.boot();

  await completed(page);
  await page.getByRole('tab', { name: /Outputs/ }).click();
  await expect(page.getByRole('link', { name: /Facebook ad/ })).toHaveCount(1);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`ux 34: the monitor is accessible, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await launch(page);
    await completed(page);

    await expectAccessible(page);
  });
}
