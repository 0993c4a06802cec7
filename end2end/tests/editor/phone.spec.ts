import { openEditor, openNext } from '../../support/editor.ts';
import { Fingers } from '../../support/fingers.ts';
import { expect, hydrated, test } from '../../support/test.ts';
import { edge, launch, node, step } from '../../support/workflow.ts';

test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

const COLUMN = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 0, y: 240 },
];

test('ux 65: on a phone the editor is for looking, and nothing is changed', async ({ page }) => {
  await test.step('ux 65: two fingers zoom, a tap shows what a node is set up to do, and nothing is changed', async () => {
    const editor = await openEditor(page, COLUMN);
    const two = await Fingers.on(page);
    await expect(page.getByText('View only on phones')).toBeVisible();
    const zoom = await editor.zoom();
    const { x, y } = await editor.middle(editor.canvas);
    await two.down({ x: x - 40, y }, { x: x + 40, y });
    await two.move({ x: x - 90, y }, { x: x + 90, y });
    await two.up();
    await expect.poll(() => editor.zoom()).toBeGreaterThan(zoom);
    await page.getByRole('button', { name: 'Fit to view' }).tap();
    await expect.poll(() => editor.zoom()).toBeLessThanOrEqual(100);

    await editor.node('a').tap();
    const panel = page.getByRole('region', { name: 'Configuration' });
    await expect(panel).toBeInViewport();
    await expect(page.getByLabel('Step name')).not.toBeEditable();
    await panel.getByRole('button', { name: /^(More|Advanced)/ }).tap();
    await expect(panel.getByRole('button', { name: 'Show less' })).toBeVisible();

    await page.getByRole('button', { name: 'Close the panel' }).tap();
    await expect(panel).toBeHidden();
    await page.getByRole('button', { name: 'Fit to view' }).tap();
    await editor.rested();
    // Of another moment: their events come after the taps.
    const fingers = await Fingers.on(page);
    const before = await editor.middle(editor.node('b'));
    // What would pull an edge, and what would carry a card, moves the view.
    for (const from of [editor.port('a', 'output'), editor.node('b')]) {
      const at = await editor.middle(from);
      await fingers.drag(at, { x: at.x + 20, y: at.y + 30 });
    }
    await editor.painted();
    const after = await editor.middle(editor.node('b'));
    expect([after.x - before.x, after.y - before.y].map(Math.round)).toEqual([40, 60]);
    await expect(editor.edges()).toHaveCount(0);
    expect(await editor.place('b')).toEqual({ x: 0, y: 240 });
    await fingers.tap(await editor.middle(editor.port('a', 'output')));
    await fingers.tap(await editor.middle(editor.port('b', 'input')));
    await expect(editor.edges()).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^(Undo|Add|Tidy)/ })).toHaveCount(0);
  });
  await test.step('ux 65: a node that is tapped comes out from under its sheet, whose buttons that tap does not press', async () => {
    const editor = await openNext(page, [COLUMN[0], { ...COLUMN[1], y: 360 }]);
    const sheet = page.getByRole('complementary', { name: 'Details' });
    const leave = sheet.getByRole('button', { name: 'Close the panel' });

    await editor.node('b').tap();
    await expect(sheet).toBeVisible();

    const over = async () => {
      const [card, above] = [await editor.node('b').boundingBox(), await sheet.boundingBox()];
      return card!.y + card!.height - above!.y;
    };
    await expect.poll(over).toBeLessThanOrEqual(0);
    await expect(editor.node('b')).toBeInViewport({ ratio: 0.99 });

    await leave.tap();
    await expect(sheet).toBeHidden();
    await page.getByRole('button', { name: 'Fit to view' }).tap();
    await editor.rested();
    await editor.node('a').tap();
    const close = await editor.middle(leave);
    await leave.tap();
    await expect(sheet).toBeHidden();

    // The card is led to where the button comes up.
    const card = await editor.middle(editor.node('a'));
    const fingers = await Fingers.on(page);
    await fingers.drag({ x: 40, y: 300 }, { x: 40 + close.x - card.x, y: 300 + close.y - card.y });
    await editor.painted();
    await page.touchscreen.tap(close.x, close.y);

    await expect(sheet).toBeVisible();
    await expect(sheet).not.toHaveAttribute('data-fresh');
    await expect(sheet.getByLabel('Step name')).toHaveValue('a');
  });
});

test('ux 65: on a phone a review is approved, an execution pauses and goes on, and an image has its buttons', async ({ page }) => {
  await test.step('ux 65: on a phone a review is approved, and an execution pauses and goes on', async () => {
    await launch(page, {
      name: `By thumb ${Date.now()}`,
      nodes: [
        node('start', 'start', 0, 80),
        node('check', 'review', 300, 80, { instructions: 'Is it right?' }),
        node('paint', 'generate_image', 600, 80, { prompt: 'Tea', size: '1024x256' }),
        // It keeps the execution from ending before it is paused.
        node('last', 'review', 900, 80, { instructions: 'Is all of it right?' }),
        node('end', 'end', 1200, 80),
      ],
      edges: [
        edge('start', 'check'),
        edge('check', 'paint', 'approved'),
        edge('paint', 'last'),
        edge('last', 'end', 'approved'),
      ],
    });
    await hydrated(page);
    const approve = async (id: string) => {
      await expect(step(page, id)).toHaveAttribute('data-state', 'awaiting_review');
      await page.getByRole('status').getByRole('button', { name: 'Review' }).tap();
      await page.getByTestId('decision').getByRole('button', { name: 'Approve' }).tap();
    };

    await approve('check');
    await page.getByRole('button', { name: 'Pause' }).tap();
    await expect(page.locator('header').getByText('Paused').first()).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).tap();

    await approve('last');
    await expect(page.locator('header').getByText('Completed').first()).toBeVisible();
    await expect(step(page, 'check')).toHaveAttribute('data-state', 'completed');
  });
  await test.step('the star and the sign of a flat image do not lie on each other under a finger', async () => {
    await page.getByRole('tab', { name: /^Outputs/ }).tap();
    const image = page.getByRole('tabpanel', { name: /^Outputs/ }).locator('.made-picture').first();
    const between = async () => {
      const [star, sign] = await Promise.all([
        image.getByRole('button', { name: /^Keep/ }).boundingBox(),
        image.getByRole('link', { name: 'How was this made?' }).boundingBox(),
      ]);
      return sign!.y - star!.y - star!.height;
    };
    await expect.poll(between).toBeGreaterThanOrEqual(0);
  });
});
