import { expect, expectAccessible, test } from '../support/test.ts';
import { choose, edge, launch, node, step } from '../support/workflow.ts';

const workflow = {
  name: 'Decided slowly',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A headline about rain', quantity: 2 }),
    node('check', 'review', 600, 80, { instructions: 'Good?' }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'check', 'texts'), edge('check', 'end', 'approved')],
};

test('what a reviewer has begun is there again after a look at another step, and no text is emptied', async ({ page }) => {
  await launch(page, workflow);
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review', { timeout: 30_000 });
  await choose(page, 'check');
  const decision = page.getByTestId('decision');
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
  await expect(decision.getByText('Item 2 is empty: write it, or leave it out.')).toBeVisible();
  await expect(decision.getByRole('button', { name: /^Approve/ })).toBeDisabled();
  await expectAccessible(page);
  await text.fill('Rain, at last.');
  await decision.getByRole('button', { name: 'Approve 1 of 2' }).click();
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
});
