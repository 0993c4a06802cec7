import { openEditor, openNext } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

const ENDS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'end', type: 'end', x: 704, y: 0 },
];
const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 400, y: 0 },
];

test('ux 25, 40: what is wrong leads to its field, and a node is found by its name', async ({ page }) => {
  await test.step('ux 40: what is wrong with an input leads to the field where it is set up; a workflow to run is chosen', async () => {
    const nodes = [ENDS[0], { id: 'sub', type: 'sub_workflow', x: 352, y: 0 }, ENDS[1]];
    const editor = await openEditor(page, nodes, ['start>sub', 'sub>end'], [{ name: 'tone', label: 'Tone', type: 'choice' }, { name: 'Bad name' }]);
    await page.locator('.builder__problems').click();
    await page.getByRole('button', { name: /isn't a valid field name/ }).click();
    await expect(page.locator('[id="config-parameters-1--name"]')).toBeFocused();

    await editor.node('sub').click();

    await page.getByRole('combobox', { name: 'Workflow' }).selectOption('Instagram Post');
    await expect(editor.node('sub')).toContainText('Runs Instagram Post');
    await page.getByRole('combobox', { name: 'Version' }).selectOption('v1');

    type Kept = { id: string; data: { config: object } };
    const config = async () => ((await editor.kept()).nodes as unknown as Kept[]).find((node) => node.id === 'sub')?.data.config;
    await expect.poll(config).toMatchObject({ template: 'Instagram Post', version: 1 });
  });
  await test.step('ux 25: Enter goes from one found node to the next, while the others step back', async () => {
    const editor = await openNext(page, [...PAIR, { id: 'distant', type: 'merge', x: 4000, y: 3000 }]);
    await editor.canvas.focus();

    await page.keyboard.press('Control+f');
    const search = page.getByRole('dialog', { name: 'Find a step' });
    await expect(search.getByRole('status')).toHaveText('1 of 3');
    await page.keyboard.type('transform');
    await expect(search.getByRole('status')).toHaveText('1 of 2');
    await expect(editor.node('distant')).toHaveAttribute('data-found', 'not');
    await expect(editor.node('a')).toHaveAttribute('data-found', 'here');
    await page.keyboard.press('Enter');
    await expect(search.getByRole('status')).toHaveText('2 of 2');
    await expect(editor.node('b')).toHaveAttribute('data-found', 'here');
    await page.keyboard.press('Enter');
    await expect(search.getByRole('status')).toHaveText('1 of 2');
    await page.keyboard.press('Shift+Enter');
    await expect(search.getByRole('status')).toHaveText('2 of 2');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await expect(editor.node('b')).toHaveAttribute('data-found', 'here');
    await page.keyboard.press('Escape');

    await expect(search).toHaveCount(0);
    await expect(editor.node('distant')).not.toHaveAttribute('data-found');
    await expect(editor.node('b')).toBeFocused();
    await expect(editor.node('b')).toHaveAttribute('aria-selected', 'true');

    await page.keyboard.press('Control+f');
    await expect(search).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(editor.canvas, 'who searched nothing has found nothing').toBeFocused();
    await expect(editor.node('b')).toHaveAttribute('aria-selected', 'true');

    await page.keyboard.press('Shift+0');
    await expect.poll(() => editor.zoom()).toBe(100);
    await editor.rested();
    await expect(editor.node('distant')).not.toBeInViewport();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('distant');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(editor.node('distant')).toBeFocused();
    await expect(editor.node('distant')).toBeInViewport();
    await expect(editor.node('distant')).toHaveAttribute('aria-selected', 'true');
  });
});

// A template that is valid when it is made is published as its first version.
