import { type Page } from '@playwright/test';

import { ends, everywhere, expectTakenOver, goesOn, origin, runAgain, tabTo } from '../support/again.ts';
import { shoot } from '../support/look.ts';
import { become, VERA } from '../support/people.ts';
import { agree, expect, hydrated } from '../support/test.ts';
import { test } from '../support/vendor.ts';
import { choose, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

const ASKED = 'Run again from this step?';
const fromHere = (page: Page) => panel(page).getByRole('button', { name: 'Run again from here' });
const dock = (page: Page) => page.getByRole('region', { name: 'The whole run' });

/** An outline, a text on it and a quote of that; beside them a slogan. */
const letter = (name: string): Json => ({
  name,
  parameters: [{ name: 'topic', label: 'Topic', type: 'text', required: true }],
  nodes: [
    node('start', 'start', 0, 80),
    node('outline', 'generate_copy', 300, 80, { prompt: 'An outline on ${input.topic}' }),
    node('write', 'generate_copy', 600, 80, { prompt: 'A text on ${nodes.outline.texts}' }),
    node('quote', 'generate_copy', 900, 80, { prompt: 'Quote ${nodes.write.texts}' }),
    node('slogan', 'generate_copy', 600, 260, { prompt: 'A slogan' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'outline'),
    edge('start', 'slogan'),
    edge('outline', 'write', 'texts'),
    edge('write', 'quote', 'texts'),
    edge('quote', 'end', 'texts'),
    edge('slogan', 'end', 'texts'),
  ],
});

/** A text that is decided about, and then quoted. */
const decided = (name: string): Json => ({
  name,
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A line' }),
    node('slogan', 'generate_copy', 300, 260, { prompt: 'A slogan' }),
    node('check', 'review', 600, 80, { instructions: 'Good?' }),
    node('quote', 'generate_copy', 900, 80, { prompt: 'Quote ${nodes.write.texts}' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'write'),
    edge('start', 'slogan'),
    edge('write', 'check', 'texts'),
    edge('check', 'quote', 'approved'),
    edge('quote', 'end', 'texts'),
    edge('slogan', 'end', 'texts'),
  ],
});

/** Decides in the panel about what waits. */
async function decide(page: Page, verdict: string, words = ''): Promise<void> {
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await choose(page, 'check');
  const decision = page.getByTestId('decision');
  if (words) await decision.getByLabel('Comment or reason').fill(words);
  await decision.getByRole('button', { name: verdict }).click();
}

test('ux 66: from a step on: by the keyboard, after a question; all else is taken over; who only reads is refused', async ({ page, browser, vendor }) => {
  await launch(page, letter('Asked about'), { parameters: { topic: 'tea' } });
  await ends(page, 'completed');
  const calls = vendor.heard.length;
  const documents = async () => {
    const { items } = (await (await page.request.get('/api/v1/documents?limit=100')).json()) as { items: Json[] };
    return items.length;
  };
  const before = await documents();

  await step(page, 'write').getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('heading', { level: 2 }).first()).toHaveText('Write');
  const again = page.locator('button, summary').filter({ hasText: /^(Run again|Rerun|Replay|Restore v)/, visible: true });
  await expect(again, 'all of it, from here, with what is recorded').toHaveCount(3);
  await tabTo(page, fromHere(page));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: ASKED });
  await expect(dialog).toContainText('this step and everything after it run and are charged again');
  await everywhere(page, (name) => shoot(page, `from-here-asked-${name}`));
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(fromHere(page)).toBeFocused();
  expect(vendor.heard.length, 'nobody agreed').toBe(calls);

  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Prompt', { exact: true })).toHaveValue('A text on ${nodes.outline.texts}');
  await tabTo(page, dialog.getByRole('button', { name: 'Run again' }));
  const first = await goesOn(page, () => page.keyboard.press('Enter'));
  await ends(page, 'completed');
  await expect(origin(page)).toHaveText(/^Runs Asked about #\d+ again$/);
  expect(vendor.heard.length, 'two of four steps were made again').toBe(calls + 2);
  expect(await documents(), 'only what was made anew is a new document').toBe(before + 2);
  await expectTakenOver(page, ['start', 'outline', 'slogan'], ['write', 'quote']);
  await dock(page).getByRole('tab', { name: 'Timeline' }).click();
  await expect(dock(page).locator('.timeline__label')).toHaveText(['Write', 'Quote']);
  await dock(page).getByRole('tab', { name: 'Outputs' }).click();
  await expect(dock(page).locator('.made-text'), 'what was taken over is there too').toHaveCount(4);
  await shoot(page, 'from-here-done', { fullPage: true });

  // The way back, by the keyboard too: the former one stays as it was.
  await tabTo(page, origin(page));
  await page.keyboard.press('Enter');
  await page.waitForURL(`${first}*`);
  await expect(origin(page)).toHaveCount(0);
  await ends(page, 'completed');
  await page.goBack();
  await expect(origin(page)).toBeVisible();
  await ends(page, 'completed');

  // Where it was made is a step away, there and back.
  await choose(page, 'outline');
  await panel(page).getByRole('tab', { name: 'Output' }).click();
  await panel(page).getByRole('link', { name: 'How was this made?' }).first().click();
  const made = page.locator('.lineage__entry[data-this]');
  await expect(made).toContainText('Reused from an earlier run');
  await made.getByRole('link', { name: 'an earlier run' }).click();
  await page.waitForURL(`${first}*`);
  await choose(page, 'outline');
  await panel(page).getByRole('link', { name: 'How was this made?' }).first().click();
  await expect(made).toContainText('Reused by 1 later run');

  // Who only reads is offered nothing of it, and refused.
  await become(page, browser, VERA);
  await page.goto(`${first}?node=write`);
  await hydrated(page);
  await expect(panel(page).getByRole('heading', { level: 2 }).first()).toHaveText('Write');
  await expect(dock(page).locator('.made-text').first()).toBeVisible();
  await expect(again).toHaveCount(0);
  const headers = { origin: new URL(first).origin };
  for (const [path, data] of [['rerun', { from_node: 'write' }], ['rerun', {}], ['replay', {}]] as const) {
    const answer = await page.request.post(`/api/v1/workflows/executions/${first.split('/').at(-1)}/${path}`, { data, headers });
    expect(answer.status(), path).toBe(403);
  }
  expect(vendor.heard.length).toBe(calls + 2);
});

test('run again with changes: the form filled in, values kept as a preset, a step told something else, once', async ({ page, guard }) => {
  guard.expect(/422|create_preset/);
  const name = `With changes ${Date.now()}`;
  await launch(page, letter(name), { parameters: { topic: 'tea' } });
  await ends(page, 'completed');
  const topic = page.getByRole('textbox', { name: 'Topic' });
  const launched = () => page.getByRole('button', { name: 'Launch', exact: true }).click();
  const presets = async (item: string) => {
    await page.locator('summary[aria-label="Presets"]').click();
    await page.locator('.menu__item', { hasText: item }).click();
  };

  // From the menu of what is over the form opens with its values, one of which is changed.
  await runAgain(page, 'With changes…');
  await page.waitForURL(/\/launch\?again=/);
  await expect(page.getByText(/^Filled in from run #\d+\.$/)).toBeVisible();
  await expect(topic).toHaveValue('tea');
  await topic.fill('mint');
  await presets('Save these values…');
  const keeping = page.getByRole('dialog', { name: 'Save these values as a preset' });
  await everywhere(page, (name) => shoot(page, `preset-save-${name}`));
  await keeping.getByRole('button', { name: 'Save' }).click();
  await expect(keeping).toContainText('A preset needs a name.');
  await keeping.getByLabel('Name').fill('Mint');
  await keeping.getByLabel('Name').press('Enter');
  await expect(keeping).toBeHidden();
  await launched();
  await page.waitForURL(/\/workflows\/executions\//);
  await ends(page, 'completed');

  // The form itself offers the last values and what is kept.
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Workflows' }).click();
  await page.getByRole('link', { name: `Launch ${name}`, exact: true }).click();
  await page.waitForURL(/\/launch$/);
  const template = new URL(page.url()).pathname.split('/').at(-2);
  await expect(topic).toHaveValue('');
  await page.getByRole('button', { name: 'Last values' }).click();
  await expect(topic).toHaveValue('mint');
  await topic.fill('rain');
  await presets('Mint');
  await expect(topic).toHaveValue('mint');

  // What is kept under a known name replaces it; it is renamed, and deleted.
  await topic.fill('sage');
  await presets('Save these values…');
  await keeping.getByLabel('Name').fill('mint');
  await expect(keeping).toContainText('Replaces the values of “Mint”.');
  await keeping.getByRole('button', { name: 'Replace' }).click();
  await expect(keeping).toBeHidden();
  await presets('Rename or delete…');
  const managing = page.getByRole('dialog', { name: 'Presets' });
  await managing.getByLabel('Name of Mint').fill('Herbs');
  await managing.getByRole('button', { name: 'Rename' }).click();
  await expect(managing.getByLabel('Name of Herbs')).toBeVisible();
  await everywhere(page, (name) => shoot(page, `presets-${name}`));
  await managing.getByRole('button', { name: 'Done' }).click();
  await topic.fill('thyme');
  await presets('Herbs');
  await expect(topic).toHaveValue('sage');
  await presets('Rename or delete…');
  await managing.getByRole('button', { name: 'Delete Herbs' }).click();
  await agree(page, 'Delete this preset?', 'Delete preset');
  await expect(managing).toBeHidden();
  const left = await page.request.get(`/api/v1/workflows/templates/${template}/presets`);
  expect(((await left.json()) as { items: Json[] }).items).toEqual([]);

  // From a step on, told something else this time; two presses make one execution.
  await launched();
  await page.waitForURL(/\/workflows\/executions\//);
  await ends(page, 'completed');
  await choose(page, 'write');
  await fromHere(page).click();
  const asked = page.getByRole('dialog', { name: ASKED });
  await asked.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A limerick on ${nodes.outline.texts}');
  await shoot(page, 'from-here-changed');
  await goesOn(page, () => asked.getByRole('button', { name: 'Run again' }).dblclick());
  await ends(page, 'completed');
  await choose(page, 'write');
  await panel(page).getByRole('tab', { name: 'Prompt' }).click();
  await expect(panel(page)).toContainText('A limerick on');
  const { items } = (await (await page.request.get('/api/v1/workflows/executions?limit=20')).json()) as { items: Json[] };
  expect(items.filter((one) => one['name'] === name)).toHaveLength(4);
});

test('an older version counts again: what is stale is made anew, once, and all else is taken over', async ({ page, vendor }) => {
  await launch(page, decided('Rolled back'));
  await decide(page, 'Ask for changes', 'Make it shorter');
  await expect(page.getByTestId('decision').getByTestId('changes')).toBeVisible();
  await decide(page, 'Approve');
  await ends(page, 'completed');
  const calls = vendor.heard.length;
  const again = page.getByRole('button', { name: 'Rerun stale steps' });
  await expect(again).toHaveCount(0);

  await choose(page, 'write');
  await panel(page).getByRole('button', { name: '2 versions' }).click();
  await panel(page).getByRole('button', { name: 'Restore v1' }).click();
  await agree(page, 'Restore version 1?', 'Restore version');
  for (const id of ['check', 'quote', 'end']) await expect(step(page, id).getByText('Stale')).toBeVisible();
  for (const id of ['start', 'write', 'slogan']) await expect(step(page, id).getByText('Stale')).toHaveCount(0);
  await tabTo(page, again);
  await page.keyboard.press('Enter');
  await everywhere(page, (name) => shoot(page, `stale-asked-${name}`));
  const first = await goesOn(page, () => page.keyboard.press('Enter'));

  await expect(origin(page)).toHaveText(/^Runs Rolled back #\d+ again$/);
  await decide(page, 'Approve');
  await ends(page, 'completed');
  expect(vendor.heard.length, 'of what is stale only the quote calls somebody').toBe(calls + 1);
  await expectTakenOver(page, ['start', 'write', 'slogan'], ['quote']);
  await expect(page.getByText('Stale', { exact: true })).toHaveCount(0);
  await expect(again).toHaveCount(0);
  await shoot(page, 'stale-done', { fullPage: true });

  // The former one stays as it was, until its newer version counts again.
  await origin(page).click();
  await page.waitForURL(`${first}*`);
  await expect(step(page, 'quote').getByText('Stale')).toBeVisible();
  await choose(page, 'write');
  await panel(page).getByRole('button', { name: '3 versions' }).click();
  await panel(page).getByRole('button', { name: 'Restore v2' }).click();
  await agree(page, 'Restore version 2?', 'Restore version');
  await expect(page.getByText('Stale', { exact: true })).toHaveCount(0);
  await expect(again).toHaveCount(0);
});
