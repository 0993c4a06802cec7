import { type Page } from '@playwright/test';

import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { choose, edge, type Json, launch, node, panel, step } from '../support/workflow.ts';

const PROMPT = 'A blog post about a bottle';

/** A text that is judged; the sample provider never gives a score of 10. */
const judged = (name: string, threshold: number): Json => ({
  name,
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: PROMPT }),
    node('judge', 'ai_review', 600, 80, { criteria: 'Clear and friendly', threshold }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'judge', 'texts'), edge('judge', 'end')],
});

/** Judges the page in themes and at widths; then it is wide and light again. */
async function judge(page: Page, name: string, schemes: readonly ('dark' | 'light')[] = ['dark', 'light']): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await still(page);
      await expectAccessible(page);
      await shoot(page, `${name}-${scheme}-${width}`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `it fits ${width}`).toBe(true);
  }
}

test('ux 34: a suggestion of an AI review is readable, and accepted: the step runs again with it in its prompt', async ({ page }) => {
  await launch(page, judged('Judged', 10));
  const first = page.url();
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  await choose(page, 'judge');
  const card = panel(page).getByTestId('verdict');
  await expect(card).toContainText('Not passed');
  await expect(card).toContainText('Passing score: 10');
  await expect(card.getByRole('meter', { name: 'Score' })).toHaveAttribute('aria-valuenow', /^[789](\.\d)?$/);
  const suggestion = card.getByRole('listitem').first();
  const words = (await suggestion.locator('p').innerText()).trim();
  expect(words.length).toBeGreaterThan(5);
  // The same card among all outputs.
  await expect(page.getByRole('tabpanel', { name: /Outputs/ }).getByTestId('verdict')).toBeVisible();
  await judge(page, 'verdict');

  await suggestion.getByRole('button', { name: 'Accept and rerun…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run again with this suggestion?' });
  const prompt = dialog.getByLabel('Prompt of “Write”');
  await expect(prompt).toHaveValue(`${PROMPT}\n\nTake this into account: ${words}`);
  await judge(page, 'verdict-dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await suggestion.getByRole('button', { name: 'Accept and rerun…' }).click();
  await prompt.fill(`${await prompt.inputValue()} Briefly.`);
  await dialog.getByRole('button', { name: 'Run again' }).click();

  await expect(page).not.toHaveURL(first);
  await hydrated(page);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  await choose(page, 'write');
  await panel(page).getByRole('tab', { name: 'Prompt' }).click();
  await expect(panel(page)).toContainText(`Take this into account: ${words} Briefly.`);
  await choose(page, 'judge');
  await panel(page).getByRole('tab', { name: 'Output' }).click();
  await expect(panel(page).getByTestId('verdict')).toBeVisible();
});

test('ux 34: a verdict that people decide about is a card too', async ({ page }) => {
  const workflow = judged('Judged for people', 7);
  const nodes = [...(workflow['nodes'] as Json[]), node('check', 'review', 1200, 80, { instructions: 'Go on?' })];
  const edges = [...(workflow['edges'] as Json[]).slice(0, 2), edge('judge', 'check'), edge('check', 'end', 'approved')];
  await launch(page, { ...workflow, nodes, edges });

  await expect(page.getByTestId('decision').getByTestId('verdict')).toContainText('Passed');
  await judge(page, 'verdict-decided', ['light']);
});
