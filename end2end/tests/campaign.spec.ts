import { type Page } from '@playwright/test';

import { ends, goesOn, origin } from '../support/again.ts';
import { expectAccessibleAndShoot, shoot } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { type Json } from '../support/workflow.ts';
import { enterWorkspace } from '../support/workspace.ts';

// Slow enough to be watched, quick enough to wait for; and everything moves, as people see it first.
test.use({ settings: { ATELIER_SAMPLE_PACE: '12' }, contextOptions: { reducedMotion: 'no-preference' } });

const TEMPLATE = 'Facebook Ads Campaign';

/** Launches the campaign with its example, as somebody finds it; resolves on the monitor. */
async function launch(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('article').filter({ hasText: TEMPLATE }).getByRole('link', { name: `Use ${TEMPLATE}`, exact: true }).click();
  await page.waitForURL(/\/launch$/);
  await page.getByRole('button', { name: 'Use example' }).click();
  await page.getByRole('button', { name: 'Launch' }).click();
  await page.waitForURL(/\/workflows\/executions\//);
}

async function completed(page: Page): Promise<void> {
  await expect(page.locator('header').getByText('Completed').first()).toBeVisible();
}

const dock = (page: Page) => page.getByRole('region', { name: 'The whole run' });

/** Where pictures and texts come from, and which documents hold them. */
async function made(page: Page): Promise<{ pictures: string[]; texts: string[]; documents: string[] }> {
  await dock(page).getByRole('tab', { name: /^Outputs/ }).click();
  await expect(dock(page).locator('.made-picture img').first()).toBeVisible();
  const all = (selector: string, name: string) =>
    dock(page).locator(selector).evaluateAll((found, name) => found.map((one) => one.getAttribute(name) ?? ''), name);
  return {
    pictures: await all('.made-picture img', 'src'),
    texts: await dock(page).locator('.made-text__body').allInnerTexts(),
    documents: await all('.made-document', 'href'),
  };
}

async function library(page: Page): Promise<number[]> {
  const count = async (path: string) => {
    const { items } = (await (await page.request.get(`/api/v1/${path}?limit=100`)).json()) as { items: Json[] };
    return items.length;
  };
  return [await count('documents'), await count('images')];
}

test('ux 34, 53, 54, 58, 67, 70: from an empty database to a finished campaign, whose server is killed once, and its replay', async ({ page, server, guard }) => {
  // Words come as slowly as they are read, and much is judged.
  test.slow();
  await test.step('ux 34, 70: the first page comes alive, and is accessible', async () => {
    await page.goto('/');
    await page.waitForURL(/\/setup/);
    await hydrated(page);
    await expectAccessibleAndShoot(page, 'setup');
  });
  await enterWorkspace(page);
  await launch(page);

  // A running step says so, moves, and its text streams in.
  const running = page.locator('[data-testid^="node-"][data-state="running"]').first();
  await expect(running).toBeVisible();
  await expect(running).toContainText(/running/i);
  const animated = () => running.evaluate((node) => node.getAnimations({ subtree: true }).length);
  await expect.poll(animated).toBeGreaterThan(0);
  const streamed = page.locator('[data-testid="node-body"]');
  await expect(streamed).toContainText(/\w+ \w+ \w+/);
  expect(guard.problems(), 'ux 70: nothing to complain of up to here').toEqual([]);

  await test.step('ux 58: a server that is killed is come back to without a gap', async () => {
    guard.expect(/ERR_|Failed to load|502|503|reconnect/i);
    await server.kill();
    await expect(page.getByText(/reconnecting/i).first()).toBeVisible();
    await server.boot();
  });

  await completed(page);
  const nodes = page.locator('[data-testid^="node-"][data-state]');
  await expect(nodes).toHaveCount(6);
  for (const node of await nodes.all()) await expect(node).toHaveAttribute('data-state', 'completed');
  await expect(page.getByText('SAMPLE').first()).toBeVisible();
  await dock(page).getByRole('tab', { name: /^Outputs/ }).click();
  await expect(dock(page).getByRole('link', { name: /Facebook ad/ })).toHaveCount(1);
  await expectAccessibleAndShoot(page, 'campaign');

  // Replayed it has the same pictures, texts and documents, and nothing is paid. What was watched is there
  // whole, of what is come back to there are the beginnings.
  await page.reload();
  await hydrated(page);
  const before = await made(page);
  expect(before.documents.length).toBeGreaterThan(0);
  const kept = await library(page);
  await goesOn(page, () => page.getByRole('button', { name: 'Replay', exact: true }).click());
  await ends(page, 'completed');
  await expect(origin(page)).toHaveText(/^Replays Facebook Ads Campaign #\d+$/);
  for (const node of await nodes.all()) await expect(node).toHaveAttribute('data-state', 'completed');
  const after = await made(page);
  expect(after.pictures).toEqual(before.pictures);
  expect(after.texts).toEqual(before.texts);
  expect(await library(page), 'no document and no picture is made twice').toEqual(kept);
  await dock(page).getByRole('tab', { name: 'Costs' }).click();
  await expect(dock(page)).toContainText('No costs yet.');
  await shoot(page, 'replay-campaign', { fullPage: true });

  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('link', { name: /Facebook ad/ }).first().click();
  await expect(page.getByText('SAMPLE').first()).toBeVisible();
  const picture = page.getByRole('img').first();
  await expect(picture).toBeVisible();
  const width = () => picture.evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
  await expect(page.getByText('Primary image')).toHaveCount(1);
  await shoot(page, 'campaign-document');
});
