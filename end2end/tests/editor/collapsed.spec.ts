import { openEditor, openNext } from '../../support/editor.ts';
import { shoot, still } from '../../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../../support/test.ts';

const FRAMED = [
  { id: 'group', type: 'frame', x: 0, y: 0, label: 'Research' },
  { id: 'a', type: 'transform', x: 48, y: 104, parent: 'group' },
  { id: 'b', type: 'transform', x: 400, y: 104, parent: 'group' },
  { id: 'before', type: 'transform', x: -400, y: 104 },
  { id: 'after', type: 'transform', x: 880, y: 104 },
];
const WAYS = ['before>a', 'a>b', 'b>after'];
const FORKED = [
  { id: 'fork', type: 'parallel', x: 0, y: 0 },
  { id: 'a', type: 'transform', x: 400, y: -160 },
  { id: 'b', type: 'transform', x: 752, y: -160 },
  { id: 'c', type: 'transform', x: 400, y: 160 },
  { id: 'join', type: 'merge', x: 1200, y: 0 },
];
const LANES = ['fork.lane_1>a', 'a>b', 'b>join', 'fork.lane_2>c', 'c>join'];

test('ux 24, 28: a frame or lane is collapsed to one card, keeps what it hides, and opens again', async ({ page }) => {
  await test.step('ux 24, 28: a frame stays collapsed, says what is wrong in it, and what stands where it opens gives way', async () => {
    const editor = await openEditor(page, FRAMED, WAYS);
    const [group, fold] = [editor.node('group'), page.getByTestId('fold-group')];
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
    await expect(group).toContainText('2 steps · 1 in · 1 out');
    await expect(group.locator('.node__faults')).toBeVisible();
    // What led into it and out of it ends at its card.
    await expect(lines).toHaveCount(2);
    await page.keyboard.press('Escape');
    await editor.move('group', 64, 32);
    await expect.poll(async () => (await editor.kept()).nodes.length).toBe(5);
    await page.reload();
    await hydrated(page);
    await expect(group).toContainText('2 steps · 1 in · 1 out');
    await expect(editor.node('a')).toHaveCount(0);

    await turn();
    await expect(lines).toHaveCount(3);
    const moved = { x: open.x + 64, y: open.y + 32 };
    expect(await editor.place('a')).toEqual(moved);
    expect(await editor.wires()).toEqual([...WAYS].sort());
    await editor.canvas.press('Escape');
    await fold.click();
    await expect(editor.node('a')).toHaveCount(0);
    await editor.canvas.press('Control+z');
    await expect(editor.node('a')).toBeVisible();
    expect(await editor.place('a')).toEqual(moved);

    // What stands where it opens gives way, and undo brings both back at once.
    await editor.canvas.press('Escape');
    await fold.click();
    await expect(editor.node('a')).toHaveCount(0);
    await editor.canvas.press('Shift+1');
    await editor.move('after', -496, 0);
    const near = await editor.place('after');
    expect(near.x).toBeLessThan(moved.x + 400);
    await editor.canvas.press('Escape');
    await fold.click();
    await expect(editor.node('a')).toBeVisible();
    const right = async () => {
      const [frame, after] = [await group.boundingBox(), await editor.node('after').boundingBox()];
      return (after?.x ?? 0) - (frame?.x ?? 0) - (frame?.width ?? 0);
    };
    await expect.poll(right).toBeGreaterThan(0);
    await shoot(page, 'frame-opened');
    await editor.canvas.press('Control+z');
    await expect(editor.node('a')).toHaveCount(0);
    expect(await editor.place('after')).toEqual(near);

    // Tidied it is one card, and what it hides stays as it lies in it.
    const lefts = () => Promise.all(['before', 'group', 'after'].map(async (id) => (await editor.place(id)).x));
    await editor.canvas.press('Escape');
    await page.keyboard.press('Shift+L');
    await expect.poll(lefts).toEqual([-400, -64, 272]);
    await still(page);
    await group.click({ button: 'right', position: { x: 120, y: 20 } });
    await page.getByRole('menuitem', { name: 'Collapse or expand' }).click();
    await expect(editor.node('a')).toBeVisible();
    const [a, b] = [await editor.place('a'), await editor.place('b')];
    expect([b.x - a.x, b.y - a.y]).toEqual([352, 0]);
  });
  await test.step('ux 24, 28: a lane becomes one card and opens again, by mouse, by keys and from the menu', async () => {
    const editor = await openNext(page, FORKED, LANES);
    const [lane, lines] = [editor.node('fork/lane_1'), page.locator('#canvas path.edge[d]')];
    const open = await editor.place('a');
    const inLane = async () => {
      const nodes = (await editor.kept()).nodes.filter((node) => ['a', 'b'].includes(node.id));
      return nodes.map((node) => [node.position.x, node.position.y]);
    };

    await page.getByTestId('fold-fork/lane_1').click();
    await expect(lane).toContainText('Lane 1');
    await expect(lane).toContainText('2 steps · 1 in · 1 out');
    await expect(lane).toBeFocused();
    await expect(lane.locator('.node__faults')).toBeVisible();
    await expect(editor.node('a')).toHaveCount(0);
    await expect(page.getByTestId('lane-fork/lane_1')).toHaveCount(0);
    await expect(page.getByTestId('lane-fork/lane_2')).toBeVisible();
    // What led into it and out of it ends at its card.
    await expect(lines).toHaveCount(4);
    expect(await editor.place('fork/lane_1')).toEqual(open);
    await shoot(page, 'collapsed-lane');

    await editor.move('fork/lane_1', 64, 32);
    await expect.poll(inLane).toEqual([[464, -128], [816, -128]]);
    await expect(lane).toHaveAttribute('aria-selected', 'true');
    await page.reload();
    await hydrated(page);
    await expect(lane).toContainText('2 steps · 1 in · 1 out');

    await lane.focus();
    await page.keyboard.press('o');
    await expect(editor.node('a')).toBeFocused();
    expect(await editor.place('a')).toEqual({ x: open.x + 64, y: open.y + 32 });
    await expect(lines).toHaveCount(5);
    await page.keyboard.press('o');
    await expect(lane).toBeFocused();
    await page.keyboard.press('Control+z');
    await expect(editor.node('a')).toBeVisible();

    await page.getByTestId('fold-fork').click();
    await expect(editor.node('fork/lane_2')).toContainText('1 step · 1 in · 1 out');
    await expect(lane).toBeVisible();
    await editor.node('fork').click({ button: 'right', position: { x: 120, y: 20 } });
    await page.getByRole('menuitem', { name: 'Collapse or expand' }).click();
    await expect(editor.node('c')).toBeVisible();
    await expect(page.getByTestId('lane-fork/lane_1')).toContainText('Lane 1 · 2 steps');
    expect(await editor.wires()).toEqual(LANES.map((way) => way.replace(/\.lane_\d/, '')).sort());

    // What it hides goes along when it is tidied.
    await page.getByTestId('fold-fork').click();
    await expect(lane).toBeVisible();
    await expect(editor.node('fork/lane_2')).toBeVisible();
    await editor.canvas.press('Escape');
    await page.keyboard.press('Shift+L');
    await expect.poll(async () => (await editor.place('join')).x).toBeLessThan(1000);
    await still(page);
    const [one, two, join] = await Promise.all(['fork/lane_1', 'fork/lane_2', 'join'].map((id) => editor.place(id)));
    expect(one.x).toBe(two.x);
    expect(one.y).toBeLessThan(two.y);
    expect(one.x).toBeGreaterThan(240);
    expect(join.x).toBeGreaterThan(one.x + 240);
    const kept = (await editor.kept()).nodes;
    const [a, b] = ['a', 'b'].map((id) => kept.find((node) => node.id === id)?.position);
    expect(a).toEqual(one);
    expect(b).toEqual({ x: one.x + 352, y: one.y });
  });
});

test('ux 28, 33: the outline lists and opens what lies in a frame or loop, and what is wrong', async ({ page }) => {
  const each = { id: 'each', type: 'for_each', x: 0, y: 320, config: { items: '${input.topics}' } };
  const verse = { id: 'verse', type: 'generate_copy', x: 48, y: 104, parent: 'each', config: { prompt: 'On ${item}' } };
  const around = ['before>each', 'each.item>verse', 'verse>each.result', 'each>after'];
  const editor = await openEditor(page, [...FRAMED, each, verse], [...WAYS, ...around]);
  const [loop, row] = [editor.node('each'), (id: string) => page.locator(`#outline-${id}`)];
  const tree = () =>
    page.getByRole('treeitem').evaluateAll((rows) =>
      rows.map((row) => [row.id.replace('outline-', ''), row.getAttribute('aria-level'), row.getAttribute('aria-expanded')]),
    );

  await page.getByRole('tab', { name: 'Outline' }).click();
  await expect.poll(tree).toEqual([
    ['before', '1', null],
    ['group', '1', 'true'],
    ['a', '2', null],
    ['b', '2', null],
    ['each', '1', 'true'],
    ['verse', '2', null],
    ['after', '1', null],
  ]);
  await expect(row('a')).toContainText(/[1-9]\d* errors?/);
  await row('a').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(row('group')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(row('a')).toBeFocused();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(row('a')).toBeFocused();

  await editor.canvas.press('Escape');
  await editor.canvas.press('Shift+1');
  await editor.rested();
  await page.getByTestId('fold-each').click();
  await expect(loop).toContainText('1 step · 1 in · 1 out');
  await expect(loop).not.toHaveAttribute('data-frame');
  await expect(editor.node('verse')).toHaveCount(0);
  await expect(page.locator('#canvas path.edge[d]')).toHaveCount(5);
  await expect(row('each')).toHaveAttribute('aria-expanded', 'false');
  await expect(row('verse')).toHaveCount(0);
  await row('each').focus();
  await page.keyboard.press('ArrowRight');
  await expect(row('each')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(row('verse')).toBeFocused();
  await expect(row('verse')).toHaveAttribute('aria-level', '2');
  await expect(editor.node('verse')).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row('each')).toHaveAttribute('aria-expanded', 'false');

  await editor.canvas.focus();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('verse');
  await expect(loop).toHaveAttribute('data-found', 'here');
  await page.keyboard.press('Escape');
  await expect(editor.node('verse')).toBeFocused();
  await expect(editor.node('verse')).toHaveAttribute('aria-selected', 'true');
  await expect(loop).toHaveAttribute('data-frame', '');
});

test('ux 24: a lane left without a merge is flagged, and tidying leaves every card and name readable', async ({ page }) => {
  await test.step('what leaves a lane without a merge is flagged, and a merge settles it', async () => {
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
    for (const lane of ['a to next: this connection leaves the lane Lane 1', 'b to next: this connection leaves the lane Lane 2']) {
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
    await expect(page.getByTestId('lane-fork/lane_1')).toContainText('Lane 1 · 1 step');
  });
  await test.step('ux 24: tidying leaves no cards on each other, edges to the right, lanes in order and apart', async () => {
    const names = ['one', 'two', 'three'];
    const steps = names.flatMap((name) => [
      { id: `copy_${name}`, type: 'generate_copy', config: { prompt: 'A line' } },
      { id: `image_${name}`, type: 'generate_image', config: { prompt: 'A poster' } },
    ]);
    const fork = { id: 'fork', type: 'parallel', config: { lanes: names.map((id) => ({ id, label: id })) } };
    const edges = names.flatMap((name) => [`image_${name}>join`, `copy_${name}>image_${name}`, `fork.${name}>copy_${name}`]);
    // Drawn from the last to the first, all at one place.
    const editor = await openNext(page, [{ id: 'join', type: 'merge' }, ...steps.reverse(), fork], edges.reverse());
    await editor.canvas.focus();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('tidy');
    await page.keyboard.press('Enter');

    await expect.poll(async () => (await editor.place('join')).x).toBeGreaterThan(0);
    await still(page);
    const apart = (a: DOMRect, b: DOMRect) =>
      a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    const cards = await page.locator('#canvas .node').evaluateAll((all) =>
      all.map((one) => ({ id: one.getAttribute('data-node') ?? '', box: one.getBoundingClientRect().toJSON() as DOMRect })),
    );
    expect(cards).toHaveLength(8);
    const box = (id: string) => cards.find((card) => card.id === id)?.box ?? new DOMRect();
    for (const [from, to] of edges.map((edge) => edge.replace(/\.\w+/, '').split('>'))) {
      expect(box(from).right, `${from} is left of ${to}`).toBeLessThan(box(to).left);
    }
    for (const [place, one] of cards.entries()) {
      for (const other of cards.slice(place + 1)) expect(apart(one.box, other.box), `${one.id} and ${other.id}`).toBe(true);
    }

    await page.keyboard.press('Shift+0');
    await still(page);
    const bands = await Promise.all(names.map((name) => page.getByTestId(`lane-fork/${name}`).boundingBox()));
    for (const [place, band] of bands.slice(1).entries()) {
      const above = bands[place];
      if (!above || !band) throw new Error('a lane is not there');
      expect(above.y + above.height, `${names[place]} is above ${names[place + 1]}`).toBeLessThan(band.y);
    }
    const labels = await page.locator('#canvas .port__label').evaluateAll((all) =>
      all.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect().toJSON() as DOMRect })),
    );
    expect(labels.map((label) => label.text)).toContain('Reference images');
    for (const [place, one] of labels.entries()) {
      for (const other of labels.slice(place + 1)) expect(apart(one.box, other.box), `${one.text} and ${other.text}`).toBe(true);
    }
    await shoot(page, 'tidied-lanes');
  });
});
