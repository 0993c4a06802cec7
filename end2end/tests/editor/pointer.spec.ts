import { openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 480, y: 0 },
];

test('the canvas has a ring by keys, a field over it is its own, and a middle click pastes nothing', async ({ page }) => {
  const editor = await openEditor(page, PAIR);
  const look = () =>
    editor.canvas.evaluate((canvas) => {
      const { outlineStyle, outlineOffset, boxShadow } = getComputedStyle(canvas);
      return { outlineStyle, outlineOffset, boxShadow };
    });

  await editor.canvas.click({ position: { x: 20, y: 20 } });
  await expect(editor.canvas).toBeFocused();
  await expect.poll(look).toMatchObject({ outlineStyle: 'none', boxShadow: 'none' });

  await page.keyboard.press('n');
  await expect(page.getByRole('listbox', { name: 'Step types' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor.canvas).toBeFocused();
  await expect.poll(look).toEqual({ outlineStyle: 'solid', outlineOffset: '-2px', boxShadow: 'none' });

  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(look).toMatchObject({ outlineStyle: 'none', boxShadow: 'none' });

  await editor.node('a').click();
  await page.keyboard.press('F2');
  const field = page.getByLabel('Step name').and(page.locator('.rename'));
  await expect(field).toBeFocused();
  // An input method confirms a word by Enter and takes it back by Escape.
  for (const key of ['Enter', 'Escape']) {
    await field.evaluate((input, key) => {
      const how = { key, isComposing: true, bubbles: true, cancelable: true };
      input.dispatchEvent(new KeyboardEvent('keydown', how));
    }, key);
    await expect(field).toBeFocused();
  }
  await page.keyboard.type('Draft');
  await page.keyboard.press('Enter');
  await expect(editor.node('a').locator('.node__title')).toHaveText('Draft');
  await page.keyboard.press('F2');
  await expect(field).toBeFocused();
  await field.selectText();
  await page.keyboard.press('Control+x');
  await expect(field).toHaveValue('');
  await page.keyboard.press('Control+v');
  await expect(field).toHaveValue('Draft');
  await expect(editor.node('a')).toBeVisible();
  await expect(page.locator('#canvas .node')).toHaveCount(2);
  await page.keyboard.press('Escape');

  await editor.rested();
  const dialog = page.getByRole('dialog', { name: 'Pasted text' });
  const free = await editor.screen('a', 120, 240);
  await editor.node('a').click();
  await page.keyboard.press('Control+c');

  await page.mouse.click(free.x, free.y, { button: 'middle' });
  await page.keyboard.press('Control+v');
  await expect(editor.node('a_2')).toBeVisible();

  // As browsers on Linux do it: right after the button what is marked anywhere is pasted.
  const pasted = await page.evaluateHandle(() => {
    const taken: boolean[] = [];
    const paste = () => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'Marked in another window');
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      taken.push(!(document.activeElement ?? document.body).dispatchEvent(event));
    };
    addEventListener('mouseup', () => requestAnimationFrame(paste));
    return taken;
  });
  const beside = await editor.screen('a', 120, -160);
  await page.mouse.click(beside.x, beside.y, { button: 'middle' });
  await expect.poll(() => pasted.jsonValue()).toEqual([true]);
  await editor.painted();
  await expect(dialog).toBeHidden();

  await page.mouse.click(beside.x, beside.y);
  await expect(dialog, 'another paste is asked about').toBeVisible();
});
