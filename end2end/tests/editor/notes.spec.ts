import { openEditor } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

const TEXT = '# Ask Ada\n\nThe tone is **hers**, see [the brief](https://example.com).\n\n- short\n- warm\n\n<b>plain</b>';
const NOTE = [
  { id: 'note', type: 'note', x: 0, y: 0, config: { text: TEXT } },
  { id: 'a', type: 'transform', x: 480, y: 0 },
];

test('a note is added by the menu, shows its Markdown, and is made larger by its corner and menu', async ({ page }) => {
  const editor = await openEditor(page, NOTE);
  const { x, y } = await editor.middle(editor.canvas);
  await page.mouse.click(x, y + 200, { button: 'right' });
  await page.getByRole('menuitem', { name: 'Add a note' }).click();
  await expect(page.locator('#canvas [data-kind=note]')).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Configuration' })).toBeVisible();
  await editor.canvas.press('Control+z');
  await expect(page.locator('#canvas [data-kind=note]')).toHaveCount(1);
  await editor.canvas.press('Escape');
  await editor.rested();

  const note = editor.node('note');
  await expect(note.locator('strong')).toHaveText('hers');
  await expect(note).toContainText('<b>plain</b>');
  await note.click({ position: { x: 100, y: 20 } });
  await page.keyboard.press('Shift+0');
  await editor.painted();
  const before = await note.boundingBox();
  if (!before) throw new Error('the note is not there');
  const corner = { x: before.x + before.width - 6, y: before.y + before.height - 6 };

  await editor.drag(corner, { x: corner.x + 90, y: corner.y + 60 });
  await page.mouse.up();

  const size = async () => {
    const box = await note.boundingBox();
    return [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)];
  };
  const [width, height] = await size();
  expect(width).toBeGreaterThan(before.width + 60);
  expect(height).toBeGreaterThan(before.height + 40);
  await shoot(page, 'editor-note');
  await page.keyboard.press('Control+z');
  await expect.poll(size).toEqual([Math.round(before.width), Math.round(before.height)]);
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Make larger' }).click();
  await expect.poll(size).toEqual([Math.round(before.width) + 80, Math.round(before.height) + 48]);
});
