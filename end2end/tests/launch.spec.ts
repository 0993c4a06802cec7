import { writeFileSync } from 'node:fs';

import { type Page } from '@playwright/test';

import { campaignForm, launchToEnd } from '../support/campaign.ts';
import { PIXEL, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { choose, edge, node, panel, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** What is wrong with a file is said, what did not come through is sent again, and nothing is left out in silence. */
async function refusedFiles(page: Page): Promise<void> {
  // A file that is none of what is allowed is refused in words.
  await page.getByLabel('Files').setInputFiles([
    { name: 'tool.txt', mimeType: 'text/plain', buffer: Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0', 'latin1') },
  ]);
  await expect(page.getByText(/“tool.txt” isn't a supported type/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload tool.txt again' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove tool.txt' }).click();
  await expect(page.getByLabel('Files')).toBeFocused();

  // One that did not come through is sent again from its row.
  await page.route(/\/api\/v1\/uploads\?/, (route) => route.abort());
  await page.getByLabel('Files').setInputFiles([
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Our kettle whistles in C major.') },
  ]);
  const row = page.locator('.outbox__row');
  const again = row.getByRole('button', { name: 'Upload notes.txt again' });
  await expect(row).toContainText("Can't reach the server.");
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await expect(page.getByRole('link', { name: /^Not uploaded: notes.txt/ })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'file-not-sent-390');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('link', { name: /^Not uploaded: notes.txt/ }).click();
  await expect(page.getByLabel('Files')).toBeFocused();
  await page.unrouteAll();
  await again.press('Enter');
  await expect(row).toHaveAttribute('data-state', 'kept');
  await expect(again).toHaveCount(0);
  await expect(page.getByLabel('Files')).toBeFocused();
}

/** Documents are chosen among many, whose rows show title and beginning whole. */
async function chosenDocuments(page: Page): Promise<void> {
  const documents = page.getByRole('group', { name: 'Documents' });
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const rows = documents.locator('.pick:visible');
    await expect(rows.nth(8)).toBeVisible();
    const cut = await rows.evaluateAll((all) => all.filter((row) => row.scrollHeight > row.clientHeight).length);
    expect(cut, `rows at ${String(width)}`).toBe(0);
  }
  await documents.getByRole('searchbox').fill('facebook');
  await documents.getByRole('checkbox').first().focus();
  await page.keyboard.press('Space');
  await expect(documents.getByRole('button', { name: /^Remove/ })).toHaveCount(1);
}

/** What came along is shown with the launch, with the step that begins, and with how a result was made. */
async function broughtAlong(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Overview' }).click();
  // Nobody is told that a budget holds what it does not.
  const overview = page.getByRole('tabpanel', { name: 'Overview' });
  await expect(overview).toContainText('Budget left$5.00; sample calls don\'t count');
  await expect(page.locator('.monitor-bill')).not.toContainText('of $');
  const told = page.getByRole('region', { name: 'Launch', exact: true });
  await expect(told.getByRole('listitem').getByRole('link')).toHaveCount(3);
  const photo = told.getByRole('link', { name: 'photo.png' });
  const arrived = (image: HTMLImageElement) => (image.complete ? image.naturalWidth : 0);
  await expect.poll(() => photo.locator('img').evaluate(arrived)).toBeGreaterThan(0);
  const shown = await page.request.get((await photo.getAttribute('href')) ?? '');
  expect(shown.headers()['content-type']).toBe('image/png');
  expect((await shown.body()).equals(PIXEL)).toBe(true);
  const download = page.waitForEvent('download');
  await told.getByRole('link', { name: 'notes.txt' }).click();
  expect((await download).suggestedFilename()).toBe('notes.txt');
  await choose(page, 'start');
  await panel(page).getByRole('tab', { name: 'Input' }).click();
  await expect(panel(page).getByRole('link', { name: 'photo.png' })).toBeVisible();
  await page.getByRole('tab', { name: 'Outputs' }).click();
  await page.locator('.made-picture').first().getByRole('link', { name: 'How was this made?' }).click();
  const launched = page.locator('.lineage__launched');
  await launched.getByText('Launch values').click();
  await expect(launched.getByText('Ads', { exact: true })).toBeVisible();
  await expect(launched.getByText('photo.png')).toBeVisible();
  await expect(launched.getByRole('listitem').getByRole('link')).toHaveCount(3);

  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('article').first().getByRole('link').click();
  await expect(page.getByText('As “notes.txt” puts it: “Our kettle whistles in C major.”')).toBeVisible();
}

test('ux 53: a document, a text and a picture go along with a launch; the form says what it costs, what is wrong, and which budget is none', async ({ page, guard }, info) => {
  // A campaign, and a file of 26 MiB.
  test.slow();
  guard.expect(/422|\/uploads/);
  await beOwner(page);
  for (let number = 1; number <= 9; number += 1) {
    await post(page, 'documents', { title: `Brief ${String(number)}`, content: 'We say **kettle**, never pot.' });
  }
  await post(page, 'documents', { title: 'Facebook ad of last spring', content: 'Water, anywhere.' });
  await campaignForm(page);
  await expect(page.getByRole('complementary', { name: 'Summary' })).toContainText('Free (sample provider)');
  await test.step('a file is refused, or sent again', () => refusedFiles(page));
  await test.step('documents are chosen', () => chosenDocuments(page));

  const files = { 'photo.png': PIXEL, 'long.txt': Buffer.alloc(26 << 20, 'a') };
  const paths = Object.entries(files).map(([name, content]) => {
    const path = info.outputPath(name);
    writeFileSync(path, content);
    return path;
  });
  await page.getByLabel('Files').setInputFiles(paths);
  await expect(page.getByText(/This file is 26.0 MB. The limit for a file is 25 MB/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove long.txt' }).click();
  await expect(page.locator('.outbox__row[data-state="kept"]')).toHaveCount(2);
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await shoot(page, `launch-${width}`, { fullPage: true });
    const beyond = await page.locator('form *').evaluateAll((all) =>
      Math.max(...all.map((one) => one.getBoundingClientRect().right)) - innerWidth);
    expect(beyond, `nothing sticks out at ${width}`).toBeLessThanOrEqual(0);
  }

  // Nothing that was typed as a budget is taken for no cap.
  await page.getByText('More', { exact: true }).click();
  const budget = page.getByLabel('Budget in dollars');
  await budget.fill('1,234');
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByRole('link', { name: /Enter the budget in dollars/ }).click();
  await expect(budget).toBeFocused();
  await budget.fill('5,0');
  await launchToEnd(page);
  await test.step('what came along is told of', () => broughtAlong(page));
});

test('a number is launched as it was written, and what could be two is refused in words', async ({ page }) => {
  const workspace = await beOwner(page);
  const template = await post(page, 'workflows/templates', {
    name: `Numbers ${Date.now()}`,
    parameters: [
      { name: 'copies', label: 'Copies', type: 'integer', required: true },
      { name: 'price', label: 'Price', type: 'number' },
      { name: 'left', label: 'Left over', type: 'integer' },
      { name: 'share', label: 'Share', type: 'number', min: 0, max: 2, step: 0.1, default: 1 },
    ],
    nodes: [node('start', 'start', 0, 0), node('end', 'end', 300, 0)],
    edges: [edge('start', 'end')],
  });
  await page.goto(`${workspace}/workflows/${String(template['id'])}/launch`);
  await hydrated(page);
  const [copies, price, left, share] = ['Copies', 'Price', 'Left over', 'Share'].map((name) =>
    page.getByRole('spinbutton', { name, exact: true }),
  );
  const launch = page.getByRole('button', { name: 'Launch', exact: true });

  await copies.pressSequentially('9007199254740993');
  await price.pressSequentially('1,234');
  await left.pressSequentially('5 kg');
  await launch.click();
  await expect(page.getByRole('link', { name: 'Price: “1,234” could be 1.234 or 1234. Enter 1.234 or 1234.' })).toBeVisible();
  await page.getByRole('link', { name: /^Left over: “5 kg” isn't a number. Remove “k”/ }).click();
  await expect(left).toBeFocused();
  await expect(price).toHaveValue('1,234');
  await shoot(page, 'launch-numbers');

  // Arrow keys count in what is typed, and in steps where there are some.
  await left.fill('');
  await price.fill('1,5');
  await price.press('ArrowDown');
  await expect(price).toHaveValue('1');
  await price.fill('−1\u202f234,5');
  await share.fill('0,7');
  await share.press('ArrowUp');
  await expect(share).toHaveValue('0.8');
  await expect(page.locator('.slider__range')).toHaveValue('0.8');
  await launch.click();
  await page.waitForURL(/\/workflows\/executions\//);

  const id = page.url().split('/').pop();
  const kept = await (await page.request.get(`/api/v1/workflows/executions/${id}`)).text();
  for (const value of ['"copies":9007199254740993', '"price":-1234.5', '"left":null', '"share":0.8']) expect(kept).toContain(value);
  await expect(page.getByText('9007199254740993').first()).toBeVisible();
});
