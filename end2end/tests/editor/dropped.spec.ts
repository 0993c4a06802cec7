import { type Page } from '@playwright/test';

import { openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

const ONE = [{ id: 'a', type: 'generate_copy', x: 0, y: 0 }];

/** A file is dragged onto the canvas from outside, and let go. */
async function drop(page: Page, name: string, type: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([name, type, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type }));
      return data;
    },
    [name, type, text],
  );
  await page.locator('#canvas').dispatchEvent('dragover', { dataTransfer: data });
  await page.locator('#canvas').dispatchEvent('drop', { dataTransfer: data });
}

test('what is dropped on the canvas is taken for what it is, and a workflow goes out as it came', async ({ page }) => {
  await test.step('a text is an input, a workflow is looked at first, other files say where they belong', async () => {
    const pair = [ONE[0], { id: 'b', type: 'transform', x: 400, y: 120 }];
    const editor = await openEditor(page, pair, ['a>b']);
    const adding = page.getByRole('dialog', { name: 'Add a field' });
    const importing = page.getByRole('dialog', { name: 'Import a workflow' });
    const said = page.locator('.toast').last();
    const brief = `A bottle with a filter.\n${'<script>window.ran=1</script> '.repeat(40)}`;

    await drop(page, 'Creative Brief.md', 'text/markdown', brief);
    await expect(adding).toContainText('${input.creative_brief}');
    await expect(adding).toContainText('A bottle with a filter.');
    await expectAccessible(page);
    await shoot(page, 'dropped');
    await page.keyboard.press('Escape');
    await expect(adding).toBeHidden();
    await drop(page, 'Creative Brief.md', 'text/markdown', brief);
    await adding.getByRole('button', { name: 'Add field' }).click();
    const inputs = async () => ((await editor.kept()) as unknown as { parameters: object[] }).parameters;
    await expect.poll(inputs).toEqual([
      { name: 'creative_brief', label: 'Creative Brief', type: 'long_text', default: brief },
    ]);
    await drop(page, 'Creative Brief.txt', 'text/plain', 'Another');
    await expect(adding).toContainText('${input.creative_brief_2}');
    await page.keyboard.press('Escape');
    await editor.canvas.press('Control+z');
    await expect.poll(inputs).toEqual([]);

    for (const [name, type, why] of [
      ['cat.png', 'image/png', /library/],
      ['all.zip', 'application/zip', /text files and workflows/],
      ['none.txt', 'text/plain', /isn't a text file/],
    ] as [string, string, RegExp][]) {
      await drop(page, name, type, 'a\u0000b');
      await expect(said).toContainText(why);
    }
    await expect(page.getByRole('dialog')).toHaveCount(0);

    // A picture of a workflow shows its steps, and is a workflow again when it is dropped.
    const before = await editor.kept();
    await editor.canvas.click({ button: 'right', position: { x: 20, y: 20 } });
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as image' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.svg$/);
    const svg = (await (await (await download).createReadStream()).toArray()).join('');
    const look = await page.context().newPage();
    await look.setViewportSize({ width: 800, height: 400 });
    await look.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
    await expect(look.locator('path.e')).toHaveCount(1);
    await expect(look.locator('text.t')).toHaveCount(2);
    // A colour of the light theme, not a name that only this page knows.
    await expect(look.locator('g rect').nth(1)).toHaveAttribute('fill', 'rgb(79, 70, 200)');
    await shoot(look, 'drawing');
    await look.close();
    const exported = page.waitForEvent('download');
    await page.getByLabel('More', { exact: true }).click();
    await page.getByText('Export for React Flow').click();
    expect((await exported).suggestedFilename()).toMatch(/react-flow\.json$/);
    const told = JSON.parse((await (await (await exported).createReadStream()).toArray()).join(''));
    expect(told.nodes.map((node: { id: string }) => node.id)).toEqual(['a', 'b']);
    expect(told.viewport.zoom).toBeGreaterThan(0);
    await editor.node('b').click();
    await page.keyboard.press('Delete');
    await expect(editor.node('b')).toHaveCount(0);
    await drop(page, 'mine.svg', 'image/svg+xml', svg);
    await importing.getByRole('button', { name: 'Preview' }).click();
    await importing.getByRole('button', { name: 'Replace this draft' }).click();
    await expect(editor.node('b')).toBeVisible();
    await expect.poll(() => editor.kept()).toEqual(before);
    await drop(page, 'cat.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
    await expect(said).toContainText(/library/);
    const free = async () => {
      const [news, zoom] = [await said.boundingBox(), await page.locator('.zoom-bar').boundingBox()];
      return (zoom?.y ?? 0) - (news?.y ?? 0) - (news?.height ?? 0);
    };
    await expect.poll(free, 'news keep off the zoom').toBeGreaterThan(0);

    const nodes = [{ id: 'x', type: 'transform', position: { x: 0, y: 0 }, data: { label: 'X', config: {} } }];
    await drop(page, 'mine.json', 'application/json', JSON.stringify({ schemaVersion: 1, name: 'Mine', nodes, edges: [] }));
    await importing.getByRole('button', { name: 'Preview' }).click();
    await importing.getByRole('button', { name: 'Replace this draft' }).click();
    await expect(editor.node('x')).toBeVisible();
    await expect(editor.node('a')).toHaveCount(0);
  });
  await test.step('steps run in their order, or side by side where they need nothing of each other', async () => {
    const editor = await openNext(page, ONE);
    const name = await page.getByLabel('Workflow name').inputValue();
    const step = (name: string, params: object = {}) => ({ name, tool: 'deploy.getStatus', params });
    const steps = [step('status'), step('logs'), step('report', { of: '${status} ${logs.lines[0]}' })];
    const dialog = page.getByRole('dialog', { name: 'Import a workflow' });
    const take = async () => {
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await expect(dialog.locator('.import__found')).toContainText('5 steps');
    };

    await drop(page, 'deploy.json', 'application/json', JSON.stringify({ steps }));
    await take();
    await dialog.getByText('Run independent steps in parallel').click();
    await expect(dialog.locator('.import__found')).toHaveCount(0);
    await take();
    await expectAccessible(page);
    await shoot(page, 'steps-read');
    await dialog.getByRole('button', { name: 'Replace this draft' }).click();

    // All that came is looked at.
    for (const id of ['start', 'report', 'end']) await expect(editor.node(id)).toBeInViewport({ ratio: .99 });
    await expect(editor.node('logs')).toContainText('deploy.getStatus');
    expect(await page.getByLabel('Workflow name').inputValue()).toBe(name);
    await shoot(page, 'steps-taken');
    const links = async () => (await editor.kept()).edges.map(({ source, target }) => `${source}-${target}`).sort();
    const beside = ['logs-report', 'report-end', 'start-logs', 'start-status', 'status-report'];
    await expect.poll(links).toEqual(beside);

    const download = page.waitForEvent('download');
    await page.getByLabel('More', { exact: true }).click();
    await page.getByText('Export as steps').click();
    expect((await download).suggestedFilename()).toMatch(/\.steps\.json$/);
    const told = (await (await (await download).createReadStream()).toArray()).join('');
    expect(JSON.parse(told).steps).toEqual(steps);
    await expect(page.locator('.toast').last()).toContainText('Run independent steps in parallel');
    await drop(page, 'back.json', 'application/json', told);
    await expect(dialog.getByRole('switch', { name: /Run independent steps/ })).toBeChecked();
    await take();
    await dialog.getByRole('button', { name: 'Replace this draft' }).click();
    await expect.poll(links).toEqual(beside);
  });
});
