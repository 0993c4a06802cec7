import { type Browser, type Page } from '@playwright/test';

import { expectSound } from '../support/look.ts';
import { join } from '../support/people.ts';
import { agree, expect, hydrated, test } from '../support/test.ts';
import { edge, type Json, node, post, stands } from '../support/workflow.ts';
import { beOwner, goToSettings, PASSWORD } from '../support/workspace.ts';

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const invitation = (page: Page, email: string) =>
  page.getByTestId('invitations').getByRole('listitem').filter({ hasText: email });

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

/** A page in a browser of its own, for somebody who is signed in nowhere. */
const stranger = async (browser: Browser) => (await browser.newContext()).newPage();

/** Approves what waits on the page of the inbox, where so many have approved before. */
async function approve(page: Page, before: number): Promise<void> {
  const entry = page.getByRole('listitem').filter({ hasText: 'Looked at twice' });
  await expect(entry.getByTestId('decision')).toContainText(`${before} of 2 approved`);
  await entry.getByRole('button', { name: 'Approve' }).click();
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

test('invited people build, run, approve, get other roles and leave, and the log tells it', async ({ page, browser, guard }) => {
  // The whole life of three memberships: much, not slow.
  test.slow();
  guard.expect(/422|409/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/members`);
  await hydrated(page);
  await expect(row(page, 'Ada Owner')).toContainText('You');
  let [toEve, toRob, toDan] = ['', '', ''];
  const eve = await stranger(browser);
  const rob = await stranger(browser);

  await test.step('an owner invites an editor and two runners by links', async () => {
    await page.getByRole('button', { name: 'Invite people' }).click();
    await fillInvitation(page, 'eve@example.com nobody', 'editor');
    await expect(dialog(page, 'Invite people').getByText('“nobody” isn\'t an email address.')).toBeVisible();
    await expectSound(page, 'members-asked');
    await fillInvitation(page, 'ada@example.com', 'editor');
    await expect(dialog(page, 'Invite people').getByText('ada@example.com is already a member.')).toBeVisible();
    await page.keyboard.press('Escape');
    [toEve = ''] = await invite(page, 'eve@example.com', 'editor');
    const several = await invite(page, 'rob@example.com, dan@example.com', 'runner');
    expect(several).toHaveLength(2);
    [toRob = '', toDan = ''] = several;
    for (const one of ['eve@', 'rob@', 'dan@']) await expect(invitation(page, one)).toHaveCount(1);
    await expectSound(page, 'members-invited');
  });

  await test.step('two join; what was used, is for others or was revoked lets nobody in', async () => {
    await eve.goto(toEve);
    await hydrated(eve);
    await expect(eve.getByRole('heading', { level: 1 })).toHaveText('Join Spring studio');
    await expect(eve.getByText('Ada Owner invited eve@example.com as editor.')).toBeVisible();
    await expectSound(eve, 'members-join');
    await eve.getByRole('button', { name: 'Join Spring studio' }).click();
    await expect(eve.getByText('Enter a name.')).toBeVisible();
    await eve.getByLabel('Your name').fill('Eve Editor');
    await eve.getByRole('textbox', { name: 'Choose a password' }).fill(PASSWORD);
    await eve.getByRole('button', { name: 'Join Spring studio' }).click();
    await eve.waitForURL(/\/workspace\//);
    await join(rob, toRob, 'Rob Runner');

    const said = async (link: string) => (await eve.request.get(link)).text();
    expect(await said(toRob)).toContain('This invitation was already used');
    await eve.goto(toDan);
    await hydrated(eve);
    await expect(eve.getByText("You're signed in as eve@example.com")).toBeVisible();
    await expectSound(eve, 'members-other');
    await invitation(page, 'dan@').getByRole('button', { name: 'Revoke' }).click();
    await expect(invitation(page, 'dan@')).toHaveCount(0);
    expect(await said(toDan)).toContain('This invitation no longer works');
  });

  await test.step('the editor builds and publishes; the runner, who builds nothing, runs it; two approve', async () => {
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

    await rob.goto(`${workspace}/workflows/${template}/launch`);
    await hydrated(rob);
    await rob.getByRole('button', { name: 'Launch' }).click();
    await rob.waitForURL(/\/workflows\/executions\//);
    const execution = rob.url().split('/').slice(-1)[0]?.split('?')[0] ?? '';
    await stands(rob, execution, 'paused');

    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: /^Reviews/ }).click();
    await approve(page, 0);
    await eve.goto(`${workspace}/reviews`);
    await hydrated(eve);
    await approve(eve, 1);
    await stands(rob, execution, 'completed');
  });

  await test.step('the only owner is kept, a role is changed, and members are found by words and by role', async () => {
    await goToSettings(page, 'Members');
    await expect(row(page, 'Rob Runner')).toBeVisible();
    for (const one of ['eve@', 'rob@', 'dan@']) await expect(invitation(page, one)).toHaveCount(0);
    const leaving = dialog(page, 'Leave Spring studio?');
    await page.getByRole('button', { name: 'Leave' }).click();
    await agree(page, 'Leave Spring studio?', 'Leave');
    await expect(leaving.getByText('This is the only owner of the workspace.')).toBeVisible();
    await leaving.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('combobox', { name: 'Role of Rob Runner' }).selectOption('admin');
    await expect(page.getByText('New role of Rob Runner: Admin.')).toBeVisible();
    await rob.goto(`${workspace}/settings/members`);
    await hydrated(rob);
    await expect(rob.getByRole('combobox', { name: 'Role of Eve Editor' })).toBeVisible();
    await expect(rob.getByRole('combobox', { name: 'Role of Ada Owner' }), 'an owner is above an admin').toHaveCount(0);
    await expect(row(rob, 'Ada Owner')).toContainText('Owner');

    const words = page.getByRole('searchbox', { name: 'Search by name or email' });
    await words.fill('eve@');
    await expect(row(page, 'Rob Runner')).toHaveCount(0);
    await words.fill('');
    await page.getByRole('search').getByLabel('Role').selectOption('editor');
    await expect(row(page, 'Ada Owner')).toHaveCount(0);
    await page.getByRole('search').getByLabel('Role').selectOption('');
    await expect(row(page, 'Ada Owner')).toBeVisible();
  });

  await test.step('what a member has is handed over; then their browser opens nothing here', async () => {
    await row(page, 'Eve Editor').getByRole('button', { name: 'Remove Eve Editor' }).click();
    const removing = dialog(page, 'Remove Eve Editor?');
    await expect(removing.getByTestId('holdings')).toContainText('1 workflow: Looked at twice.');
    await removing.getByLabel('New owner of their workflows').selectOption('Rob Runner');
    await expectSound(page, 'members-remove');
    await agree(page, 'Remove Eve Editor?', 'Remove');
    await expect(row(page, 'Eve Editor')).toHaveCount(0);
    expect((await eve.request.get('/api/v1/members')).ok()).toBe(false);
  });

  await test.step('who has an account joins again with its password, in another browser too; one leaves', async () => {
    const [again = ''] = await invite(page, 'eve@example.com', 'viewer');
    const other = await stranger(browser);
    await other.goto(again);
    await hydrated(other);
    await other.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await other.getByRole('button', { name: 'Join Spring studio' }).click();
    await expect(other.getByText('Wrong password for eve@example.com.')).toBeVisible();
    await other.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await other.getByRole('button', { name: 'Join Spring studio' }).click();
    await other.waitForURL(`${workspace}`);

    await rob.getByRole('button', { name: 'Leave' }).click();
    await expect(rob.getByTestId('holdings')).toContainText('1 workflow: Looked at twice.');
    await agree(rob, 'Leave Spring studio?', 'Leave');
    await expect(rob.getByText("You aren't in a workspace yet.")).toBeVisible();
    await other.context().close();
  });

  await goToSettings(page, 'Audit log');
  await expect(page.getByRole('main')).toContainText('Eve Editor joined the workspace');
  await expect(page.getByRole('main')).toContainText('Ada Owner invited “rob@example.com”');
  await rob.context().close();
  await eve.context().close();
});
