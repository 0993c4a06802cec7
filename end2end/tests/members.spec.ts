import { type Browser, type Page } from '@playwright/test';

import { expectSound } from '../support/look.ts';
import { join } from '../support/people.ts';
import { agree, expect, hydrated, test } from '../support/test.ts';
import { edge, type Json, node, post, stands } from '../support/workflow.ts';
import { beOwner, PASSWORD } from '../support/workspace.ts';

// A server of its own: who is listed are the people of this file.
test.use({ settings: { ATELIER_SAMPLE_PACE: '9' } });

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

/** Fills in whom to invite, and as what. */
async function fillInvitation(page: Page, addresses: string, role: string): Promise<void> {
  await dialog(page, 'Invite people').getByLabel('Email addresses').fill(addresses);
  await dialog(page, 'Invite people').getByLabel('Role').selectOption(role);
  await dialog(page, 'Invite people').getByRole('button', { name: 'Create links' }).click();
}

/** Invites people by the dialog; gives their links. */
async function invite(page: Page, addresses: string, role: string): Promise<string[]> {
  await page.getByRole('button', { name: 'Invite people' }).click();
  await fillInvitation(page, addresses, role);
  const links = dialog(page, 'Invite people').getByRole('textbox', { name: /^Link for / });
  await expect(links.first()).toBeVisible();
  const found = await links.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  await dialog(page, 'Invite people').getByRole('button', { name: 'Done' }).click();
  return found;
}

/** A browser of somebody who joins by a link with a new account. */
async function newcomer(browser: Browser, link: string, name: string): Promise<Page> {
  const other = await (await browser.newContext()).newPage();
  await join(other, link, name);
  return other;
}

/** Two people have to find it good. */
const approved: Json = {
  schemaVersion: 1,
  name: 'Looked at twice',
  parameters: [],
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A line' }),
    node('look', 'review', 600, 80, { instructions: 'Good?', approvals: 2 }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'look', 'texts'), edge('look', 'end', 'approved')],
};

test('an owner invites an editor and a runner by link: one builds, the other runs, two approve, and the log tells it', async ({ page, browser, guard }) => {
  // Four pages judged at two widths and in both themes, and an execution: much, not slow.
  test.slow();
  guard.expect(/422|409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/members`);
  await hydrated(page);
  await expect(row(page, 'Ada Owner')).toContainText('You');

  await page.getByRole('button', { name: 'Invite people' }).click();
  await fillInvitation(page, 'eve@example.com nobody', 'editor');
  await expect(dialog(page, 'Invite people').getByText('“nobody” isn\'t an email address.')).toBeVisible();
  await expectSound(page, 'members-asked');
  await fillInvitation(page, 'ada@example.com', 'editor');
  await expect(dialog(page, 'Invite people').getByText('ada@example.com is already a member.')).toBeVisible();
  await page.keyboard.press('Escape');
  const [toEve = ''] = await invite(page, 'eve@example.com', 'editor');
  const several = await invite(page, 'rob@example.com, dan@example.com', 'runner');
  expect(several).toHaveLength(2);
  const [toRob = '', toDan = ''] = several;
  await expect(page.getByTestId('invitations').getByRole('listitem')).toHaveCount(3);
  await expectSound(page, 'members-invited');

  const door = await (await browser.newContext()).newPage();
  await door.goto(toEve);
  await hydrated(door);
  await expect(door.getByRole('heading', { level: 1 })).toHaveText('Join Spring studio');
  await expect(door.getByText('Ada Owner invited eve@example.com as editor.')).toBeVisible();
  await expectSound(door, 'members-join');
  await door.getByRole('button', { name: 'Join Spring studio' }).click();
  await expect(door.getByText('Enter a name.')).toBeVisible();
  const eve = door;
  await join(eve, toEve, 'Eve Editor');
  const rob = await newcomer(browser, toRob, 'Rob Runner');

  // What was used, and what is for others, lets nobody in.
  await eve.goto(toRob);
  await hydrated(eve);
  await expect(eve.getByRole('heading', { level: 1 })).toHaveText('This invitation was already used');
  await eve.goto(toDan);
  await hydrated(eve);
  await expect(eve.getByText("You're signed in as eve@example.com")).toBeVisible();
  await expectSound(eve, 'members-other');
  await page.reload();
  await hydrated(page);
  const waiting = page.getByTestId('invitations').getByRole('listitem');
  await expect(waiting).toHaveCount(1);
  await waiting.getByRole('button', { name: 'Revoke' }).click();
  await expect(waiting).toHaveCount(0);
  await eve.goto(toDan);
  await hydrated(eve);
  await expect(eve.getByRole('heading', { level: 1 })).toHaveText('This invitation no longer works');

  // The editor builds and publishes.
  await eve.goto(workspace);
  await hydrated(eve);
  const begun = await post(eve, 'workflows/templates', { definition: approved, unfinished: true });
  const template = String(begun['id']);
  await eve.goto(`${workspace}/workflows/builder/${template}`);
  await hydrated(eve);
  await eve.getByTestId('node-write').click();
  await eve.locator('#config-prompt').fill('A line on tea');
  await expect(eve.locator('.saved')).toHaveText(/^Saved/);
  await eve.getByRole('button', { name: 'Publish…', exact: true }).click();
  await dialog(eve, 'Versions').getByRole('button', { name: 'Publish' }).click();
  await expect(eve.getByText(/^Published version \d+\.$/)).toBeVisible();

  // The runner, who builds nothing, runs it.
  await rob.goto(`${workspace}/workflows/${template}/launch`);
  await hydrated(rob);
  await rob.getByRole('button', { name: 'Launch' }).click();
  await rob.waitForURL(/\/workflows\/executions\//);
  const execution = rob.url().split('/').slice(-1)[0]?.split('?')[0] ?? '';
  await stands(rob, execution, 'paused');

  // Two approve, each in a browser of their own.
  for (const [who, count] of [[eve, 0], [page, 1]] as const) {
    await who.goto(`${workspace}/workflows/executions/${execution}`);
    await hydrated(who);
    await expect(who.getByTestId('decision')).toContainText(`${count} of 2 approved`);
    await who.getByTestId('decision').getByRole('button', { name: 'Approve' }).click();
  }
  await stands(rob, execution, 'completed');

  await page.goto(`${workspace}/settings/audit`);
  await hydrated(page);
  await expect(page.getByRole('main')).toContainText('Eve Editor joined the workspace');
  await expect(page.getByRole('main')).toContainText('Ada Owner invited “rob@example.com”');
  await rob.context().close();
  await eve.context().close();
});

test('a role is changed, a member is removed after what they have is handed over, and one leaves', async ({ page, browser, guard }) => {
  test.slow();
  guard.expect(/409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/members`);
  await hydrated(page);
  const [toIda = '', toJo = ''] = await invite(page, 'ida@example.com\njo@example.com', 'editor');
  const [ida, jo] = [await newcomer(browser, toIda, 'Ida Admin'), await newcomer(browser, toJo, 'Jo Editor')];
  await post(jo, 'workflows/templates', { ...approved, name: 'By Jo' });
  await page.reload();
  await hydrated(page);

  // The only owner is kept.
  await page.getByRole('button', { name: 'Leave' }).click();
  await agree(page, 'Leave Spring studio?', 'Leave');
  await expect(dialog(page, 'Leave Spring studio?').getByText('This is the only owner of the workspace.')).toBeVisible();
  await dialog(page, 'Leave Spring studio?').getByRole('button', { name: 'Cancel' }).click();

  const role = page.getByRole('combobox', { name: 'Role of Ida Admin' });
  await role.selectOption('admin');
  await expect(page.getByText('New role of Ida Admin: Admin.')).toBeVisible();
  await ida.goto(`${workspace}/settings/members`);
  await hydrated(ida);
  await expect(ida.getByRole('combobox', { name: 'Role of Ada Owner' }), 'an owner is above an admin').toHaveCount(0);
  await expect(row(ida, 'Ada Owner')).toContainText('Owner');

  // They are found by words and by role.
  await page.getByRole('searchbox', { name: 'Search by name or email' }).fill('jo@');
  await expect(row(page, 'Ida Admin')).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search by name or email' }).fill('');
  await page.getByRole('search').getByLabel('Role').selectOption('editor');
  await expect(row(page, 'Ada Owner')).toHaveCount(0);
  await page.getByRole('search').getByLabel('Role').selectOption('');
  await expect(row(page, 'Ada Owner')).toBeVisible();

  // What Jo has is listed and handed over; then their browser opens nothing here.
  await row(page, 'Jo Editor').getByRole('button', { name: 'Remove Jo Editor' }).click();
  await expect(dialog(page, 'Remove Jo Editor?').getByTestId('holdings')).toContainText('1 workflow: By Jo.');
  await dialog(page, 'Remove Jo Editor?').getByLabel('New owner of their workflows').selectOption('Ida Admin');
  await expectSound(page, 'members-remove');
  await agree(page, 'Remove Jo Editor?', 'Remove');
  await expect(row(page, 'Jo Editor')).toHaveCount(0);
  expect((await jo.request.get('/api/v1/members')).ok()).toBe(false);

  // Who has an account joins again with its password, in another browser too.
  const [again = ''] = await invite(page, 'jo@example.com', 'viewer');
  const other = await (await browser.newContext()).newPage();
  await other.goto(again);
  await hydrated(other);
  await other.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await other.getByRole('button', { name: 'Join Spring studio' }).click();
  await expect(other.getByText('Wrong password for jo@example.com.')).toBeVisible();
  await other.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Join Spring studio' }).click();
  await other.waitForURL(`${workspace}`);

  await ida.getByRole('button', { name: 'Leave' }).click();
  await expect(ida.getByTestId('holdings')).toContainText('1 workflow: By Jo.');
  await agree(ida, 'Leave Spring studio?', 'Leave');
  await expect(ida.getByText("You aren't in a workspace yet.")).toBeVisible();
  for (const one of [ida, jo, other]) await one.context().close();
});
