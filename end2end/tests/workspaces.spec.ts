import { type Page } from '@playwright/test';

import { expectSound } from '../support/look.ts';
import { agree, expect, hydrated, test } from '../support/test.ts';
import { beOwner, goToSettings } from '../support/workspace.ts';

/** The button at the top with the name of the workspace. */
const menu = (page: Page) => page.locator('summary[aria-label^="Switch workspace"]');

/** Goes into another workspace by the menu at the top. */
async function switchByMenu(page: Page, name: string): Promise<void> {
  await menu(page).click();
  await page.getByRole('button', { name: `Switch to ${name}` }).click();
  await expect(menu(page)).toContainText(name);
  await hydrated(page);
}

test('ux 34: a second workspace is made, gone into, renamed, archived, restored and deleted by its name', async ({ page, guard }) => {
  test.slow();
  guard.expect(/409|422/);
  const home = await beOwner(page);
  await page.goto(home);
  await hydrated(page);
  let second = '';

  await test.step('a person makes a second workspace, and goes from one to the other', async () => {
    await menu(page).click();
    await page.getByRole('link', { name: 'New workspace' }).click();
    await page.waitForURL('**/workspaces');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await expect(page.getByText('Enter a name.')).toBeVisible();
    await expectSound(page, 'workspaces-mine');
    await page.locator('#workspace').fill('Autumn studio');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.waitForURL(/\/workspace\//);
    await hydrated(page);
    second = page.url();
    expect(second).not.toBe(home);
    await expect(menu(page)).toContainText('Autumn studio');

    await switchByMenu(page, 'Spring studio');
    await page.waitForURL(home);
    await menu(page).click();
    await expect(page.getByRole('button', { name: 'Switch to Autumn studio' })).toBeVisible();
    await expectSound(page, 'workspaces-menu');
    await page.keyboard.press('Escape');
  });

  await test.step('an address of the other one changes nothing until a person says so', async () => {
    await page.goto(`${second}/documents`);
    await hydrated(page);
    await expect(page.getByText('This page is in Autumn studio')).toBeVisible();
    await expectSound(page, 'workspaces-other');
    await page.getByRole('button', { name: 'Switch to Autumn studio' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
    await hydrated(page);

    await page.keyboard.press('Control+k');
    await page.keyboard.type('switch to spring');
    await expect(page.getByRole('option', { name: 'Switch to Spring studio' })).toBeVisible();
    await page.keyboard.press('Enter');
    await page.waitForURL(home);
    await hydrated(page);
  });

  await test.step('a page of the one in which the person is no longer does nothing in the other', async () => {
    const tab = await page.context().newPage();
    await tab.goto(home);
    await hydrated(tab);
    await switchByMenu(tab, 'Autumn studio');
    await tab.close();
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
    await expect(page.getByRole('main').getByText('You switched workspaces in another tab.').first()).toBeVisible();
    await page.reload();
    await page.getByRole('link', { name: 'Stay in Autumn studio' }).click();
    await page.waitForURL(second);
    await hydrated(page);
  });

  await test.step('a workspace is renamed and coloured', async () => {
    await goToSettings(page, 'Workspace');
    await page.locator('#workspace-name').fill('Summer studio');
    await page.getByLabel('Color').selectOption('teal');
    const looks = page.locator('form').filter({ has: page.locator('#workspace-name') });
    await looks.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(menu(page)).toContainText('Summer studio');
    await expect(menu(page).locator('.workspace-tile')).toHaveAttribute('data-colour', 'teal');
  });

  await test.step('it is put away, read only, and taken back', async () => {
    await page.getByRole('button', { name: 'Archive workspace' }).click();
    await agree(page, 'Archive this workspace?', 'Archive');
    await expect(page.getByText('This workspace is archived and read-only.')).toBeVisible();
    await hydrated(page);
    await expect(menu(page)).toContainText('Summer studio');
    await expect(menu(page).locator('.workspace-tile')).toHaveAttribute('data-colour', 'teal');
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Projects', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'New project' })).toBeHidden();
    await goToSettings(page, 'Workspace');
    await expectSound(page, 'workspaces-settings');
    await page.getByRole('button', { name: 'Restore workspace' }).click();
    await expect(page.getByRole('button', { name: 'Archive workspace' })).toBeVisible();
    await hydrated(page);
  });

  await test.step('it is deleted by its name', async () => {
    await page.getByRole('button', { name: 'Delete workspace…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this workspace?' });
    await dialog.getByLabel('Type Summer studio to confirm').fill('Summer');
    await dialog.getByRole('button', { name: 'Delete workspace' }).click();
    await expect(dialog.getByText('Enter the exact name: Summer studio')).toBeVisible();
    await expectSound(page, 'workspaces-removal');
    await dialog.getByLabel('Type Summer studio to confirm').fill('Summer studio');
    await dialog.getByRole('button', { name: 'Delete workspace' }).click();
    await page.waitForURL('**/workspaces');
    await hydrated(page);
    await expect(page.getByRole('button', { name: /Summer studio/ })).toHaveCount(0);
    await page.getByRole('button', { name: /Spring studio/ }).click();
    await page.waitForURL(home);
  });
});
