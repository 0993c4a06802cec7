import type { Page, Request, Route } from '@playwright/test';

import { PIXEL, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { post } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

/** An image is sent to a document and put into words. */
async function captioned(page: Page, document: string): Promise<void> {
  await page.getByRole('button', { name: 'Attach images' }).click();
  const dialog = page.getByRole('dialog', { name: 'Attach images' });
  await dialog.getByRole('tab', { name: 'Upload' }).click();
  await dialog.getByLabel('Images', { exact: true }).setInputFiles([{ name: 'Saucer.png', mimeType: 'image/png', buffer: PIXEL }]);
  await dialog.getByRole('button', { name: 'Attach 1 image' }).click();
  await page.getByAltText('Saucer').click();
  const box = page.getByRole('dialog', { name: 'Image' });
  await box.getByText('Edit caption and alt text').click();
  await box.getByLabel('Alternative text').fill('A saucer');
  await box.getByLabel('Caption').fill('Served warm.');
  await box.getByRole('button', { name: 'Save' }).click();
  await expect(box.getByText('Saved.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
  await expect(page.locator('.attachment__image').last()).toHaveAttribute('alt', 'A saucer');
  await expect(page.locator('.attachment__caption')).toHaveText('Served warm.');
  const html = await (await page.request.get(`/api/v1/${document}/export?format=html`)).text();
  expect(html).toContain('alt="A saucer"');
  expect(html).toContain('<figcaption>Served warm.</figcaption>');
}

/** Reference files of the document: one is refused, one is removed, and one arrives late. */
async function files(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add files' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add reference files' });
  await dialog.getByLabel('Files', { exact: true }).setInputFiles([
    { name: 'قواعد.txt', mimeType: 'text/plain', buffer: Buffer.from('Always warm.') },
    { name: 'swatch.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'tool.txt', mimeType: 'text/plain', buffer: Buffer.from('\0\x01') },
    { name: 'fake.pdf', mimeType: 'application/pdf', buffer: Buffer.from('Words.') },
  ]);
  await expect(dialog.getByText(/“tool.txt” isn't a supported type/)).toBeVisible();
  await expect(dialog.getByText(/“fake.pdf” is named like a PDF, but contains text/)).toBeVisible();
  await expect(dialog.getByText('Uploaded.', { exact: true })).toHaveCount(2);
  await expect(dialog.locator('.outbox__row > [data-icon="circle-check"]')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.locator('.files__row')).toHaveCount(2);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'قواعد.txt' }).click();
  expect((await downloading).suggestedFilename()).toBe('قواعد.txt');
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'document-files', { fullPage: true });

  await page.getByRole('button', { name: 'Remove swatch.png' }).click();
  await page.getByRole('button', { name: 'Remove file' }).click();
  await expect(page.locator('.files__row')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Add files' })).toBeFocused();

  // What is still on its way when the dialog is closed is shown there again, and on the page later.
  let late: Route | undefined;
  await page.route(/\/files\?name=late/, (route) => void (late = route));
  await page.getByRole('button', { name: 'Add files' }).click();
  await dialog
    .getByLabel('Files', { exact: true })
    .setInputFiles([{ name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('Late.') }]);
  await expect.poll(() => late).toBeTruthy();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Add files' }).click();
  await expect(dialog.getByText('late.txt')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await late!.continue();
  await expect(page.locator('.files__row')).toHaveCount(2);
}

test('images are sent to the library, put into words and deleted; those that do not come have their place, and are asked for again', async ({ page, guard }) => {
  guard.expect(/409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/images`);
  await hydrated(page);
  await page.getByRole('button', { name: 'Upload images' }).click();
  const sending = page.getByRole('dialog', { name: 'Upload images' });
  await sending.getByLabel('Images', { exact: true }).setInputFiles([
    { name: 'Kettle.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'Teapot.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('words') },
    { name: 'broken.png', mimeType: 'image/png', buffer: PIXEL.subarray(0, 20) },
  ]);
  guard.expect(/422/);
  await expect(sending.getByText("This isn't an image.")).toBeVisible();
  await expect(sending.getByText(/“broken.png” can't be used/)).toBeVisible();
  await expectAccessible(page);
  await sending.getByRole('button', { name: 'Done' }).click();
  const kettle = page.locator('.images__tile').filter({ hasText: 'Kettle' });
  await expect(kettle).toHaveCount(1);

  await kettle.getByRole('link').first().click();
  const box = page.getByRole('dialog', { name: 'Image' });
  await box.getByText('Edit caption and alt text').click();
  await box.getByLabel('Alternative text').fill('غلاية حمراء');
  const place = (await box.getByText(/^\d+ of \d+$/).textContent()) ?? '';
  await page.keyboard.press('ArrowLeft');
  await expect(box.getByText(place)).toBeVisible();
  await box.getByRole('button', { name: 'Save' }).click();
  await expect(box.getByText('Saved.')).toBeVisible();
  await shoot(page, 'library-lightbox');
  await box.getByLabel('Alternative text').fill('x'.repeat(1001));
  await box.getByRole('button', { name: 'Save' }).click();
  await expect(box.getByText(/has 1001 characters; the limit is 1000/)).toBeVisible();
  await page.keyboard.press('Escape');
  const named = page.locator('.images__tile').filter({ hasText: 'غلاية حمراء' });
  await expect(named.getByRole('img')).toHaveAttribute('alt', 'غلاية حمراء');
  await shoot(page, 'library');

  await named.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete image' }).click();
  await expect(named).toHaveCount(0);

  guard.expect(/503/);
  const isImage = (request: Request) => request.resourceType() === 'image';
  await page.route('**/*', (route) =>
    isImage(route.request()) ? route.fulfill({ status: 503 }) : route.fallback(),
  );
  await page.reload();
  await hydrated(page);
  await expect(named).toHaveCount(0);
  const teapot = page.locator('.images__tile').filter({ hasText: 'Teapot' }).locator('img');
  await expect(teapot).toHaveCount(1);
  await expect(teapot).toHaveAttribute('data-away', /\d/);
  const room = await teapot.boundingBox();
  expect(Math.min(room?.width ?? 0, room?.height ?? 0)).toBeGreaterThan(30);
  await expectAccessible(page);
  await shoot(page, 'library-away');
  await page.unrouteAll();

  await expect(teapot).not.toHaveAttribute('data-away');
});

test('an image on a document says when it does not come, has a caption, is exported and not deleted; reference files are sent and removed', async ({ page, guard }) => {
  test.slow();
  guard.expect(/503|409|422/);
  const workspace = await beOwner(page);
  const image = await post(page, 'images?name=Ewer.png', PIXEL);
  const document = `documents/${String((await post(page, 'documents', { title: 'Brief of the ewer' }))['id'])}`;
  await post(page, `${document}/attachments`, { image_ids: [image['id']] });
  const images = /\/api\/v1\/images\//;
  await page.route(images, (route) => route.fulfill({ status: 503 }));
  await page.goto(`${workspace}/${document}`);
  await hydrated(page);
  const tile = page.locator('.attachment');
  const away = tile.getByText("Couldn't load");
  await expect(away).toBeVisible();
  await shoot(page, 'image-away');

  await page.unrouteAll();
  const asked = page.waitForRequest(images);
  await tile.getByRole('button', { name: 'Try again' }).press('Enter');
  await asked;

  await expect(away).toBeHidden();
  const width = () => tile.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);

  await test.step('it has a caption and is exported with the document', () => captioned(page, document));
  await test.step('reference files are sent, downloaded and removed', () => files(page));

  // It is in use.
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await page.getByLabel('Search images').fill('saucer');
  await page.waitForURL(/q=saucer/);
  await expect(page.locator('.images__tile')).toHaveCount(1);
  await page.getByRole('button', { name: 'Delete' }).click();
  const removing = page.getByRole('dialog', { name: 'Delete image?' });
  await removing.getByRole('button', { name: 'Delete image' }).click();
  await expect(removing.getByText('The document “Brief of the ewer” uses it.')).toBeVisible();
  await still(page);
  await expectAccessible(page);
});

test('images to attach are those of the project, also of one that the document was moved to, or of all; those that arrive late are shown, too', async ({ page, guard }) => {
  guard.expect(/404/);
  const workspace = await beOwner(page);
  const [quiet, fresh] = [await post(page, 'projects', { name: 'Quiet' }), await post(page, 'projects', { name: 'Other shelf' })]
    .map(({ id }) => String(id));
  const send = async (name: string, query = ''): Promise<string> =>
    String((await post(page, `images?name=${name}.png${query}`, PIXEL))['id']);
  await send('Inside', `&project=${quiet}`);
  await send('Outside');
  const gone = await send('Ewer', `&project=${fresh}`);
  await send('Carafe', `&project=${fresh}`);
  const document = await post(page, 'documents', { title: 'Moved', project_id: quiet });
  await page.goto(`${workspace}/documents/${String(document['id'])}`);
  await hydrated(page);

  await page.getByRole('button', { name: 'Attach images' }).click();
  const dialog = page.getByRole('dialog', { name: 'Attach images' });
  await expect(dialog.getByRole('checkbox', { name: /Inside/ })).toBeVisible();
  await expect(dialog.getByRole('checkbox', { name: /Outside/ })).toHaveCount(0);
  await dialog.getByText('Search the whole workspace').click();
  await expect(dialog.getByRole('checkbox', { name: /Outside.*1 × 1 · / })).toBeVisible();
  await dialog.getByRole('searchbox').fill('outs');
  await expect(dialog.getByRole('checkbox', { name: /Inside/ })).toBeHidden();
  await dialog.getByRole('checkbox', { name: /Outside/ }).check();
  await shoot(page, 'attach-everywhere');
  await dialog.getByRole('button', { name: 'Attach 1 image' }).click();
  await expect(page.getByAltText('Outside')).toBeVisible();

  // Of another project once it was moved there; one that is gone is named.
  await page.getByLabel(/^More for /).click();
  await page.getByRole('button', { name: 'Move…', exact: true }).click();
  const moving = page.getByRole('dialog', { name: 'Move document' });
  await moving.getByLabel('Project').selectOption('Other shelf');
  await moving.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(moving).toBeHidden();
  await expect(page.getByLabel(/^More for /)).toBeFocused();

  await page.getByRole('button', { name: 'Attach images' }).click();
  await dialog.getByRole('checkbox', { name: /Ewer/ }).check();
  await dialog.getByRole('checkbox', { name: /Carafe/ }).check();
  await dialog.getByRole('tab', { name: 'Upload' }).click();
  const sending = page.waitForRequest(/\/api\/v1\/images\?/);
  await dialog.getByLabel('Images', { exact: true }).setInputFiles([{ name: 'Jug.png', mimeType: 'image/png', buffer: PIXEL }]);
  expect(new URL((await sending).url()).searchParams.get('project')).toBe(fresh);

  expect((await page.request.delete(`/api/v1/images/${gone}`, { headers: { origin: originOf(page) } })).ok()).toBe(true);
  await dialog.getByRole('button', { name: 'Attach 3 images' }).click();
  await expect(dialog.getByText('“Ewer” was deleted from the library. No images were attached.')).toBeVisible();
  await dialog.getByRole('tab', { name: 'Library' }).click();
  await expect(dialog.getByRole('checkbox', { name: /Ewer/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Attach 2 images' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.attachment')).toHaveCount(3);
  await expect(page.getByAltText('Jug')).toBeVisible();

  // Images that arrive when their dialog is closed already are shown in their project.
  await page.locator('.document__project').click();
  await page.waitForURL(/\/projects\/[0-9a-f-]+$/);
  await page.getByRole('navigation', { name: 'Parts of the project' }).getByRole('link', { name: /^Images/ }).click();
  await page.waitForURL(/part=images/);
  let late: Route | undefined;
  await page.route(/\/api\/v1\/images\?/, (route) => void (late = route));
  await page.getByRole('button', { name: 'Upload images' }).click();
  const uploads = page.getByRole('dialog', { name: 'Upload images' });
  await uploads
    .getByLabel('Images', { exact: true })
    .setInputFiles([{ name: 'Flask.png', mimeType: 'image/png', buffer: PIXEL }]);
  await expect.poll(() => late).toBeTruthy();
  await page.keyboard.press('Escape');
  await expect(uploads).toBeHidden();
  await expect(page.locator('.images__tile').filter({ hasText: 'Jug' })).toHaveCount(1);
  await late!.continue();
  await expect(page.locator('.images__tile').filter({ hasText: 'Flask' })).toHaveCount(1);
});
