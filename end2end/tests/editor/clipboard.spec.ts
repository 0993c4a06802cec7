import { openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

// A whole workflow goes to another one by the clipboard.

const COPY = { id: 'copy', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'On ${input.brief}' } };
const WHOLE = [{ id: 'begin', type: 'start', x: 0, y: 0 }, COPY, { id: 'done', type: 'end', x: 704, y: 0 }];
const INPUTS = [
  { name: 'brief', label: 'Product brief', type: 'long_text', required: true },
  { name: 'unread', label: 'Unread', type: 'text' },
];
const BLANK = [
  { id: 'start', type: 'start', x: 96, y: 192 },
  { id: 'end', type: 'end', x: 768, y: 192 },
];

test('a pasted workflow hangs at the start that is here and brings the inputs it reads', async ({ page }) => {
  const whole = await openEditor(page, WHOLE, ['begin>copy', 'copy>done'], INPUTS);
  await whole.canvas.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  const editor = await openEditor(page, BLANK);
  await editor.canvas.focus();

  await page.keyboard.press('Control+v');

  await expect(page.locator('.toast').filter({ hasText: 'The workflow already has a start' })).toBeVisible();
  await expect(page.locator('#canvas .node')).toHaveCount(4);
  expect(await editor.wires()).toEqual(['copy>done', 'start>copy']);
  const kept = (await editor.kept()) as unknown as { parameters: object[] };
  expect(kept.parameters).toEqual([INPUTS[0]]);
  await expect(editor.node('copy')).toContainText('On ‹Product brief›');
  await expect(editor.node('copy').locator('.node__faults')).toHaveCount(0);

  await page.keyboard.press('Control+z');
  await expect(page.locator('#canvas .node'), 'it was one change').toHaveCount(2);
  expect(((await editor.kept()) as unknown as { parameters?: object[] }).parameters ?? []).toEqual([]);
});

test('what is pasted where most of it would be out of sight comes into view', async ({ page }) => {
  const column = [0, 1, 2].map((row) => ({ id: `s${row}`, type: 'transform', x: 0, y: row * 160 }));
  const editor = await openEditor(page, column);
  await editor.canvas.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  const stage = await editor.canvas.boundingBox();
  if (!stage) throw new Error('there is no canvas');

  await page.mouse.move(stage.x + 4, stage.y + 4);
  await page.keyboard.press('Control+v');
  await expect(page.locator('#canvas .node')).toHaveCount(6);
  await editor.rested();

  for (const id of ['s0_2', 's1_2', 's2_2']) await expect(editor.node(id)).toBeInViewport({ ratio: 0.95 });
});
