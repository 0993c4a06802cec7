import { type Page } from '@playwright/test';

import { shoot } from '../support/look.ts';
import { expect, expectAccessible } from '../support/test.ts';
import { FORBIDDEN, test } from '../support/vendor.ts';
import { choose, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

const CONTROL = /\/api\/fn\/control$/;

/** Two texts one after the other, of which the vendor refuses the second. */
const refused = {
  name: 'Refused prompt',
  nodes: [
    node('start', 'start', 0, 80),
    node('outline', 'generate_copy', 300, 80, { prompt: 'An outline' }),
    node('write', 'generate_copy', 600, 80, { prompt: `A text on a ${FORBIDDEN}: \${nodes.outline.texts}` }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'outline'), edge('outline', 'write', 'texts'), edge('write', 'end', 'texts')],
};

/** The id of the execution that is shown. */
const shown = (page: Page) => page.url().split('/').at(-1)!.split('?')[0]!;

/** The one job of a step, as the API tells of it. */
async function job(page: Page, id: string): Promise<Json> {
  const answer = await page.request.get(`/api/v1/workflows/executions/${shown(page)}?expand=jobs`);
  const { jobs } = (await answer.json()) as { jobs: Json[] };
  const own = jobs.filter((found) => found['node_id'] === id);
  expect(own).toHaveLength(1);
  return own[0]!;
}

test('ux 56: a failing step is named; with another prompt attempt 2 is green and what lay before is not run again', async ({ page, vendor }) => {
  await launch(page, refused);
  const banner = page.locator('.monitor__trouble[data-state="failed"]');
  await expect(banner).toContainText('Write');
  await expect(banner).toContainText('against our rules');
  await expect(step(page, 'write')).toHaveAttribute('data-state', 'failed');
  const before = await job(page, 'outline');
  const calls = vendor.heard.length;

  await page.getByRole('button', { name: 'Retry with changes…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry with changes' });
  await dialog.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A text on gardens: ${nodes.outline.texts}');
  const asked = page.waitForRequest(CONTROL);
  await dialog.getByRole('button', { name: 'Retry with changes' }).click();

  expect((await asked).postDataJSON()).toMatchObject({ control: { command: 'retry_node', generation: 1 } });
  await expect(step(page, 'write')).toHaveAttribute('data-state', 'completed');
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  await choose(page, 'write');
  await panel(page).getByRole('tab', { name: 'Attempts' }).click();
  const attempts = panel(page).getByRole('tabpanel', { name: 'Attempts' });
  await expect(attempts.getByRole('listitem').first()).toContainText('attempt 2');
  await expect(attempts.locator('[data-state="completed"]')).toBeVisible();
  await expect(attempts.getByText(/^Attempt 1 · .*against our rules/)).toBeVisible();
  // What lay before has the same attempt, the same times, and was asked for once.
  expect(await job(page, 'outline')).toEqual(before);
  expect(vendor.heard.length).toBe(calls + 1);

  await panel(page).getByRole('tab', { name: 'Prompt' }).click();
  const prompts = panel(page).getByRole('tabpanel', { name: 'Prompt' }).locator('details');
  await expect(prompts).toHaveCount(3);
  await expect(prompts.nth(1)).toContainText('Attempt 2');
  await expect(prompts.nth(1).getByText('A text on gardens: Written elsewhere.')).toBeVisible();
  await prompts.nth(0).getByText('Attempt 1').click();
  await expect(prompts.nth(0).getByText(`A text on a ${FORBIDDEN}: Written elsewhere.`)).toBeVisible();
  await expect(prompts.nth(2).locator('.reference')).toBeHidden();
  await prompts.nth(2).getByText('As edited').click();
  await expect(prompts.nth(2).locator('.reference')).toBeVisible();
  await shoot(page, 'prompts-sent');
  await expectAccessible(page);
});

test('ux 34, 56: the overview; a failed item is tried again before a review, whose draft is kept', async ({ page, vendor }) => {
  const write = node('write', 'generate_copy', 300, 80, { prompt: 'A line on ${input.topic}', quantity: 3 });
  const enough = { ...write, data: { ...(write['data'] as Json), minItems: 2 } };
  vendor.refusals = 1;
  await launch(page, {
    name: 'Two are enough',
    parameters: [{ name: 'topic', label: 'Topic', type: 'text', default: 'Tea and the sea' }],
    nodes: [
      node('start', 'start', 0, 80),
      enough,
      node('check', 'review', 600, 80, { instructions: 'Good?' }),
      node('end', 'end', 900, 80),
    ],
    edges: [edge('start', 'write'), edge('write', 'check', 'texts'), edge('check', 'end', 'approved')],
  });
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  const overview = page.getByRole('tabpanel', { name: 'Overview' });
  const decision = page.getByTestId('decision');

  await test.step('the overview says what works, what was used and by whom it was launched', async () => {
    await expect(overview).toContainText('Steps done2 of 4');
    await expect(overview.getByRole('list', { name: 'Now' })).toContainText('Check');
    await expect(overview).toContainText('Launched byAda Owner');
    await expect(overview.getByRole('link', { name: 'Two are enough v1' })).toBeVisible();
    await expect(overview).toContainText('TopicTea and the sea');
    await expect(overview).toContainText('No budget');

    await page.getByRole('button', { name: 'Set budget…' }).click();
    await page.getByLabel('Budget in dollars').fill('2');
    const asked = page.waitForRequest(CONTROL);
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await asked).postDataJSON()).toMatchObject({ control: { command: 'budget', micros: 2_000_000, was: null } });
    await expect(overview).toContainText(/Budget left\$[\d.]+ of \$2/);
    await overview.getByRole('button', { name: 'Check' }).click();
    await expect(panel(page).getByRole('heading', { level: 2 }).first()).toContainText('Check');

    await page.setViewportSize({ width: 390, height: 844 });
    await overview.scrollIntoViewIfNeeded();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await shoot(page, 'overview-phone', { fullPage: true });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('ux 56: an item that failed where two of three were enough is tried again', async () => {
    await expect(step(page, 'write')).toContainText('1 item failed');
    await choose(page, 'write');
    await expect(panel(page)).toContainText('The prompt is against our rules');
    await shoot(page, 'two-of-three');
    await expectAccessible(page);
    const calls = vendor.heard.length;

    await panel(page).getByRole('button', { name: 'Retry', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Retry this step?' });
    await expect(dialog).toContainText('Retries 1 failed item of “Write”');
    await dialog.getByRole('button', { name: 'Retry' }).click();

    await expect(step(page, 'write')).toContainText('3 of 3');
    await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
    expect(vendor.heard.length).toBe(calls + 1);
    await expect(panel(page).getByRole('button', { name: 'Retry', exact: true })).toBeHidden();
    await choose(page, 'check');
    await shoot(page, 'three-of-three');
    await expect(panel(page).getByRole('checkbox', { name: /^Keep/ })).toHaveCount(3);
  });

  await test.step('ux 63: the step is done again with another prompt; the review asks about the next version', async () => {
    await choose(page, 'write');
    const calls = vendor.heard.length;
    await panel(page).getByRole('button', { name: 'Do again…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Do this step again' });
    await expect(dialog).toContainText('Makes the next version of its outputs');
    await expect(dialog.getByRole('switch'), 'nothing that depends on it has ended').toHaveCount(0);
    await dialog.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A shorter line on ${input.topic}');
    await expectAccessible(page);
    await shoot(page, 'do-again');
    const asked = page.waitForRequest(CONTROL);
    await dialog.getByRole('button', { name: 'Do again' }).click();

    expect((await asked).postDataJSON()).toMatchObject({
      control: { command: 'trigger_node', generation: 2, dependents: false, config: { prompt: 'A shorter line on ${input.topic}' } },
    });
    await expect(dialog).toBeHidden();
    await expect(panel(page).getByRole('button', { name: '2 versions' })).toHaveCount(3);
    await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
    expect(vendor.heard.length).toBe(calls + 3);
    await choose(page, 'check');
    await expect(panel(page).getByRole('checkbox', { name: /^Keep/ })).toHaveCount(3);
  });

  await test.step('what a reviewer has begun is there again after another step; no text is emptied', async () => {
    const text = decision.getByLabel('Text 2');
    await decision.getByLabel('Comment or reason').fill('Warmer, please');
    await text.fill('Rain, kindly.');
    await decision.getByLabel('Keep 1').uncheck();

    await choose(page, 'write');
    await expect(decision).toHaveCount(0);
    await choose(page, 'check');
    await expect(decision.getByLabel('Comment or reason')).toHaveValue('Warmer, please');
    await expect(text).toHaveValue('Rain, kindly.');
    await expect(decision.getByLabel('Keep 1')).not.toBeChecked();

    await text.fill(' ');
    await expect(decision.getByText('Item 2 is empty. Enter a text, or leave the item out.')).toBeVisible();
    await expect(decision.getByRole('button', { name: /^Approve/ })).toBeDisabled();
    await text.fill('Rain, at last.');
    await decision.getByRole('button', { name: 'Approve 2 of 3' }).click();
    await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  });
});
