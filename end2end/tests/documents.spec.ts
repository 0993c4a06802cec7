import { type BrowserContext, type Locator, type Page } from '@playwright/test';

import { expectSound, PIXEL, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { type Json, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** Puts up a document; resolves with where it is read in a workspace. */
async function made(page: Page, title: string, content: string, more: Json = {}): Promise<string> {
  const { id } = await post(page, 'documents', { title, content, ...more });
  return `/documents/${String(id)}`;
}

/** Resolves when the server has what is written. */
async function kept(page: Page): Promise<void> {
  await expect(page.locator('.saved')).toHaveAttribute('data-state', 'saved');
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

/** Goes from a document to where it is written. */
async function write(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.waitForURL(/\/edit$/);
}

/** Goes from where a document is written to where it is read. */
async function read(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(/\/documents\/[0-9a-f-]+$/);
}

/** Buttons and keys write Markdown, the same one takes it away, and the browser can undo it. */
async function marks(page: Page, text: Locator): Promise<void> {
  const tools = page.getByRole('toolbar', { name: 'Formatting' });
  await text.fill('A warm cup');
  await text.evaluate((box: HTMLTextAreaElement) => { box.focus(); box.setSelectionRange(2, 6); });
  await tools.getByRole('button', { name: 'Bold' }).click();
  await expect(text).toHaveValue('A **warm** cup');
  await expect(text).toBeFocused();
  await tools.getByRole('button', { name: 'Bold' }).click();
  await expect(text).toHaveValue('A warm cup');
  await page.keyboard.press('ControlOrMeta+i');
  await expect(text).toHaveValue('A *warm* cup');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(text).toHaveValue('A warm cup');
  await tools.getByRole('button', { name: 'Bulleted list' }).click();
  await expect(text).toHaveValue('- A warm cup');
  await expect(page.getByRole('region', { name: 'Preview' }).getByRole('listitem')).toHaveText('A warm cup');
  await kept(page);
  await tools.getByRole('button', { name: 'Heading' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(tools.getByRole('button', { name: 'Code' })).toBeFocused();
}

/** The preview follows what is written, and nothing in it runs or is fetched. */
async function previewed(page: Page, text: Locator): Promise<void> {
  const preview = page.getByRole('region', { name: 'Preview' });
  await text.fill('# Second\n\nSome **bold** words.\n\n<script>document.title = "owned"</script>\n\n![far](https://evil.example/a.png)\n\nשלום עולם');
  await expect(preview.getByRole('heading', { name: 'Second' })).toBeVisible();
  await expect(preview.locator('strong')).toHaveText('bold');
  await text.press('End');
  await text.pressSequentially(' and more');
  await expect(preview.getByText('and more')).toBeVisible();
  await expect(preview.locator('img, script')).toHaveCount(0);
  expect(await page.title()).not.toContain('owned');
  await kept(page);
}

test('ux 34: what is written is kept by itself, as buttons, keys and the preview show it, read after Done, and survives a reload unsaved', async ({ page, guard }) => {
  guard.expect(/save_document/);
  const workspace = await beOwner(page);
  const image = await post(page, 'images?name=Cup.png', PIXEL);
  await open(page, `${workspace}/documents`);
  await page.getByRole('button', { name: 'New document' }).click();
  await page.waitForURL(/\/documents\/[0-9a-f-]+\/edit$/);
  await post(page, `documents/${page.url().split('/').at(-2)}/attachments`, { image_ids: [image['id']] });
  await expect(page.getByLabel('Title')).toBeFocused();
  await page.getByLabel('Title').fill('Tea letter');
  const text = page.getByRole('textbox', { name: 'Text' });
  await marks(page, text);
  await previewed(page, text);
  await text.fill('A warm cup.');
  await kept(page);
  await page.getByLabel('Status').selectOption('in_review');
  await page.getByLabel('Tags').fill('spring, tea');
  await read(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Tea letter' })).toBeVisible();
  await expect(page.getByText('A warm cup.')).toBeVisible();
  await expect(page.getByLabel('Status: In review').first()).toBeVisible();
  await expect(page.getByText('spring', { exact: true })).toBeVisible();

  await write(page);
  await page.route('**/api/fn/save_document', (route) => route.abort());
  await text.fill('A cold cup, not sent.');
  await expect(page.locator('.saved')).toHaveText('Unsaved (offline)');
  await page.unroute('**/api/fn/save_document');
  // What a page sends when it goes is lost here as well: only the browser has the text.
  await page.evaluate(() => { navigator.sendBeacon = () => false; });
  await page.reload();
  await hydrated(page);
  await expect(text).toHaveValue('A cold cup, not sent.');
  await kept(page);

  await expectSound(page, 'writing');
  await page.setViewportSize({ width: 390, height: 900 });
  await page.getByRole('tab', { name: 'Preview' }).click();
  await expect(page.getByRole('region', { name: 'Preview' })).toBeVisible();
  await expect(text).toBeHidden();
  await shoot(page, 'writing-preview-390');
  await page.setViewportSize({ width: 1440, height: 900 });
  await read(page);
  await expect(page.getByText('A cold cup, not sent.')).toBeVisible();
});

test('in any script, under a title of a thousand characters, and as long as may be a document is read: code from left to right, the beginning first', async ({ page }) => {
  const workspace = await beOwner(page);
  const title = `${'Tea '.repeat(249)}time`;
  const words = 'نص عربي `a = 1;` [run](javascript:alert(1)) [go](https://example.com)\n\n```\nlet x = 1;\n```\n';
  const paragraph = 'Tea and **rain**, and `rain` and tea again, as *long* as anybody likes.\n\n';
  const long = await made(page, 'As long as may be', `${paragraph.repeat(12_000)}The very end.`);
  await open(page, workspace + (await made(page, title, words)));

  await test.step('code reads from left to right, and what cannot be followed does not look like a link', async () => {
    const text = page.locator('.markdown').first();
    const direction = (of: Element) => getComputedStyle(of).direction;
    expect(await text.evaluate(direction)).toBe('rtl');
    const codes = await text.locator('pre, code').all();
    expect(codes.length).toBeGreaterThan(1);
    for (const code of codes) expect(await code.evaluate(direction)).toBe('ltr');
    const look = (of: Element): string => {
      const { color, textDecorationLine } = getComputedStyle(of);
      return `${color} ${textDecorationLine}`;
    };
    const plain = await text.locator('p').evaluate(look);
    expect(await text.getByText('run', { exact: true }).evaluate(look)).toBe(plain);
    await expect(text.getByRole('link')).toHaveText(['go']);
    expect(await text.getByRole('link').evaluate(look)).not.toBe(plain);
  });

  await test.step('a title of a thousand characters takes three lines, and is changed as a whole', async () => {
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toHaveAttribute('title', title);
    const lines = (of: Element): number => of.clientHeight / parseFloat(getComputedStyle(of).lineHeight);
    expect(await heading.evaluate(lines)).toBeLessThan(3.1);
    await expect(page.getByText('let x = 1;')).toBeInViewport();
    await write(page);
    await expect(page.getByLabel('Title')).toHaveValue(title);
    await page.getByLabel('Title').fill('Tea time');
    await kept(page);
    await read(page);
    await expect(page.getByRole('heading', { level: 1, name: 'Tea time', exact: true })).toBeVisible();
  });

  await test.step('of a very long document the page has the beginning, and all of it on demand', async () => {
    expect((await (await page.request.get(workspace + long)).text()).length).toBeLessThan(1_500_000);
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('link', { name: 'As long as may be' }).click();
    await expect(page.getByRole('button', { name: 'Show all' })).toBeVisible();
    await expect(page.getByText('The very end.')).toHaveCount(0);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(page.locator('.markdown > :last-child')).toHaveText('The very end.');
    await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(0);
  });
});

test('of two who change the same text the second chooses, and nothing is lost', async ({ page, context, guard }) => {
  guard.expect(/409/);
  const address = (await beOwner(page)) + (await made(page, 'Shared', 'From the beginning.'));
  await open(page, `${address}/edit`);
  const other = await context.newPage();
  await open(other, `${address}/edit`);
  await other.getByLabel('Tags').fill('theirs');
  await kept(other);
  await page.getByLabel('Title').fill('Shared title');
  await kept(page);
  await expect(page.getByLabel('Tags')).toHaveValue('theirs');

  await other.getByRole('textbox', { name: 'Text' }).fill('Their text.');
  await other.getByLabel('Status').selectOption('in_review');
  await kept(other);
  await page.getByRole('textbox', { name: 'Text' }).fill('My text.');
  const choice = page.getByRole('region', { name: 'Someone else changed this document' });
  await expect(choice).toBeVisible();
  await choice.getByText('Show their text').click();
  await expect(choice.getByText('Their text.')).toBeVisible();
  await expect(choice.getByText('In review · theirs')).toBeVisible();
  await expectAccessible(page);
  await shoot(page, 'document-conflict');
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('My text.');
  await choice.getByRole('button', { name: 'Keep mine' }).click();
  await expect(choice).toBeHidden();
  await kept(page);
  await expect(page.getByLabel('Status'), 'what the second never touched').toHaveValue('in_review');

  await read(page);
  await expect(page.getByRole('article').getByText('My text.')).toBeVisible();
  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('dialog', { name: 'Versions' });
  await versions.getByRole('button', { name: /^v1/ }).click();
  await expect(versions.locator('.diff del')).toContainText('Their');
  await other.close();
});

test('ux 63 for documents: versions are kept, compared from change to change, with their titles too, and restored', async ({ page }) => {
  const versions = page.getByRole('dialog', { name: 'Versions' });
  const compare = async () => {
    await page.getByRole('button', { name: 'Versions' }).click();
    await versions.getByRole('button', { name: /^v1/ }).click();
  };
  const filler = 'Line of tea.\n\n'.repeat(60);
  const [first, second] = [['warm', 'old'], ['cold', 'new']].map(([cup, line]) => `A ${cup} cup of tea.\n\n${filler}Line of ${line} tea.`);
  const workspace = await beOwner(page);
  await open(page, workspace + (await made(page, 'Alpha', first!)));
  await compare();
  await expect(versions.getByText('This is the only version so far.')).toBeVisible();
  await versions.getByRole('button', { name: 'Save as version' }).click();
  await expect(versions.getByRole('button', { name: 'Save as version' })).toBeHidden();
  await page.keyboard.press('Escape');

  // Another title: it is shown above the text and among the versions.
  await write(page);
  const way = page.getByRole('navigation', { name: 'Breadcrumb' });
  await expect(way.getByRole('link', { name: 'Alpha' })).toBeVisible();
  await page.getByLabel('Title').fill('Beta');
  await kept(page);
  await expect(way.getByRole('link', { name: 'Beta' })).toBeVisible();
  await read(page);
  await compare();
  await expect(versions.locator('.versions__title del')).toHaveText('Alpha');
  await expect(versions.locator('.versions__title ins')).toHaveText('Beta');
  await expect(versions.getByText('Only the title changed.')).toBeVisible();
  await shoot(page, 'document-versions-title');
  await page.keyboard.press('Escape');

  // Another text, in two places.
  await write(page);
  await page.getByRole('textbox', { name: 'Text' }).fill(second!);
  await kept(page);
  await read(page);
  await compare();
  await expect(versions.getByRole('heading', { name: 'Changes from v1 to v2 (latest)' })).toBeVisible();
  await versions.getByRole('button', { name: 'Inline' }).click();
  await expect(versions.getByText('2 deletions, 2 additions')).toBeVisible();
  await expect(versions.locator('.diff del')).toHaveText(['warm', 'old']);
  await expect(versions.locator('.diff ins')).toHaveText(['cold', 'new']);
  await expect(versions.locator('.diff del').first()).toBeInViewport();
  await expect(versions.getByText('Change 1 of 2')).toBeVisible();
  await versions.getByRole('button', { name: 'Next change' }).click();
  await expect(versions.getByText('Change 2 of 2')).toBeVisible();
  await expect(versions.locator('.diff ins').last()).toBeInViewport();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-versions');

  await versions.getByRole('button', { name: 'Restore v1' }).click();
  await expect(page.getByRole('article').getByText('A warm cup of tea.')).toBeVisible();
  await expect(page.locator('.toast')).toContainText('Restored v1');
  await expect(page.getByRole('button', { name: 'Versions' })).toBeFocused();
  await page.getByRole('button', { name: 'Versions' }).click();
  await expect(versions.getByRole('listitem')).toHaveCount(3);
  await expect(versions.getByRole('listitem').first()).toContainText('Restored from v1');
});

/** Changes the status of a document where it is read; resolves on its page. */
async function published(page: Page, link: Locator): Promise<void> {
  await page.getByLabel('Status: Draft').click();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-status');
  await page.getByRole('button', { name: 'Published' }).click();
  await expect(page.getByLabel('Status: Published')).toBeVisible();
  await expect(page.locator('.toast').filter({ hasText: 'Status set to Published' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('published');
  await page.waitForURL(/status=published/);
  await link.click();
  await page.getByLabel('Status: Published').press('Enter');
  await page.getByRole('button', { name: 'In review' }).press('Enter');
  await expect(page.getByLabel('Status: In review')).toBeVisible();
}

/** Copies a document, and exports it as a file and as a page to print. */
async function taken(page: Page, context: BrowserContext): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const pasted = () => page.evaluate(() => navigator.clipboard.readText());
  for (const [name, text] of [['Copy text', 'A quokka to take away.'], ['Copy Markdown', 'A quokka to **take** away.']]) {
    await page.getByLabel('Copy', { exact: true }).click();
    await page.getByRole('button', { name }).click();
    await expect.poll(pasted).toBe(text);
  }
  await expect(page.locator('.toast').filter({ hasText: 'Copied' }).first()).toBeVisible();

  const files = [
    ['Word (DOCX)', 'شاي tea.docx'],
    ['Plain text (TXT)', 'شاي tea.txt'],
    ['Markdown with images (ZIP)', 'شاي tea.zip'],
    ['Web page (HTML)', 'شاي tea.html'],
  ] as const;
  for (const [name, file] of files) {
    await page.getByLabel('Export').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    expect(download.suggestedFilename()).toBe(file);
  }
  await page.getByLabel('Export').click();
  await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Web page (HTML)' }).press('Enter')]);
  const lost = () => page.evaluate(() => document.activeElement === document.body);
  await expect.poll(lost, 'the focus stays near a menu that closes').toBe(false);

  await page.getByLabel('Export').click();
  const [print] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Print or save as PDF' }).click()]);
  await expect(print.getByRole('heading', { level: 1 })).toHaveText('شاي: tea');
  await expect(print.getByText('choose “Save as PDF”')).toBeVisible();
  await print.emulateMedia({ media: 'print' });
  await expect(print.getByText('choose “Save as PDF”')).toBeHidden();
  await shoot(print, 'document-print');
  await print.close();
}

test('documents are searched and narrowed in the address; one is published, copied, exported, printed and deleted', async ({ page, context, guard }) => {
  // A download is no page: the browser calls its navigation aborted.
  guard.expect(/ERR_ABORTED/);
  const workspace = await beOwner(page);
  await made(page, 'شاي: tea', 'A quokka to **take** away.', { tags: ['wild'] });
  await made(page, 'Other', 'Plain.');
  await open(page, `${workspace}/documents`);
  await shoot(page, 'documents');

  await page.getByLabel('Search documents').pressSequentially('quok');
  await page.waitForURL(/\?q=quok/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByLabel('Search documents')).toBeFocused();
  await page.getByRole('combobox', { name: 'Tag' }).selectOption('wild');
  await page.waitForURL(/tag=wild/);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('article')).toHaveCount(1);
  const link = page.getByRole('link', { name: 'شاي: tea' });
  await expect(link).toBeVisible();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('published');
  await expect(page.getByText('No matching documents')).toBeVisible();
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/documents$/);
  await expect(page.getByLabel('Search documents')).toHaveValue('');
  await expect(page.getByRole('article').nth(1)).toBeVisible();

  await link.click();
  await test.step('its status is changed where it is read', () => published(page, link));
  await test.step('it is copied and exported', () => taken(page, context));

  await page.getByLabel(/^More for /).click();
  await page.getByRole('button', { name: 'Delete…', exact: true }).click();
  await page.getByRole('button', { name: 'Delete document' }).click();
  await page.waitForURL(/\/documents$/);
});
