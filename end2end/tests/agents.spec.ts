import { type Locator, type Page } from '@playwright/test';

import { type Editor, openEditor } from '../support/editor.ts';
import { expectAccessibleAndShoot, expectSound, shoot, still } from '../support/look.ts';
import { agree, expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, type Json, node, panel, post, stands, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const TEXT = { shape: 'one', kind: 'text' };
const SEARCH = 'atelier.search_documents';

/** An agent that is given one text and asks before it looks anything up. */
function asking(purpose: string, input: string, label: string): Json {
  return {
    purpose,
    instructions: `Work on this:\n\n\${${input}}`,
    inputs: [{ name: input, label, type: TEXT, required: true }],
    tools: [{ tool: SEARCH, mode: 'always_asks' }],
  };
}

/** Puts a published agent into the library. */
async function publish(page: Page, name: string, definition: Json): Promise<void> {
  const made = await post(page, 'agents', { name, definition });
  await post(page, `agents/${String((made['agent'] as Json)['id'])}/publish`, {});
}

/** Drags an agent of the library onto the canvas, below its middle and so far to the right; gives the id of its card. */
async function dragAgent(editor: Editor, name: string, dx: number): Promise<string> {
  const before = new Set((await editor.kept()).nodes.map(({ id }) => id));
  const item = editor.page.locator('.palette').getByRole('button', { name, exact: true });
  await item.scrollIntoViewIfNeeded();
  const { x, y } = await editor.middle(editor.canvas);
  await editor.drag(await editor.middle(item), { x: x + dx, y: y + 160 });
  await editor.page.mouse.up();
  const fresh = async () => (await editor.kept()).nodes.map(({ id }) => id).filter((id) => !before.has(id));
  await expect.poll(async () => (await fresh()).length).toBe(1);
  return (await fresh())[0]!;
}

/** Says what the chosen agent is to do, and gives its input what the drop-down calls so. */
async function setUp(page: Page, task: string, input: string, source: RegExp): Promise<void> {
  const config = page.getByRole('region', { name: 'Configuration' });
  await config.getByRole('textbox', { name: 'Task', exact: true }).fill(task);
  const from = config.getByRole('combobox', { name: input });
  const label = await from.getByRole('option').filter({ hasText: source }).first().innerText();
  await from.selectOption({ label: label.trim() });
}

/** Runs the step that waits for the person. */
async function runStep(page: Page, id: string): Promise<void> {
  await expect(step(page, id)).toContainText('Waiting for you to run this step');
  await choose(page, id);
  await panel(page).getByRole('button', { name: 'Run this step' }).click();
  await agree(page, 'Run this step?', 'Run');
}

const card = (within: Page | Locator) => within.getByTestId('call-to-approve');

test('three agents are dragged, mapped and run one by one; an edited call is approved, a prompt changed, an output rolled back', async ({ page }) => {
  test.slow();
  const workspace = await beOwner(page);
  await publish(page, 'Scout', asking('Finds out what is known.', 'topic', 'Topic'));
  await publish(page, 'Wordsmith', { ...asking('Writes a text.', 'notes', 'Notes'), tools: [] });
  await publish(page, 'Proofreader', { ...asking('Puts a text right.', 'draft', 'Draft'), tools: [] });
  const ends = [
    { id: 'start', type: 'start', x: -700 },
    { id: 'check', type: 'review', x: -300, config: { instructions: 'Good?' } },
    { id: 'end', type: 'end', x: 50 },
  ];
  const editor = await openEditor(page, ends, ['check.approved>end'], [{ name: 'subject', label: 'Subject', required: true }]);
  const scout = await dragAgent(editor, 'Scout', -430);
  await setUp(page, 'Find out what we know of it.', 'Topic', /Subject/);
  const wordsmith = await dragAgent(editor, 'Wordsmith', -60);
  await setUp(page, 'Write a short text.', 'Notes', /Scout/);
  const proofreader = await dragAgent(editor, 'Proofreader', 170);
  await setUp(page, 'Correct it.', 'Draft', /Wordsmith/);
  await expectAccessibleAndShoot(page, 'agents-mapped');
  await editor.port('start', 'all').click();
  await editor.port(scout, 'input').click();
  await editor.port(proofreader, 'done').click();
  await editor.port('check', 'input').click();
  const wires = [`${scout}>${wordsmith}`, `${wordsmith}>${proofreader}`, `${proofreader}>check`, 'check>end', `start>${scout}`];
  expect(await editor.wires(), 'a mapping draws its connection').toEqual(wires.sort());

  await post(page, `workflows/templates/${editor.template}/publish`, {});
  const parameters = { subject: 'A lantern that folds flat' };
  const launched = await post(page, 'workflows/executions', { template_id: editor.template, parameters, auto_run: false });
  const execution = String(launched['execution_id']);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);

  await runStep(page, scout);
  await expect(step(page, scout)).toHaveAttribute('data-state', 'awaiting_review');
  const decision = panel(page).getByTestId('decision');
  await expect(decision.getByRole('heading', { name: `The agent wants to use ${SEARCH}` })).toBeVisible();
  await expect(card(decision)).toContainText('Only reads');
  await expect(decision.getByRole('button', { name: 'Ask for changes' })).toHaveCount(0);
  await card(decision).getByRole('textbox', { name: 'query' }).fill('paper lanterns');
  await expectAccessibleAndShoot(page, 'agents-approve');
  await decision.getByRole('button', { name: 'Approve and run' }).click();
  await expect(step(page, scout)).toHaveAttribute('data-state', 'completed');

  await panel(page).getByRole('tab', { name: 'Conversation' }).click();
  const talk = panel(page).getByRole('region', { name: 'Conversation' });
  await expect(talk.getByRole('article', { name: 'Turn 1' })).toContainText(SEARCH);
  await talk.getByTestId('talk-call').first().getByText(SEARCH).click();
  await expect(talk.getByTestId('talk-call').first()).toHaveAttribute('data-call', 'answered');
  await expect(talk.getByRole('article', { name: 'Turn 2' })).toContainText('tokens in');
  await expect(panel(page).getByTestId('context-bar')).toContainText('Instructions');
  await expectSound(page, 'agents-talk');

  await runStep(page, wordsmith);
  await expect(step(page, wordsmith)).toHaveAttribute('data-state', 'completed');
  await runStep(page, proofreader);
  await expect(step(page, proofreader)).toHaveAttribute('data-state', 'completed');
  await page.getByText('Auto-run', { exact: true }).click();
  await agree(page, 'Turn on auto-run?', 'Turn on');
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await choose(page, 'check');
  await panel(page).getByLabel('Comment or reason').fill('Make it shorter');
  await panel(page).getByRole('button', { name: 'Ask for changes' }).click();
  await choose(page, proofreader);
  await panel(page).getByRole('button', { name: '2 versions' }).click();
  await panel(page).getByRole('button', { name: 'Restore v1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore version' }).click();
  await expect(panel(page).getByRole('button', { name: '3 versions' })).toBeVisible();
  await expect(panel(page).locator('.output-versions__row').first()).toContainText('Version 1, restored by Ada Owner');
  await choose(page, 'check');
  await panel(page).getByRole('button', { name: 'Approve' }).click();
  await stands(page, execution, 'completed');

  await choose(page, wordsmith);
  await panel(page).getByRole('button', { name: 'Run again from here' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run again from this step?' });
  await dialog.getByRole('textbox', { name: 'Task', exact: true }).fill('Write three sentences.');
  await dialog.getByRole('button', { name: 'Run again' }).click();
  await expect(page).not.toHaveURL(new RegExp(execution));
  await expect(step(page, scout)).toHaveAttribute('data-state', 'completed');
  await choose(page, wordsmith);
  await panel(page).getByRole('tab', { name: 'Prompt' }).click();
  await expect(panel(page).getByRole('tabpanel', { name: 'Prompt' })).toContainText('Write three sentences.');
});

test('a call is refused by a link on a phone, and the agent is told why', async ({ page, browser, server }) => {
  const workspace = await beOwner(page);
  const own = { ...asking('Finds out what is known.', 'topic', 'Topic'), instructions: 'Look it up.', inputs: [] };
  const execution = await begin(page, {
    name: 'Asked by link',
    nodes: [
      node('start', 'start', 0, 80),
      node('scout', 'agent', 300, 80, { own, prompt: 'What do we know of lanterns?' }),
      node('end', 'end', 600, 80),
    ],
    edges: [edge('start', 'scout'), edge('scout', 'end', 'done')],
  });
  await page.goto(`${workspace}/reviews`);
  await hydrated(page);
  const entry = page.locator('.inbox__entry').filter({ hasText: 'Asked by link' });
  await expect(card(entry)).toContainText(SEARCH);
  await expect(entry.getByRole('switch', { name: 'Always allow in this run' })).not.toBeChecked();
  await card(entry).getByRole('button', { name: 'JSON' }).click();
  await card(entry).getByRole('textbox', { name: 'Arguments as JSON' }).fill('[');
  await expect(entry.getByRole('button', { name: 'Approve and run' })).toBeDisabled();
  await expectSound(page, 'agents-inbox');
  const { items } = (await (await page.request.get('/api/v1/reviews')).json()) as { items: Json[] };
  const review = items.find((one) => one['execution_id'] === execution);
  const link = await post(page, `reviews/${String(review?.['id'])}/links`, { hours: 24 });
  await entry.getByRole('link', { name: /Asked by link/ }).click();
  await choose(page, 'scout');

  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const other = await phone.newPage();
  await other.goto(`${server.url}${String(link['path'])}`);
  await hydrated(other);
  await expect(card(other)).toContainText(SEARCH);
  await expect(other.getByRole('switch')).toHaveCount(0);
  await expect(card(other).getByRole('textbox')).toHaveCount(0);
  await other.getByRole('button', { name: 'Decline' }).click();
  await expect(other.getByText('Enter a reason. The agent reads it and continues without the call.')).toBeVisible();
  await other.getByLabel('Comment or reason').fill('Nothing is in there.');
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await other.evaluate(overflow)).toBeLessThanOrEqual(0);
  await expectAccessible(other);
  await still(other);
  await shoot(other, 'agents-link-phone', { fullPage: true });
  await other.getByRole('button', { name: 'Decline' }).click();
  await expect(other.getByRole('heading', { name: 'Already decided' })).toBeVisible();
  await phone.close();

  await stands(page, execution, 'completed');
  await panel(page).getByRole('tab', { name: 'Conversation' }).click();
  const call = panel(page).getByTestId('talk-call').first();
  await expect(call).toHaveAttribute('data-call', 'refused');
  await expect(call).toContainText('Nothing is in there.');
});
