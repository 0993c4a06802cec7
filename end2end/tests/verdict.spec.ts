import { type Page } from '@playwright/test';

import { ends, goesOn } from '../support/again.ts';
import { expectSound } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { choose, decide, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

const PROMPT = 'A blog post about a bottle';

/**
 * A text that is judged twice, of which people see the milder judgement before they decide; the sample provider
 * never gives a score of 10.
 */
const judged: Json = {
  name: 'Judged',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: PROMPT }),
    node('judge', 'ai_review', 600, 0, { criteria: 'Clear and friendly', threshold: 10 }),
    node('mild', 'ai_review', 600, 200, { criteria: 'Clear and friendly', threshold: 7 }),
    node('check', 'review', 900, 200, { instructions: 'Go on?' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'write'),
    edge('write', 'judge', 'texts'),
    edge('write', 'mild', 'texts'),
    edge('mild', 'check'),
    edge('judge', 'end'),
    edge('check', 'end', 'approved'),
  ],
};

/** The id of the execution that is shown. */
const shown = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';

test('ux 34: verdicts of an AI review are cards, where people decide too; a suggestion is accepted and runs again', async ({ page }) => {
  await launch(page, judged);

  await test.step('a verdict that people decide about is a card', async () => {
    await choose(page, 'check');
    await expect(page.getByTestId('decision').getByTestId('verdict')).toContainText('Passed');
    await expectSound(page, 'verdict-decided');
    await decide(page, shown(page), { decision: 'approve' });
    await ends(page, 'completed');
  });

  await choose(page, 'judge');
  const card = panel(page).getByTestId('verdict');
  const suggestion = card.getByRole('listitem').first();
  const dialog = page.getByRole('dialog', { name: 'Run again with this suggestion?' });
  const prompt = dialog.getByLabel('Prompt of “Write”');
  let words = '';

  await test.step('a suggestion is readable', async () => {
    await expect(card).toContainText('Not passed');
    await expect(card).toContainText('Passing score: 10');
    await expect(card.getByRole('meter', { name: 'Score' })).toHaveAttribute('aria-valuenow', /^[789](\.\d)?$/);
    words = (await suggestion.locator('p').innerText()).trim();
    expect(words.length).toBeGreaterThan(5);
    // The same card among all outputs.
    await page.getByRole('tab', { name: /Outputs/ }).click();
    await expect(page.getByRole('tabpanel', { name: /Outputs/ }).getByTestId('verdict').first()).toBeVisible();

    await suggestion.getByRole('button', { name: 'Accept and rerun…' }).click();
    await expect(prompt).toHaveValue(`${PROMPT}\n\nTake this into account: ${words}`);
    await expectSound(page, 'verdict-dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('it is accepted: the step runs again with it in its prompt', async () => {
    await suggestion.getByRole('button', { name: 'Accept and rerun…' }).click();
    await prompt.fill(`${await prompt.inputValue()} Briefly.`);
    await goesOn(page, () => dialog.getByRole('button', { name: 'Run again' }).click());

    await expect(step(page, 'judge')).toHaveAttribute('data-state', 'completed');
    await choose(page, 'write');
    await panel(page).getByRole('tab', { name: 'Prompt' }).click();
    await expect(panel(page)).toContainText(`Take this into account: ${words} Briefly.`);
    await choose(page, 'judge');
    await panel(page).getByRole('tab', { name: 'Output' }).click();
    await expect(panel(page).getByTestId('verdict')).toBeVisible();
  });
});
