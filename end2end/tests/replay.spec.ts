import { type Page } from '@playwright/test';

import { ends, everywhere, goesOn, origin, tabTo } from '../support/again.ts';
import { shoot } from '../support/look.ts';
import { agree, expect, expectAccessible } from '../support/test.ts';
import { FORBIDDEN, test, type Vendor } from '../support/vendor.ts';
import { choose, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

const replay = (page: Page) => page.getByRole('button', { name: 'Replay', exact: true });
const dock = (page: Page) => page.getByRole('region', { name: 'The whole run' });

/** A web address, a text that is decided about, a wait and a quote. */
const recorded = (name: string, { url }: Vendor): Json => ({
  name,
  parameters: [{ name: 'topic', label: 'Topic', type: 'text', required: true }],
  nodes: [
    node('start', 'start', 0, 80),
    // It knows no key: that it says so is its answer.
    node('ask', 'http_request', 300, 80, { url: `${url}/weather`, expected_status: '401' }),
    node('write', 'generate_copy', 600, 80, { prompt: 'A text on ${input.topic}' }),
    node('check', 'review', 900, 80, { instructions: 'Good?' }),
    node('rest', 'wait', 1200, 80, { seconds: 2 }),
    node('quote', 'generate_copy', 1500, 80, { prompt: 'Quote ${nodes.check.items}' }),
    node('end', 'end', 1800, 80),
  ],
  edges: [
    edge('start', 'ask'),
    edge('ask', 'write'),
    edge('write', 'check', 'texts'),
    edge('check', 'rest', 'approved'),
    edge('rest', 'quote'),
    edge('quote', 'end', 'texts'),
  ],
});

/** What a person sees of an execution: its steps with their states, and what they made. */
async function seen(page: Page): Promise<string[]> {
  await dock(page).getByRole('tab', { name: /^Outputs/ }).click();
  await expect(dock(page).locator('.made-text').first()).toBeVisible();
  const states = await page
    .locator('[data-testid^="node-"][data-state]')
    .evaluateAll((all) => all.map((one) => `${one.getAttribute('data-testid')}: ${(one as HTMLElement).dataset['state']}`));
  return [...states, ...(await dock(page).locator('.made-text__body').allInnerTexts())];
}

async function listed(page: Page, path: string): Promise<Json[]> {
  return ((await (await page.request.get(`/api/v1/${path}`)).json()) as { items: Json[] }).items;
}

test('ux 34: a replay calls, asks and waits for nobody and gives what was recorded; from it on it is real again', async ({ page, vendor }) => {
  await launch(page, recorded('Recorded', vendor), { parameters: { topic: 'tea' } });
  const decision = page.getByTestId('decision');
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await expect(replay(page), 'not before it is over').toHaveCount(0);
  await choose(page, 'check');
  await decision.getByLabel('Comment or reason').fill('Make it shorter');
  await decision.getByRole('button', { name: 'Ask for changes' }).click();
  await expect(decision.getByTestId('changes')).toBeVisible();
  await decision.getByRole('textbox', { name: 'Text 1' }).fill('Tea, at sea.');
  await decision.getByLabel('Comment or reason').fill('Now it is ours');
  await decision.getByRole('button', { name: 'Approve' }).click();
  await ends(page, 'completed');
  const before = await seen(page);
  const documents = (await listed(page, 'documents?limit=100')).length;
  const calls = vendor.heard.length;
  expect(calls, 'an address, a text, the text again, a quote').toBe(4);
  // Whoever is called now gives nothing.
  vendor.refusals = 100;

  await tabTo(page, replay(page));
  const first = await goesOn(page, async () => {
    await page.keyboard.press('Enter');
    await expect(page.locator('.toast').filter({ hasText: 'Started a replay as a new run' })).toBeVisible();
  });
  await ends(page, 'completed');
  vendor.refusals = 0;

  await expect(origin(page)).toHaveText(/^Replays Recorded #\d+$/);
  expect(vendor.heard.length, 'nobody was called').toBe(calls);
  const asked = (await listed(page, 'reviews')).filter((one) => page.url().includes(String(one['execution_id'])));
  expect(asked, 'nobody is asked').toEqual([]);
  expect(await listed(page, 'documents?limit=100'), 'no document is made twice').toHaveLength(documents);
  expect(await seen(page)).toEqual(before);
  await expect(step(page, 'check')).toContainText('Approved by Ada Owner');
  await choose(page, 'write');
  await expect(panel(page).getByRole('button', { name: '2 versions' }), 'what was asked to be changed too').toBeVisible();
  await choose(page, 'check');
  await expect(panel(page)).toContainText('Now it is ours');
  await expect(panel(page).getByTestId('approved-items')).toContainText('Tea, at sea.');
  await dock(page).getByRole('tab', { name: 'Costs' }).click();
  await expect(dock(page)).toContainText('No costs yet.');
  await dock(page).getByRole('tab', { name: 'Outputs' }).click();
  await everywhere(page, (name) => shoot(page, `replay-done-${name}`, { fullPage: true }));
  const replayed = page.url();
  await tabTo(page, origin(page));
  await page.keyboard.press('Enter');
  await page.waitForURL(`${first}*`);
  expect(await seen(page), 'the former one stays as it was').toEqual(before);

  await page.goBack();
  await page.waitForURL((url) => url.href === replayed);
  // By the keyboard: the step may lie under the panel.
  await step(page, 'quote').getByRole('button').first().press('Enter');
  await panel(page).getByRole('button', { name: 'Run again from here' }).click();
  await goesOn(page, () => agree(page, 'Run again from this step?', 'Run again'));
  await ends(page, 'completed');
  expect(await seen(page)).toEqual(before);
  expect(vendor.heard.length, 'from a replay on it is real again').toBe(calls + 1);
  await expect(origin(page)).toHaveText(/^Runs Recorded #\d+ again$/);
});

test('a replay of what failed fails in the same words, and two presses make one', async ({ page, vendor }) => {
  const nodes = [
    node('start', 'start', 0, 80),
    node('outline', 'generate_copy', 300, 80, { prompt: 'An outline' }),
    node('write', 'generate_copy', 600, 80, { prompt: `A text on a ${FORBIDDEN}` }),
    node('end', 'end', 900, 80),
  ];
  const edges = [edge('start', 'outline'), edge('outline', 'write', 'texts'), edge('write', 'end', 'texts')];
  await launch(page, { name: 'Refused', nodes, edges });
  await ends(page, 'failed');
  const trouble = page.locator('.monitor__trouble[data-state="failed"]');
  await expect(trouble).toContainText('against our rules');
  const said = await trouble.locator('p').first().innerText();
  const before = await seen(page);
  const calls = vendor.heard.length;

  await goesOn(page, () => replay(page).dblclick());
  await ends(page, 'failed');

  await expect(trouble.locator('p').first()).toHaveText(said);
  await choose(page, 'write');
  const retry = panel(page).getByRole('button', { name: 'Retry', exact: true });
  await expect(retry).toBeDisabled();
  await expect(retry).toHaveAccessibleDescription(/^This run replays recorded answers/);
  await expect(trouble.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
  await expect(trouble).toContainText('run it again from this step');
  await expect(panel(page).getByRole('button', { name: 'Run again from here' })).toBeEnabled();
  expect(await seen(page)).toEqual(before);
  expect(vendor.heard.length).toBe(calls);
  const items = await listed(page, 'workflows/executions?limit=10');
  expect(items.filter((one) => one['name'] === 'Refused')).toHaveLength(2);
  await expectAccessible(page);

  // A replay is replayed like any other.
  await goesOn(page, () => replay(page).click());
  await ends(page, 'failed');
  await expect(origin(page)).toHaveText(/^Replays Refused #\d+$/);
  await expect(trouble.locator('p').first()).toHaveText(said);
  expect(vendor.heard.length).toBe(calls);
});
