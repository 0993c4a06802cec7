import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, shoot, still } from '../support/look.ts';
import { beside } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, edge, type Json, node, stands } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** Asks these people, of whom so many must approve. */
function named(name: string, people: string[], approvals: number): Json {
  return {
    name,
    nodes: [
      node('start', 'start', 0, 80),
      node('look', 'review', 300, 80, { instructions: 'Good?', reviewers: 'people', people, approvals }),
      node('end', 'end', 600, 80),
    ],
    edges: [edge('start', 'look'), edge('look', 'end', 'approved')],
  };
}

/** The id of a member. */
async function idOf(page: Page, name: string): Promise<string> {
  const { items } = (await (await page.request.get('/api/v1/members')).json()) as { items: Json[] };
  return String(items.find((member) => member['name'] === name)?.['user_id']);
}

const inbox = (page: Page) => page.getByRole('link', { name: /^Inbox: \d+ reviews? waiting for you$/ });
const entry = (page: Page, name: string) => page.locator('.inbox__entry').filter({ hasText: name });

test('two who are named approve, one after the other, as the history says; what waits for another is reassigned, as the log says', async ({ page, browser }) => {
  const workspace = await beOwner(page);
  await page.goto(workspace);
  await hydrated(page);
  const ben = await beside(page, browser);
  const people = [await idOf(page, 'Ada Owner'), await idOf(page, 'Ben Editor')];
  const execution = await begin(page, named('Two approvers', people, 2));

  await inbox(page).click();
  await expect(page).toHaveURL(/show=mine/);
  const own = entry(page, 'Two approvers');
  await expect(own).toContainText('Ada Owner or Ben Editor');
  await expect(own).toContainText('0 of 2 approved');
  await own.getByLabel('Comment or reason').fill('Fine by me');
  await own.getByRole('button', { name: 'Approve' }).click();
  await expect(own).toHaveCount(0);

  await inbox(ben).click();
  const his = entry(ben, 'Two approvers');
  await expect(his).toContainText('1 of 2 approved: Ada Owner');
  await his.getByRole('button', { name: 'Approve' }).click();
  await expect(his).toHaveCount(0);
  await stands(page, execution, 'completed');

  await page.getByRole('link', { name: 'Decided' }).click();
  const past = page.getByTestId('decisions').getByRole('listitem').filter({ hasText: 'Two approvers' });
  await expect(past).toContainText('Approved by Ada Owner and Ben Editor');
  await expect(past).toContainText('Ada Owner: Fine by me');
  await expectAccessibleAndShoot(page, 'decisions');
  await ben.context().close();

  // What waits for somebody else.
  const forBen = await begin(page, named('For Ben', [await idOf(page, 'Ben Editor')], 1));
  await page.getByRole('link', { name: 'All open' }).click();
  const card = entry(page, 'For Ben');
  await expect(card).toContainText('Only Ben Editor can decide this.');
  await expect(card.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await card.getByRole('button', { name: 'Reassign…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reassign review' });
  await dialog.getByRole('checkbox', { name: 'Ben Editor' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Ada Owner' }).check();
  await dialog.getByLabel('Reason').fill('Ben is away');
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'reassign');
  await dialog.getByRole('button', { name: 'Reassign', exact: true }).click();

  await expect(card.getByText('Needs your review')).toBeVisible();
  await card.getByRole('button', { name: 'Approve' }).click();
  await stands(page, forBen, 'completed');
  await page.getByRole('link', { name: 'Decided' }).click();
  await page.getByTestId('decisions').getByRole('listitem').filter({ hasText: 'For Ben' }).getByRole('link').first().click();
  const dock = page.getByRole('region', { name: 'The whole run' });
  await dock.getByRole('tab', { name: 'Events' }).click();
  await expect(dock).toContainText('Ada Owner reassigned Look to Ada Owner: Ben is away');
});
