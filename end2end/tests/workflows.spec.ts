import { type Page } from '@playwright/test';

import { expectAccessibleInBothThemes } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const BRIEF = 'Product';

const sections = (page: Page) => page.getByRole('navigation', { name: 'Sections' });

async function openLaunch(page: Page, template: string): Promise<void> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await page.getByRole('article').filter({ hasText: template }).getByRole('link', { name: `Use ${template}`, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Launch ${template}`);
  await expect(page.getByRole('button', { name: 'Launch' })).toBeEnabled();
}

test('ux 48, 68: category and words live in the address, and a gallery that cannot be loaded can be tried again', async ({ page, guard }) => {
  guard.expect(/500/);
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

  await sections(page).getByRole('link', { name: 'Documents' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
  await page.route('**/api/fn/gallery', (route) => route.fulfill({ status: 500, body: '{}' }), {
    times: 1,
  });
  await sections(page).getByRole('link', { name: 'Workflows' }).click();
  await expect(page.getByText('The templates could not be loaded')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('article').first()).toBeVisible();
});

test('ux 50, 51: a form with gaps names them and is not sent; a double click launches once', async ({ page }) => {
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

  // Other tests may have launched on the same server, more than a page of the list holds.
  const latest = async () => {
    const list = await page.request.get('/api/v1/workflows/executions');
    return ((await list.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  const [before] = await latest();
  await page.getByRole('button', { name: 'Use example' }).click();
  await expect(page.getByLabel(BRIEF).first()).not.toHaveValue('');

  await page.getByRole('button', { name: 'Launch' }).dblclick();

  await page.waitForURL(/\/workflows\/executions\//);
  await sections(page).getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: /Facebook Ads Campaign #\d/ }).first()).toBeVisible();
  const after = await latest();
  expect(before === undefined ? after.length : after.indexOf(before)).toBe(1);
});

test('ux 69: gallery and preview show their content without scripts', async ({ page, browser }) => {
  const workspace = await beOwner(page);
  const storageState = await page.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState });
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

// Other pages are judged in both themes where they are tested: the first one and the history in
// `executions.spec.ts` and `states.spec.ts`, the reviews in `people.spec.ts`, the images in `projects.spec.ts`.
test('ux 34: documents, projects, providers, gallery, preview and launch form are accessible, light and dark', async ({ page, guard }) => {
  // Documents of other files on this server may show pictures that there are not.
  guard.expect(/404/);
  const workspace = await beOwner(page);
  await post(page, 'documents', { title: 'To be looked at', content: 'Words.' });
  await page.goto(`${workspace}/settings/providers`);
  await hydrated(page);
  await expectAccessibleInBothThemes(page);
  await sections(page).getByRole('link', { name: 'Documents' }).click();
  await expect(page.locator('.document-tile').first()).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await page.getByRole('main').getByRole('link', { name: 'Projects', exact: true }).click();
  await expect(page.locator('.project-card').first()).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await sections(page).getByRole('link', { name: 'Workflows' }).click();
  const first = page.getByRole('article').first();
  await expect(first).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await first.getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await page.getByRole('link', { name: 'Use template' }).click();
  await expect(page.getByRole('button', { name: 'Launch' })).toBeEnabled();
  await expectAccessibleInBothThemes(page);
});

test('an address that was cut leads to its page; an id that is not there, or not ours, is the same page with status 404', async ({ page, guard }) => {
  guard.expect(/404/);
  const workspace = await beOwner(page);
  for (const [cut, whole, words] of [['/', '', 'Home'], ['/workflows/executions', '/executions', 'Executions']] as const) {
    const answer = await page.request.get(`${workspace}${cut}`);
    expect(answer.url()).toBe(`${workspace}${whole}`);
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain(words);
  }

  const nowhere = '00000000-0000-7000-8000-000000000000';
  const missing = 'There is nothing at this address';
  for (const path of [`/workflows/${nowhere}`, '/documents/x']) {
    const answer = await page.request.get(`${workspace}${path}`);
    expect(answer.status()).toBe(404);
    expect(await answer.text()).toContain(missing);
  }
  const answer = await page.goto(`${workspace}/documents/${nowhere}`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByText(missing)).toBeVisible();
});
