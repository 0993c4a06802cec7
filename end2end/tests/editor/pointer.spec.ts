import { type Editor, openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 480, y: 0 },
];

/** Moves the mouse to the middle of the edge from a to b, and waits for its buttons. */
async function hoverEdge(editor: Editor): Promise<{ x: number; y: number }> {
  const [from, to] = [await editor.middle(editor.port('a', 'output')), await editor.middle(editor.port('b', 'input'))];
  const at = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  await editor.page.mouse.move(at.x, at.y);
  await expect(editor.page.getByTestId('edge-insert')).toBeVisible();
  return at;
}

test('a middle click pastes nothing, and the paste key still pastes', async ({ page }) => {
  const editor = await openEditor(page, PAIR);
  const dialog = page.getByRole('dialog', { name: 'A pasted text' });
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

test('in a field over the canvas words are cut and pasted, not nodes', async ({ page }) => {
  const editor = await openEditor(page, PAIR);
  await editor.node('a').click();
  await page.keyboard.press('F2');
  const field = editor.canvas.getByRole('textbox');
  await expect(field).toBeFocused();
  await field.selectText();

  await page.keyboard.press('Control+x');
  await expect(field).toHaveValue('');
  await page.keyboard.press('Control+v');
  await expect(field).toHaveValue('a');

  await expect(editor.node('a')).toBeVisible();
  await expect(page.locator('#canvas .node')).toHaveCount(2);
});

test('the buttons of an edge go when a node takes its place', async ({ page }) => {
  const editor = await openEditor(page, PAIR, ['a>b']);
  await hoverEdge(editor);

  await page.getByTestId('edge-insert').click();
  await page.locator('input[role=combobox]').fill('transform');
  await page.keyboard.press('Enter');

  await expect(page.getByTestId('edge-e0')).toHaveCount(0);
  await expect(editor.edges()).toHaveCount(2);
  await expect(page.locator('.edge-tools')).toHaveCount(0);
});

test('the buttons of an edge wait a moment for a pointer that leaves it', async ({ page }) => {
  const editor = await openEditor(page, PAIR, ['a>b']);
  const at = await hoverEdge(editor);

  // The page itself looks at its clock: between two calls from here any time may pass.
  const waited = await page.evaluateHandle(() => {
    const times: number[] = [];
    let left = 0;
    addEventListener('pointermove', () => (left ||= performance.now()), { once: true });
    const look = () => {
      const gone = left > 0 && !document.querySelector('.edge-tools');
      if (gone && times.length === 0) times.push(performance.now() - left);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    return times;
  });
  await page.mouse.move(at.x, at.y + 200);

  await expect.poll(async () => (await waited.jsonValue()).length).toBe(1);
  const [time] = await waited.jsonValue();
  expect(time).toBeGreaterThan(250);
});

test('a focused canvas has a ring within it for who comes by keys, and none for who clicks', async ({ page }) => {
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
  await expect(page.getByRole('listbox', { name: 'Node types' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor.canvas).toBeFocused();
  await expect.poll(look).toEqual({ outlineStyle: 'solid', outlineOffset: '-2px', boxShadow: 'none' });

  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(look).toMatchObject({ outlineStyle: 'none', boxShadow: 'none' });
});
