import { type Page } from '@playwright/test';

import { campaignForm, launchToEnd } from '../support/campaign.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner, enterWorkspace } from '../support/workspace.ts';

/** A new document, opened to be written; resolves with its address to be read. */
async function begin(page: Page, title: string, text: string): Promise<string> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/documents`);
  await hydrated(page);
  await page.getByRole('button', { name: 'New document' }).click();
  await page.waitForURL(/\/documents\/[0-9a-f-]+\/edit$/);
  await hydrated(page);
  await expect(page.getByLabel('Title')).toBeFocused();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('textbox', { name: 'Text' }).fill(text);
  await kept(page);
  return page.url().replace(/\/edit$/, '');
}

/** Resolves when the server has what is written. */
async function kept(page: Page): Promise<void> {
  await expect(page.locator('.saved')).toHaveAttribute('data-state', 'saved');
}

async function read(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

test('the preview follows what is written, and nothing in it runs or is fetched', async ({ page }) => {
  await begin(page, 'Tea', '# First');
  const preview = page.getByRole('region', { name: 'Preview' });
  const text = page.getByRole('textbox', { name: 'Text' });
  await expect(preview.getByRole('heading', { name: 'First' })).toBeVisible();

  await text.fill('# Second\n\nSome **bold** words.\n\n<script>document.title = "owned"</script>\n\n![far](https://evil.example/a.png)\n\nשלום עולם');
  await expect(preview.getByRole('heading', { name: 'Second' })).toBeVisible();
  await expect(preview.locator('strong')).toHaveText('bold');
  await text.press('End');
  await text.pressSequentially(' and more');
  await expect(preview.getByText('and more')).toBeVisible();
  await expect(preview.locator('img, script')).toHaveCount(0);
  expect(await page.title()).not.toContain('owned');
});

test('of a very long document the page has the beginning, and all of it on demand', async ({ page }) => {
  const workspace = await enterWorkspace(page);
  const paragraph = 'Tea and **rain**, and `rain` and tea again, as *long* as anybody likes.\n\n';
  const data = { title: 'As long as may be', content: `${paragraph.repeat(12_000)}The very end.` };
  const headers = { origin: new URL(page.url()).origin };
  const made = await page.request.post('/api/v1/documents', { data, headers });
  const { id } = (await made.json()) as { id: string };
  const address = `${workspace}/documents/${id}`;
  expect((await (await page.request.get(address)).text()).length).toBeLessThan(1_500_000);
  await read(page, address);
  await shoot(page, 'long-document');
  await expect(page.getByText('The very end.')).toHaveCount(0);

  await page.getByRole('button', { name: 'Show all of it' }).click();

  await expect(page.locator('.markdown > :last-child')).toHaveText('The very end.', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Show all of it' })).toHaveCount(0);
});

test('what cannot be followed does not look like a link', async ({ page }) => {
  const address = await begin(page, 'Links', 'To [run](javascript:alert(1)) and to [go](https://example.com).');
  await read(page, address);
  const text = page.locator('.markdown');
  const look = (of: Element): string => {
    const { color, textDecorationLine } = getComputedStyle(of);
    return `${color} ${textDecorationLine}`;
  };
  const plain = await text.locator('p').evaluate(look);
  expect(await text.getByText('run', { exact: true }).evaluate(look)).toBe(plain);
  await expect(text.getByRole('link')).toHaveText(['go']);
  expect(await text.getByRole('link').evaluate(look)).not.toBe(plain);
});

test('a title of a thousand characters takes three lines, and can be read and changed as a whole', async ({ page }) => {
  const title = `${'Tea '.repeat(249)}time`;
  const address = await begin(page, title, 'Words.');
  await read(page, address);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveAttribute('title', title);
  const lines = (of: Element): number => of.clientHeight / parseFloat(getComputedStyle(of).lineHeight);
  expect(await heading.evaluate(lines)).toBeLessThan(3.1);
  await expect(page.getByText('Words.')).toBeInViewport();

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.waitForURL(/\/edit$/);
  await hydrated(page);
  await expect(page.getByLabel('Title')).toHaveValue(title);
  await page.getByLabel('Title').fill('Tea time');
  await kept(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(address);
  await expect(page.getByRole('heading', { level: 1, name: 'Tea time', exact: true })).toBeVisible();
});

test('code reads from left to right, also in a document that reads from right to left', async ({ page }) => {
  const address = await begin(page, 'حملة الربيع', 'نص عربي `a = 1;`\n\n```\nlet x = 1;\n```\n');
  await read(page, address);
  const text = page.locator('.markdown').first();
  const direction = (of: Element) => getComputedStyle(of).direction;
  expect(await text.evaluate(direction)).toBe('rtl');
  for (const code of await text.locator('pre, code').all()) {
    expect(await code.evaluate(direction)).toBe('ltr');
  }
});

test('what is written is kept by itself, read after Done, and survives a reload unsaved', async ({ page, guard }) => {
  guard.expect(/save_document/);
  const address = await begin(page, 'Tea letter', 'A warm cup.');
  await page.getByLabel('Status').selectOption('in_review');
  await page.getByLabel('Tags').fill('spring, tea');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(address);
  await expect(page.getByRole('heading', { level: 1, name: 'Tea letter' })).toBeVisible();
  await expect(page.getByText('A warm cup.')).toBeVisible();
  await expect(page.getByText('In review')).toBeVisible();
  await expect(page.getByText('spring', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.waitForURL(/\/edit$/);
  await hydrated(page);
  await page.route('**/api/fn/save_document', (route) => route.abort());
  await page.getByRole('textbox', { name: 'Text' }).fill('A cold cup, not sent.');
  await expect(page.locator('.saved')).toHaveText('Unsaved (offline)');
  await page.unroute('**/api/fn/save_document');
  // What a page sends when it goes is lost here as well: only the browser has the text.
  await page.evaluate(() => { navigator.sendBeacon = () => false; });
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('A cold cup, not sent.');
  await kept(page);
  await read(page, address);
  await expect(page.getByText('A cold cup, not sent.')).toBeVisible();
});

test('of two who change the same text the second chooses, and nothing is lost', async ({ page, context, guard }) => {
  guard.expect(/409/);
  const address = await begin(page, 'Shared', 'From the beginning.');
  const other = await context.newPage();
  await other.goto(`${address}/edit`);
  await hydrated(other);
  await other.getByLabel('Tags').fill('theirs');
  await kept(other);
  await page.getByLabel('Title').fill('Shared title');
  await kept(page);
  await expect(page.getByLabel('Tags')).toHaveValue('theirs');

  await other.reload();
  await hydrated(other);
  await other.getByRole('textbox', { name: 'Text' }).fill('Their text.');
  await other.getByLabel('Status').selectOption('in_review');
  await kept(other);
  await page.getByRole('textbox', { name: 'Text' }).fill('My text.');
  const choice = page.getByRole('region', { name: 'The same was changed elsewhere' });
  await expect(choice).toBeVisible();
  await choice.getByText('What it says elsewhere').click();
  await expect(choice.getByText('Their text.')).toBeVisible();
  await expect(choice.getByText('In review · theirs')).toBeVisible();
  await expectAccessible(page);
  await shoot(page, 'document-conflict');
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('My text.');
  await choice.getByRole('button', { name: 'Keep mine' }).click();
  await expect(choice).toBeHidden();
  await kept(page);
  await expect(page.getByLabel('Status'), 'what the second never touched').toHaveValue('in_review');

  await read(page, address);
  await expect(page.getByText('My text.')).toBeVisible();
  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('dialog', { name: 'Versions' });
  await versions.getByRole('button', { name: /^v1/ }).click();
  await expect(versions.locator('.diff del')).toContainText('Their');
  await other.close();
});

test('ux 63 for documents: versions are kept, compared and restored', async ({ page }) => {
  const address = await begin(page, 'Versions', 'A warm cup of tea.');
  await read(page, address);
  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('dialog', { name: 'Versions' });
  await versions.getByRole('button', { name: 'Keep this version' }).click();
  await expect(versions.getByRole('button', { name: 'Keep this version' })).toBeHidden();
  await page.goto(`${address}/edit`);
  await hydrated(page);
  await page.getByRole('textbox', { name: 'Text' }).fill('A cold cup of tea.');
  await kept(page);

  await read(page, address);
  await page.getByRole('button', { name: 'Versions' }).click();
  await versions.getByRole('button', { name: /^v1/ }).click();
  await expect(versions.locator('.diff del')).toHaveText('warm');
  await expect(versions.locator('.diff ins')).toHaveText('cold');
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-versions');
  await versions.getByRole('button', { name: 'Restore v1' }).click();
  await expect(page.getByRole('article').getByText('A warm cup of tea.')).toBeVisible();
  await expect(page.locator('.toast')).toContainText('v1 is the latest again.');
  await expect(page.getByRole('button', { name: 'Versions' })).toBeFocused();
  await page.getByRole('button', { name: 'Versions' }).click();
  await expect(versions.getByRole('listitem')).toHaveCount(3);
  await expect(versions.getByRole('listitem').first()).toContainText('Restored from v1');
});

test('a changed title is shown above the text and among the versions', async ({ page }) => {
  const address = await begin(page, 'Alpha', 'The same text.');
  const way = page.getByRole('navigation', { name: 'Breadcrumb' });
  await expect(way.getByRole('link', { name: 'Alpha' })).toBeVisible();
  await read(page, address);
  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('dialog', { name: 'Versions' });
  await versions.getByRole('button', { name: 'Keep this version' }).click();
  await expect(versions.getByRole('button', { name: 'Keep this version' })).toBeHidden();
  await page.goto(`${address}/edit`);
  await hydrated(page);
  await page.getByLabel('Title').fill('Beta');
  await kept(page);
  await expect(way.getByRole('link', { name: 'Beta' })).toBeVisible();

  await read(page, address);
  await page.getByRole('button', { name: 'Versions' }).click();
  await versions.getByRole('button', { name: /^v1/ }).click();
  await expect(versions.locator('.versions__title del')).toHaveText('Alpha');
  await expect(versions.locator('.versions__title ins')).toHaveText('Beta');
  await expect(versions.getByText('Only the title differs.')).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-versions-title');
});

test('documents are searched and narrowed in the address', async ({ page }) => {
  const address = await begin(page, 'Rooibos', 'An unusual word: quokka.');
  await page.getByLabel('Tags').fill('wild');
  await kept(page);
  await begin(page, 'Other', 'Plain.');
  await page.goto(address.replace(/\/documents\/.*$/, '/documents'));
  await hydrated(page);

  await page.getByLabel('Search documents').pressSequentially('quok');
  await page.waitForURL(/\?q=quok/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByLabel('Search documents')).toBeFocused();
  await page.getByLabel('Any tag').selectOption('wild');
  await page.waitForURL(/tag=wild/);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('link', { name: 'Rooibos' })).toBeVisible();
  await page.getByLabel('Any status').selectOption('published');
  await expect(page.getByText('No document fits')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/documents$/);
  await expect(page.getByLabel('Search documents')).toHaveValue('');
  await expect(page.getByRole('article').nth(1)).toBeVisible();
});

test('a document is taken away as a ZIP and as a page, and deleted unless it is in use', async ({ page, guard }) => {
  // A download is no page: the browser calls its navigation aborted.
  guard.expect(/ERR_ABORTED/);
  await begin(page, 'شاي: tea', 'To take away.');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(/\/documents\/[0-9a-f-]+$/);
  for (const [name, file] of [['Markdown with images', 'شاي tea.zip'], ['One page to print', 'شاي tea.html']]) {
    await page.getByLabel('Export').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    expect(download.suggestedFilename()).toBe(file);
  }
  await page.getByLabel('Export').click();
  await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'One page to print' }).press('Enter')]);
  const lost = () => page.evaluate(() => document.activeElement === document.body);
  await expect.poll(lost, 'the focus stays near a menu that closes').toBe(false);

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete the document' }).click();
  await page.waitForURL(/\/documents$/);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`ux 34: writing a document is accessible, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const workspace = await campaignForm(page);
    await launchToEnd(page);
    await page.goto(`${workspace}/documents`);
    await hydrated(page);
    await shoot(page, `documents-${scheme}`);
    await page.getByRole('article').first().getByRole('link').click();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.waitForURL(/\/edit$/);
    await hydrated(page);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await still(page);
      await expectAccessible(page);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, `nothing sticks out at ${width}`).toBeLessThanOrEqual(0);
      await shoot(page, `writing-${scheme}-${width}`, { fullPage: true });
    }
    await page.getByRole('tab', { name: 'Preview' }).click();
    await expect(page.getByRole('region', { name: 'Preview' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Text' })).toBeHidden();
    await shoot(page, `writing-preview-${scheme}-390`);
  });
}
