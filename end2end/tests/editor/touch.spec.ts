import { openEditor, openNext } from '../../support/editor.ts';
import { Fingers } from '../../support/fingers.ts';
import { shoot } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

test.use({ hasTouch: true });

const ROW = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 352, y: 0 },
  { id: 'c', type: 'transform', x: 352, y: 240 },
];

test('ux 10, 11, 29: fingers zoom, ask for the menu, connect, select and move', async ({ page }) => {
  await test.step('ux 29: what lies between two fingers stays between them, and one that stays asks for the menu', async () => {
    const editor = await openEditor(page, ROW);
    const fingers = await Fingers.on(page);
    const [zoom, middle] = [await editor.zoom(), await editor.middle(editor.node('a'))];
    const around = (away: number) => [-away, away].map((off) => ({ x: middle.x + off, y: middle.y + off }));

    await fingers.down(...around(40));
    for (const away of [50, 60, 70, 80]) await fingers.move(...around(away));
    await editor.painted();
    await fingers.up();

    expect(Math.abs((await editor.zoom()) / zoom - 2)).toBeLessThan(0.05);
    const after = await editor.middle(editor.node('a'));
    expect(Math.hypot(after.x - middle.x, after.y - middle.y)).toBeLessThan(3);
    await expect(page.locator('.node[aria-selected=true]')).toHaveCount(0);

    await fingers.down(await editor.middle(editor.node('a')));
    await expect(page.getByRole('menu', { name: 'Actions' })).toBeVisible();
    await fingers.up();
    await expect(page.getByRole('menuitem', { name: /Rename/ })).toBeVisible();
    await page.getByRole('menuitem', { name: /Duplicate/ }).tap();
    await expect(page.locator('#canvas .node')).toHaveCount(4);
  });
  await test.step('ux 10, 11: a finger connects by taps and by pulling, and moves a card: what trembles stays', async () => {
    const editor = await openNext(page, ROW);
    const fingers = await Fingers.on(page);

    // A finger is wider than a port: 44 pixels are enough.
    const beside = async (node: string, port: string) => {
      const { x, y } = await editor.middle(editor.port(node, port));
      return { x: x + (port === 'output' ? 16 : -16), y };
    };
    await fingers.tap(await beside('a', 'output'));
    await fingers.tap(await beside('b', 'input'));
    await expect(editor.edges()).toHaveCount(1);
    // Two taps so near each other are a double click too, but not on nothing.
    await expect(page.getByRole('listbox', { name: 'Step types' })).toHaveCount(0);

    await fingers.drag(await beside('a', 'output'), await beside('c', 'input'));
    await expect(editor.edges()).toHaveCount(2);
    expect(await editor.wires()).toEqual(['a>b', 'a>c']);

    const at = await editor.middle(editor.node('a'));

    // At once: a finger that stays asks for the menu.
    await fingers.down(at);
    await fingers.move({ x: at.x + 6, y: at.y + 2 });
    await fingers.up();
    await expect(editor.node('a')).toHaveAttribute('aria-selected', 'true');
    expect(await editor.place('a')).toEqual({ x: 0, y: 0 });

    const [from, zoom] = [await editor.screen('c', 120, 40), await editor.zoom()];
    await fingers.drag(from, { x: from.x, y: from.y + (112 * zoom) / 100 });
    await expect.poll(() => editor.place('c')).toEqual({ x: 352, y: 352 });
    await expect(editor.node('c')).toHaveAttribute('aria-selected', 'true');

    await editor.canvas.press('Escape');
    await editor.rested();
    const nothing = await editor.screen('a', 40, 240);
    for (const _ of [1, 2]) await fingers.tap(nothing);
    await page.getByRole('listbox', { name: 'Step types' }).getByRole('option', { name: /Review/ }).first().tap();
    await expect(page.locator('#canvas .node')).toHaveCount(4);
  });
});

test('a finger moves the view and draws a box, and what it presses is large enough', async ({ page }) => {
  await test.step('a finger moves the view, draws a box once the toolbar says so, and leads a type out of the palette', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 });
    const editor = await openEditor(page, ROW);
    const fingers = await Fingers.on(page);
    const selected = page.locator('.node[aria-selected=true]');
    const before = await editor.middle(editor.node('a'));
    const from = await editor.screen('a', -60, -60);

    await fingers.drag(from, { x: from.x + 40, y: from.y + 30 });
    const moved = await editor.middle(editor.node('a'));
    expect(moved.x - before.x).toBeCloseTo(40, 0);
    expect(moved.y - before.y).toBeCloseTo(30, 0);
    await expect(selected).toHaveCount(0);

    const box = page.getByRole('button', { name: 'Select with a finger' });
    await fingers.tap(await editor.middle(box));
    await expect(box).toHaveAttribute('aria-pressed', 'true');
    await fingers.drag(await editor.screen('a', -60, -60), await editor.screen('b', 60, 30));
    await expect(selected).toHaveCount(2);
    await expect(editor.node('c')).toHaveAttribute('aria-selected', 'false');
    expect(await editor.middle(editor.node('a'))).toEqual(moved);

    await fingers.tap(await editor.middle(box));
    await expect(box).toHaveAttribute('aria-pressed', 'false');
    await fingers.drag(await editor.screen('c', -60, 20), await editor.screen('c', -60, 60));
    await expect.poll(async () => (await editor.middle(editor.node('a'))).y).not.toBe(moved.y);
    await expect(selected).toHaveCount(2);

    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1180, height: 600 });
    const type = page.locator('.palette__item[data-kind="review"]');
    const item = await editor.middle(type);
    await fingers.drag(item, { x: item.x, y: item.y - 160 });
    await expect.poll(() => page.locator('.builder__side').evaluate((side) => side.scrollTop)).toBeGreaterThan(60);
    await expect(page.locator('#canvas .node')).toHaveCount(3);

    const [again, stage] = [await editor.middle(type), await editor.middle(editor.canvas)];
    await fingers.drag(again, { x: stage.x, y: again.y + 30 });
    await expect(page.locator('#canvas .node')).toHaveCount(4);
  });
  await test.step('what a finger presses is 44 pixels high and wide on a tablet, and the canvas stays under it', async () => {
    await page.setViewportSize({ width: 1024, height: 768 });
    const nodes = [
      { id: 'copy', type: 'generate_copy', x: 0, y: 0, config: { prompt: 'One line', temperature: 0.3 } },
      ROW[1],
    ];
    const editor = await openNext(page, nodes);
    const group = page.getByRole('button', { name: 'Group', exact: true });
    await expect(group).toBeDisabled();
    const top = async () => (await editor.canvas.boundingBox())!.y;
    const before = await top();
    await editor.canvas.focus();

    await page.keyboard.press('Control+a');
    await expect(group).toBeEnabled();

    expect(await top()).toBe(before);
    const [undo, launch] = [
      await editor.middle(page.getByRole('button', { name: 'Undo', exact: true })),
      await editor.middle(page.getByRole('button', { name: 'Launch', exact: true })),
    ];
    expect(launch.y, 'the bar keeps to its line').toBe(undo.y);

    await editor.canvas.press('Escape');
    await editor.node('copy').tap();
    await expect(page.getByRole('tab', { name: 'Setup' })).toBeVisible();
    const small = () => {
      const pressed = 'button, a[href]:not(.skip-link), input, textarea, select, summary, [role="tab"]';
      const sized = (one: Element) => ({ name: one.getAttribute('aria-label') ?? one.textContent, box: (one.closest('label') ?? one).getBoundingClientRect() });
      const all = [...document.querySelectorAll(pressed)].filter((one) => one.checkVisibility({ visibilityProperty: true })).map(sized);
      return all.filter(({ box }) => Math.min(box.width, box.height) < 43.5).map(({ name, box }) => `${name}: ${box.width} × ${box.height}`);
    };

    await expect.poll(() => page.evaluate(small)).toEqual([]);
    await shoot(page, 'touch-panel');
    await page.getByRole('tab', { name: 'Outline' }).tap();
    await expect.poll(() => page.evaluate(small)).toEqual([]);
  });
});
