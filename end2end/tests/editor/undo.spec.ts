import { openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const CHAIN = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 0, y: 160 },
  { id: 'c', type: 'transform', x: 0, y: 320 },
];
/** Long before news go by themselves. */
const SOON = { timeout: 2_000 };

test('a card that is taken back leaves the focus to the one before it, else to the canvas; the news of a deletion takes back that deletion, and goes when anything follows it', async ({ page }) => {
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
