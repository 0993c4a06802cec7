import { type Page } from '@playwright/test';

import { openEditor } from '../support/editor.ts';
import { expectAccessibleAndShoot, shoot, still } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { begin, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const ENDS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'end', type: 'end', x: 800, y: 0 },
];

/** The palette as a person sees it, once it is open. */
function palette(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Find anything' });
  return {
    dialog,
    field: dialog.getByRole('combobox', { name: 'Find anything' }),
    options: dialog.getByRole('option'),
    option: (name: RegExp) => dialog.getByRole('option', { name }),
    /** What is called exactly so: other tests make copies, whose names begin so too. */
    called: (name: string) => dialog.getByRole('option').filter({ has: page.getByText(name, { exact: true }) }).first(),
    group: (name: string) => dialog.getByRole('group', { name, exact: true }),
    active: dialog.locator('[role=option][aria-selected=true]'),
  };
}

/** Opens the palette by its key, ready to be typed in. */
async function open(page: Page) {
  const found = palette(page);
  await page.keyboard.press('Control+k');
  await expect(found.field).toBeFocused();
  return found;
}

/** The first page, with a template, an execution, a document and a project whose names begin so; its address. */
async function stock(page: Page, name: string): Promise<string> {
  const workspace = await beOwner(page);
  const nodes = ENDS.map(({ id, type, x, y }) => ({ id, type, position: { x, y }, data: {} }));
  const edges = [{ id: 'e', source: 'start', target: 'end' }];
  await begin(page, { name: `${name} campaign`, nodes, edges });
  await post(page, 'projects', { name: `${name} project` });
  await post(page, 'documents', { title: `${name} brief`, content: 'Words about tea.' });
  await page.goto(workspace);
  await hydrated(page);
  return workspace;
}

test('ux 34: everything is found by its name; what was chosen lately comes first, a late answer not at all', async ({ page, guard }) => {
  const workspace = await stock(page, 'Quokka');
  await open(page);
  await page.keyboard.type('runs');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${workspace}/executions`);

  const { dialog, field, options, option, called, group, active } = await open(page);
  await expect(group('Recent').getByRole('option')).toHaveText(['Runs']);
  await expect(group('Pages').getByText('Runs', { exact: true })).toHaveCount(0);
  await field.fill('> dark');
  await expect(options).toHaveText(['Dark theme']);
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  // The account keeps the theme, and with it the other tests of this server.
  await page.getByRole('button', { name: 'Theme: dark' }).click();
  await expect(page.getByRole('button', { name: 'Theme: system' })).toBeVisible();

  await page.getByRole('button', { name: 'Find anything' }).click();
  await field.fill('>');
  await expect(dialog.getByRole('group')).toHaveCount(1);
  await field.fill('no such thing anywhere');
  await expect(dialog.getByText('No results')).toBeVisible();
  await expectAccessibleAndShoot(page, 'palette-nothing');

  await field.fill('quokka');
  for (const [title, name] of [
    ['Workflows', 'Quokka campaign'],
    ['Runs', 'Quokka campaign #'],
    ['Documents', 'Quokka brief'],
    ['Projects', 'Quokka project'],
  ]) {
    await expect(group(title).getByRole('option').filter({ hasText: name }), title).toHaveCount(1);
  }
  await expectAccessibleAndShoot(page, 'palette-found');
  await field.fill('fcbk ads');
  await called('Facebook Ads Campaign').click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Facebook Ads Campaign');

  await open(page);
  await field.fill('quokka brief');
  await expect(active).toContainText('Quokka brief');
  await option(/^Quokka brief/).click();
  await page.waitForURL(/\/documents\/[0-9a-f-]+$/);
  await open(page);
  await page.keyboard.type('providers');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${workspace}/settings/providers`);

  // An answer that comes late does not take the place of a newer one.
  const slow = 'quokka proj';
  const words = (request: { postDataJSON(): unknown }) => (request.postDataJSON() as { words: string }).words;
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/fn/find_anything', async (route) => {
    if (words(route.request()) === slow) await held;
    await route.continue();
  });
  await open(page);
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/fn/find_anything') && words(request) === slow);
  await field.fill(slow);
  await asked;
  await expect(dialog.getByText('Searching…')).toBeVisible();

  await field.fill('instagram post');
  await expect(option(/^Instagram Post(?! \()/)).toBeVisible();
  const late = page.waitForResponse((answer) => answer.url().endsWith('/find_anything') && words(answer.request()) === slow);
  release();
  await (await late).finished();

  await expect(option(/^Instagram Post(?! \()/)).toBeVisible();
  await expect(option(/^Quokka project/)).toHaveCount(0);

  guard.expect(/api\/fn\/find_anything/);
  await page.unroute('**/api/fn/find_anything');
  await page.route('**/api/fn/find_anything', (route) => route.abort());
  await field.fill('light');
  await expect(dialog.getByRole('alert')).toContainText("The server didn't answer");
  await expect(option(/^Light theme/)).toBeVisible();
  await page.unroute('**/api/fn/find_anything');
  await page.keyboard.press('Escape');

  // On a phone it is behind its button.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Find anything' }).click();
  await field.fill('quokka campaign');
  await expect(called('Quokka campaign')).toBeVisible();
  await still(page);
  await shoot(page, 'palette-phone');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, 'nothing reaches beyond the window').toBeLessThanOrEqual(390);
  await called('Quokka campaign').click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]+$/);
});

test('it opens on every page, stays while pages come and go, as their frame does, and gives the focus back', async ({ page }) => {
  const workspace = await stock(page, 'Potoroo');
  await page.evaluate(() => {
    const taken = (node: Node) => node instanceof Element && node.matches('.frame');
    const gone = (changes: MutationRecord[]) => changes.flatMap((one) => [...one.removedNodes]).some(taken);
    const watch = (changes: MutationRecord[]) => gone(changes) && document.documentElement.setAttribute('data-lost', '');
    new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  });
  for (const [typed, name, path] of [
    ['fcbk ads', 'Facebook Ads Campaign', /\/workflows\/[0-9a-f-]+$/],
    ['potoroo brief', 'Potoroo brief', /\/documents\//],
    ['runs', 'Runs', /\/executions$/],
    ['potoroo project', 'Potoroo project', /\/projects\//],
  ] as const) {
    const { field, called } = await open(page);
    await field.fill(typed);
    await called(name).click();
    await page.waitForURL(path);
    // Open while the page is still on its way.
    await open(page);
    await expect(page.locator('.frame__main h1')).toBeVisible();
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
  }

  const opens = async (path: string | RegExp) => {
    await page.waitForURL(typeof path === 'string' ? `${workspace}${path}` : path);
    const { dialog } = await open(page);
    await page.keyboard.press('Control+k');
    await expect(dialog, String(path)).toBeHidden();
  };
  const sections = page.getByRole('navigation', { name: 'Sections' });
  for (const [name, path] of [['Home', ''], ['Workflows', '/workflows'], ['Runs', '/executions'], ['Reviews', '/reviews']] as const) {
    await sections.getByRole('link', { name }).click();
    await opens(path);
  }
  for (const [name, path] of [['Images', '/images'], ['Projects', '/projects']] as const) {
    await sections.getByRole('link', { name: 'Documents' }).click();
    await opens('/documents');
    await page.getByRole('main').getByRole('link', { name, exact: true }).click();
    await opens(path);
  }
  for (const [name, path] of [['Providers', '/settings/providers'], ['Stuck runs', '/settings/stuck']] as const) {
    await page.getByLabel('Account of Ada Owner').click();
    await page.getByRole('banner').getByRole('link', { name }).click();
    await opens(path);
  }
  const settings = page.getByRole('navigation', { name: 'Settings' });
  for (const [name, path] of [
    ['Your account', '/settings/account'],
    ['Members', '/settings/members'],
    ['Workspace', '/settings/workspace'],
    ['API tokens', '/settings/tokens'],
    ['Secrets', '/settings/secrets'],
    ['Agents', '/settings/agents'],
    ['Tools', '/settings/tools'],
    ['Notifications', '/settings/notices'],
    ['Budgets', '/settings/budgets'],
    ['Data retention', '/settings/retention'],
    ['Audit log', '/settings/audit'],
    ['Storage', '/settings/storage'],
  ] as const) {
    await settings.getByRole('link', { name, exact: true }).click();
    await opens(path);
    await expect(settings.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
  }
  await sections.getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('article').getByRole('link', { name: 'Potoroo brief' }).click();
  await opens(/\/documents\/[0-9a-f-]+$/);
  await page.getByRole('link', { name: 'Edit' }).click();
  await opens(/\/edit$/);

  await sections.getByRole('link', { name: 'Workflows' }).click();
  const search = page.getByRole('searchbox', { name: 'Search workflows' });
  await search.focus();
  const { dialog, field, options, active } = await open(page);
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await expect(field).toHaveAttribute('aria-activedescendant', (await active.getAttribute('id')) ?? '');
  await page.keyboard.press('ArrowDown');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(search).toBeFocused();
  await expect(page.locator('html[data-lost]')).toHaveCount(0);
});

test('in the editor it has what can be done there and its nodes, found by a few letters', async ({ page }) => {
  const nodes = [...ENDS, { id: 'a', type: 'transform', x: 400, y: 300, label: 'Alpha' }];
  const editor = await openEditor(page, nodes, ['start>end']);
  await editor.node('start').click();
  const { dialog, field, options, option, group, active } = await open(page);

  for (const [typed, name] of [
    ['tdy', /^Tidy/],
    ['launch', /^Launch/],
    ['publish', /^Publish/],
    ['version', /^Versions/],
    ['> tidy', /^Tidy/],
    ['#alp', /^Alpha/],
  ] as const) {
    await field.fill(typed);
    await expect(active, typed).toHaveText(name);
  }
  await expect(options).toHaveCount(1);
  await field.fill('facebook');
  await expect(group('Workflows').getByText('Facebook Ads Campaign', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(editor.node('start')).toBeFocused();

  await open(page);
  await page.keyboard.type('#alpha');
  await page.keyboard.press('Enter');
  await expect(editor.node('a')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(editor.node('a')).toHaveCount(0);

  await open(page);
  await page.keyboard.type('publish');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Versions' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(dialog, 'a question that is open comes first').toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Versions' })).toBeHidden();

  await expect(page.getByRole('button', { name: 'Launch', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  await open(page);
  await field.fill('>');
  await expect(option(/^Save a copy/)).toBeVisible();
  await expect(option(/^Alpha/)).toHaveCount(0);
  await field.fill('launch');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/launch\?draft=1/);
  await hydrated(page);
  await open(page);
  await field.fill('tidy');
  await expect(option(/^Tidy/), 'the editor is left').toHaveCount(0);
});
