import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, node, panel, post } from '../support/workflow.ts';
import { beOwner, fillAccount } from '../support/workspace.ts';

const waiting = {
  name: 'Waits meanwhile',
  nodes: [
    node('start', 'start', 0, 80),
    node('rest', 'wait', 300, 80, { seconds: 86400 }),
    node('write', 'generate_copy', 600, 80, { prompt: 'A line' }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'rest'), edge('rest', 'write'), edge('write', 'end', 'texts')],
};

test('ux 34: who was signed out is led to sign in, and back, from news, from a page and from a dialog', async ({ page, context, guard }) => {
  guard.expect(/401/);
  const workspace = await beOwner(page);
  const title = `Stays ${Date.now()}`;
  const document = String((await post(page, 'documents', { title }))['id']);
  const execution = await begin(page, waiting);
  await page.goto(`${workspace}/workflows/executions/${execution}?node=write`);
  await hydrated(page);
  await context.clearCookies();

  // From news, beside the page.
  await choose(page, 'write');
  await panel(page).getByRole('button', { name: 'Add breakpoint' }).click();
  const door = page.locator('.toast').getByRole('link', { name: 'Sign in' });
  await expect(door).toHaveAttribute('target', '_blank');
  await expect(door).toHaveAttribute('href', new RegExp(`^/sign-in\\?next=.*${execution}`));

  // From a page that cannot be loaded.
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  const failure = page.locator('.failure').first();
  await expect(failure.getByText("You aren't signed in.")).toBeVisible();
  await expect(failure.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await expectAccessible(page);
  await failure.getByRole('link', { name: 'Sign in' }).click();
  await page.waitForURL(/\/sign-in\?next=/);
  await fillAccount(page);
  await page.waitForURL(`${workspace}/documents`);

  // From a dialog that refuses whom nobody knows.
  await hydrated(page);
  await page.getByRole('article').getByRole('link', { name: title }).first().click();
  await page.waitForURL(`${workspace}/documents/${document}`);
  await context.clearCookies();

  await page.getByLabel(/^More for /).click();
  await page.getByRole('button', { name: 'Delete…', exact: true }).click();
  const removing = page.getByRole('dialog', { name: 'Delete document?' });
  await removing.getByRole('button', { name: 'Delete document' }).click();

  const way = removing.getByRole('alert').getByRole('link', { name: 'Sign in' });
  await expect(way).toHaveAttribute('href', new RegExp(`^/sign-in\\?next=.*${document}`));
  await expect(way).toHaveAttribute('target', '_blank');
  await expectAccessible(page);
});
