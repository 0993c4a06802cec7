import { openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, hydrated, test } from '../../support/test.ts';

/** So many nodes in a square, the columns so far apart. */
function grid(nodes: number, step: number) {
  const columns = Math.sqrt(nodes);
  return Array.from({ length: nodes }, (_, at) => ({
    id: `n${at}`,
    type: 'transform',
    x: (at % columns) * step,
    y: Math.floor(at / columns) * 160,
  }));
}

test('ux 30: with a hundred nodes each can be reached and dragged, many as one layer', async ({ page }) => {
  test.slow();
  await test.step('ux 30: the first view draws what is in it, how much is wrong is told from the start', async () => {
    // Times are judged in the bench.
    const nodes = grid(100, 336);
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
    await editor.rested();
    const before = await editor.place('n55');
    const at = await editor.middle(editor.node('n55'));
    await editor.drag(at, { x: at.x + 120, y: at.y + 90 });
    await page.mouse.up();
    expect(await editor.place('n55')).not.toEqual(before);
    await editor.kept();

    const served = await (await page.request.get(page.url())).text();
    await page.addInitScript(() => {
      const look = () => {
        const cards = document.querySelectorAll('#canvas .node').length;
        if (cards > 0) Object.assign(window, { first: cards });
        else requestAnimationFrame(look);
      };
      look();
    });

    await page.reload();
    await expect(editor.node('n0')).toBeVisible();
    const problems = await page.locator('.builder__problems').innerText();

    // The server's own page says the same, and so does the list once it is there.
    expect(served).toContain(problems.trim());
    const first = await page.evaluate(() => (window as unknown as { first: number }).first);
    expect(first).toBeLessThan(nodes.length);
    await expect(page.locator('#canvas .node')).toHaveCount(nodes.length);
    await page.locator('.builder__problems').click();
    const errors = Number.parseInt(problems, 10);
    await expect(page.locator('.issues__row[data-severity="error"]')).toHaveCount(errors);
  });
  await test.step('many that are dragged go as one layer, and only lines that lead out are drawn anew', async () => {
    const nodes = [...grid(16, 304), { id: 'out', type: 'transform', x: 1400, y: 0 }];
    const edges = grid(16, 304).slice(1).map(({ id }, at) => `n${at}>${id}`);
    const editor = await openNext(page, nodes, [...edges, 'n3>out']);
    await page.getByRole('button', { name: 'Fit to view' }).click();
    await editor.rested();
    await editor.node('n0').click();
    await page.keyboard.press('Control+a');
    await editor.node('out').click({ modifiers: ['Control'] });
    const [path, out] = [page.getByTestId('edge-e0'), page.getByTestId('edge-e15')];
    const drawn = async () => [await path.getAttribute('d'), await out.getAttribute('d')];
    const layer = page.locator('.canvas__lifted');
    const seen = (id: string) => layer.locator(`[data-node=${id}]`).boundingBox();
    const before = { place: await editor.place('n5'), box: await editor.node('n5').boundingBox(), drawn: await drawn() };
    const from = await editor.middle(editor.node('n0'));

    await editor.drag(from, { x: from.x + 80, y: from.y + 60 });

    await expect(layer.locator('.node')).toHaveCount(16);
    await expect(layer.locator('.edge')).toHaveCount(15);
    await expect(editor.node('n5')).toHaveCSS('opacity', '0');
    await expect(editor.node('out')).toHaveCSS('opacity', '1');
    const box = await seen('n5');
    expect(Math.abs((box?.x ?? 0) - (before.box?.x ?? 0) - 80)).toBeLessThan(10);
    expect(await editor.place('n5')).toEqual(before.place);
    expect(await drawn()).toEqual([before.drawn[0], expect.not.stringContaining(before.drawn[1] ?? '')]);
    await shoot(page, 'editor-lifted');

    await page.keyboard.press('Escape');
    await expect(layer.locator('.node')).toHaveCount(0);
    expect([await editor.place('n5'), await drawn()]).toEqual([before.place, before.drawn]);
    await page.mouse.up();

    await editor.drag(from, { x: from.x + 80, y: from.y + 60 });
    await page.mouse.up();
    await expect(layer.locator('.node')).toHaveCount(0);
    await expect(editor.node('n5')).toHaveCSS('opacity', '1');
    expect(await editor.place('n5')).not.toEqual(before.place);
    await page.keyboard.press('Control+z');
    expect([await editor.place('n5'), await drawn()]).toEqual([before.place, before.drawn]);
  });
});

test('what a page lies in is asked for once, and far away many nodes are one picture', async ({ page }) => {
  test.slow();
  await test.step('what a page lies in is asked for with it, once', async () => {
    const opened = page.waitForResponse((answer) => answer.url().includes('/workflows/builder/'));
    await openEditor(page, [{ id: 'a', type: 'transform', x: 0, y: 0 }]);
    const at = page.url();
    const here = at.split('/').slice(0, 5).join('/');

    for (const address of [at, `${here}/executions`]) {
      const answer = address === at ? await opened : await page.goto(address);
      const linked = answer?.headers().link ?? '';
      await hydrated(page);
      const fetched = await page.evaluate(() => {
        const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
        const parts = all.filter(({ name }) => /-part\d+\.wasm$/.test(name));
        return parts.map(({ name, initiatorType }) => ({ name: name.split('/').at(-1) ?? '', initiatorType }));
      });
      // What the editor's canvas does not need follows it.
      const first = fetched.filter(({ name }) => address !== at || linked.includes(name));
      expect(first.length, address).toBeGreaterThan(0);
      expect(new Set(first.map(({ initiatorType }) => initiatorType)), address).toEqual(new Set(['link']));
      expect(new Set(first.map(({ name }) => name)).size, address).toBe(first.length);
    }
  });
  await test.step('a picture is stretched until the hand rests; far away nodes are one picture, nearer they are cards', async () => {
    const nodes = grid(400, 336);
    const edges = nodes.slice(1).map(({ id }, at) => `n${at}>${id}`);
    const editor = await openNext(page, nodes, edges);
    await page.getByRole('button', { name: /Reset to 100%/ }).click();
    await editor.rested();
    const cards = page.locator('#canvas .node');
    const near = await cards.count();

    const seen = await page.evaluate(() => {
      const [stage, view, world] = ['.canvas__surface', '.canvas__view', '.diagram__world'].map(
        (part) => document.querySelector<HTMLElement>(`#canvas ${part}`)!,
      ) as [HTMLElement, HTMLElement, HTMLElement];
      const scale = (part: HTMLElement) => Math.round(new DOMMatrix(getComputedStyle(part).transform).a * 100);
      const told = { turned: [] as number[], come: 0 };
      new MutationObserver((changes) => {
        if (!('turned' in view.dataset)) return;
        told.come += changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((one) => one instanceof HTMLElement && one.matches('.node')).length;
      }).observe(document.querySelector('#canvas .canvas__nodes')!, { childList: true });
      return new Promise<typeof told & { rested: number[] }>((done) => {
        new MutationObserver(() => {
          if ('turned' in view.dataset) told.turned.push(scale(world));
          else requestAnimationFrame(() => done({ ...told, rested: [scale(view), scale(world)] }));
        }).observe(view, { attributeFilter: ['data-turned'] });
        const { left, top } = stage.getBoundingClientRect();
        const turn = { deltaY: 10, ctrlKey: true, clientX: left + 400, clientY: top + 300, bubbles: true, cancelable: true };
        for (let time = 0; time < 6; time += 1) stage.dispatchEvent(new WheelEvent('wheel', turn));
      });
    });

    expect(seen).toEqual({ turned: [100], come: 0, rested: [100, await editor.zoom()] });
    await expect.poll(() => cards.count()).toBeGreaterThan(near);
    await expect(page.locator('.canvas__blocks')).toHaveCount(0);

    await page.getByRole('button', { name: 'Fit to view' }).click();

    await expect(page.locator('.canvas__blocks')).toBeVisible();
    await expect(page.locator('#canvas .node')).toHaveCount(0);
    await expect.poll(() => editor.zoom()).toBeLessThan(35);
    await shoot(page, 'editor-many');
    const middle = await editor.middle(page.locator('.canvas__surface'));
    await editor.drag(middle, { x: middle.x + 60, y: middle.y + 40 });
    await shoot(page, 'editor-many-dragged');
    await page.mouse.up();

    // Just near enough for cards: all of them come, a few in a frame, and then the picture goes.
    await page.mouse.move(middle.x, middle.y);
    while ((await editor.zoom()) < 35) await page.mouse.wheel(0, -60);
    await expect(page.locator('.canvas__blocks')).toHaveCount(0);
    expect(await page.locator('#canvas .node').count()).toBeGreaterThan(100);
    await expect(page.locator('#canvas')).toHaveAttribute('data-detail', 'brief');
    await page.keyboard.press('Shift+1');
    await expect(page.locator('.canvas__blocks')).toBeVisible();
    await expect(page.locator('#canvas .node')).toHaveCount(0);

    await page.getByRole('tab', { name: 'Outline' }).click();
    await expect(page.getByRole('treeitem')).toHaveCount(400);
  });
});
