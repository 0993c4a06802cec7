import { openEditor, openNext } from '../../support/editor.ts';
import { still } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

// Views glide, as most people have it.
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

const ROW = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 352, y: 0 },
  { id: 'c', type: 'transform', x: 704, y: 240 },
];

test('ux 1, 2, 3, 4, 5, 6, 7, 8, 9: a mouse selects, drags and zooms, and places snap', async ({ page }) => {
  await test.step('ux 4, 5, 6, 9: escape takes a drag back, a box selects, shift adds, control takes away, space pans', async () => {
    const editor = await openEditor(page, ROW);
    const selected = page.locator('.node[aria-selected=true]');
    const place = await editor.place('a');
    await editor.drag(await editor.screen('a', 120, 40), await editor.screen('a', 300, 300));
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await editor.place('a')).toEqual(place);
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
    await editor.canvas.press('Escape');
    await expect(selected).toHaveCount(0);
    await editor.rested();

    // A box takes what it touches.
    await editor.drag(await editor.screen('a', -40, -40), await editor.screen('b', 60, 30));
    await page.mouse.up();
    await expect(selected).toHaveCount(2);

    await editor.node('a').click();
    await expect(selected).toHaveCount(1);
    await editor.node('b').click({ modifiers: ['Shift'] });
    await expect(selected).toHaveCount(2);
    await editor.node('b').click({ modifiers: ['Control'] });
    await expect(selected).toHaveCount(1);

    await editor.rested();
    const free = await editor.screen('a', 40, 300);
    const before = await editor.middle(editor.node('a'));
    await page.keyboard.down(' ');
    await editor.drag(free, { x: free.x + 90, y: free.y + 30 });
    await page.mouse.up();
    await page.keyboard.up(' ');
    const after = await editor.middle(editor.node('a'));
    expect(after.x - before.x).toBeCloseTo(90, 0);
    expect(after.y - before.y).toBeCloseTo(30, 0);
    await expect(selected).toHaveCount(1);
    await expect(editor.node('a')).toHaveAttribute('aria-selected', 'true');
  });
  await test.step('ux 7, 8: a node lies on the grid, with Alt where it was led, or on the line of another', async () => {
    const editor = await openNext(page, [ROW[0], { ...ROW[1], x: 405, y: 300 }]);
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

    await page.keyboard.press('Control+z');
    await expect.poll(() => editor.place('a')).toEqual({ x: 0, y: 0 });
    await editor.canvas.press('Escape');
    await editor.rested();
    await editor.drag(await editor.screen('b', 120, 40), await editor.screen('a', 123, 340));
    await expect(page.locator('.guide').first()).toBeAttached();
    await expect(page.locator('svg.guides'), 'without a width nothing of it is drawn').toBeVisible();
    await page.mouse.up();
    expect((await editor.place('b')).x).toBe((await editor.place('a')).x);
  });
  await test.step('ux 1, 2, 3: a wheel zooms at the pointer, control zooms the canvas alone, two fingers pan', async () => {
    const editor = await openNext(page, ROW, ['a>b']);
    const [before, far] = [await editor.middle(editor.node('b')), await editor.zoom()];
    await page.mouse.move(before.x, before.y);
    await page.mouse.wheel(0, -300);
    await editor.painted();

    const after = await editor.middle(editor.node('b'));
    expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThanOrEqual(1);
    expect(await editor.zoom()).toBeGreaterThan(far);

    // Over what floats on the canvas it means the same.
    const [from, to] = [await editor.middle(editor.port('a', 'output')), await editor.middle(editor.port('b', 'input'))];
    await page.mouse.move((from.x + to.x) / 2, from.y);
    const insert = await editor.middle(page.getByTestId('edge-insert'));
    await page.mouse.move(insert.x, insert.y);
    const nearer = await editor.zoom();
    await page.mouse.wheel(0, -120);
    await expect.poll(() => editor.zoom()).toBeGreaterThan(nearer);
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
    await editor.painted();

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

    await editor.rested();
    const [place, held] = [await editor.middle(editor.node('a')), await editor.zoom()];
    for (const turn of [1, 2]) {
      await page.mouse.wheel(40, 60);
      await editor.painted();

      const panned = await editor.middle(editor.node('a'));
      expect(panned.x - place.x).toBeCloseTo(turn * -40, 0);
      expect(panned.y - place.y).toBeCloseTo(turn * -60, 0);
    }
    expect(await editor.zoom()).toBe(held);

    // Who says it is a trackpad pans with what looks like a mouse.
    await editor.canvas.focus();
    await page.keyboard.press('?');
    await page.getByLabel('Mouse wheel').selectOption('trackpad');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const { y } = await editor.middle(editor.node('a'));
    await page.mouse.move(stage.x, stage.y);
    await page.mouse.wheel(0, -300);
    await editor.painted();
    expect((await editor.middle(editor.node('a'))).y - y).toBeCloseTo(300, 0);
    expect(await editor.zoom()).toBe(held);
  });
});

test('ux 26, 27: what is gone to is seen beside what floats on the canvas, and beside its panel', async ({ page }) => {
  await test.step('ux 26, 27: everything is seen, and the minimap leads to its corner', async () => {
    const editor = await openEditor(page, [ROW[0], { ...ROW[1], x: 2400, y: 1200 }]);
    await editor.node('a').focus();
    await page.keyboard.press('Shift+0');
    await expect.poll(() => editor.zoom()).toBe(100);
    await page.keyboard.press('Tab');
    await expect(editor.node('b')).toBeFocused();
    await still(page);
    await expect(editor.node('b')).toBeInViewport({ ratio: 0.99 });
    const [card, map] = [await editor.node('b').boundingBox(), await page.getByTestId('minimap').boundingBox()];
    expect(card!.x + card!.width <= map!.x || card!.y + card!.height <= map!.y).toBe(true);

    await page.keyboard.press('Shift+1');
    await expect.poll(() => editor.zoom()).toBeLessThan(100);
    await editor.rested();
    await expect(editor.node('a')).toBeInViewport({ ratio: 0.99 });
    await expect(editor.node('b')).toBeInViewport({ ratio: 0.99 });

    await editor.node('a').click();
    await page.keyboard.press('Shift+0');
    await expect.poll(() => editor.zoom()).toBe(100);
    await editor.rested();
    await expect(editor.node('b')).not.toBeInViewport();
    await page.getByTestId('minimap').click({ position: { x: 190, y: 110 } });
    await expect(editor.node('b')).toBeInViewport();
    await expect(editor.node('a')).not.toBeInViewport();
    const [b, stage] = [await editor.middle(editor.node('b')), await editor.middle(editor.canvas)];
    expect(Math.hypot(b.x - stage.x, b.y - stage.y)).toBeLessThan(400);
  });
  await test.step('a wheel over the panel scrolls that alone, and no focus moves the editor', async () => {
    const inputs = ['one', 'two', 'three', 'four'].map((name) => ({ name, label: name, type: 'text' }));
    const editor = await openNext(page, [{ id: 'start', type: 'start' }, { id: 'b', type: 'transform', x: 860, y: 0 }], [], inputs);
    const panel = page.getByRole('complementary', { name: 'Details' });
    await editor.node('b').click({ position: { x: 60, y: 20 } });
    await expect(panel).toBeVisible();
    const beside = () =>
      page.evaluate(() => {
        const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
        return box('#canvas').right - box('[data-testid=node-b]').right;
      });
    await expect.poll(beside).toBeGreaterThanOrEqual(0);

    await page.keyboard.press('Shift+1');
    await editor.rested();
    await editor.node('start').click();
    await expect(panel.getByLabel('Step name')).toHaveValue('start');
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
});
