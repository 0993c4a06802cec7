import { openEditor } from '../support/editor.ts';
import { expect, test } from '../support/test.ts';

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
