import { sql } from '../support/database.ts';
import { expectSound, shoot, still } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { begin, waiting } from '../support/workflow.ts';
import { enterWorkspace, goToSettings } from '../support/workspace.ts';

test('ux 34: what does not go on by itself is told to admins, who end it', async ({ page, server }) => {
  await enterWorkspace(page);
  await goToSettings(page, 'Stuck runs');
  await expect(page.getByText('No stuck runs')).toBeVisible();
  await shoot(page, 'stuck-none');

  const [damaged, sound] = [await begin(page, waiting('Out of time')), await begin(page, waiting('Patient'))];
  sql(server.database ?? '', `UPDATE workflow_executions SET run_definition = '{"nodes": 7}' WHERE id = '${damaged}'`);
  await goToSettings(page, 'Members');
  await goToSettings(page, 'Stuck runs');
  const main = page.getByRole('main');
  await expect(main.getByRole('link', { name: 'Out of time' })).toHaveAttribute('href', new RegExp(damaged));
  await expect(main.getByText("This release can't read its workflow.")).toBeVisible();
  await expect(main.getByText('Patient')).toHaveCount(0);
  await expectSound(page, 'stuck');

  await main.getByRole('button', { name: 'End run' }).click();
  const dialog = page.getByRole('dialog', { name: 'End this run?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(main.getByRole('link', { name: 'Out of time' })).toBeVisible();
  await main.getByRole('button', { name: 'End run' }).click();
  await still(page);
  await shoot(page, 'stuck-asked');
  await dialog.getByRole('button', { name: 'End run' }).click();

  await expect(page.getByText('No stuck runs')).toBeVisible();
  const states = sql(server.database ?? '', `SELECT status FROM workflow_executions WHERE id IN ('${damaged}', '${sound}') ORDER BY number`);
  expect(states).toEqual(['stopped', 'running']);
});
