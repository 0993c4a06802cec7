import { openEditor, openNext } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const ROW = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'row', type: 'transform', x: 352, y: 0 },
  { id: 'end', type: 'end', x: 800, y: 0 },
];
const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 400, y: 0 },
];
const COPY = { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'On ${input.brief}' } };
const WHOLE = [{ id: 'begin', type: 'start', x: 0, y: 0 }, COPY, { id: 'done', type: 'end', x: 704, y: 0 }];
const INPUTS = [
  { name: 'brief', label: 'Product brief', type: 'long_text', required: true },
  { name: 'unread', label: 'Unread', type: 'text' },
];
const BLANK = [
  { id: 'start', type: 'start', x: 96, y: 192 },
  { id: 'end', type: 'end', x: 768, y: 192 },
];

test('ux 18: steps are copied, cut and pasted, in a workflow and from one to another', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const nodes = page.locator('#canvas .node');
  await test.step('ux 18: it works while nothing has the focus, and pastes at the pointer, else in the middle', async () => {
    const source = await openEditor(page, ROW, ['start>row', 'row>end']);
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await expect(nodes).toHaveCount(5);
    expect(await source.place('row_2'), 'beside what is seen of it').toEqual({ x: ROW[1].x + 32, y: 32 });

    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect(nodes).toHaveCount(3);
    // A button that cannot be pressed any more loses the focus.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BUTTON');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+x');
    await expect(nodes).toHaveCount(1);

    await source.canvas.press('Control+z');
    await expect(nodes).toHaveCount(3);
    await source.node('row').click();
    await page.keyboard.press('Control+c');
    const editor = await openNext(page, [{ ...COPY, config: { prompt: 'One line' } }]);
    const at = await editor.screen('copy', -40, 220);
    await page.mouse.move(at.x, at.y);
    await page.keyboard.press('Control+v');
    await expect(editor.node('row')).toBeVisible();
    expect(await editor.place('row')).toEqual({ x: COPY.x - 160, y: 192 });
    await page.keyboard.press('Control+v');
    await expect(editor.node('row_2')).toBeVisible();
    expect(await editor.place('row_2')).toEqual({ x: COPY.x - 128, y: 224 });

    await page.mouse.move(5, 5);
    await page.keyboard.press('Control+v');
    await expect(editor.node('row_3')).toBeInViewport({ ratio: 0.99 });
    const [pasted, stage] = [await editor.middle(editor.node('row_3')), await editor.middle(editor.canvas)];
    expect(Math.hypot(pasted.x - stage.x, pasted.y - stage.y)).toBeLessThan(80);
  });
  await test.step('ux 18: a selection is copied with its edge, with connections what led to the originals is kept', async () => {
    const editor = await openNext(page, PAIR, ['a>b']);
    await editor.node('a').click();
    await editor.node('b').click({ modifiers: ['Shift'] });

    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');

    await expect(nodes).toHaveCount(4);
    await expect(editor.edges()).toHaveCount(2);
    const copies = page.locator('.node[aria-selected=true]');
    await expect(copies).toHaveCount(2);
    const ids = await copies.evaluateAll((all) => all.map((one) => one.getAttribute('data-node') ?? ''));
    expect(await Promise.all(ids.map((id) => editor.place(id)))).toEqual([{ x: 32, y: 32 }, { x: 432, y: 32 }]);
    expect(await editor.wires()).toEqual(['a>b', ids.join('>')].sort());

    await editor.canvas.press('Control+z');
    await editor.canvas.press('Escape');
    await editor.rested();
    await expect(nodes).toHaveCount(2);
    await editor.node('b').click();
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+Shift+V');
    await expect(nodes).toHaveCount(3);
    await expect(editor.edges()).toHaveCount(2);
  });
  await test.step('a pasted workflow hangs at the start that is here and brings the inputs it reads', async () => {
    const whole = await openNext(page, WHOLE, ['begin>copy', 'copy>done'], INPUTS);
    await whole.canvas.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    const editor = await openNext(page, BLANK);
    await editor.canvas.focus();

    await page.keyboard.press('Control+v');

    await expect(page.locator('.toast').filter({ hasText: 'The workflow already has a start' })).toBeVisible();
    await expect(nodes).toHaveCount(4);
    expect(await editor.wires()).toEqual(['copy>done', 'start>copy']);
    const kept = (await editor.kept()) as unknown as { parameters: object[] };
    expect(kept.parameters).toEqual([INPUTS[0]]);
    await expect(editor.node('copy')).toContainText('On ‹Product brief›');
    await expect(editor.node('copy').locator('.node__faults')).toHaveCount(0);

    await page.keyboard.press('Control+z');
    await expect(nodes, 'it was one change').toHaveCount(2);
    expect(((await editor.kept()) as unknown as { parameters?: object[] }).parameters ?? []).toEqual([]);
  });
  await test.step('what is pasted where most of it would be out of sight comes into view', async () => {
    const column = [0, 1, 2].map((row) => ({ id: `s${row}`, type: 'transform', x: 0, y: row * 160 }));
    const editor = await openNext(page, column);
    await editor.canvas.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    const stage = await editor.canvas.boundingBox();
    if (!stage) throw new Error('there is no canvas');

    await page.mouse.move(stage.x + 4, stage.y + 4);
    await page.keyboard.press('Control+v');
    await expect(nodes).toHaveCount(6);
    await editor.rested();

    for (const id of ['s0_2', 's1_2', 's2_2']) await expect(editor.node(id)).toBeInViewport({ ratio: 0.95 });
  });
});
