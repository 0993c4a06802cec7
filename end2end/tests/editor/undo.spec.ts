import { type Page } from '@playwright/test';

import { openEditor, openNext } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const CHAIN = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 0, y: 160 },
  { id: 'c', type: 'transform', x: 0, y: 320 },
];
const RUNS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'a', type: 'generate_copy', x: 400, y: 0, config: { prompt: 'One' } },
  { id: 'end', type: 'end', x: 800, y: 0 },
];
/** Long before news go by themselves. */
const SOON = { timeout: 2_000 };

/** Saves by the key, without making a version of it. */
async function saveNow(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'Versions' });
  await expect(dialog).toBeVisible();
  await expect(page.locator('.saved')).toHaveText(/^Saved/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

test('ux 21: what was done is taken back and done again, and the focus and the news go along', async ({ page }) => {
  await test.step('a card that is taken back leaves the focus, and news of a deletion takes back just that', async () => {
    const editor = await openEditor(page, CHAIN, ['a>b', 'b>c']);
    const added = editor.node('transform');
    await editor.node('b').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Add before' }).click();
    await page.locator('input[role=combobox]').fill('transform');
    await page.keyboard.press('Enter');
    await expect(added).toBeFocused();

    await page.keyboard.press('Control+z');
    await expect(added).toHaveCount(0);
    await expect(editor.node('a')).toBeFocused();

    // With a step chosen it would follow that.
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.type('transform');
    await page.keyboard.press('Enter');
    await expect(added).toBeFocused();

    await page.keyboard.press('Control+z');
    await expect(added).toHaveCount(0);
    await expect(editor.canvas).toBeFocused();

    const news = (id: string) => page.locator('.toast').filter({ hasText: `Deleted ${id}.` });
    const remove = async (id: string) => {
      await editor.node(id).click();
      await page.keyboard.press('Delete');
      await expect(news(id)).toBeVisible();
      await expect(editor.node(id)).toHaveCount(0);
    };

    await remove('b');
    await page.keyboard.press('Control+z');
    await expect(editor.node('b')).toBeVisible();
    await expect(news('b'), 'it was taken back by other ways').toHaveCount(0, SOON);

    await remove('b');
    await editor.node('a').click();
    await page.keyboard.press('e');
    await expect(editor.node('a')).toHaveAttribute('data-disabled', '');
    await expect(news('b'), 'something else would be taken back').toHaveCount(0, SOON);

    await remove('c');
    await editor.node('a').click();
    await news('c').getByRole('button', { name: 'Undo' }).click();
    await expect(editor.node('c')).toBeVisible();
    await expect(editor.node('b')).toHaveCount(0);
    await expect(editor.node('a')).toHaveAttribute('data-disabled', '');
  });
  await test.step('ux 21: ten commands are taken back and done again', async () => {
    const editor = await openNext(page, RUNS, ['start>a', 'a>end']);
    const workflow = async () => {
      await saveNow(page);
      return editor.kept();
    };
    const bar = page.getByRole('toolbar', { name: 'Editor' });
    const undo = bar.getByRole('button', { name: /^Undo/ });
    const redo = bar.getByRole('button', { name: /^Redo/ });
    const before = await workflow();

    await editor.node('a').click();
    for (const key of ['m', 'ArrowRight', 'Enter', 'm', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.keyboard.press('Control+d');
    await expect(page.locator('#canvas .node')).toHaveCount(4);
    await page.keyboard.press('Delete');
    await expect(page.locator('#canvas .node')).toHaveCount(3);
    await page.keyboard.press('Escape');
    await editor.node('a').click();
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Renamed');
    await page.keyboard.press('Enter');
    await expect(editor.node('a')).toContainText('Renamed');
    await page.locator('#config-prompt').fill('Another prompt');
    await expect(page.locator('#config-prompt')).toHaveValue('Another prompt');
    await page.locator('.palette__item[data-kind="note"]').click();
    await expect(page.locator('#canvas .node')).toHaveCount(4);
    await page.getByLabel('Workflow name').fill('Another name');
    await page.keyboard.press('Tab');
    await page.locator('.palette__item[data-kind="transform"]').click();
    await expect(page.locator('#canvas .node')).toHaveCount(5);
    await page.locator('.zoom-bar').getByRole('button', { name: 'Fit to view' }).click();
    await editor.node('end').click();
    for (const key of ['m', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    const after = await workflow();

    await editor.canvas.focus();
    for (let step = 0; step < 10; step += 1) {
      await expect(undo).toBeEnabled();
      await page.keyboard.press('Control+z');
    }
    await expect(undo).toBeDisabled();
    expect(await workflow()).toEqual(before);
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('Control+Shift+z');
    await expect(redo).toBeDisabled();
    expect(await workflow()).toEqual(after);
  });
});
