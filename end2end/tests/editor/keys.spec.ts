import { openEditor, openNext } from '../../support/editor.ts';
import { shoot, still } from '../../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../../support/test.ts';

/** A node as the server keeps it, as far as these tests look. */
type Kept = { data: { enabled?: boolean } };

const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 400, y: 0 },
];

test('ux 32, 33: the keyboard and the outline do what the mouse does', async ({ page }) => {
  await test.step('ux 32: a lifted node follows the arrows; F6 goes from region to region, Tab leaves the canvas', async () => {
    const editor = await openEditor(page, PAIR);
    await editor.node('a').click();

    await page.keyboard.press('m');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('announcements')).toContainText('at 32, 0');
    await page.keyboard.press('Enter');

    expect(await editor.place('a')).toEqual({ x: 32, y: 0 });
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    expect(await editor.place('a')).toEqual({ x: 32, y: 0 });

    await editor.node('a').click();
    const inside = (region: string) =>
      page.evaluate((region) => document.activeElement?.closest(region) !== null, region);

    for (const region of ['.builder__panel', '.builder-bar', '.builder__side', '#canvas']) {
      await page.keyboard.press('F6');
      expect(await inside(region), region).toBe(true);
    }
    await page.keyboard.press('Shift+F6');
    expect(await inside('.builder__side')).toBe(true);

    await editor.node('b').focus();
    const before = await editor.zoom();

    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Zoom out' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect.poll(() => editor.zoom()).toBeLessThan(before);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Zoom in' })).toBeFocused();
    await page.keyboard.press('Space');
    await expect.poll(() => editor.zoom()).toBe(before);
    for (const _ of [1, 2]) await page.keyboard.press('Tab');

    expect(await editor.canvas.evaluate((canvas) => canvas.contains(document.activeElement))).toBe(false);
  });
  await test.step('ux 33: the outline connects and changes the order as the mouse does', async () => {
    const editor = await openNext(page, [PAIR[0], { id: 'b', type: 'transform', x: 0, y: 160 }]);
    const row = page.getByRole('treeitem', { name: /^a/ });
    await editor.port('a', 'output').click();
    await editor.port('b', 'input').click();
    await expect(editor.edges()).toHaveCount(1);
    const drawn = await editor.kept();
    await page.getByRole('tab', { name: 'Outline' }).click();

    for (const way of ['c', 'menu']) {
      await editor.canvas.press('Control+z');
      await expect(editor.edges()).toHaveCount(0);
      await row.click();
      await page.keyboard.press(way === 'c' ? 'c' : 'Shift+F10');
      if (way === 'menu') {
        const connect = page.getByRole('menuitem', { name: 'Connect to…' });
        await expect(page.getByRole('menuitem').first()).toBeFocused();
        for (let at = 0; at < 16 && !(await connect.evaluate((item) => item === document.activeElement)); at += 1) {
          await page.keyboard.press('ArrowDown');
        }
        await page.keyboard.press('Enter');
      }
      await expect(page.getByRole('listbox', { name: 'Steps' }).last().getByRole('option')).toHaveCount(1);
      await page.keyboard.type('b');
      await page.keyboard.press('Enter');

      await expect(editor.edges()).toHaveCount(1);
      await expect(page.getByTestId('announcements')).toContainText('Done: connect a and b');
      const { nodes, edges } = await editor.kept();
      expect({ nodes, edges }, way).toEqual({ nodes: drawn.nodes, edges: drawn.edges });
    }
    await editor.canvas.press('Control+z');
    await expect(editor.edges()).toHaveCount(0);

    await editor.move('a', 0, 320);
    await editor.move('b', 0, -160);
    await editor.move('a', 0, -160);
    const { nodes: ordered } = await editor.kept();
    for (const _ of [1, 2, 3]) await editor.canvas.press('Control+z');
    await expect.poll(() => editor.place('a')).toEqual({ x: 0, y: 0 });
    await expect.poll(() => editor.place('b')).toEqual({ x: 0, y: 160 });
    await row.click();
    await page.keyboard.press('Alt+ArrowDown');
    expect(await editor.place('a')).toEqual({ x: 0, y: 160 });
    expect(await editor.place('b')).toEqual({ x: 0, y: 0 });
    await expect(row).toBeFocused();
    expect((await editor.kept()).nodes).toEqual(ordered);
  });
});

test('ux 34: the editor is accessible, with whatever is open over it', async ({ page }) => {
  const editor = await openEditor(page, [...PAIR, { id: 'd', type: 'transform', x: 400, y: 240 }], ['a>b']);
  await editor.node('a').click();
  await expectAccessible(page);

  for (const [key, opened] of [['n', 'listbox'], ['Shift+F10', 'menu']] as const) {
    await editor.node('a').focus();
    await page.keyboard.press(key);
    await expect(page.getByRole(opened).last()).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  }
  // A search that finds nothing.
  await editor.node('a').focus();
  await page.keyboard.press('c');
  await expect(page.locator('input[role=combobox]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(editor.edges()).toHaveCount(2);
  await editor.node('a').focus();
  await page.keyboard.press('c');
  await expect(page.getByText('Nothing here can follow this step.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByRole('button', { name: /errors?$/ }).click();
  await expectAccessible(page);
  await editor.node('a').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expectAccessible(page);
});

test('ux 19, 39: keys go to the canvas, letters can be switched off, and E leaves a step out', async ({ page }) => {
  await test.step('keys go to the canvas as long as nothing has the focus, and Space moves the view after any button', async () => {
    const editor = await openEditor(page, PAIR);
    await page.keyboard.press('n');
    await expect(page.getByRole('combobox', { name: 'Add a step' })).toBeVisible();
    await page.keyboard.press('Escape');

    await editor.node('b').click();
    await page.keyboard.down('Alt');
    await editor.move('b', -400, -200);
    await page.keyboard.up('Alt');
    await expect(page.locator('#canvas .node')).toHaveCount(3);
    await expect.poll(() => editor.canvas.evaluate((canvas) => canvas.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Control+z');
    await expect(page.locator('#canvas .node')).toHaveCount(2);

    const hand = page.locator('.canvas__hand');
    await page.keyboard.down('Space');
    await expect(hand).toHaveCSS('cursor', 'grab');
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect(hand, 'a key let go in another window is not held').toHaveCount(0);
    await page.keyboard.up('Space');

    const world = page.locator('.canvas__view');
    const pan = async () => {
      const before = await world.getAttribute('style');
      await page.keyboard.down('Space');
      await editor.drag({ x: 700, y: 620 }, { x: 640, y: 580 });
      await page.keyboard.up('Space');
      await expect(world).not.toHaveAttribute('style', before ?? '');
    };
    const fit = page.getByRole('button', { name: 'Fit to view' });

    await fit.click();
    await still(page);
    await pan();

    await fit.press('Enter');
    await still(page);
    await page.mouse.click(700, 620);
    await pan();
  });
  await test.step('ux 19: a step is left out with E, says so, and comes back; the one start always runs', async () => {
    const nodes = [{ id: 'start', type: 'start', x: -400, y: 0 }, ...PAIR, { id: 'end', type: 'end', x: 800, y: 0 }];
    const editor = await openNext(page, nodes, ['start>a', 'a>b', 'b>end']);
    const enabled = async () => (await editor.kept()).nodes.map((node) => (node as Kept).data.enabled ?? true);
    await editor.node('a').click();

    await page.keyboard.press('e');

    await expect(editor.node('a')).toContainText('Disabled');
    await expect.poll(enabled).toEqual([true, false, true, true]);
    await expect(page.getByRole('switch', { name: 'Enabled' })).not.toBeChecked();
    await shoot(page, 'editor-disabled');
    await page.keyboard.press('Control+z');
    await expect(editor.node('a')).not.toContainText('Disabled');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+1');
    await editor.node('b').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Enable or disable' }).click();
    await expect.poll(enabled).toEqual([true, true, false, true]);
    await page.keyboard.press('Escape');
    await editor.node('start').click();
    await page.keyboard.press('e');
    await expect(page.getByText("The start step can't be disabled.")).toBeVisible();
    await page.keyboard.press('Control+d');
    await expect(page.getByText('A workflow needs its start, so it was kept.')).toBeVisible();
    await expect(page.locator('#canvas .node')).toHaveCount(4);
  });
  await test.step('ux 39: keys in the sheet of keys are its own; letters can be switched off there, for the outline too', async () => {
    const editor = await openNext(page, PAIR);
    const types = page.getByRole('listbox', { name: 'Step types' });
    await editor.node('a').click();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(sheet).toBeVisible();
    const names = await sheet.locator('dt').allInnerTexts();
    expect(names.filter((name) => name === 'Select'), 'each row says what its keys do').toEqual([]);
    await expect(sheet.getByText('Space and drag')).toBeAttached();
    await page.keyboard.press('Delete');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(page.locator('#canvas .node')).toHaveCount(2);
    await expect(editor.node('a')).toBeFocused();

    await page.keyboard.press('?');
    await page.getByLabel('Single-letter shortcuts').uncheck();
    await page.keyboard.press('Escape');
    await editor.node('a').click();
    await page.keyboard.press('n');
    await expect(types).toHaveCount(0);
    // Keys with Ctrl still work, and it is remembered.
    await page.keyboard.press('Control+d');
    await expect(page.locator('#canvas .node')).toHaveCount(3);
    await page.reload();
    await hydrated(page);
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.locator('#outline-a').click();
    await page.keyboard.press('n');
    await page.keyboard.press('Control+d');
    await expect(page.locator('#canvas .node')).toHaveCount(4);
    await expect(types).toHaveCount(0);
    await editor.node('a').click();
    await page.keyboard.press('n');
    await page.keyboard.press('Delete');
    await expect(editor.node('a')).toHaveCount(0);
    await expect(types).toHaveCount(0);
  });
});
