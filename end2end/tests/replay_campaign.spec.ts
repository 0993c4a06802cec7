import { type Page } from '@playwright/test';

import { ends, everywhere, goesOn, origin } from '../support/again.ts';
import { campaignForm, launchToEnd } from '../support/campaign.ts';
import { shoot } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { type Json } from '../support/workflow.ts';

const dock = (page: Page) => page.getByRole('region', { name: 'The whole execution' });

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

test('a finished campaign is replayed: the same pictures, texts and documents, and nothing is paid', async ({ page }) => {
  await campaignForm(page);
  await launchToEnd(page);
  const before = await made(page);
  expect(before.documents.length).toBeGreaterThan(0);
  const kept = await library(page);

  await goesOn(page, () => page.getByRole('button', { name: 'Replay', exact: true }).click());
  await ends(page, 'completed');

  await expect(origin(page)).toHaveText(/^Replays Facebook Ads Campaign #\d+$/);
  const states = page.locator('[data-testid^="node-"][data-state]');
  for (const one of await states.all()) await expect(one).toHaveAttribute('data-state', 'completed');
  const after = await made(page);
  expect(after.pictures).toEqual(before.pictures);
  expect(after.texts).toEqual(before.texts);
  expect(await library(page), 'no document and no picture is made twice').toEqual(kept);
  await dock(page).getByRole('tab', { name: 'Costs' }).click();
  await expect(dock(page)).toContainText('Nothing has been paid yet.');
  await dock(page).getByRole('tab', { name: /^Outputs/ }).click();
  await everywhere(page, (name) => shoot(page, `replay-campaign-${name}`, { fullPage: true }));
});
