import { type Page } from '@playwright/test';

import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { enterWorkspace } from '../support/workspace.ts';

type Json = Record<string, unknown>;

function node(id: string, type: string, x: number, config: Json = {}): Json {
  const label = id[0]?.toUpperCase() + id.slice(1);
  return { id, type, position: { x, y: 80 }, data: { label, config } };
}

function edge(source: string, target: string, sourceHandle?: string): Json {
  const id = `${source}-${target}`;
  return { id, source, target, ...(sourceHandle ? { sourceHandle } : {}) };
}

/** A text that is reviewed and then quoted. */
const workflow = {
  name: 'Reviewed and quoted',
  nodes: [
    node('start', 'start', 0),
    node('write', 'generate_copy', 300, { prompt: 'A blog post about a bottle' }),
    node('check', 'review', 600, { instructions: 'Keep what sounds like us.' }),
    node('quote', 'generate_copy', 900, { prompt: 'Quote ${nodes.write.texts}' }),
    node('end', 'end', 1200),
  ],
  edges: [
    edge('start', 'write'),
    edge('write', 'check', 'texts'),
    edge('check', 'quote', 'approved'),
    edge('quote', 'end'),
  ],
};

/** Posts to the API as the person of the page. */
async function post(page: Page, origin: string, path: string, data: Json = {}): Promise<Json> {
  const answer = await page.request.post(`/api/v1/${path}`, { data, headers: { origin } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const text = await answer.text();
  return (text === '' ? {} : JSON.parse(text)) as Json;
}

/** Waits for the open review of an execution, and decides it. */
async function decide(page: Page, origin: string, execution: string, decision: Json) {
  let review: Json | undefined;
  await expect
    .poll(async () => {
      const answer = await page.request.get('/api/v1/reviews');
      const { items } = (await answer.json()) as { items: Json[] };
      review = items.find((found) => found['execution_id'] === execution);
      return review !== undefined;
    })
    .toBe(true);
  await post(page, origin, `reviews/${String(review?.['id'])}/decision`, decision);
}

/** Runs the workflow to its end, its text made twice; gives the execution's id. */
async function twiceWritten(page: Page, origin: string): Promise<string> {
  const template = await post(page, origin, 'workflows/templates', workflow);
  const asked = { template_id: template['id'] };
  const launched = await post(page, origin, 'workflows/executions', asked);
  const execution = String(launched['execution_id']);
  await decide(page, origin, execution, { decision: 'changes', reason: 'Make it shorter' });
  await decide(page, origin, execution, { decision: 'approve' });
  return execution;
}

test('ux 63: versions are compared, an older one is used, and what is stale runs again', async ({
  page,
}) => {
  const workspace = await enterWorkspace(page);
  const execution = await twiceWritten(page, new URL(workspace).origin);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  const step = (id: string) => page.getByTestId(`node-${id}`);
  await expect(step('end')).toHaveAttribute('data-state', 'completed');
  await step('write').getByRole('button').click();
  const panel = page.getByRole('complementary', { name: 'Selected step' });

  await panel.getByRole('button', { name: '2 versions' }).click();
  await expect(panel.getByText('Made again: “Make it shorter”')).toBeVisible();
  await panel.getByRole('button', { name: 'Compare' }).click();
  const difference = page.getByRole('dialog', { name: 'v1 and v2' });
  await expect(difference.locator('ins').first()).toBeVisible();
  await expect(difference.locator('.diff__text')).not.toBeEmpty();
  await expectAccessible(page);
  await difference.getByRole('button', { name: 'Close' }).click();

  await panel.getByRole('button', { name: 'Use v1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use this version' }).click();
  await expect(panel.getByRole('button', { name: '3 versions' })).toBeVisible();
  await expect(panel.locator('.versions__row').first()).toContainText('Version 1 again');
  for (const id of ['check', 'quote', 'end']) {
    await expect(step(id).getByText('Stale')).toBeVisible();
  }
  await expect(step('write').getByText('Stale')).toHaveCount(0);

  await page.getByRole('button', { name: 'Re-run stale' }).click();
  await expect(page).not.toHaveURL(new RegExp(execution));
  await hydrated(page);
  await expect(step('check')).toHaveAttribute('data-state', 'awaiting_review');
  await expect(step('write')).toHaveAttribute('data-state', 'completed');
});
