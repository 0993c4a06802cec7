import { openEditor } from '../support/editor.ts';
import { expect, test } from '../support/test.ts';

test('ux 30: with a hundred nodes each can be reached and dragged', async ({ page }) => {
  // Times are judged in the bench.
  test.slow();
  const nodes = Array.from({ length: 100 }, (_, at) => ({
    id: `n${at}`,
    type: 'transform',
    x: (at % 10) * 336,
    y: Math.floor(at / 10) * 160,
  }));
  const edges = nodes.slice(1).map((node, at) => `${nodes[at].id}>${node.id}`);
  const editor = await openEditor(page, nodes, edges);

  await expect(page.locator('#canvas .node')).toHaveCount(100);
  await editor.node('n0').click();
  for (let at = 1; at < 100; at += 1) await page.keyboard.press('Tab');
  await expect(editor.node('n99')).toBeFocused();

  await page.keyboard.press('Shift+1');
  await editor.painted();
  const before = await editor.place('n55');
  const at = await editor.middle(editor.node('n55'));
  await editor.drag(at, { x: at.x + 120, y: at.y + 90 });
  await page.mouse.up();
  expect(await editor.place('n55')).not.toEqual(before);
});
