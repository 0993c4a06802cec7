import { type Page } from '@playwright/test';

import { openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

const ONE = [{ id: 'a', type: 'transform', x: 0, y: 0 }];
const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
/** So many nodes no workflow may have. */
const MANY = 10_000;

const node = (id: string, more: object = {}) => ({ id, type: 'transform', position: { x: 0, y: 0 }, data: { label: id, config: {} }, ...more });
const workflow = (nodes: unknown, edges: unknown = []) => JSON.stringify({ schemaVersion: 1, name: 'Hostile', nodes, edges });

/** What the dialog shows of a refusal; all that is refused: `server/tests/api/builder.rs`. */
const REFUSED: [string, RegExp][] = [
  [workflow([node('x')]).slice(0, -9), /\w+ \w+/],
  [workflow(Array.from({ length: MANY }, (_, at) => node(`n${at}`))), /\w+ \w+/],
  [workflow([node('x'), node('x')]), /The step x already exists/],
  [JSON.stringify({ nodes: [{ type: 'n8n-nodes-base.set', typeVersion: 3, position: [0, 0] }], connections: {} }), /This is an n8n workflow with 1 node\. .*Rebuild them here/],
];

async function openImport(page: Page): Promise<void> {
  await page.getByLabel('More', { exact: true }).click();
  await page.getByText('Import…', { exact: true }).click();
}

/** Nothing ran that came with a text. */
async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
}

test('junk that is given or pasted is refused in words, and script in what is taken is words', async ({ page, guard }) => {
  guard.expect(/4(00|13|22)/);
  await test.step('hostile texts and files are refused before they can be taken, and script is words on the canvas', async () => {
    const editor = await openEditor(page, ONE);
    const dialog = page.getByRole('dialog');
    const given = dialog.getByLabel('Workflow', { exact: true });
    const take = dialog.getByRole('button', { name: 'Replace this draft' });
    for (const [text, why] of REFUSED) {
      await openImport(page);
      await given.fill(text);
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await expect(dialog.getByRole('alert')).toContainText(why);
      await expect(take).toHaveCount(0);
      // Nobody has to paste it again to mend it.
      await expect(given).toHaveValue(text);
      await page.keyboard.press('Escape');
      await expect(page.locator('#canvas .node')).toHaveCount(1);
    }
    expect((await editor.kept()).nodes.map(({ id }) => id)).toEqual(['a']);
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();

    // A vast file is refused at once, and the editor goes on.
    await openImport(page);
    const data = await page.evaluateHandle(() => {
      const held = new DataTransfer();
      held.items.add(new File([' '.repeat(50_000_000)], 'vast.json', { type: 'application/json' }));
      return held;
    });
    await dialog.locator('.form').dispatchEvent('drop', { dataTransfer: data });
    await expect(dialog.getByRole('alert')).toContainText('50000000 bytes');
    await page.keyboard.press('Escape');
    await editor.node('a').click();
    await page.keyboard.press('Control+d');
    await expect.poll(async () => (await editor.kept()).nodes.length).toBe(2);

    const note = { text: `${SCRIPT} [press](javascript:window.ran=1) ![p](https://elsewhere.example/p.png)` };
    const nodes = [node('x', { data: { label: SCRIPT, config: {} } }), { ...node('y'), type: 'note', position: { x: 400, y: 0 }, data: { label: 'Y', config: note } }];
    await openImport(page);
    await given.fill(JSON.stringify({ schemaVersion: 1, name: SCRIPT, nodes, edges: [] }));
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByRole('status')).toContainText(SCRIPT);
    await take.click();
    await expect(editor.node('x')).toContainText(SCRIPT);
    await expect(editor.node('y')).toContainText('<script>');
    await expect(page.locator('#canvas img, #canvas script, #canvas [href^="javascript"]')).toHaveCount(0);
    await editor.node('x').click();
    await expect(page.getByLabel('Step name')).toHaveValue(SCRIPT);
    await page.getByRole('tab', { name: 'Outline' }).click();
    await expect(page.getByRole('treeitem').filter({ hasText: SCRIPT })).toHaveCount(1);
    await expect(page.getByLabel('Workflow name')).toHaveValue(SCRIPT);
    await expectNothingRan(page);
  });
  await test.step('pasted junk is refused; a text is asked about, and what is of another product is looked at first', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const editor = await openNext(page, ONE);
    const many = Array.from({ length: MANY }, (_, at) => node(`n${at}`));
    const copied = (nodes: unknown) => JSON.stringify({ atelier: 1, nodes, edges: [] });
    const junk: Record<string, [string, RegExp]> = {
      'a node that is none': [copied([7]), /Can't paste this/],
      'a place that is none': [copied([node('x')]).replace('"x":0', '"x":"left"'), /Can't paste this/],
      'ten thousand nodes': [copied(many), /at most \d+ steps|Can't paste this/],
    };
    const paste = async (text: string) => {
      await page.evaluate((text) => navigator.clipboard.writeText(text), text);
      await editor.node('a').focus();
      await page.keyboard.press('Control+v');
    };
    for (const [what, [text, why]] of Object.entries(junk)) {
      await paste(text);
      await expect(page.locator('.toast').filter({ hasText: why }).last(), what).toBeVisible();
      await expect(page.locator('#canvas .node'), what).toHaveCount(1);
      await page.locator('.toast').getByRole('button', { name: 'Dismiss' }).click();
      await expect(page.locator('.toast'), what).toHaveCount(0);
    }

    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();

    const dialog = page.getByRole('dialog', { name: 'Pasted text' });
    await paste(SCRIPT);
    await expect(dialog.getByRole('region', { name: 'Text' })).toHaveText(SCRIPT);
    await expectAccessible(page);
    await shoot(page, 'pasted');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.locator('#canvas .node')).toHaveCount(1);

    await paste('Write a haiku about ${input.topic}');
    await dialog.getByRole('button', { name: 'Generate copy with this prompt' }).click();
    await expect(dialog).toBeHidden();
    await expect(editor.node('generate_copy')).toContainText('Write a haiku');
    await editor.canvas.press('Control+z');
    await expect(page.locator('#canvas .node')).toHaveCount(1);

    await paste('A bottle with a filter.');
    await dialog.getByRole('button', { name: 'Add a field' }).click();
    const inputs = async () => ((await editor.kept()) as unknown as { parameters: object[] }).parameters;
    await expect.poll(inputs).toMatchObject([{ name: 'pasted_text', type: 'long_text', default: 'A bottle with a filter.' }]);

    await paste(`# A brief\n${'word '.repeat(20_000)}`);
    await expect(dialog.getByRole('button', { name: 'Add a field' })).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('button', { name: 'Add as a document' }).click();
    await expect(page.locator('.toast').last()).toContainText('Added the document “A brief”');
    await page.locator('.toast').last().getByRole('button', { name: 'Open' }).click();
    await expect(page.getByRole('heading', { name: 'A brief' }).first()).toBeVisible();
    await page.goBack();

    await paste('{"nodes":[{"id":1}]}');
    const importing = page.getByRole('dialog', { name: /Import/ });
    await expect(importing.getByRole('textbox', { name: 'Workflow' })).toHaveValue('{"nodes":[{"id":1}]}');
    await expect(page.locator('#canvas .node')).toHaveCount(1);
    await expectNothingRan(page);
  });
});
