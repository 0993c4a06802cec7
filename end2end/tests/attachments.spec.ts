import { type BrowserContext, type Locator, type Page, type Route } from '@playwright/test';

import { expectAccessibleAndShoot, PIXEL, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** A document with three images of one size, which have long names, opened. */
async function open(page: Page): Promise<void> {
  const workspace = await beOwner(page);
  // As large as a window: it has no room for all of it and what is around it.
  const picture = await page.screenshot();
  const images: unknown[] = [];
  for (const place of ['first', 'second', 'third']) {
    const name = `The ${place} of three pictures${', which is called by more words than there is room for'.repeat(3)}`;
    images.push((await post(page, `images?name=${encodeURIComponent(`${name}.png`)}`, picture))['id']);
  }
  const document = await post(page, 'documents', { title: 'Kettles', content: 'A **warm** cup.' });
  const place = `documents/${String(document['id'])}`;
  await post(page, `${place}/attachments`, { image_ids: images });
  await page.goto(`${workspace}/${place}`);
  await hydrated(page);
  await expect(page.locator('.attachment')).toHaveCount(3);
}

async function order(page: Page): Promise<string[]> {
  return page.locator('.attachment__frame').evaluateAll((all) => all.map((one) => one.id));
}

/** Resolves when the server has what the page shows. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('.attachments__grid')).toHaveAttribute('aria-busy', 'false');
}

/** Holds back what the page asks of a server function; resolves with one after the other. */
async function held(page: Page, name: string): Promise<() => Promise<Route>> {
  const waiting: Route[] = [];
  await page.route(`**/api/fn/${name}`, (route) => void waiting.push(route));
  return async () => {
    await expect.poll(() => waiting.length).toBe(1);
    return waiting.pop()!;
  };
}

/** Puts images into words, in the box that shows them in full. */
async function words(page: Page, box: Locator): Promise<void> {
  const [first, second, third] = await order(page);
  await page.locator(`#${first}`).click();
  await box.getByText('Edit caption and alt text').click();
  const [alt, caption] = [box.getByLabel('Alternative text'), box.getByLabel('Caption')];
  const save = box.getByRole('button', { name: 'Save' });
  await alt.fill('Words of the first');
  await caption.fill('Of the first');
  // What was written of an image is saved when it is left.
  await box.getByRole('button', { name: 'Next image' }).click();
  await expect(page.locator('.attachment__caption')).toHaveText('Of the first');
  await expect(box.getByText('2 of 3')).toBeVisible();
  await expect(caption).toHaveValue('');
  await expect(alt).not.toHaveValue('Words of the first');
  await expect(save).toBeDisabled();

  // What is typed while something is on its way is not saved with it.
  const next = await held(page, 'caption_image');
  await caption.fill('Sent');
  await save.click();
  const call = await next();
  await caption.fill('Sent, and more');
  await call.continue();
  await expect(save).not.toHaveAttribute('aria-busy');
  await expect(save).toBeEnabled();
  await expect(box.getByText('Saved.')).toBeHidden();
  await save.click();
  await (await next()).continue();
  await expect(box.getByText('Saved.')).toBeVisible();

  await page.setViewportSize({ width: 720, height: 450 });
  await still(page);
  const size = await box.locator('.lightbox__image').boundingBox();
  expect(Math.min(size!.width, size!.height), 'at a zoom of 200 %').toBeGreaterThan(120);
  await save.scrollIntoViewIfNeeded();
  await expect(save).toBeInViewport();
  await shoot(page, 'lightbox-words-zoomed');

  // What had the focus goes with its image; the keys still lead on.
  await box.getByRole('link', { name: 'Open in a new tab' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(box.getByText('3 of 3')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(box.getByText('1 of 3')).toBeVisible();
  await expect(caption).toHaveValue('Of the first');
  await page.keyboard.press('Escape');
  const captioned = page.locator('.attachment').filter({ has: page.locator(`#${second}`) });
  await expect(captioned.locator('.attachment__caption')).toHaveText('Sent, and more');
  await expect(page.locator('.attachment__caption')).toHaveCount(2);
  await page.unrouteAll();
  await page.setViewportSize({ width: 1440, height: 900 });
  // All of it is kept: the order, too.
  await page.reload();
  await hydrated(page);
  expect(await order(page)).toEqual([first, second, third]);
  await expect(page.locator(`#${first} img`)).toHaveAttribute('alt', 'Words of the first');

  // What is refused when its image is not looked at any more is told of.
  await page.route('**/api/fn/describe_image', (route) => route.abort());
  await page.locator(`#${first}`).click();
  await box.getByText('Edit caption and alt text').click();
  await alt.fill('A pan on a stove');
  await box.getByRole('button', { name: 'Next image' }).click();
  await expect(box.getByText('2 of 3')).toBeVisible();
  await expect(box.getByRole('alert').filter({ hasText: "wasn't saved" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
  const told = page.locator('.toast').filter({ hasText: "wasn't saved" });
  await expect(told).toContainText("Can't reach the server.");

  await page.unrouteAll();
  await told.getByRole('button', { name: 'Show image' }).click();
  await expect(box.getByText('1 of 3')).toBeVisible();
  await expect(alt).toHaveValue('A pan on a stove');
  await page.keyboard.press('Escape');
  await expect(page.locator(`#${first} img`)).toHaveAttribute('alt', 'A pan on a stove');
}

/** Changes of four images, of which one is called Swatch, that are refused. */
async function refused(page: Page, context: BrowserContext): Promise<void> {
  await page.getByAltText('Swatch').click();
  const box = page.getByRole('dialog', { name: 'Image' });
  await box.getByText('Edit caption and alt text').click();
  await box.getByLabel('Caption').fill('Said meanwhile.');
  await box.getByRole('button', { name: 'Save' }).click();
  await expect(box.getByText('Saved.')).toBeVisible();
  await page.keyboard.press('Escape');
  const before = await order(page);
  expect(before).toHaveLength(4);

  const toasts = page.locator('.toast').filter({ hasNotText: 'Detached' });
  const said = page.locator('.attachments > p[role="status"]');
  await page.route(/\/api\/fn\/(arrange|document)$/, (route) => route.abort());
  await page.locator('.attachment').nth(2).getByRole('button', { name: 'Set as primary' }).click();
  await expect(toasts).toHaveCount(1);
  await settled(page);
  expect(await order(page)).toEqual(before);
  await expect(page.locator('.attachment__caption')).toHaveText('Said meanwhile.');
  await expect(said).toHaveText('');
  await page.unrouteAll();
  await toasts.getByRole('button', { name: 'Dismiss' }).click();

  // What was changed elsewhere is shown with the refusal: the next try is made on it.
  const other = await context.newPage();
  await other.goto(page.url());
  await hydrated(other);
  await other.locator('.attachment').nth(0).getByRole('button', { name: 'Detach' }).click();
  await settled(other);
  await other.close();
  await page.locator('.attachment').nth(3).getByRole('button', { name: 'Set as primary' }).click();
  await expect(toasts).toContainText('Someone changed the images');
  await settled(page);
  expect(await order(page)).toEqual(before.slice(1));
  await page.locator('.attachment').nth(2).getByRole('button', { name: 'Set as primary' }).click();
  await expect(said).toHaveText('Set as primary image.');
  expect(await order(page)).toEqual([before[3], before[1], before[2]]);
}

test('ux 34, 61: images stand below the text, in the order given to them, are seen in full, and keep each its words', async ({ page, guard }) => {
  // A download is no page: the browser calls its navigation aborted.
  guard.expect(/ERR_ABORTED|api\/fn\/describe_image/);
  await open(page);
  const [first, second, third] = await order(page);
  for (const width of [2560, 390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const text = await page.getByRole('article').boundingBox();
    const images = await page.locator('.attachments__grid').boundingBox();
    expect(images!.y).toBeGreaterThanOrEqual(text!.y + text!.height);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond, `nothing sticks out at ${width}`).toBeLessThanOrEqual(0);
    await shoot(page, `document-${width}`, { fullPage: true });
  }
  await expectAccessibleAndShoot(page, 'document', { fullPage: true });

  await page.locator('.attachment').nth(2).getByRole('button', { name: 'Set as primary' }).click();
  await expect.poll(() => order(page)).toEqual([third, first, second]);
  await settled(page);
  await expect(page.getByTitle('Primary image')).toHaveCount(1);
  await page.locator(`#${third}`).focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => order(page)).toEqual([first, third, second]);
  await expect(page.locator(`#${third}`)).toBeFocused();
  await settled(page);
  await page.locator('.attachment').nth(2).dragTo(page.locator('.attachment').nth(0));
  await expect.poll(() => order(page)).toEqual([second, first, third]);
  await settled(page);

  await page.locator(`#${first}`).press('Enter');
  const box = page.getByRole('dialog', { name: 'Image' });
  await expect(box.getByText('2 of 3')).toBeVisible();
  await shoot(page, 'lightbox');
  await page.keyboard.press('ArrowRight');
  await expect(box.getByText('3 of 3')).toBeVisible();

  // At 100 % a pixel of the picture is one of the page, and the arrows move the picture about.
  const picture = box.locator('.lightbox__image');
  const shown = () => picture.evaluate((img: HTMLImageElement) => img.clientWidth / img.naturalWidth);
  await expect.poll(shown).toBeLessThan(1);
  await box.getByRole('button', { name: 'Show at 100%' }).click();
  await expect.poll(shown).toBe(1);
  const frame = box.getByRole('group', { name: 'Image at 100%' });
  await frame.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => frame.evaluate((one) => one.scrollTop)).toBeGreaterThan(0);
  await page.keyboard.press('ArrowRight');
  await expect(box.getByText('3 of 3')).toBeVisible();
  await shoot(page, 'lightbox-full');
  await page.keyboard.press('Shift+Digit1');
  await expect.poll(shown).toBeLessThan(1);
  await page.keyboard.press('Shift+Digit0');
  await expect(box.getByRole('button', { name: 'Fit to window' })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    box.getByRole('link', { name: 'Download original' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^\S+\.(png|jpe?g|webp)$/);
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
  await expect(page.locator(`#${first}`)).toBeFocused();

  await test.step('the words of one image never get to another, and are there again when they could not be saved', () => words(page, box));
});

test('ux 62: images are detached, attached from the project and sent, up to twenty; what is refused is taken back and not called done', async ({ page, context, guard }) => {
  guard.expect(/422|api\/fn\/(arrange|document)|409/);
  await open(page);
  await page.locator('.attachment').nth(0).getByRole('button', { name: 'Detach' }).click();
  await expect(page.locator('.attachment')).toHaveCount(2);
  await expect(page.locator('.attachment').nth(0).getByRole('link'), 'the next one has the focus').toBeFocused();
  await settled(page);

  await page.getByRole('button', { name: 'Attach images' }).click();
  const dialog = page.getByRole('dialog', { name: 'Attach images' });
  await dialog.getByRole('checkbox').first().check();
  const right = (box: Element): number => box.getBoundingClientRect().right;
  const chip = await dialog.locator('.picker__chip').evaluate(right);
  expect(chip, 'a long name is cut').toBeLessThan(await dialog.evaluate(right));
  await expectAccessibleAndShoot(page, 'attach');
  await dialog.getByRole('tab', { name: 'Upload' }).click();
  await dialog.getByLabel('Images', { exact: true }).setInputFiles([
    { name: 'Swatch.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('words') },
  ]);
  await expect(dialog.getByText("This isn't an image.")).toBeVisible();
  await dialog.getByRole('button', { name: 'Attach 2 images' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.attachment')).toHaveCount(4);
  await expect(page.getByAltText('Swatch')).toBeVisible();

  await test.step('what is refused is taken back', () => refused(page, context));

  await page.getByRole('button', { name: 'Attach images' }).click();
  await dialog.getByRole('tab', { name: 'Upload' }).click();
  const many = Array.from({ length: 18 }, (_, at) => ({
    name: `Swatch ${at}.png`, mimeType: 'image/png', buffer: PIXEL,
  }));
  await dialog.getByLabel('Images', { exact: true }).setInputFiles(many);
  await expect(dialog.getByText('You have 3 and chose 18 more. The limit is 20.')).toBeVisible();
  await dialog.getByLabel('Images', { exact: true }).setInputFiles(many.slice(1));
  await dialog.getByRole('tab', { name: 'Library' }).click();
  await dialog.getByRole('checkbox').first().check();
  await dialog.getByRole('button', { name: 'Attach 18 images' }).click();
  await expect(dialog.getByText(/has 3 images; with 18 more it would exceed the limit of 20/)).toBeVisible();
});

test('an image that was detached comes back, also when its page has gone; quick changes follow each other, and the focus stays', async ({ page }) => {
  await open(page);
  const before = await order(page);
  const tile = page.locator('.attachment').filter({ has: page.locator(`#${before[0]}`) });
  await tile.getByRole('button', { name: 'Add a caption' }).click();
  await expect(page.getByRole('dialog', { name: 'Image' }).getByLabel('Caption')).toBeFocused();
  await page.keyboard.type('Served warm.');
  await page.keyboard.press('Escape');
  const caption = tile.getByRole('button', { name: 'Served warm.' });
  await expect(caption).toBeFocused();

  const told = page.locator('.toast').filter({ hasText: 'Detached' });
  await tile.getByRole('button', { name: 'Detach' }).click();
  await expect(page.locator('.attachment')).toHaveCount(2);
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => order(page)).toEqual(before);
  await expect(page.locator(`#${before[0]}`)).toBeFocused();
  await settled(page);

  await tile.getByRole('button', { name: 'Detach' }).click();
  await expect(told).toBeVisible();
  await page.getByRole('navigation').first().getByRole('link', { name: 'Documents' }).click();
  await page.waitForURL(/\/documents$/);
  const ordered = page.waitForResponse((answer) => /"order"/.test(answer.request().postData() ?? ''));
  await told.getByRole('button', { name: 'Undo' }).click();
  await ordered;
  await page.goBack();
  await expect.poll(() => order(page)).toEqual(before);
  await expect(caption).toBeVisible();
  await expect(tile.getByTitle('Primary image')).toBeVisible();

  // What is asked for quickly is done one after the other.
  const [first, second, third] = before;
  const next = await held(page, 'arrange');
  await page.locator(`#${first}`).focus();
  for (const key of ['Right', 'Right', 'Left', 'Right']) await page.keyboard.press(`Alt+Arrow${key}`);
  expect(await order(page)).toEqual([second, third, first]);
  // Of those that waited for the first only the last is sent.
  await (await next()).continue();
  await (await next()).continue();
  await settled(page);
  expect(await order(page)).toEqual([second, third, first]);
  await expect(page.locator(`#${first}`)).toBeFocused();

  const later = page.locator('.attachment').filter({ has: page.locator(`#${second}`) }).getByRole('button', { name: 'Move later' });
  await later.press('Enter');
  await (await next()).continue();
  await settled(page);
  await expect(later).toBeFocused();
  await later.press('Enter');
  await (await next()).continue();
  await settled(page);
  expect(await order(page)).toEqual([third, first, second]);
  await expect(page.locator(`#${second}`), 'the button leads no further').toBeFocused();

  const detach = page.locator('.attachment').first().getByRole('button', { name: 'Detach' });
  await detach.click();
  await detach.click();
  await (await next()).continue();
  const last = await next();
  expect(await order(page), 'what was detached does not come back').toEqual([second]);
  await last.continue();
  await settled(page);
  await page.unrouteAll();
  await page.reload();
  await hydrated(page);
  expect(await order(page)).toEqual([second]);
});
