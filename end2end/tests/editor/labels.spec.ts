import { openEditor } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, test } from '../../support/test.ts';

const STEPS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'a', type: 'transform', x: 480, y: 0 },
  { id: 'end', type: 'end', x: 960, y: 0 },
];

test('words are written on a connection in place, read in the outline, and go when they are emptied', async ({ page }) => {
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
