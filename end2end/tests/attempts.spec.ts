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
  await page.getByRole('button', { name: 'Add to Documents' }).click();
  await expect(page.getByRole('button', { name: 'Add to Documents' })).toBeHidden();
  await page.goBack();
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Final documents' });
  await expect(page).toHaveURL(/\?q=numbat$/);
  await expect(page.getByRole('article')).toHaveCount(2);
});
