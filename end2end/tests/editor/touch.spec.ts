import { openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

test.use({ hasTouch: true });

test('ux 29: two fingers zoom, and one that stays asks for the menu', async ({ page }) => {
  const editor = await openEditor(page, [{ id: 'a', type: 'transform', x: 0, y: 0 }]);
  const zoom = await editor.zoom();
  const { x, y } = await editor.middle(editor.canvas);
  const touch = await page.context().newCDPSession(page);
  const send = (type: string, points: { x: number; y: number; id: number }[]) =>
    touch.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints: points });

  await send('touchStart', [{ x: x - 60, y: y + 200, id: 0 }, { x: x + 60, y: y + 200, id: 1 }]);
  await send('touchMove', [{ x: x - 120, y: y + 200, id: 0 }, { x: x + 120, y: y + 200, id: 1 }]);
  await send('touchEnd', []);
  await expect.poll(() => editor.zoom()).toBeGreaterThan(zoom);

  const node = await editor.middle(editor.node('a'));
  await send('touchStart', [{ ...node, id: 0 }]);
  await expect(page.getByRole('menu', { name: 'Actions' })).toBeVisible();
  await send('touchEnd', []);
  await expect(page.getByRole('menuitem', { name: /Rename/ })).toBeVisible();
});

test('ux 65: on a phone the editor is for looking', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const editor = await openEditor(page, [
    { id: 'a', type: 'transform', x: 0, y: 0 },
    { id: 'b', type: 'transform', x: 0, y: 240 },
  ]);
  await expect(page.getByText('View only on small screens')).toBeVisible();
  const from = await editor.middle(editor.port('a', 'output'));
  const to = await editor.middle(editor.port('b', 'input'));

  await editor.drag(from, to);
  await page.mouse.up();

  await expect(editor.edges()).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Undo/ })).toHaveCount(0);
  await editor.node('a').tap();
  await expect(page.getByRole('region', { name: 'Configuration' })).toBeVisible();
  await expect(page.getByLabel('Name of the node')).not.toBeEditable();
});
