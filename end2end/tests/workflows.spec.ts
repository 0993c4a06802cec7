import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, expectSound } from '../support/look.ts';
import { agree, expect, hydrated, test } from '../support/test.ts';
import { edge, node, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const BRIEF = 'Product';

const sections = (page: Page) => page.getByRole('navigation', { name: 'Sections' });

// Other pages are judged where they are tested: the first one and the history in `executions.spec.ts` and
// `states.spec.ts`, the reviews in `people.spec.ts`, projects and images in `projects.spec.ts`.
test('ux 34, 48, 50, 51, 68, 69: from the gallery by a preview and the form to one launch', async ({ page, browser, guard }) => {
  test.slow();
  guard.expect(/500/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await hydrated(page);

  await test.step('ux 48, 68: category and words live in the address', async () => {
    await page.getByRole('link', { name: 'Blog content' }).click();
    await page.getByRole('searchbox').fill('social');

    await expect(page).toHaveURL(/category=blog/);
    await expect(page).toHaveURL(/q=social/);
    await expect(page.getByRole('article')).toHaveCount(1);
    await page.reload();
    await expect(page.getByRole('article')).toHaveCount(1);
    await expect(page.getByRole('searchbox')).toHaveValue('social');
    await hydrated(page);
    await page.getByRole('link', { name: 'Clear' }).click();
    await expect(page).not.toHaveURL(/category=|q=/);
    expect(await page.getByRole('article').count()).toBeGreaterThan(3);
  });

  await test.step('ux 69: gallery and preview show their content without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
    const quiet = await context.newPage();
    await quiet.goto(`${workspace}/workflows?category=blog`);
    await expect(quiet.getByRole('article').first()).toBeVisible();
    await quiet.getByRole('searchbox').fill('social');
    await quiet.getByRole('searchbox').press('Enter');
    await expect(quiet).toHaveURL(/category=blog.*q=social|q=social.*category=blog/);
    await expect(quiet.getByRole('article')).toHaveCount(1);
    await quiet.getByRole('article').getByRole('link').first().click();
    await expect(quiet.getByRole('heading', { name: 'Steps' })).toBeVisible();
    await context.close();
  });

  await test.step('a gallery that cannot be loaded can be tried again', async () => {
    await sections(page).getByRole('link', { name: 'Documents' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
    await page.route('**/api/fn/load_gallery', (route) => route.fulfill({ status: 500, body: '{}' }), { times: 1 });
    await sections(page).getByRole('link', { name: 'Workflows' }).click();
    await expect(page.getByText("Couldn't load workflows")).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('article').first()).toBeVisible();
  });

  await test.step('ux 34: gallery, preview and launch form are accessible; the preview is left as it was come to', async () => {
    const name = 'Facebook Ads Campaign';
    const opener = page.getByRole('link', { name, exact: true });
    await expectAccessibleAndShoot(page);
    await opener.click();
    const peek = page.getByRole('dialog', { name });
    await expect(peek.getByRole('heading', { name: 'Steps' })).toBeVisible();
    await expect(peek.getByText('You get')).toBeVisible();
    await expectAccessibleAndShoot(page);
    await page.keyboard.press('Escape');
    await expect(opener).toBeFocused();
    await page.keyboard.press('Enter');
    await peek.getByRole('link', { name: 'Open full preview' }).click();
    await page.waitForURL(/\/workflows\/[0-9a-f-]+$/);
    await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible();
    await expectAccessibleAndShoot(page);
    await page.getByRole('link', { name: 'Use template' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Launch ${name}`);
    await expect(page.getByRole('button', { name: 'Launch' })).toBeEnabled();
    await expectAccessibleAndShoot(page);
  });

  await test.step('ux 50: a form with gaps names them and is not sent', async () => {
    let sent = 0;
    await page.route('**/api/fn/launch', (route) => {
      sent += 1;
      return route.continue();
    });
    await page.getByRole('button', { name: 'Launch' }).click();
    const problems = page.getByRole('alert').filter({ hasText: 'your attention' });
    await expect(problems).toBeFocused();
    await problems.getByRole('link').first().click();
    await expect(page.getByLabel(BRIEF).first()).toBeFocused();
    expect(sent).toBe(0);

    // What is mended is no longer asked for, and at last nothing is.
    const asked = await problems.getByRole('link').count();
    await page.getByLabel(BRIEF).first().fill('A kettle');
    await expect(problems.getByRole('link')).toHaveCount(asked - 1);
    await page.getByRole('button', { name: 'Use example' }).click();
    await expect(problems).toBeHidden();
    await page.unroute('**/api/fn/launch');
  });

  await test.step('ux 51: a double click launches once', async () => {
    // Other tests may have launched on the same server, more than a page of the list holds.
    const latest = async () => {
      const list = await page.request.get('/api/v1/workflows/executions');
      return ((await list.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    const [before] = await latest();
    await expect(page.getByLabel(BRIEF).first()).not.toHaveValue('');
    await page.getByRole('button', { name: 'Launch' }).dblclick();

    await page.waitForURL(/\/workflows\/executions\//);
    await sections(page).getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('main').getByRole('link', { name: /Facebook Ads Campaign #\d/ }).first()).toBeVisible();
    const after = await latest();
    expect(before === undefined ? after.length : after.indexOf(before)).toBe(1);
  });
});

test('a workflow of one’s own stands above the templates, is described, archived, restored and deleted', async ({ page, guard }) => {
  test.slow();
  guard.expect(/api\/fn\/change_template/);
  const workspace = await beOwner(page);
  const name = `Spring mail ${Date.now()}`;
  await post(page, 'workflows/templates', {
    name,
    nodes: [node('start', 'start', 0, 0), node('end', 'end', 300, 0)],
    edges: [edge('start', 'end')],
  });
  await page.goto(`${workspace}/workflows`);
  await hydrated(page);
  const own = page.getByRole('region', { name: 'Your workflows' });
  const menu = async (of: string, item: string) => {
    await page.getByLabel(`More for ${of}`, { exact: true }).click();
    await page.locator('.menu[open]').getByRole('button', { name: item }).click();
  };
  await expect(own.getByRole('link', { name: `Launch ${name}` })).toBeVisible();

  await menu(name, 'Name and details…');
  const details = page.getByRole('dialog', { name: 'Workflow details' });
  await details.getByLabel('Name').fill('');
  await details.getByRole('button', { name: 'Save' }).click();
  await expect(details.getByText('Enter a name.')).toBeVisible();
  await details.getByLabel('Name').fill(`${name} 2`);
  await details.getByLabel('Description').fill('Writes the mail of spring.');
  await details.getByLabel('Category').selectOption('email');
  await details.getByLabel('Tags').fill('#Spring, mail, mail');
  await expectAccessibleAndShoot(page, 'workflow-details');
  await details.getByRole('button', { name: 'Save' }).click();
  const card = own.getByRole('article').filter({ hasText: `${name} 2` });
  await expect(card).toContainText('Writes the mail of spring.');
  await expect(card).toContainText('Email campaigns');
  await card.getByRole('link', { name: '#Spring' }).click();
  await expect(page).toHaveURL(/tag=Spring/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('link', { name: 'Clear' }).click();

  await menu(`${name} 2`, 'Archive');
  await expect(card).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(card).toBeVisible();
  await menu(`${name} 2`, 'Archive');
  await expect(card).toHaveCount(0);
  await page.getByText(/\d+ archived workflow/).click();
  await expectSound(page, 'workflows-own');
  await page.getByRole('button', { name: `Restore ${name} 2` }).click();
  await expect(card).toBeVisible();
  await menu(`${name} 2`, 'Delete…');
  await agree(page, 'Delete this workflow?', 'Delete workflow');
  await expect(card).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('Launch stays in sight with the price, and nothing offers a workflow that cannot be edited here', async ({ page }) => {
    const workspace = await beOwner(page);
    await page.goto(`${workspace}/workflows`);
    await hydrated(page);
    await expect(page.getByRole('article').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'New workflow' })).toBeHidden();
    await page.getByRole('link', { name: 'Use Facebook Ads Campaign', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Launch Facebook Ads Campaign');
    const launch = page.getByRole('button', { name: 'Launch', exact: true });
    await expect(launch).toBeInViewport();
    await expect(page.locator('.launch__price')).toBeInViewport();
    await expect(page.locator('.launch__price')).toContainText('Free (sample provider)');
    await page.getByLabel('Files').scrollIntoViewIfNeeded();
    await expect(launch).toBeInViewport();

    await sections(page).getByRole('link', { name: 'Home' }).click();
    await page.waitForURL(workspace);
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('button', { name: 'New workflow' })).toBeHidden();
    const palette = page.getByRole('dialog', { name: 'Find anything' });
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox', { name: 'Find anything' }).fill('new');
    const commands = palette.getByRole('group', { name: 'Commands', exact: true });
    await expect(commands.getByRole('option', { name: 'New document' })).toBeVisible();
    await expect(commands.getByRole('option', { name: 'New workflow' })).toHaveCount(0);
  });
});
