import { openEditor } from '../../support/editor.ts';
import { still } from '../../support/look.ts';
import { expect, hydrated, test } from '../../support/test.ts';

const FRAMED = [
  { id: 'group', type: 'frame', x: 0, y: 0, label: 'Research' },
  { id: 'a', type: 'transform', x: 48, y: 104, parent: 'group' },
  { id: 'b', type: 'transform', x: 400, y: 104, parent: 'group' },
  { id: 'before', type: 'transform', x: -400, y: 104 },
  { id: 'after', type: 'transform', x: 880, y: 104 },
];
const WAYS = ['before>a', 'a>b', 'b>after'];

test('a collapsed frame stays collapsed, moves what lies in it, and is opened by keys', async ({ page }) => {
  const editor = await openEditor(page, FRAMED, WAYS);
  const group = editor.node('group');
  const open = await editor.place('a');
  const lines = page.locator('#canvas path.edge[d]');
  const turn = async () => {
    await group.focus();
    await page.keyboard.press('Shift+F10');
    const deed = page.getByRole('menuitem', { name: 'Collapse or expand' });
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(deed).toBeFocused();
    await page.keyboard.press('Enter');
  };

  await turn();
  await expect(editor.node('a')).toHaveCount(0);
  await expect(group).toContainText('2 nodes · 1 in · 1 out');
  // What led into it and out of it ends at its card.
  await expect(lines).toHaveCount(2);
  await page.keyboard.press('Escape');
  await editor.move('group', 64, 32);
  await expect.poll(async () => (await editor.kept()).nodes.length).toBe(5);
  await page.reload();
  await hydrated(page);
  await expect(group).toContainText('2 nodes · 1 in · 1 out');
  await expect(editor.node('a')).toHaveCount(0);

  await turn();
  await expect(lines).toHaveCount(3);
  expect(await editor.place('a')).toEqual({ x: open.x + 64, y: open.y + 32 });
  expect(await editor.wires()).toEqual([...WAYS].sort());
});

test('what leaves a lane without a merge is flagged, and a merge settles it', async ({ page }) => {
  const editor = await openEditor(
    page,
    [
      { id: 'start', type: 'start', x: -300, y: 0 },
      { id: 'fork', type: 'parallel', x: 0, y: 0 },
      { id: 'a', type: 'generate_copy', x: 300, y: -120, config: { prompt: 'One' } },
      { id: 'b', type: 'generate_copy', x: 300, y: 120, config: { prompt: 'Two' } },
      { id: 'join', type: 'merge', x: 600, y: 240 },
      { id: 'next', type: 'generate_copy', x: 900, y: 0, config: { prompt: 'Both' } },
      { id: 'end', type: 'end', x: 1200, y: 0 },
    ],
    ['start>fork', 'fork.lane_1>a', 'fork.lane_2>b', 'a>next', 'b>next', 'join>next', 'next>end'],
  );
  await page.getByRole('button', { name: /(error|warning)s?$/ }).click();
  const problems = page.getByRole('region', { name: 'Problems' });
  for (const lane of ['a to next: this leaves the lane Lane 1', 'b to next: this leaves the lane Lane 2']) {
    await expect(problems.getByRole('button', { name: lane }).first()).toBeVisible();
  }
  await expect(editor.node('a').locator('.node__faults[data-severity=warning]')).toBeVisible();
  for (const edge of ['e3', 'e4']) {
    const badge = page.getByTestId(`edge-fault-${edge}`);
    await expect(badge).toHaveAttribute('data-severity', 'warning');
    await expect(badge).toHaveAttribute('title', /leaves the lane/);
    // It stands on its line, halfway.
    const [line, at] = [await page.getByTestId(`edge-${edge}`).boundingBox(), await editor.middle(badge)];
    if (!line) throw new Error('there is no line');
    expect(Math.abs(at.x - line.x - line.width / 2)).toBeLessThan(8);
    expect(Math.abs(at.y - line.y - line.height / 2)).toBeLessThan(8);
  }
  await problems.getByRole('button', { name: /a to next/ }).first().click();
  await expect(editor.node('a')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');

  for (const [lane, node] of [['lane_1', 'a'], ['lane_2', 'b']]) {
    await editor.node(node).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Disconnect all' }).click();
    // The panel of the node takes room from the canvas.
    await page.keyboard.press('Shift+1');
    await still(page);
    for (const [from, out, to] of [['fork', lane, node], [node, 'texts', 'join']]) {
      await editor.port(from, out).click();
      await editor.port(to, 'input').click();
    }
  }
  expect(await editor.wires()).toEqual(['a>join', 'b>join', 'fork>a', 'fork>b', 'join>next', 'next>end', 'start>fork']);
  await expect(page.getByText(/leaves the lane/)).toHaveCount(0);
  await expect(page.locator('#canvas .node__faults')).toHaveCount(0);
  await expect(page.getByTestId('lane-fork/lane_1')).toContainText('Lane 1 · 1 node');
});

test('a collapsed frame says what is wrong in it', async ({ page }) => {
  const editor = await openEditor(page, FRAMED, WAYS);
  const group = editor.node('group');
  await group.click({ button: 'right', position: { x: 120, y: 20 } });
  await page.getByRole('menuitem', { name: 'Collapse or expand' }).click();
  await expect(editor.node('a')).toHaveCount(0);

  await expect(group.locator('.node__faults')).toBeVisible();
});
