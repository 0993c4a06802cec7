import { type Locator, type Page } from '@playwright/test';

import { deafen, follow, openEditor, openNext, writeElsewhere } from '../../support/editor.ts';
import { PIXEL, shoot } from '../../support/look.ts';
import { expect, hydrated, test } from '../../support/test.ts';
import { originOf } from '../../support/workspace.ts';

const START = { id: 'start', type: 'start', x: 0, y: 0 };
const COPY = { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'One line' } };
const END = { id: 'end', type: 'end', x: 800, y: 0 };

/** The address of the page's workspace. */
const workspace = (page: Page) => page.url().split('/').slice(0, 5).join('/');

/** Presses Tab until something has the focus, as a person without a mouse does. */
async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
  const page = target.page();
  for (let step = 0; step < 120; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error('Tab does not lead there');
}

test('ux 23, 31: a workflow is built, filled in, kept and launched by keyboard alone', async ({ page }) => {
  test.slow();
  // Some eighty keys, each waited for.
  const editor = await openEditor(page, [START]);
  await tabTo(editor.node('start'));

  await page.keyboard.press('n');
  await page.keyboard.type('generate copy');
  await page.keyboard.press('Enter');
  const copy = editor.node('generate_copy');
  await expect(copy).toBeFocused();
  await page.keyboard.press('n');
  await page.keyboard.type('end');
  await page.keyboard.press('Enter');
  await expect(editor.node('end')).toBeFocused();
  await expect(editor.edges(), 'it follows the step that was chosen').toHaveCount(1);
  await tabTo(editor.node('start'), 'Shift+Tab');
  await page.keyboard.press('c');
  await page.keyboard.type('generate copy');
  await page.keyboard.press('Enter');
  await expect(editor.edges()).toHaveCount(2);
  await tabTo(copy);
  await page.keyboard.press('Enter');
  await tabTo(page.locator('#config-prompt'));
  await page.keyboard.type('Write one line about tea');
  await page.keyboard.press('Control+s');
  await expect(page.getByLabel('What changed')).toBeFocused();
  await expect(page.locator('.saved')).toHaveText(/^Saved/);
  await page.keyboard.type('The first');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Published version \d+/)).toBeVisible();

  const launch = page.getByRole('button', { name: 'Launch', exact: true });
  await expect(launch).not.toHaveAttribute('aria-disabled', 'true');
  await tabTo(launch, 'Shift+Tab');
  await page.keyboard.press('Enter');
  // The address is there before its page: the editor has a button of that name, too.
  await expect(page.getByRole('heading', { level: 1, name: /^Launch/ })).toBeVisible();
  await hydrated(page);
  await tabTo(launch);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/workflows\/executions\//);
  await expect(page.locator('main header').getByText('Completed').first()).toBeVisible();
});

/** Opens a dialog by keyboard, and sees that the focus stays in it and comes back after Escape. */
async function trapped(page: Page, opener: Locator, name: string): Promise<void> {
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name, exact: true });
  await expect(dialog).toBeVisible();
  for (let step = 0; step < 14; step += 1) {
    await page.keyboard.press('Tab');
    // Between its last and its first element the focus is in the browser's own bar.
    const inside = await dialog.evaluate(
      (own) => own.contains(document.activeElement) || document.activeElement === document.body,
    );
    expect(inside, `the focus stays in ${name}`).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
}

test('ux 35: dialogs and an image in full keep the focus, close with Escape and give it back', async ({ page }) => {
  const editor = await openEditor(page, [START, COPY, END], ['start>copy', 'copy>end']);
  await trapped(page, page.getByRole('button', { name: 'Publish…', exact: true }), 'Publish and versions');
  await trapped(page, page.getByRole('button', { name: 'Test run', exact: true }), 'Test run');

  await deafen(page);
  await writeElsewhere(editor, 'copy', 'Theirs');
  await editor.node('copy').click();
  await page.locator('#config-prompt').fill('Mine');
  await expect(page.locator('.saved')).toHaveText('Conflict');
  await trapped(page, page.locator('.saved'), 'Someone else changed the same part');

  const headers = { origin: originOf(page), 'content-type': 'application/octet-stream' };
  const sent = await page.request.post('/api/v1/images?name=Trapped.png', { data: PIXEL, headers });
  expect(sent.status()).toBe(201);
  await follow(page, `${workspace(page)}/images?q=trapped`);
  await trapped(page, page.locator('.images__tile').getByRole('link').first(), 'Image');
});

test('ux 36, 38: without motion and with forced colours what is on has a line, and a state a word', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await openEditor(page, [START, COPY, END], ['start>copy', 'copy>end']);
  for (const on of ['.icon-button[aria-pressed="true"]', '[role="tab"][aria-selected="true"]', '.rail__link[aria-current]']) {
    const style = await page.locator(on).first().evaluate((one) => getComputedStyle(one).outlineStyle);
    expect(style, on).toBe('solid');
  }
  await shoot(page, 'forced-colours');
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/launch/);
  await expect(page.getByRole('heading', { level: 1, name: /^Launch/ })).toBeVisible();
  await hydrated(page);
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/workflows\/executions\//);

  const moving = () =>
    page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
  const step = page.getByTestId('node-copy');
  await expect(step).toHaveAttribute('data-state', /running|completed/);
  await expect.poll(moving).toBe(0);
  await expect(step).toHaveAttribute('data-state', 'completed');
  await expect(page.locator('main header').getByText('Completed').first()).toBeVisible();
  await expect.poll(moving).toBe(0);

  const badge = step.locator('.node__badge');
  await expect(badge).toContainText('Completed');
  const picture = badge.locator('svg');
  await expect(picture).toBeVisible();
  const colours = await picture.evaluate((svg) => {
    const card = svg.closest('.node');
    return [getComputedStyle(svg).color, card ? getComputedStyle(card).backgroundColor : ''];
  });
  expect(colours[0]).not.toBe(colours[1]);
});

/** Nothing has to be scrolled sideways. */
async function fits(page: Page): Promise<void> {
  await hydrated(page);
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  const over = () =>
    page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      const scrolls = [document.documentElement, ...document.querySelectorAll('main, .page')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1);
      if (scrolls.length === 0) return [];
      const sticks = (one: Element) => one.getBoundingClientRect().right > wide + 1;
      const names = [...document.querySelectorAll('main *')].filter((one) => sticks(one) && !one.closest('.diagram, .pills')).map((one) => `${one.tagName}.${one.getAttribute('class')}`);
      return [...new Set(names)].slice(0, 12);
    });
  await expect.poll(over).toEqual([]);
}

test('ux 37: nothing is cut off or has to be scrolled sideways, however narrow or large the words', async ({ page }) => {
  await test.step('ux 37: the bar holds everything, keeps to the window, and makes room for a long name and large words', async () => {
    const editor = await openEditor(page, [START, COPY, END]);
    await editor.node('start').click();
    await page.keyboard.press('Control+a');
    for (const width of [769, 820, 1024, 1281, 1366, 1425, 1440, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      await expect(page.getByRole('button', { name: 'Launch', exact: true })).toBeInViewport({ ratio: 1 });
    }
    await page.setViewportSize({ width: 820, height: 900 });
    await editor.node('start').click();
    await expect(page.locator('.builder__panel')).toBeVisible();
    await expect(page.locator('.minimap'), 'the map leaves the zoom its room').toBeHidden();
    await expect(page.locator('.zoom-bar')).toBeInViewport({ ratio: 1 });
    await editor.canvas.press('Escape');
    await expect(page.locator('.builder__panel')).toBeHidden();

    const name = page.getByRole('textbox', { name: 'Workflow name' });
    await name.fill('A quite long but realistic name: Facebook Ads Campaign, copy of Tuesday');
    await name.press('Enter');
    const bar = page.getByRole('toolbar', { name: 'Editor' });
    const outside = () =>
      bar.locator('button').evaluateAll((all) =>
        all
          .filter((one) => one.getClientRects().length > 0)
          .filter((one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0)
          .map((one) => one.textContent || one.getAttribute('aria-label')),
      );

    for (const width of [1440, 1366, 1280, 1100]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(outside, `${width} px`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    await expect.poll(outside, '200 % text').toEqual([]);
    await shoot(page, 'editor-bar-200');
  });
  await test.step('ux 37: at 320 pixels and 200 % text nothing has to be scrolled sideways', async () => {
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    const editor = await openNext(page, [START, COPY, END], ['start>copy', 'copy>end']);
    const home = workspace(page);
    await page.setViewportSize({ width: 320, height: 720 });

    await follow(page, `${home}/workflows`);
    await expect(page.getByRole('article').first()).toBeVisible();
    await fits(page);
    await follow(page, `${home}/workflows/${editor.template}/launch`);
    await expect(page.getByRole('heading', { level: 1, name: /^Launch/ })).toBeVisible();
    await fits(page);
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/workflows\/executions\//);
    await fits(page);
  });
});
