import { type Editor, openEditor, openNext } from '../../support/editor.ts';
import { still } from '../../support/look.ts';
import { expect, hydrated, test } from '../../support/test.ts';

const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 400, y: 0 },
];
const CHAIN = [...PAIR, { id: 'c', type: 'transform', x: 800, y: 0 }];

/** Takes the last change back, and leaves nothing selected and the view at rest. */
async function takeBack(editor: Editor): Promise<void> {
  await editor.canvas.press('Control+z');
  await rest(editor);
}

/** Leaves nothing selected and the view at rest. */
async function rest(editor: Editor): Promise<void> {
  await editor.canvas.press('Escape');
  await editor.rested();
}

/** The middle of the edge from a to b. */
async function halfway(editor: Editor): Promise<{ x: number; y: number }> {
  const [from, to] = [await editor.middle(editor.port('a', 'output')), await editor.middle(editor.port('b', 'input'))];
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

test('ux 10, 11, 12, 13: an edge is drawn by pulling or by two clicks, or refused in words', async ({ page }) => {
  await test.step('ux 10, 11: from port to port; on a card with several ports that fit, one is asked for', async () => {
    const editor = await openEditor(page, [PAIR[0], { ...PAIR[1], x: 480 }, { id: 'fork', type: 'parallel', x: 0, y: 240 }]);

    const to = await editor.middle(editor.port('b', 'input'));
    await editor.drag(await editor.middle(editor.port('a', 'output')), to);
    await expect(editor.port('b', 'input')).toHaveAttribute('data-link', 'target');
    await page.mouse.up();
    await expect(editor.edges()).toHaveCount(1);
    expect(await editor.wires()).toEqual(['a>b']);
    await takeBack(editor);
    await expect(editor.edges()).toHaveCount(0);

    await editor.port('a', 'output').click();
    await editor.port('b', 'input').click();
    await expect(editor.edges()).toHaveCount(1);
    expect(await editor.wires()).toEqual(['a>b']);
    await takeBack(editor);
    await expect(editor.edges()).toHaveCount(0);

    const pull = async () => {
      const card = await editor.node('fork').boundingBox();
      if (!card) throw new Error('there is no card');
      await editor.drag(await editor.middle(editor.port('b', 'input')), { x: card.x + 60, y: card.y + 20 });
      await page.mouse.up();
    };
    await pull();
    const list = page.getByRole('dialog', { name: /^Connect to b|^Connect b/ });
    await expect(list.getByRole('option').first()).toBeVisible();
    expect(await list.getByRole('option').count()).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await expect(editor.edges()).toHaveCount(0);
    await pull();
    await list.getByRole('option', { name: /lane_2/ }).click();
    await expect(editor.edges()).toHaveCount(1);
    expect((await editor.kept()).edges).toMatchObject([{ source: 'fork', sourceHandle: 'lane_2', target: 'b' }]);
  });
  await test.step('ux 12, 13: dropped on nothing it asks what to add; what does not fit is refused by name', async () => {
    const editor = await openNext(page, [
      { id: 'image', type: 'generate_image' },
      { id: 'attach', type: 'attach_to_document', x: 640 },
    ]);
    const options = page.getByRole('listbox', { name: 'Step types' }).getByRole('option');
    const offered = async () => (await options.allInnerTexts()).map((text) => text.split('\n')[0]);
    const documents = await editor.middle(editor.port('attach', 'documents').first());
    await editor.drag(documents, { x: documents.x - 100, y: documents.y + 140 });
    await page.mouse.up();
    await expect(options.first()).toBeVisible();
    expect(await offered()).toContain('Generate copy');
    for (const other of ['Generate image', 'Note', 'Frame']) expect(await offered()).not.toContain(other);
    await page.keyboard.press('Escape');
    const from = await editor.middle(editor.port('image', 'images'));
    await editor.drag(from, { x: from.x + 120, y: from.y + 120 });
    await page.mouse.up();
    await expect(options.first()).toBeVisible();
    await expect(page.locator('.rubber'), 'the edge waits for its other end').toHaveAttribute('d', /^M/);
    for (const nothing of ['Start', 'Note', 'Frame']) expect(await offered()).not.toContain(nothing);
    await options.filter({ hasText: 'Review' }).first().click();
    await expect(page.locator('#canvas .node')).toHaveCount(3);
    await expect(page.locator('.rubber')).not.toHaveAttribute('d');
    expect(await editor.wires()).toEqual(['image>review']);
    await page.keyboard.press('Control+z');
    await expect(page.locator('#canvas .node')).toHaveCount(2);
    await expect(editor.edges()).toHaveCount(0);
    await rest(editor);

    await expect(editor.port('image', 'images'), 'a port says what it holds').toHaveAttribute('title', /: a list of image$/);
    const to = await editor.middle(editor.port('attach', 'documents').first());
    await editor.drag(await editor.middle(editor.port('image', 'images')), { x: to.x - 14, y: to.y - 14 });
    await expect(page.locator('.rubber'), 'the edge that is drawn is seen').toBeVisible();
    await expect(page.locator('.refusal')).toContainText(/image.*document|document.*image/);
    await page.mouse.up();
    await expect(page.locator('.refusal')).toBeHidden();
    await expect(page.locator('.toast').filter({ hasText: /image.*document|document.*image/ })).toBeVisible();
    await expect(editor.edges()).toHaveCount(0);

    // On a card whose only port that fits is connected.
    await editor.port('image', 'images').click();
    await editor.port('attach', 'images').click();
    await expect(editor.edges()).toHaveCount(1);
    await rest(editor);
    const card = await editor.middle(editor.node('attach'));
    await editor.drag(await editor.middle(editor.port('image', 'images')), card);
    await expect(page.locator('.refusal')).toContainText('are already connected');
    await page.mouse.up();
    await expect(page.locator('.toast').filter({ hasText: 'are already connected' })).toBeVisible();
    await expect(editor.edges()).toHaveCount(1);
  });
});

test('ux 14, 15, 20: an edge is laid elsewhere, deleted and undone, and takes a step between its ends', async ({ page }) => {
  await test.step('ux 14, 20: the menu leads its ends elsewhere, a circle is refused, deleting can be undone from the news', async () => {
    const editor = await openEditor(page, [...CHAIN, { id: 'd', type: 'transform', x: 800, y: 200 }], ['a>b', 'b>c']);
    const lead = async (deed: string, was: string, to: string) => {
      const edge = page.locator('path.edge').last();
      // Beside the buttons that the pointer brings up in its middle.
      const { x, y } = await edge.evaluate((path: SVGPathElement) => {
        const at = path.getPointAtLength(0.3 * path.getTotalLength());
        const { x, y } = at.matrixTransform(path.getScreenCTM() ?? undefined);
        return { x, y };
      });
      await page.mouse.click(x, y, { button: 'right' });
      await page.getByRole('menuitem', { name: deed }).click();
      const choices = page.getByRole('listbox', { name: 'Steps' }).last().getByRole('option');
      await expect(choices.filter({ hasText: to })).toBeVisible();
      await expect(choices.filter({ hasText: was })).toHaveCount(0);
      await choices.filter({ hasText: to }).click();
    };
    await lead('Reconnect target', 'c', 'd');
    expect(await editor.wires()).toEqual(['a>b', 'b>d']);
    await lead('Reconnect source', 'b', 'a');
    expect(await editor.wires()).toEqual(['a>b', 'a>d']);
    for (const _ of [1, 2]) await takeBack(editor);
    await expect.poll(() => editor.wires()).toEqual(['a>b', 'b>c']);

    await editor.port('c', 'output').click();
    await editor.port('a', 'input').click();
    await expect(page.locator('.toast')).toContainText('a → b → c');
    await expect(editor.edges()).toHaveCount(2);

    await editor.node('b').click();
    await page.keyboard.press('Delete');
    await expect(editor.node('b')).toHaveCount(0);
    await expect(editor.edges()).toHaveCount(0);
    await expect(editor.node('a')).toBeFocused();
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await expect(editor.node('b')).toBeVisible();
    await expect(editor.edges()).toHaveCount(2);

    // The menu opens over the buttons of an edge too.
    await rest(editor);
    const { x, y } = await halfway(editor);
    await page.mouse.move(x, y);
    await page.getByTestId('edge-delete').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(editor.edges()).toHaveCount(1);
    expect(await editor.wires()).toEqual(['b>c']);
  });
  await test.step('ux 15: a step goes between its ends, or before another; its buttons wait for a pointer that leaves', async () => {
    const editor = await openNext(page, PAIR, ['a>b']);
    const options = page.getByRole('listbox', { name: 'Step types' }).getByRole('option');
    const { x, y } = await halfway(editor);
    await page.mouse.move(x, y);
    await page.getByTestId('edge-insert').click();
    await expect(options.first()).toBeVisible();
    const offered = (await options.allInnerTexts()).map((text) => text.split('\n')[0]);
    for (const none of ['Start', 'End', 'Note']) expect(offered).not.toContain(none);
    await page.locator('input[role=combobox]').fill('transform');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('edge-e0')).toHaveCount(0);
    await expect(editor.edges()).toHaveCount(2);
    await expect(page.locator('.edge-tools')).toHaveCount(0);
    expect(await editor.wires()).toEqual(['a>transform', 'transform>b']);
    await page.keyboard.press('Control+z');
    await expect(page.getByTestId('edge-e0')).toHaveCount(1);
    await expect(editor.edges()).toHaveCount(1);

    await rest(editor);
    const at = await halfway(editor);
    await page.mouse.move(at.x, at.y + 200);
    await page.mouse.move(at.x, at.y);
    await expect(page.getByTestId('edge-insert')).toBeVisible();
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

    // Before a node it goes into what leads there, or beside it.
    const before = async (id: string) => {
      await editor.node(id).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Add before' }).click();
      await options.filter({ hasText: 'Transform' }).first().click();
    };
    await before('b');
    await expect(page.getByTestId('edge-e0')).toHaveCount(0);
    await expect(editor.edges()).toHaveCount(2);
    await before('a');
    await expect(editor.edges()).toHaveCount(3);
    const places = await Promise.all(['a', 'transform_2'].map((id) => editor.place(id)));
    expect(places[1].x).toBeLessThan(places[0].x);
    const outline = page.locator('#canvas .node').first();
    await expect(outline).toHaveAttribute('data-testid', 'node-transform_2');
  });
});

test('ux 16, 17: what is dropped on an edge goes into it, an end is led elsewhere, also of square lines', async ({ page }) => {
  await test.step('ux 16, 17: a loose node goes between the ends of an edge; an end dropped on nothing stays', async () => {
    const below = { id: 'c', type: 'transform', x: 336, y: 240 };
    const editor = await openEditor(page, [PAIR[0], { ...PAIR[1], x: 336 }, below], ['a>b']);
    const line = page.getByTestId('edge-e0');
    const before = await line.getAttribute('d');
    const right = await editor.middle(editor.port('b', 'input'));
    const { x, y } = await halfway(editor);
    await page.mouse.move(x, y);
    await editor.painted();
    await editor.drag(await editor.middle(page.getByTestId('edge-end-target')), { x: right.x - 150, y: right.y + 180 });
    await page.mouse.up();
    expect(await line.getAttribute('d')).toBe(before);
    expect(await editor.wires()).toEqual(['a>b']);

    await rest(editor);
    await editor.drag(await editor.middle(editor.node('c')), await halfway(editor));
    await page.mouse.up();
    await expect(line).toHaveCount(0);
    expect(await editor.wires()).toEqual(['a>c', 'c>b']);
    await takeBack(editor);
    await expect.poll(() => editor.wires()).toEqual(['a>b']);
    expect(await editor.place('c')).toEqual({ x: below.x, y: below.y });

    await page.mouse.move(x, y + 100);
    for (const farther of [0, 3]) {
      for (let step = 0; step < farther; step += 1) await page.keyboard.press('-');
      await still(page);
      const at = await halfway(editor);
      await page.mouse.move(at.x, at.y);
      const handle = await editor.middle(page.getByTestId('edge-end-target'));
      await editor.drag(handle, await editor.middle(editor.port('c', 'input')));
      await page.mouse.up();
      await expect.poll(() => editor.wires()).toEqual(['a>c']);
      expect(await line.getAttribute('d')).not.toBe(before);
      await page.keyboard.press('Control+z');
      await expect.poll(() => editor.wires()).toEqual(['a>b']);
      await page.keyboard.press('Escape');
    }
  });
  await test.step('lines are drawn square when one likes, are met there, and stay so', async () => {
    const editor = await openNext(page, [PAIR[0], { ...PAIR[1], x: 480, y: 320 }], ['a>b']);
    const line = page.getByTestId('edge-e0');
    await expect(line).toHaveAttribute('d', /C/);
    await editor.canvas.focus();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('square');
    await page.keyboard.press('Enter');

    await expect(line).toHaveAttribute('d', /Q/);
    await page.reload();
    await hydrated(page);
    await expect(line).toHaveAttribute('d', /Q/);
    // On the upright piece, where a curve would not be.
    const [from, to] = [await editor.middle(editor.port('a', 'output')), await editor.middle(editor.port('b', 'input'))];
    await page.mouse.click((from.x + to.x) / 2, from.y + (to.y - from.y) / 5);

    await expect(line).toHaveAttribute('data-selected', '');
  });
});
