import { type Editor, openEditor, openNext } from '../../support/editor.ts';
import { shoot, still } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

const THREE = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 80, y: 160 },
  { id: 'c', type: 'transform', x: 160, y: 400 },
];
const FRAMED = [
  { id: 'group', type: 'frame', x: 0, y: 0, label: 'Research' },
  { id: 'a', type: 'transform', x: 48, y: 104, parent: 'group' },
  { id: 'b', type: 'transform', x: 400, y: 104, parent: 'group' },
  { id: 'c', type: 'transform', x: 880, y: 104 },
];

async function places(editor: Editor, ids: string[]) {
  return Promise.all(ids.map((id) => editor.place(id)));
}

async function parent(editor: Editor, id: string): Promise<string | undefined> {
  return (await editor.kept()).nodes.find((node) => node.id === id)?.parentId;
}

test('ux 28: steps are aligned, framed and dropped into frames and loops, and out of them', async ({ page }) => {
  await test.step('ux 28: three nodes come into line by keys, get a frame, move with it, and stay when it goes', async () => {
    const editor = await openEditor(page, THREE);
    const ids = THREE.map((node) => node.id);
    await editor.node('a').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Shift+a');
    await expect(page.getByRole('menuitem', { name: 'Align left' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await places(editor, ids)).map((at) => at.x)).toEqual([0, 0, 0]);
    await page.getByRole('button', { name: 'Align', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Distribute vertically' }).click();
    await expect.poll(async () => (await editor.place('b')).y).toBe(200);

    await editor.canvas.press('Control+a');
    const before = await places(editor, ids);
    await page.keyboard.press('Control+g');
    await expect(editor.node('frame')).toHaveAttribute('data-frame', '');
    expect(await places(editor, ids)).toEqual(before);
    await editor.move('frame', 64, 48);
    const after = await places(editor, ids);
    const ways = after.map((at, place) => [at.x - before[place].x, at.y - before[place].y]);
    expect(new Set(ways.map(String)).size).toBe(1);
    expect(Math.hypot(ways[0][0], ways[0][1])).toBeGreaterThan(40);
    await page.keyboard.press('Control+Shift+g');
    await expect(editor.node('frame')).toHaveCount(0);
    expect(await places(editor, ids)).toEqual(after);
    const parents = async () => (await editor.kept()).nodes.map((node) => node.parentId ?? node.id);
    await expect.poll(parents).toEqual(ids);
  });
  await test.step('ux 28: a node dropped in a frame belongs to it, with Alt it does not, and leaves it by mouse and keys', async () => {
    const each = { id: 'each', type: 'for_each', x: 0, y: 320, config: { items: '${input.topics}' } };
    const editor = await openNext(
      page,
      [...FRAMED, each, { id: 'd', type: 'transform', x: 48, y: 104, parent: 'each' }],
      ['each.item>d', 'd>each.result'],
    );
    const rest = async () => {
      await editor.canvas.press('Escape');
      await editor.rested();
    };
    const start = await editor.place('c');

    await editor.move('c', -400, 32);
    await expect.poll(() => parent(editor, 'c')).toBe('group');
    await page.keyboard.press('Control+z');
    await expect.poll(() => parent(editor, 'c')).toBeUndefined();
    await rest();

    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => editor.middle(editor.node(id))));
    const among = { x: (a.x + b.x) / 2, y: a.y };
    await editor.drag(c, among);
    await page.keyboard.down('Alt');
    await page.mouse.move(among.x - 2, among.y);
    await editor.painted();
    await page.mouse.up();
    await page.keyboard.up('Alt');
    expect((await editor.place('c')).x).toBeLessThan(start.x - 400);
    expect(await parent(editor, 'c')).toBeUndefined();
    await page.keyboard.press('Control+z');
    await expect.poll(() => editor.place('c')).toEqual(start);
    await rest();

    await editor.move('b', 0, 320);
    await expect.poll(() => parent(editor, 'b')).toBeUndefined();
    await editor.node('a').focus();
    await page.keyboard.press('m');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => parent(editor, 'a')).toBeUndefined();
    await rest();

    // Near the border of the canvas the view goes on by itself: what is dragged there comes to lie elsewhere.
    await editor.canvas.press('Shift+1');
    await editor.rested();
    await expect(editor.node('each')).toHaveAttribute('data-frame', '');
    const [loop, d] = [await editor.node('each').boundingBox(), await editor.node('d').boundingBox()];
    expect(loop!.width).toBeGreaterThan(d!.width);
    const [from, to] = [await editor.middle(editor.node('c')), await editor.middle(editor.node('d'))];
    await editor.drag(from, { x: to.x + 60, y: to.y + 50 });
    await page.mouse.up();
    await expect.poll(() => parent(editor, 'c')).toBe('each');
    await rest();
    const before = await places(editor, ['d', 'c', 'b']);
    await editor.move('each', 64, 0);
    const after = await places(editor, ['d', 'c', 'b']);
    const ways = after.map((at, place) => at.x - before[place].x);
    expect(ways[0]).toBeGreaterThan(40);
    expect(ways).toEqual([ways[0], ways[0], 0]);
  });
});

test('ux 34: frames and lanes are accessible, and what is dropped in a lane is put into it', async ({ page }) => {
  await test.step('what is dropped in a lane is put into it', async () => {
    const editor = await openEditor(
      page,
      [
        { id: 'fork', type: 'parallel', x: 0, y: 0 },
        { id: 'a', type: 'transform', x: 400, y: -120 },
        { id: 'b', type: 'transform', x: 400, y: 120 },
        { id: 'join', type: 'merge', x: 1100, y: 0 },
        { id: 'loose', type: 'transform', x: 400, y: 420 },
      ],
      ['fork.lane_1>a', 'fork.lane_2>b', 'a>join', 'b>join'],
    );
    const lane = page.getByTestId('lane-fork/lane_2');
    await expect(lane).toContainText('Lane 2 · 1 step');
    const [from, at] = [await editor.middle(editor.node('loose')), await lane.boundingBox()];

    await editor.drag(from, { x: at!.x + at!.width - 20, y: at!.y + at!.height - 8 });
    await page.mouse.up();

    await expect(editor.edges()).toHaveCount(5);
    await expect(lane).toContainText('2 steps');
  });
  await test.step('ux 34: frames and lanes are accessible, wide and narrow', async () => {
    const editor = await openNext(
      page,
      [
        ...FRAMED,
        { id: 'green', type: 'frame', x: 0, y: 420, label: 'Pictures', config: { color: 'green', note: 'What goes with the text' } },
        { id: 'd', type: 'generate_image', x: 48, y: 104, parent: 'green', config: { prompt: 'A poster' } },
        { id: 'fork', type: 'parallel', x: 560, y: 560 },
        { id: 'e', type: 'transform', x: 960, y: 460 },
        { id: 'f', type: 'transform', x: 960, y: 700 },
        { id: 'each', type: 'for_each', x: 0, y: 800 },
        { id: 'g', type: 'generate_copy', x: 48, y: 104, parent: 'each', config: { prompt: 'On ${item}' } },
      ],
      ['a>b', 'b>c', 'fork.lane_1>e', 'fork.lane_2>f', 'each.item>g', 'g>each.result'],
    );
    await editor.node('green').click({ position: { x: 120, y: 20 } });
    for (const [width, height] of [[1440, 900], [390, 844]] as const) {
      await page.setViewportSize({ width, height });
      await page.keyboard.press('Shift+1');
      await still(page);
      await expectAccessible(page);
      await shoot(page, `editor-frames-${width}`);
    }
  });
});
