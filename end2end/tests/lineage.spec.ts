import { type Page } from '@playwright/test';

import { runAgain } from '../support/again.ts';
import { endedCampaign } from '../support/campaign.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, node, panel, post, stands } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** What stands under a heading of the page that tells how something was made. */
const part = (page: Page, heading: string) =>
  page.locator('.lineage__part').filter({ has: page.getByRole('heading', { name: heading, exact: true }) });

test('an output, its picture and its document lead to prompt, model and cost, and to each other', async ({ page }) => {
  const workspace = await endedCampaign(page);
  const execution = page.url();
  const sections = page.getByRole('navigation', { name: 'Sections' });

  // From what the monitor shows.
  await page.getByRole('tab', { name: 'Outputs' }).click();
  await page.locator('.made-picture').first().getByRole('link', { name: 'How was this made?' }).click();
  await hydrated(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How this was made');
  const picture = part(page, 'This output').locator('.lineage__entry');
  await expect(picture).toHaveCount(1);
  await expect(picture.locator('img')).toBeVisible();
  await expect(picture.getByText('SAMPLE', { exact: true })).toBeVisible();
  await picture.getByText('Prompt and settings').click();
  await expect(picture.getByText('Size', { exact: true })).toBeVisible();
  await shoot(page, 'lineage-light', { fullPage: true });

  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await still(page);
  await expectAccessible(page);
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
  await still(page);
  await shoot(page, 'lineage-phone-dark', { fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });

  // Its step in the execution.
  await picture.locator('.lineage__title a').click();
  await page.waitForURL(`${execution}?node=**`);
  await hydrated(page);

  // From the library and from a document.
  await sections.getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await page.locator('.images__tile').first().getByRole('link', { name: 'How was this made?' }).click();
  await expect(part(page, 'This output').locator('img')).toBeVisible();
  await part(page, 'This output').locator('.made-document').first().click();
  await page.waitForURL(/\/documents\//);
  await page.getByRole('link', { name: 'How was this made?' }).click();
  await expect(part(page, 'This output').locator('.lineage__text')).toBeVisible();
  await expect(part(page, 'This output').locator('.lineage__entry img').first(), 'with its image').toBeVisible();

  // What it was made from is a step back, and leads forth again.
  const before = part(page, 'Made from').locator('.lineage__entry');
  await expect(before.first()).toBeVisible();
  await shoot(page, 'lineage-document');

  // What is not there is not found.
  const missing = await page.request.get(`${workspace}/lineage/artifact/0198c0de-0000-7000-8000-000000000000`);
  expect(missing.status()).toBe(404);
  expect(await missing.text()).toContain('Page not found');
});

test('a document leads to what was made with it, and goes only after that was said', async ({ page, guard }) => {
  const workspace = await beOwner(page);
  const brand = await post(page, 'documents', { title: 'Brand book', content: 'We say **kettle**, never *pot*.' });
  const document = `${workspace}/documents/${String(brand['id'])}`;
  const letter = {
    name: 'Letter in our words',
    nodes: [
      node('start', 'start', 0, 80),
      node('write', 'generate_copy', 300, 80, { prompt: 'A letter', save_as_document: true }),
      node('end', 'end', 600, 80),
    ],
    edges: [edge('start', 'write'), edge('write', 'end', 'texts')],
  };
  const execution = await begin(page, letter, { document_ids: [brand['id']] });
  await stands(page, execution, 'completed');

  // From the document to what was made with it, and back.
  await page.goto(document);
  await hydrated(page);
  const uses = page.getByRole('region', { name: 'Used in' });
  await expect(uses.getByRole('link')).toHaveText(/^Write · Letter in our words #\d+$/);
  await shoot(page, 'document-uses');
  await uses.getByRole('link').click();
  const graph = page.getByRole('group', { name: 'Lineage graph' });
  await expect(graph.getByRole('link', { name: 'Brand book' })).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'lineage-read-document');
  await graph.getByRole('link', { name: 'Brand book' }).click();
  await page.waitForURL(document);

  // What has read it is said before it goes.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByLabel(/^More for /).click();
  await page.getByRole('button', { name: 'Delete…', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Delete document?' });
  await expect(question).toContainText('1 step used this document.');
  await expect(question.getByRole('link', { name: /^Write · Letter in our words/ })).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-delete-uses-phone-dark');
  await question.getByRole('button', { name: 'Delete document' }).click();
  await page.waitForURL(/\/documents$/);
  await page.setViewportSize({ width: 1440, height: 900 });

  // The execution still says its name, and is not run again in vain.
  guard.expect(/409/);
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('link', { name: /^Letter in our words #/ }).first().click();
  await page.waitForURL(new RegExp(execution));
  await choose(page, 'write');
  await panel(page).getByRole('tab', { name: 'Input' }).click();
  await expect(panel(page).getByText('Brand book deleted')).toBeVisible();
  await expect(panel(page).getByRole('link', { name: 'Brand book' })).toBeHidden();
  await shoot(page, 'monitor-deleted-document');
  await runAgain(page, 'With the same values');
  await page.getByRole('dialog').getByRole('button', { name: 'Run again' }).click();
  await expect(page.getByText('The document “Brand book” was deleted.')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(execution));
});
