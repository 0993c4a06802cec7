import { deafen, openEditor } from '../../support/editor.ts';
import { expectAccessibleInBothThemes, shoot } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';
import { edge, launch, node, step } from '../../support/workflow.ts';

const STEPS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'a', type: 'transform', x: 480, y: 0 },
  { id: 'end', type: 'end', x: 960, y: 0 },
];

test('words are written on a connection in place, read in the outline, leave the mark of a fault free, and go when they are emptied', async ({ page }) => {
  const pictures = [['image', 480], ['read', 960]] as const;
  const editor = await openEditor(
    page,
    [...STEPS, ...pictures.map(([id, x]) => ({ id, type: 'generate_image', x, y: 300, config: { prompt: 'A cat' } }))],
    ['start>a', 'a>end', 'start>image', 'image.texts>read'],
  );
  const field = page.getByLabel('Connection label');
  const plate = page.getByTestId('edge-label-e0');
  const labels = async () => ((await editor.kept()).edges as { label?: string }[]).map((edge) => edge.label ?? null);
  const before = JSON.stringify(await editor.kept());
  const line = await page.getByTestId('edge-e0').boundingBox();
  if (!line) throw new Error('there is no line');
  const at = { x: line.x + line.width / 4, y: line.y + line.height / 2 };

  await page.mouse.dblclick(at.x, at.y);
  await field.fill('if it is <b>long</b>');
  await shoot(page, 'label-field');
  await page.keyboard.press('Enter');
  await expect(plate).toHaveText('if it is <b>long</b>');
  await expect.poll(labels).toEqual(['if it is <b>long</b>', null, null, null]);
  await page.keyboard.press('Escape');
  await page.mouse.move(5, 5);
  await shoot(page, 'label');
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Outline' }).click();
  await expect(page.getByRole('treeitem').first()).toContainText('a (if it is <b>long</b>)');
  await page.mouse.click(at.x, at.y, { button: 'right' });
  await page.getByRole('menuitem', { name: 'Edit label', exact: true }).click();
  await expect(field).toHaveValue('if it is <b>long</b>');
  await field.fill('given up');
  await page.keyboard.press('Escape');
  await expect(plate).toHaveText('if it is <b>long</b>');

  await page.mouse.dblclick(at.x, at.y);
  await field.fill('');
  await page.keyboard.press('Enter');
  await expect(plate).toHaveCount(0);
  await expect.poll(async () => JSON.stringify(await editor.kept())).toBe(before);
  await editor.canvas.press('Control+z');
  await expect(plate).toBeVisible();

  await editor.canvas.press('Escape');
  const fault = page.getByTestId('edge-fault-e3');
  await expect(fault).toBeVisible();
  const middle = await editor.middle(fault);
  await page.mouse.click(middle.x - 40, middle.y, { button: 'right' });
  await page.getByRole('menuitem', { name: 'Edit label', exact: true }).click();
  await field.fill('pictures');
  await page.keyboard.press('Enter');
  await page.mouse.move(5, 5);
  const [lower, mark] = [await page.getByTestId('edge-label-e3').boundingBox(), await fault.boundingBox()];
  if (!lower || !mark) throw new Error('one of them is not there');
  expect(lower.y).toBeGreaterThanOrEqual(mark.y + mark.height);
  await shoot(page, 'label-fault');
});

test('an execution shows the words on its connections, light and dark', async ({ page }) => {
  await launch(page, {
    name: 'Labelled',
    nodes: [node('start', 'start', 0, 0), node('write', 'generate_copy', 400, 0, { prompt: 'A line' }), node('end', 'end', 800, 0)],
    edges: [{ ...edge('start', 'write'), label: 'what was asked' }, { ...edge('write', 'end', 'texts'), label: 'the words' }],
  });
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');

  const plate = page.getByTestId('edge-label-start--write');
  await expect(plate).toHaveText('what was asked');
  await expect(step(page, 'write').getByRole('button').first()).toHaveAccessibleName(/from Start \(what was asked\), to End \(the words\)/);
  const line = await page.locator('.diagram path.edge').first().boundingBox();
  const box = await plate.boundingBox();
  if (!line || !box) throw new Error('one of them is not there');
  expect(Math.abs(box.x + box.width / 2 - line.x - line.width / 2)).toBeLessThan(4);
  expect(Math.abs(box.y + box.height / 2 - line.y - line.height / 2)).toBeLessThan(4);
  await expectAccessibleInBothThemes(page, 'label-monitor');
});

test('two people write on connections: on different ones both are kept, on one of them it is chosen', async ({ page, context, guard }) => {
  guard.expect(/409/);
  const editor = await openEditor(page, STEPS, ['start>a', 'a>end']);
  const other = await context.newPage();
  await deafen(page);
  await deafen(other);
  await other.goto(page.url());
  await other.waitForFunction(() => document.documentElement.dataset.hydrated === 'true');
  const write = async (on: typeof page, id: string, words: string) => {
    const line = await on.getByTestId(`edge-${id}`).boundingBox();
    if (!line) throw new Error('there is no line');
    await on.mouse.dblclick(line.x + line.width / 4, line.y + line.height / 2);
    await on.getByLabel('Connection label').fill(words);
    await on.keyboard.press('Enter');
  };
  const labels = async () => ((await editor.kept()).edges as { label?: string }[]).map((one) => one.label ?? null);

  await write(other, 'e1', 'theirs');
  await expect(other.locator('.saved')).toHaveAttribute('data-state', 'saved');
  await write(page, 'e0', 'mine');
  await expect(page.locator('.toast').filter({ hasText: 'Merged' })).toBeVisible();
  await expect.poll(labels).toEqual(['mine', 'theirs']);
  await expect(page.getByTestId('edge-label-e1')).toHaveText('theirs');

  await other.reload();
  await other.waitForFunction(() => document.documentElement.dataset.hydrated === 'true');
  await write(other, 'e0', 'their word');
  await expect(other.locator('.saved')).toHaveAttribute('data-state', 'saved');
  await write(page, 'e0', 'my word');
  await expect(page.locator('.saved')).toHaveText('Conflict');
  await page.locator('.saved').click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByText('connection from start to a: Label')).toBeVisible();
  await expect(sheet.getByText('their word')).toBeVisible();
  await expectAccessible(page);
  await shoot(page, 'label-conflict');
  await sheet.getByLabel(/Theirs/).check();
  await sheet.getByRole('button', { name: 'Apply choices' }).click();
  await expect(page.getByTestId('edge-label-e0')).toHaveText('their word');
  await expect.poll(labels).toEqual(['their word', 'theirs']);
});
