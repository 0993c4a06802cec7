import { type Page } from '@playwright/test';

import { shoot } from '../support/look.ts';
import { expect, expectAccessible, test } from '../support/test.ts';
import { choose, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

/**
 * A condition that does not hold, with two steps on its way; a picture for each of five words; and a list that is
 * shaped into one text, and given as the result, which makes nothing.
 */
const workflow: Json = {
  name: 'Ways, rounds and values',
  parameters: [
    { name: 'things', type: 'list', default: ['tea', 'milk', 'rain', 'salt', 'sun'] },
    { name: 'names', type: 'list', default: ['Ada', 'Grace'] },
  ],
  nodes: [
    node('start', 'start', 0, 80),
    node('choose', 'conditional', 280, 80, { branches: [{ id: 'long', label: 'Long', when: '1 > 2' }] }),
    node('essay', 'generate_copy', 560, 0, { prompt: 'An essay' }),
    node('summary', 'generate_copy', 840, 0, { prompt: 'Shorten ${nodes.essay.texts}' }),
    node('line', 'generate_copy', 560, 140, { prompt: 'A line' }),
    { ...node('each', 'for_each', 280, 280, { items: '${input.things}' }), size: { width: 420, height: 320 } },
    { ...node('draw', 'generate_image', 80, 100, { prompt: 'A drawing of ${item}' }), parentId: 'each' },
    node('number', 'transform', 840, 280, {
      input: '${input.names}',
      operations: [{ op: 'map', value: { n: '${index}', name: '${item}' } }],
    }),
    node('shape', 'transform', 840, 420, {
      input: '${input.names}',
      operations: [{ op: 'join', separator: ', ' }, { op: 'template', text: 'All: ${item}' }],
    }),
    node('end', 'end', 1120, 140, { outputs: [{ name: 'line', value: '${nodes.shape.output}' }] }),
  ],
  edges: [
    edge('start', 'choose'),
    edge('choose', 'essay', 'long'),
    edge('choose', 'line', 'else'),
    edge('essay', 'summary'),
    edge('summary', 'end'),
    edge('line', 'end'),
    edge('start', 'each'),
    edge('each', 'draw', 'item'),
    { ...edge('draw', 'each', 'images'), targetHandle: 'result' },
    edge('each', 'end', 'output'),
    edge('start', 'number'),
    edge('number', 'shape'),
    edge('shape', 'end'),
  ],
};

/** ux 59: what lies on the way of a condition that is false is orange and says so. */
async function skipped(page: Page): Promise<void> {
  for (const id of ['essay', 'summary']) {
    await expect(step(page, id)).toHaveAttribute('data-state', 'skipped');
    await expect(step(page, id)).toContainText('Skipped: branch “Long” not taken');
  }
  // The word of the state has its colour: more red than green, and hardly any blue.
  const colour = await step(page, 'essay').locator('.node__badge').evaluate((badge) => getComputedStyle(badge).color);
  const [red, green, blue] = (colour.match(/[\d.]+/g) ?? []).map(Number) as [number, number, number];
  expect(red > 1.4 * green && green > 1.4 * blue, colour).toBe(true);
  await shoot(page, 'branch-false');
}

/** ux 60: a loop over five counts to five, shows five pictures and has five rows; what all were told is read, the newest first. */
async function rounds(page: Page): Promise<void> {
  await expect(step(page, 'each').locator('.node__rounds')).toHaveText('5/5');
  await expect(step(page, 'draw').locator('.node__thumbs img')).toHaveCount(5);
  const card = await step(page, 'draw').boundingBox();
  const last = await step(page, 'draw').locator('.node__thumbs img').last().boundingBox();
  expect(card && last && last.width > 8 && last.x + last.width <= card.x + card.width).toBe(true);
  await choose(page, 'draw');
  await panel(page).getByRole('tab', { name: 'Prompt' }).click();
  const told = panel(page).locator('.panel-sent__round');
  await expect(told.locator('> summary')).toHaveText(['Round 5', 'Round 4', 'Round 3', 'Round 2', 'Round 1']);
  await expect(told.first().getByText('A drawing of sun')).toBeVisible();
  await expect(told.nth(4).getByText('A drawing of tea')).toHaveCount(0);
  await told.nth(4).locator('> summary').click();
  await expect(told.nth(4).getByText('A drawing of tea')).toBeVisible();
  await expectAccessible(page);
  await shoot(page, 'all-rounds-told');

  await panel(page).getByRole('tab', { name: 'Output' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const rows = page.getByRole('tabpanel', { name: 'Timeline' }).getByRole('listitem').filter({ hasText: 'Draw' });
  await expect(rows).toHaveCount(5);
  await rows.nth(2).getByRole('button').click();
  await expect(rows.nth(2).getByRole('button')).toHaveAttribute('aria-pressed', 'true');
  await expect(rows.nth(1).getByRole('button')).toHaveAttribute('aria-pressed', 'false');
  await expect(step(page, 'draw')).toHaveAttribute('data-selected', '');
  await expect(panel(page).getByLabel('Showing').locator('option:checked')).toHaveText('Round 3: completed');
  await expect(panel(page).locator('.made-picture')).toHaveCount(1);
  await expectAccessible(page);
  await shoot(page, 'five-rounds');
}

/** What a step gave is in its panel, also where it made nothing, and is what the next one starts from. */
async function values(page: Page): Promise<void> {
  const output = panel(page).getByRole('tabpanel', { name: 'Output' });
  const input = panel(page).getByRole('tabpanel', { name: 'Input' });

  await choose(page, 'number');
  await expect(output.getByRole('group', { name: 'Data' })).toContainText('"name": "Grace"');
  await choose(page, 'shape');
  await expect(output.getByText('All: Ada, Grace')).toBeVisible();
  await choose(page, 'end');
  await expect(output.getByText('All: Ada, Grace')).toBeVisible();
  await expect(output.getByText('Result', { exact: true })).toBeVisible();
  await shoot(page, 'values-of-the-end');
  await choose(page, 'start');
  await expect(output.getByText('Ada, Grace')).toBeVisible();

  await choose(page, 'end');
  await panel(page).getByRole('tab', { name: 'Input' }).click();
  await expect(input.getByText('Shape', { exact: true })).toBeVisible();
  await expect(input.getByText('All: Ada, Grace')).toBeVisible();
  await expect(input.getByText('The values of the launch')).toHaveCount(0);
  await choose(page, 'number');
  await expect(input.getByText('Ada, Grace')).toBeVisible();
}

test('ux 59, 60: a branch not taken says so, a loop shows its rounds, and what a step gave is in its panel', async ({ page, server }) => {
  // The graph keeps its room also where the results have most of it.
  await page.context().addCookies([{ name: 'monitor-results', value: '35', url: server.url }]);
  await launch(page, workflow);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  await expect(step(page, 'line')).toHaveAttribute('data-state', 'completed');

  await test.step('ux 59: a condition that is false', () => skipped(page));
  await test.step('ux 60: a loop over five', () => rounds(page));
  await test.step('what a step gave', () => values(page));
});
