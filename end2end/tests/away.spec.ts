import { ends } from '../support/again.ts';
import { giveBack, takeAway } from '../support/database.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { approveAll, asking, launch, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

test('what could not be loaded while the server or the way to it was away comes by itself once it is back', async ({ page, server, guard }) => {
  guard.expect(/ERR_|Failed to (load|fetch)|50[0-9]|reconnect|split/i);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await hydrated(page);
  const rail = page.getByRole('navigation').first();
  // Its code is here before the server goes.
  await rail.getByRole('link', { name: 'Documents' }).click();
  await expect(page.getByRole('heading', { name: 'Documents', level: 1 })).toBeVisible();
  await rail.getByRole('link', { name: 'Workflows' }).click();

  await server.kill();
  const banner = page.getByText("Can't reach Atelier. Trying again…");
  await expect(banner).toBeVisible();
  await rail.getByRole('link', { name: 'Documents' }).click();
  const refused = page.getByRole('alert').filter({ hasText: /couldn't (be loaded|load)/i });
  await expect(refused.first()).toBeVisible();
  await server.boot();

  await expect(banner).toBeHidden();
  await expect(refused).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Documents', level: 1 })).toBeVisible();

  // A page whose code cannot be fetched says so.
  await page.context().setOffline(true);
  await rail.getByRole('link', { name: 'Runs' }).click();
  const absent = page.getByRole('alert').filter({ hasText: "Couldn't load page" });
  await expect(absent).toBeVisible();
  await expect(page.getByText("You're offline. Trying again…")).toBeVisible();
  await absent.getByRole('button', { name: 'Try again' }).click();
  await expect(absent).toBeVisible();
  await rail.getByRole('link', { name: 'Workflows' }).click();
  await expect(page.getByRole('heading', { name: 'Workflows', level: 1 })).toBeVisible();
  await rail.getByRole('link', { name: 'Runs' }).click();
  await expect(absent).toBeVisible();
  await page.context().setOffline(false);

  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible();
});

test.describe('a database of the tests', () => {
  test.skip(({ server }) => !server.database, 'only one of these can be away');

  test('rel E4: a page says that the database is away, and goes on by itself once it is back', async ({ page, server, guard }) => {
    guard.expect(/ERR_|Failed to load|50[0-9]|reconnect/i);
    const database = String(server.database);
    const banner = page.getByText("Can't reach Atelier. Trying again…");
    await launch(page, asking('Interrupted'));
    await expect(step(page, 'look')).toHaveAttribute('data-state', 'awaiting_review');

    takeAway(database);
    try {
      await expect(banner).toBeVisible();
    } finally {
      giveBack(database);
    }

    await expect(banner).toBeHidden();
    await approveAll(page);
    await ends(page, 'completed');
  });
});
