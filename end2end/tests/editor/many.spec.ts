import { openEditor } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

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
  const focused = new Set(['n0']);
  for (let at = 1; at < 100; at += 1) {
    await page.keyboard.press('Tab');
    focused.add(await page.evaluate(() => document.activeElement?.getAttribute('data-node') ?? ''));
  }
  await expect(editor.node('n99')).toBeFocused();
  expect(focused).toEqual(new Set(nodes.map(({ id }) => id)));

  await page.keyboard.press('Shift+1');
  await editor.painted();
  const before = await editor.place('n55');
  const at = await editor.middle(editor.node('n55'));
  await editor.drag(at, { x: at.x + 120, y: at.y + 90 });
  await page.mouse.up();
  expect(await editor.place('n55')).not.toEqual(before);
});

test('far away many nodes are one picture, dragged as cards are, and all stand in the outline', async ({ page }) => {
  test.slow();
  const nodes = Array.from({ length: 400 }, (_, at) => ({
    id: `n${at}`,
    type: 'transform',
    x: (at % 20) * 336,
    y: Math.floor(at / 20) * 160,
  }));
  const edges = nodes.slice(1).map(({ id }, at) => `n${at}>${id}`);
  const editor = await openEditor(page, nodes, edges);
  await page.getByRole('button', { name: 'Fit to view' }).click();

  await expect(page.locator('.canvas__blocks')).toBeVisible();
  await expect(page.locator('#canvas .node')).toHaveCount(0);
  await expect.poll(() => editor.zoom()).toBeLessThan(35);
  await shoot(page, 'editor-many');
  const middle = await editor.middle(page.locator('.canvas__surface'));
  await editor.drag(middle, { x: middle.x + 60, y: middle.y + 40 });
  await shoot(page, 'editor-many-dragged');
  await page.mouse.up();
  await page.getByRole('tab', { name: 'Outline' }).click();
  await expect(page.getByRole('treeitem')).toHaveCount(400);
});

test('ten thousand nodes are refused by their size, and nothing is put in', async ({ page, guard }) => {
  guard.expect(/4(13|22)/);
  const editor = await openEditor(page, [{ id: 'a', type: 'transform' }]);
  const nodes = Array.from({ length: 10_000 }, (_, at) => ({
    id: `n${at}`,
    type: 'transform',
    position: { x: at, y: at },
    data: { label: `Node ${at}`, config: {} },
  }));
  await page.getByLabel('More', { exact: true }).click();
  await page.getByText('Import', { exact: true }).click();
  await page.getByLabel('Workflow', { exact: true }).fill(JSON.stringify({ name: 'Vast', nodes, edges: [] }));

  await page.getByRole('button', { name: 'Read it' }).click();

  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await expect(page.locator('#canvas .node')).toHaveCount(1);
  await expect(editor.node('a')).toBeAttached();
});
