import { type Page } from '@playwright/test';

import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner, enterWorkspace } from '../support/workspace.ts';

const BRIEF = 'Product';

async function openLaunch(page: Page, template: string): Promise<void> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await page.getByRole('article').filter({ hasText: template }).getByRole('link', { name: `Use ${template}`, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Launch ${template}`);
  await expect(page.getByRole('button', { name: 'Launch' })).toBeEnabled();
}

test('ux 48: category and words live in the address', async ({ page }) => {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await hydrated(page);

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

test('ux 50: a form with gaps names them and is not sent', async ({ page }) => {
  await openLaunch(page, 'Facebook Ads Campaign');
  let sent = 0;
  await page.route('**/api/fn/launch', (route) => {
    sent += 1;
    return route.continue();
  });

  await page.getByRole('button', { name: 'Launch' }).click();

  const problems = page.getByRole('alert').filter({ hasText: 'need your attention' });
  await expect(problems).toBeFocused();
  await problems.getByRole('link').first().click();
  await expect(page.getByLabel(BRIEF).first()).toBeFocused();
  expect(sent).toBe(0);
});

test('ux 51: a double click launches once', async ({ page }) => {
  const home = await enterWorkspace(page);
  // Other tests may have launched on the same server, more than a page of the list holds.
  const latest = async () => {
    const list = await page.request.get('/api/v1/workflows/executions');
    return ((await list.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  const [before] = await latest();
  await openLaunch(page, 'Facebook Ads Campaign');
  await page.getByRole('button', { name: 'Use example' }).click();
  await expect(page.getByLabel(BRIEF).first()).not.toHaveValue('');

  await page.getByRole('button', { name: 'Launch' }).dblclick();

  await page.waitForURL(/\/workflows\/executions\//);
  await page.goto(home);
  await expect(page.getByText(/Facebook Ads Campaign #\d/).first()).toBeVisible();
  const after = await latest();
  expect(before === undefined ? after.length : after.indexOf(before)).toBe(1);
});

test('ux 68: a gallery that cannot be loaded can be tried again', async ({ page, guard }) => {
  guard.expect(/500/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/documents`);
  await hydrated(page);
  await page.route('**/api/fn/gallery', (route) => route.fulfill({ status: 500, body: '{}' }), {
    times: 1,
  });

  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Workflows' }).click();

  await expect(page.getByText('The templates could not be loaded')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('article').first()).toBeVisible();
});

test('ux 69: gallery and preview show their content without scripts', async ({ page, browser }) => {
  const workspace = await enterWorkspace(page);
  const storageState = await page.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState });
  const still = await context.newPage();

  await still.goto(`${workspace}/workflows?category=blog`);

  await expect(still.getByRole('article').first()).toBeVisible();
  await still.getByRole('searchbox').fill('social');
  await still.getByRole('searchbox').press('Enter');
  await expect(still).toHaveURL(/category=blog.*q=social|q=social.*category=blog/);
  await expect(still.getByRole('article')).toHaveCount(1);
  await still.getByRole('article').getByRole('link').first().click();
  await expect(still.getByRole('heading', { name: 'Steps' })).toBeVisible();
  await context.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`ux 34: the pages of a workspace are accessible, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const workspace = await enterWorkspace(page);
    for (const path of ['', '/workflows', '/executions', '/reviews', '/projects', '/documents', '/images', '/settings/providers']) {
      await page.goto(`${workspace}${path}`);
      await hydrated(page);
      await expectAccessible(page);
    }
    await page.goto(`${workspace}/workflows`);
    await page.getByRole('article').first().getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Use template' }).click();
    await expect(page.getByRole('button', { name: 'Launch' })).toBeEnabled();
    await expectAccessible(page);
  });
}

test('an id that is not there, or not ours, is the same page with status 404', async ({ page, guard }) => {
  guard.expect(/404/);
  const workspace = await enterWorkspace(page);
  const nowhere = '00000000-0000-7000-8000-000000000000';
  for (const path of [`/workflows/${nowhere}`, `/documents/${nowhere}`, '/documents/x']) {
    const answer = await page.goto(`${workspace}${path}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByText('There is nothing at this address')).toBeVisible();
  }
});

test('an address that was cut or ended by hand leads to its page', async ({ page }) => {
  const workspace = await enterWorkspace(page);
  await page.goto(`${workspace}/`);
  await expect(page).toHaveURL(workspace);
  await page.goto(`${workspace}/workflows/executions`);
  await expect(page).toHaveURL(`${workspace}/executions`);
  await expect(page.getByRole('heading', { name: 'Executions', level: 1 })).toBeVisible();
});
