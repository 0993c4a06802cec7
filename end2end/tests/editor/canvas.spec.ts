import { openEditor } from '../../support/editor.ts';
import { still } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

const ROW = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 352, y: 0 },
  { id: 'c', type: 'transform', x: 704, y: 240 },
];

test('ux 1: a wheel zooms at the pointer', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  const [before, zoom] = [await editor.middle(editor.node('b')), await editor.zoom()];

  await page.mouse.move(before.x, before.y);
  await page.mouse.wheel(0, -300);
  await editor.painted();

  const after = await editor.middle(editor.node('b'));
  expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThanOrEqual(1);
  expect(await editor.zoom()).toBeGreaterThan(zoom);
});

test('ux 2: two fingers pan', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  const [before, zoom] = [await editor.middle(editor.node('a')), await editor.zoom()];
  const stage = await editor.middle(editor.canvas);

  await page.mouse.move(stage.x, stage.y);
  for (const turn of [1, 2]) {
    await page.mouse.wheel(40, 60);
    await editor.painted();

    const after = await editor.middle(editor.node('a'));
    expect(after.x - before.x).toBeCloseTo(turn * -40, 0);
    expect(after.y - before.y).toBeCloseTo(turn * -60, 0);
  }
  expect(await editor.zoom()).toBe(zoom);
});

test('ux 3: control and wheel zoom the canvas, not the page', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  const [zoom, ratio] = [await editor.zoom(), await page.evaluate(() => window.devicePixelRatio)];
  const stage = await editor.middle(editor.canvas);
  // What is left to the browser zooms the page, in a window that has a frame.
  const taken = page.evaluate(
    () => new Promise((done) => addEventListener('wheel', (event) => done(event.defaultPrevented), { once: true })),
  );

  await page.mouse.move(stage.x, stage.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -20);
  await page.keyboard.up('Control');
  await editor.painted();

  expect(await editor.zoom()).toBeGreaterThan(zoom);
  expect(await taken).toBe(true);
  expect(await page.evaluate(() => window.devicePixelRatio)).toBe(ratio);
});

test('ux 4: a box selects what it touches', async ({ page }) => {
  const editor = await openEditor(page, ROW);

  await editor.drag(await editor.screen('a', -40, -40), await editor.screen('b', 60, 30));
  await page.mouse.up();

  await expect(page.locator('.node[aria-selected=true]')).toHaveCount(2);
});

test('ux 5: shift adds and control takes away again', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  const selected = page.locator('.node[aria-selected=true]');

  await editor.node('a').click();
  await editor.node('b').click({ modifiers: ['Shift'] });
  await expect(selected).toHaveCount(2);
  await editor.node('b').click({ modifiers: ['Control'] });

  await expect(selected).toHaveCount(1);
});

test('ux 6: with the space bar held a drag pans', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  await editor.node('a').click();
  const free = await editor.screen('a', 40, 300);
  const before = await editor.middle(editor.node('a'));

  await page.keyboard.down(' ');
  await editor.drag(free, { x: free.x + 90, y: free.y + 30 });
  await page.mouse.up();
  await page.keyboard.up(' ');

  const after = await editor.middle(editor.node('a'));
  expect(after.x - before.x).toBeCloseTo(90, 0);
  expect(after.y - before.y).toBeCloseTo(30, 0);
  await expect(page.locator('.node[aria-selected=true]')).toHaveCount(1);
  await expect(editor.node('a')).toHaveAttribute('aria-selected', 'true');
});

test('ux 7: a node comes to lie on the grid, with Alt exactly where it was led', async ({ page }) => {
  const editor = await openEditor(page, [ROW[0], { ...ROW[2], y: 400 }]);
  expect(await editor.zoom()).toBe(100);
  const from = await editor.screen('a', 120, 40);
  const to = await editor.screen('a', 157, 61);

  await editor.drag(from, to);
  await page.mouse.up();
  expect(await editor.place('a')).toEqual({ x: 32, y: 16 });
  await page.keyboard.press('Control+z');
  await expect.poll(() => editor.place('a')).toEqual({ x: 0, y: 0 });

  await editor.drag(from, to);
  await page.keyboard.down('Alt');
  await page.mouse.move(to.x, to.y);
  await editor.painted();
  await page.mouse.up();
  await page.keyboard.up('Alt');

  const exact = await editor.place('a');
  expect(exact.x).toBeCloseTo(37, 1);
  expect(exact.y).toBeCloseTo(21, 1);
});

test('ux 8: a card near the side of another comes to lie on it, and a line shows it', async ({ page }) => {
  const editor = await openEditor(page, [ROW[0], { ...ROW[1], x: 405, y: 300 }]);

  await editor.drag(await editor.screen('b', 120, 40), await editor.screen('a', 123, 340));
  await expect(page.locator('.guide').first()).toBeAttached();
  await expect(page.locator('svg.guides'), 'without a width nothing of it is drawn').toBeVisible();
  await page.mouse.up();

  expect((await editor.place('b')).x).toBe((await editor.place('a')).x);
});

test('ux 9: escape takes a drag back', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  const before = await editor.place('a');

  await editor.drag(await editor.screen('a', 120, 40), await editor.screen('a', 300, 300));
  await page.keyboard.press('Escape');
  await page.mouse.up();

  expect(await editor.place('a')).toEqual(before);
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
});

test('ux 26: everything, and at 100 %', async ({ page }) => {
  const editor = await openEditor(page, [ROW[0], { ...ROW[1], x: 3000, y: 1500 }]);
  await editor.node('a').click();

  await page.keyboard.press('Shift+0');
  await expect.poll(() => editor.zoom()).toBe(100);
  await page.keyboard.press('Shift+1');

  await expect.poll(() => editor.zoom()).toBeLessThan(100);
  await expect(editor.node('a')).toBeInViewport({ ratio: 0.99 });
  await expect(editor.node('b')).toBeInViewport({ ratio: 0.99 });
});

test('ux 27: the minimap leads to its corner', async ({ page }) => {
  const editor = await openEditor(page, [ROW[0], { ...ROW[1], x: 2400, y: 1200 }]);
  await editor.node('a').click();
  await page.keyboard.press('Shift+0');

  await page.getByTestId('minimap').click({ position: { x: 190, y: 110 } });

  await expect(editor.node('b')).toBeInViewport();
  await expect(editor.node('a')).not.toBeInViewport();
  const [b, stage] = [await editor.middle(editor.node('b')), await editor.middle(editor.canvas)];
  expect(Math.hypot(b.x - stage.x, b.y - stage.y)).toBeLessThan(400);
});

test('what is gone to comes to lie beside what floats on the canvas', async ({ page }) => {
  const editor = await openEditor(page, [ROW[0], { ...ROW[1], x: 4000, y: 3000 }]);
  await editor.node('a').focus();
  await page.keyboard.press('Shift+0');

  await page.keyboard.press('Tab');
  await expect(editor.node('b')).toBeFocused();
  await still(page);

  await expect(editor.node('b')).toBeInViewport({ ratio: 0.99 });
  const [card, map] = [await editor.node('b').boundingBox(), await page.getByTestId('minimap').boundingBox()];
  expect(card!.x + card!.width <= map!.x || card!.y + card!.height <= map!.y).toBe(true);
});

test('a wheel over the panel scrolls that, and neither it nor the focus moves the editor', async ({ page }) => {
  const inputs = ['one', 'two', 'three', 'four'].map((name) => ({ name, label: name, type: 'text' }));
  const editor = await openEditor(page, [{ id: 'start', type: 'start' }], [], inputs);
  const panel = page.getByRole('complementary', { name: 'Details' });
  await editor.node('start').click();
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    const at = await editor.middle(panel);
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(0, 20_000);
    await expect.poll(() => panel.evaluate((panel) => panel.scrollTop)).toBeGreaterThan(0);
    await page.mouse.wheel(0, 20_000);
    await panel.locator('.switch__input').last().focus();
    await editor.painted();

    const frame = await page.locator('#content').evaluate((frame) => [
      frame.scrollLeft,
      frame.scrollTop,
      frame.scrollWidth - frame.clientWidth,
      frame.scrollHeight - frame.clientHeight,
    ]);
    expect(frame, `at ${width}`).toEqual([0, 0, 0, 0]);
    await expect(editor.canvas).toBeInViewport({ ratio: 0.99 });
  }
});

test('ux 2: who says it is a trackpad pans with what looks like a mouse', async ({ page }) => {
  const editor = await openEditor(page, ROW);
  await editor.node('a').focus();
  await page.keyboard.press('?');
  await page.getByLabel('The wheel belongs to').selectOption('trackpad');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const [before, zoom] = [await editor.middle(editor.node('a')), await editor.zoom()];
  const stage = await editor.middle(editor.canvas);
  await page.mouse.move(stage.x, stage.y);
  await page.mouse.wheel(0, -300);
  await editor.painted();

  expect((await editor.middle(editor.node('a'))).y - before.y).toBeCloseTo(300, 0);
  expect(await editor.zoom()).toBe(zoom);
});

test('a wheel means the same over what floats on the canvas', async ({ page }) => {
  const editor = await openEditor(page, ROW, ['a>b']);
  const middle = { x: (await editor.middle(editor.node('a'))).x + 176, y: (await editor.middle(editor.port('a', 'output'))).y };
  await page.mouse.move(middle.x, middle.y);
  const insert = await editor.middle(page.getByTestId('edge-insert'));
  await page.mouse.move(insert.x, insert.y);
  const before = await editor.zoom();

  await page.mouse.wheel(0, -120);
  await expect.poll(() => editor.zoom()).toBeGreaterThan(before);

  const map = await editor.middle(page.getByTestId('minimap'));
  await page.mouse.move(map.x, map.y);
  const near = await editor.zoom();
  await page.mouse.wheel(0, 10);
  await expect.poll(() => editor.zoom(), 'a little is a little').toBeLessThan(near);
  expect(await editor.zoom()).toBeGreaterThan(near * 0.95);
  for (const part of ['.zoom-bar', '.minimap', '.canvas__surface']) {
    const kept = await page.locator(part).evaluate((part) => {
      const turn = new WheelEvent('wheel', { deltaY: 10, ctrlKey: true, bubbles: true, cancelable: true });
      return !part.dispatchEvent(turn);
    });
    expect(kept, `control and wheel over ${part} do not zoom the page`).toBe(true);
  }
});
