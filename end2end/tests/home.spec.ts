import { expectSound, shoot } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, edge, type Json, node, post, stands } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** A workflow of one step. */
const one = (name: string, type: string, config: Json): Json => ({
  name,
  nodes: [node('start', 'start', 0, 0), node('work', type, 300, 0, config), node('end', 'end', 600, 0)],
  edges: [edge('start', 'work'), edge('work', 'end')],
});

test('ux 34, 37: the first page shows failures of the person, templates they use, and the month, of which an admin says what it may cost', async ({ page }) => {
  const workspace = await beOwner(page);
  const waits = await begin(page, one('Nothing to pay', 'wait', { seconds: 86400 }));
  const broken = await begin(page, one('Mend me', 'http_request', { url: 'http://127.0.0.1:9/' }));
  await stands(page, broken, 'failed');
  await page.goto(workspace);
  await hydrated(page);

  const failures = page.getByRole('region', { name: 'Your failed runs' });
  await expect(failures).toContainText('Mend me');
  const month = page.getByRole('region', { name: 'This month' });
  await expect(month).toContainText('$0.00');
  await expect(page.getByRole('region', { name: 'Workflows you use' }).getByRole('link').first()).toBeVisible();
  await expectSound(page, 'home');
  // On a phone all of a row is in sight, and a table is one still.
  await page.setViewportSize({ width: 390, height: 844 });
  const recent = page.locator('.recent .table');
  expect(await recent.evaluate((table) => table.scrollWidth - table.clientWidth)).toBeLessThanOrEqual(0);
  await expect(recent.getByRole('row', { name: /Mend me/ }).getByRole('cell')).toHaveCount(6);
  await shoot(page, 'home-failed-390', { fullPage: true });
  await page.setViewportSize({ width: 320, height: 844 });
  const beyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(beyond), 'nothing sticks out at 320').toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });

  const budget = page.getByLabel('Budget in dollars');
  const saved = async (amount: string) => {
    await budget.fill(amount);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(budget).toHaveCount(0);
  };
  await month.getByRole('button', { name: 'Set budget…' }).click();
  await budget.fill('-1');
  await expect(page.getByRole('dialog')).toContainText('Enter the budget in dollars');
  await shoot(page, 'month-budget');
  await expectAccessible(page);
  await saved('20');
  await expect(month).toContainText('$0.00 of $20.00');

  await month.getByRole('button', { name: 'Change budget…' }).click();
  await expect(budget).toHaveValue('20.00');
  await saved('');
  await expect(month.getByRole('button', { name: 'Set budget…' })).toBeFocused();
  await expect(month).not.toContainText('of $');

  await page.getByRole('link', { name: 'All runs' }).click();
  await expect(page).toHaveURL(/\/executions$/);
  await post(page, `workflows/executions/${waits}/stop`, {});
});
