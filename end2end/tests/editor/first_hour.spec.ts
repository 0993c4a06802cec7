import { openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

// What the first hour in the editor is like: nothing scolds before anything was done, and nothing stumbles
// over the keyboard, the connection or the size of the page.

const BLANK = [
  { id: 'start', type: 'start', x: 96, y: 192 },
  { id: 'end', type: 'end', x: 768, y: 192 },
];
const COPY = { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'Two lines' } };
const WHOLE = [{ id: 'begin', type: 'start', x: 0, y: 0 }, COPY, { id: 'done', type: 'end', x: 704, y: 0 }];
const LINES = ['begin>copy', 'copy>done'];

test('a new workflow is quiet until it is touched, says what is live, and is edited at 200 %, too', async ({ page }) => {
  await test.step('a new workflow and a new step are quiet until they are touched, tested or launched', async () => {
    const editor = await openEditor(page, BLANK);
    const problems = page.locator('.builder__problems');
    await expect(problems).toHaveText('1 to do');
    await expect(page.locator('.node__faults')).toHaveCount(0);

    await page.locator('.palette').getByRole('button', { name: 'Generate copy', exact: true }).click();
    const copy = editor.node('generate_copy');
    await expect(copy).toBeFocused();
    await expect(page.locator('#config-prompt')).toBeVisible();
    await expect(problems).toHaveText('1 to do');
    await expect(page.locator('#config-prompt-error')).toHaveCount(0);
    await expect(copy.locator('.node__faults')).toHaveCount(0);

    await page.getByRole('button', { name: 'Launch', exact: true }).click();

    await expect(problems).toHaveText('1 error');
    await expect(page.getByRole('heading', { name: 'Problems' })).toBeVisible();
    await expect(copy.locator('.node__faults')).toBeVisible();
    await editor.node('generate_copy').click();
    await page.locator('#config-prompt').fill('Two lines');
    await expect(problems).toHaveText('No problems');
  });
  await test.step('what is live is said beside the name, with how much the draft differs from it', async () => {
    const editor = await openNext(page, WHOLE, LINES);
    const live = page.getByTestId('published');
    await expect(live).toHaveText('v1 live');

    await editor.node('copy').click();
    await page.locator('#config-prompt').fill('Three lines');
    await expect(live).toHaveText('v1 live · 1 change');
    await expect(page.locator('.saved')).toHaveText('Saved');

    await page.getByRole('button', { name: 'Publish…', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
    await expect(live).toHaveText('v2 live');
  });
  await test.step('on a page that is enlarged to 200 % the editor edits', async () => {
    const editor = await openNext(page, WHOLE, LINES);
    await page.setViewportSize({ width: 720, height: 450 });

    await expect(page.getByText('View only')).toHaveCount(0);
    await editor.canvas.focus();
    await page.keyboard.press('Shift+1');
    await editor.rested();
    await editor.node('copy').click();
    await expect(page.locator('#config-prompt')).toBeEditable();
    await page.locator('#config-prompt').fill('Three lines');
    await expect(page.getByTestId('published')).toHaveText('v1 live · 1 change');
    await expect(page.getByRole('button', { name: 'Launch', exact: true })).toBeInViewport({ ratio: 1 });
    await shoot(page, 'editor-200');
    await expectAccessible(page);
  });
});

test('an empty loop, a step that follows and keys of any layout do what a person expects', async ({ page }) => {
  await test.step('an empty loop has a button for its first step, lights up, and says when its results go nowhere', async () => {
    const each = { id: 'each', type: 'for_each', x: 352, y: 0, config: { items: '${input.topics}' } };
    const loose = { id: 'loose', type: 'transform', x: 352, y: 480 };
    const nodes = [WHOLE[0], each, loose, { ...WHOLE[2], x: 900 }];
    const inputs = [{ name: 'topics', label: 'Topics', type: 'list' }];
    const editor = await openEditor(page, nodes, ['begin>each', 'begin>done'], inputs);
    const loop = editor.node('each');
    await expect(loop).toHaveAttribute('data-frame', '');
    await shoot(page, 'editor-empty-loop');

    const [from, to] = [await editor.middle(editor.node('loose')), await editor.middle(loop)];
    await editor.drag(from, to);
    await expect(loop).toHaveAttribute('data-drop', '');
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect(loop).not.toHaveAttribute('data-drop');

    await page.getByTestId('inside-each').click();
    await page.keyboard.type('generate copy');
    await page.keyboard.press('Enter');
    await expect(editor.node('generate_copy')).toBeFocused();
    await expect(page.getByTestId('inside-each')).toHaveCount(0);
    expect(await editor.wires()).toEqual(['begin>done', 'begin>each', 'each>generate_copy', 'generate_copy>each']);
    await page.locator('#config-prompt').fill('On ${item}');

    await page.locator('.builder__problems').click();
    const list = page.getByRole('region', { name: 'Problems' });
    await expect(list.locator('[data-severity=warning]').filter({ hasText: "the results aren't used" })).toBeVisible();
  });
  await test.step('N on a chosen step adds one that follows it, and connecting neither opens a panel nor moves the view', async () => {
    const far = { id: 'far', type: 'transform', x: 352, y: 320 };
    const editor = await openNext(page, [...WHOLE, far], LINES);
    await editor.node('copy').click();
    await page.keyboard.press('n');
    await page.keyboard.type('review');
    await page.keyboard.press('Enter');
    await expect(editor.node('review')).toBeFocused();
    expect(await editor.wires()).toEqual(['begin>copy', 'copy>review', 'review>done']);

    await editor.canvas.press('Escape');
    await editor.rested();
    await expect(page.locator('.builder__panel')).toHaveCount(0);
    const before = await editor.middle(editor.node('far'));
    await editor.port('copy', 'texts').click();
    await editor.port('far', 'input').click();
    await expect(editor.edges()).toHaveCount(4);
    await expect(page.locator('.builder__panel')).toHaveCount(0);
    expect(await editor.middle(editor.node('far'))).toEqual(before);
  });
  await test.step('shortcuts go by the letter or the place of the key, and hold back what the browser would do', async () => {
    const editor = await openNext(page, WHOLE, LINES);
    /** Presses a key as a keyboard of that layout would; whether the browser was held back. */
    const press = (key: string, code: string, more: object = { ctrlKey: true }) =>
      page.evaluate(
        ([key, code, more]) => {
          const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...(more as object) });
          document.activeElement?.dispatchEvent(event);
          return event.defaultPrevented;
        },
        [key, code, more] as const,
      );

    for (const [key, code] of [['я', 'KeyZ'], ['ζ', 'KeyZ'], ['ז', 'KeyZ'], ['z', 'KeyY']] as const) {
      await editor.node('copy').click();
      await page.keyboard.press('Delete');
      await expect(editor.node('copy')).toHaveCount(0);
      expect(await press(key, code), key).toBe(true);
      await expect(editor.node('copy'), `${key} takes it back`).toBeVisible();
    }
    await editor.canvas.focus();
    expect(await press('а', 'KeyF')).toBe(true);
    await expect(page.getByRole('dialog', { name: 'Find a step' })).toBeVisible();
    await page.keyboard.press('Escape');
    await editor.canvas.focus();
    expect(await press('q', 'KeyA'), 'AZERTY').toBe(false);
    expect(await press('ы', 'KeyS')).toBe(true);
    await expect(page.getByRole('dialog', { name: 'Publish and versions' })).toBeVisible();
  });
});

test('over plain HTTP the menu copies, cuts and pastes, and says which keys to press where it cannot', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'isSecureContext', { get: () => false });
    Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });
  });
  const editor = await openEditor(page, WHOLE, LINES);
  const nodes = page.locator('#canvas .node');
  const menu = async (at: { x: number; y: number }, name: RegExp) => {
    await page.mouse.click(at.x, at.y, { button: 'right' });
    await page.getByRole('menuitem', { name }).first().click();
  };
  const stage = await editor.canvas.boundingBox();
  if (!stage) throw new Error('there is no canvas');
  const empty = { x: stage.x + 40, y: stage.y + 40 };

  await menu(empty, /^Paste/);
  await expect(page.locator('.toast').filter({ hasText: 'Press Ctrl V instead' })).toBeVisible();
  const [news, palette] = [await page.locator('body > .toasts').boundingBox(), await page.locator('.builder__side').boundingBox()];
  expect(news!.x, 'every step can be dragged out of the palette').toBeGreaterThanOrEqual(palette!.x + palette!.width);
  await menu(await editor.middle(editor.node('copy')), /^Copy/);
  await menu(empty, /^Paste/);
  await expect(nodes).toHaveCount(4);
  await page.keyboard.press('Control+z');
  await expect(nodes).toHaveCount(3);

  await menu(await editor.middle(editor.node('copy')), /^Cut/);
  await expect(nodes).toHaveCount(2);
  await editor.canvas.focus();
  await page.keyboard.press('Control+v');
  await expect(nodes, 'the clipboard of the browser has it, too').toHaveCount(3);
});
