import { type Page } from '@playwright/test';

import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, edge, type Json, node, post, stands } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const REVIEWED: Json = {
  name: 'Reviewed letter',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A letter', save_as_document: true, document_title: 'Numbat letter' }),
    node('look', 'review', 600, 80),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'look', 'texts'), edge('look', 'end', 'approved')],
};

/** Decides what the execution asks about. */
async function decide(page: Page, execution: string, decision: Json): Promise<void> {
  await stands(page, execution, 'paused');
  const open = async () => ((await (await page.request.get('/api/v1/reviews')).json()) as { items: Json[] }).items;
  const own = async () => (await open()).find((review) => review['execution_id'] === execution);
  await expect.poll(async () => (await own())?.['id']).toBeTruthy();
  await post(page, `reviews/${String((await own())?.['id'])}/decision`, decision);
}

test('documents list the attempt that was approved; the earlier one is found by a filter and can be added', async ({ page }) => {
  const workspace = await beOwner(page);
  const execution = await begin(page, REVIEWED);
  await decide(page, execution, { decision: 'changes', reason: 'Make it shorter' });
  await decide(page, execution, { decision: 'approve' });
  await stands(page, execution, 'completed');

  await page.goto(`${workspace}/documents?q=numbat`);
  await hydrated(page);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Test runs and earlier attempts' });
  await page.waitForURL(/aside=true/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('article').getByText('Earlier attempt')).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'documents-aside');

  await page.getByRole('article').getByRole('link').first().click();
  await expect(page.getByText("so Documents doesn't list this attempt")).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add to Documents' }).click();
  await expect(page.getByRole('button', { name: 'Add to Documents' })).toBeHidden();
  await page.goto(`${workspace}/documents?q=numbat`);
  await expect(page.getByRole('article')).toHaveCount(2);
});

test('the rows of a picker show title and beginning whole, however many there are', async ({ page }) => {
  const workspace = await beOwner(page);
  for (let number = 1; number <= 9; number += 1) {
    await post(page, 'documents', { title: `Brief ${String(number)}`, content: 'We say **kettle**, never pot.' });
  }
  const template = await post(page, 'workflows/templates', { ...REVIEWED, name: 'Letter with context' });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${workspace}/workflows/${String(template['id'])}/launch`);
    await hydrated(page);
    const rows = page.getByRole('group', { name: 'Documents' }).locator('.pick:visible');
    await expect(rows.nth(8)).toBeVisible();
    const cut = await rows.evaluateAll((all) => all.filter((row) => row.scrollHeight > row.clientHeight).length);
    expect(cut, `rows at ${String(width)}`).toBe(0);
  }
  await shoot(page, 'picker-phone');
});
