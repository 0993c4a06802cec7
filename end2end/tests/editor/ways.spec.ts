import { openEditor } from '../../support/editor.ts';
import { expectAccessibleInBothThemes } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

const ENDS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'Two lines' } },
  { id: 'end', type: 'end', x: 704, y: 0 },
];
const LINES = ['start>copy', 'copy>end'];
const PAIR = [
  { id: 'a', type: 'transform', x: 0, y: 0 },
  { id: 'b', type: 'transform', x: 400, y: 0 },
];

test('ux 40: what is wrong with an input leads to the field where it is set up; the workflow to run, and which of its versions, are chosen from what there is', async ({ page }) => {
  const nodes = [ENDS[0], { id: 'sub', type: 'sub_workflow', x: 352, y: 0 }, ENDS[2]];
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
  await expectAccessible(page);
});

// A template that is valid when it is made is published as its first version.
test('what changed since a version is marked in a small picture', async ({ page }) => {
  const editor = await openEditor(page, ENDS, LINES);
  await editor.node('end').click();
  await page.keyboard.press('Delete');
  await editor.node('copy').click();
  await page.locator('#config-prompt').fill('Three lines');
  await page.keyboard.press('Escape');

  await page.getByLabel('More', { exact: true }).click();
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.locator('.version-list__row').first().click();

  const picture = page.getByTestId('changes-picture');
  await expect(picture.locator('[data-mark=removed]')).toHaveCount(1);
  await expect(picture.locator('[data-mark=changed]')).toHaveCount(1);
  await expectAccessibleInBothThemes(page, 'editor-changes');
});

test('ux 25: a node is found by its name; Enter goes from one found node to the next, while the others step back', async ({ page }) => {
  const editor = await openEditor(page, [...PAIR, { id: 'distant', type: 'merge', x: 4000, y: 3000 }]);
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
