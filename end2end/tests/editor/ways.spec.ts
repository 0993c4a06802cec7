import { openEditor } from '../../support/editor.ts';
import { shoot, still } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

const ENDS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'Two lines' } },
  { id: 'end', type: 'end', x: 704, y: 0 },
];
const LINES = ['start>copy', 'copy>end'];

test('ux 40: what is wrong with an input leads to the field where it is set up', async ({ page }) => {
  await openEditor(page, ENDS, LINES, [{ name: 'tone', label: 'Tone', type: 'choice' }, { name: 'Bad name' }]);

  await page.getByRole('button', { name: /errors?$/ }).click();
  await page.getByRole('button', { name: /cannot be a parameter's name/ }).click();

  await expect(page.locator('[id="config-parameters-1--name"]')).toBeFocused();
});

test('the workflow to run, and which of its versions, are chosen from what there is', async ({ page }) => {
  const editor = await openEditor(
    page,
    [ENDS[0], { id: 'sub', type: 'sub_workflow', x: 352, y: 0 }, ENDS[2]],
    ['start>sub', 'sub>end'],
  );
  await editor.node('sub').click();

  await page.getByRole('combobox', { name: 'Template' }).selectOption('Instagram Post');
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
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await still(page);
    await expectAccessible(page);
    await shoot(page, `editor-changes-${scheme}`);
  }
});
