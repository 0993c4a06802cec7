import { launchToEnd } from '../support/campaign.ts';
import { expectAccessibleAndShoot, expectSound, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

test('ux 34, 69: a project is made, gets a launch, shows its documents, images, executions and workflows, and goes', async ({ page, browser, guard }) => {
  // A campaign and the whole life of a project: much to do, none of it slow.
  test.slow();
  guard.expect(/409|422/);
  const name = `حملة الربيع ${Date.now()}`;
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/projects`);
  await hydrated(page);
  const sections = page.getByRole('navigation', { name: 'Sections' });
  const parts = page.getByRole('navigation', { name: 'Parts of the project' });
  const tile = page.locator('.images__tile').first();
  let [place, execution] = ['', ''];

  await test.step('it is made, and a launch goes into it', async () => {
    await page.getByRole('button', { name: 'New project' }).click();
    const making = page.getByRole('dialog', { name: 'New project' });
    await making.getByRole('button', { name: 'Create' }).click();
    await expect(making.getByText('A project needs a name.')).toBeVisible();
    await making.getByLabel('Name').fill(name);
    await making.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(/\/projects\/[0-9a-f-]+$/);
    place = page.url();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

    await sections.getByRole('link', { name: 'Workflows' }).click();
    // Other tests make copies, whose names begin with this one.
    await page.getByRole('link', { name: 'Use Facebook Ads Campaign', exact: true }).click();
    await page.waitForURL(/\/launch$/);
    await page.getByRole('button', { name: 'Use example' }).click();
    await page.getByLabel('Save to').selectOption({ label: name });
    await launchToEnd(page);
    execution = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  });

  await test.step('documents are narrowed to an execution in the address, and lead to their project', async () => {
    await sections.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('combobox', { name: 'Run' }).selectOption(execution);
    await page.waitForURL(/\/documents\?execution=[0-9a-f-]+$/);
    await page.reload();
    await hydrated(page);
    await expect(page.getByRole('combobox', { name: 'Run' })).toHaveValue(execution);
    await page.getByRole('article').first().getByRole('link').click();
    await expect(page.locator('.document__project')).toHaveText(name);
    await page.locator('.document__project').click();
    await page.waitForURL(place);
  });

  await test.step('its documents', async () => {
    await expect(parts.getByRole('link', { name: /^Documents/ })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('article').first()).toBeVisible();
    await expectSound(page, 'project-documents');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('published');
    await expect(page.getByText('No matching documents')).toBeVisible();
    await expect(page).toHaveURL(/\/projects\/[0-9a-f-]+\?status=published$/);
  });

  await test.step('its images', async () => {
    await parts.getByRole('link', { name: /^Images/ }).click();
    await page.waitForURL(/part=images/);
    await expect(tile.getByRole('link', { name: 'Made by a workflow' })).toBeVisible();
    await expect(tile.getByText(/\d+ × \d+ · \d/)).toBeVisible();
    await expectSound(page, 'project-images');
    const images = await page.locator('.images__tile').count();
    await page.getByLabel('Search images').fill('nothing is called so');
    await expect(page.getByText('No images for “nothing is called so”')).toBeVisible();
    await expect(page).toHaveURL(/part=images&q=nothing/);
    await page.getByLabel('Search images').fill('');
    await expect(page.locator('.images__tile')).toHaveCount(images);

    const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
    const quiet = await plain.newPage();
    await quiet.goto(`${place}?part=images`);
    await expect(quiet.locator('.images__tile').first()).toBeVisible();
    await plain.close();
  });

  await test.step('its executions and workflows', async () => {
    await parts.getByRole('link', { name: /^Runs/ }).click();
    const row = page.getByRole('row').nth(1);
    await expect(row.getByRole('link', { name: /Facebook Ads Campaign #\d+/ })).toBeVisible();
    await expect(row.getByText('Completed')).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await still(page);
    const beyond = await row.getByRole('cell').evaluateAll((all) =>
      Math.max(...all.map((one) => one.getBoundingClientRect().right)) - innerWidth);
    expect(beyond, 'no cell is cut on a phone').toBeLessThanOrEqual(0);
    await expectSound(page, 'project-executions');
    await parts.getByRole('link', { name: /^Workflows/ }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Facebook Ads Campaign' })).toBeVisible();
    await expectSound(page, 'project-workflows');
    const again = page.getByRole('link', { name: 'Launch again' }).first();
    await expect(again).toHaveAttribute('href', /\?project=[0-9a-f-]+$/);
    await again.click();
    await page.waitForURL(/\/launch\?project=[0-9a-f-]+$/);
  });

  await test.step('the images of the whole workspace are shown in the same way', async () => {
    await sections.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('link', { name: 'Images', exact: true }).click();
    await page.waitForURL(`${workspace}/images`);
    await expect(page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Documents' })).toBeVisible();
    await expect(tile).toBeVisible();
    await expectAccessibleAndShoot(page);
  });

  await test.step('a document is moved to another project', async () => {
    await sections.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('combobox', { name: 'Run' }).selectOption(execution);
    await page.waitForURL(/\/documents\?execution=/);
    await page.getByRole('article').first().getByRole('link').click();
    await expect(page.locator('.document__project')).toHaveText(name);
    await page.getByLabel(/^More for /).click();
    await page.getByRole('button', { name: 'Move…', exact: true }).click();
    const moving = page.getByRole('dialog', { name: 'Move document' });
    const other = await moving.getByLabel('Project').locator('option').first().textContent();
    await moving.getByLabel('Project').selectOption({ index: 0 });
    await moving.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(page.locator('.document__project')).toHaveText(other ?? '');
  });

  await test.step('it is renamed, cannot be deleted with what it holds, and is archived', async () => {
    await sections.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Projects', exact: true }).click();
    await page.getByRole('main').locator(`a[href="${new URL(place).pathname}"]`).first().click();
    await page.waitForURL(place);
    const menu = page.getByLabel('Manage project');
    await menu.click();
    await page.getByRole('button', { name: 'Rename' }).click();
    const naming = page.getByRole('dialog', { name: 'Rename project' });
    await expect(naming.getByLabel('Name')).toHaveValue(name);
    await naming.getByLabel('Name').fill('春');
    await naming.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '春' })).toBeVisible();
    await menu.click();
    await page.getByRole('button', { name: 'Delete' }).click();
    const removing = page.getByRole('dialog', { name: 'Delete this project?' });
    await removing.getByRole('button', { name: 'Delete project' }).click();
    await expect(removing.getByText(/It contains runs: 1/)).toBeVisible();
    await expectAccessible(page);
    await shoot(page, 'project-not-empty');
    await removing.getByRole('button', { name: 'Cancel' }).click();
    await menu.click();
    await page.getByRole('button', { name: 'Archive' }).click();
    await expect(page.getByText('Archived. Restore the project to add to it.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'New document' })).toBeHidden();
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Projects' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: '春' }).getByText('Archived')).toBeVisible();
    await expectSound(page, 'projects');
  });
});
