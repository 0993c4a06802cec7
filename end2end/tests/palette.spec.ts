import { type Page } from '@playwright/test';

import { openEditor } from '../support/editor.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner, enterWorkspace } from '../support/workspace.ts';

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

/** A template, an execution, a document and a project whose names begin so; their workspace. */
async function stock(page: Page, name: string): Promise<{ workspace: string; document: string }> {
  const workspace = await enterWorkspace(page);
  const headers = { origin: new URL(page.url()).origin };
  const made = async (path: string, data: object) => {
    const answer = await page.request.post(`/api/v1/${path}`, { data, headers });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as { id: string };
  };
  const nodes = ENDS.map(({ id, type, x, y }) => ({ id, type, position: { x, y }, data: {} }));
  const edges = [{ id: 'e', source: 'start', target: 'end' }];
  const template = await made('workflows/templates', { name: `${name} campaign`, nodes, edges });
  await made('workflows/executions', { template_id: template.id });
  await made('projects', { name: `${name} project` });
  const document = await made('documents', { title: `${name} brief`, content: 'Words about tea.' });
  await page.reload();
  await hydrated(page);
  return { workspace, document: document.id };
}

test('everything of a workspace is found by its name, and gone to', async ({ page }) => {
  const { workspace } = await stock(page, 'Quokka');
  const { dialog, field, option, group, active } = await open(page);

  await field.fill('quokka');
  for (const [title, name] of [
    ['Workflows', 'Quokka campaign'],
    ['Executions', 'Quokka campaign #'],
    ['Documents', 'Quokka brief'],
    ['Projects', 'Quokka project'],
  ]) {
    await expect(group(title).getByRole('option').filter({ hasText: name }), title).toHaveCount(1);
  }
  await field.fill('fcbk ads');
  await expect(group('Workflows').getByRole('option').first()).toHaveText(/^Facebook Ads Campaign/);
  await page.keyboard.press('Enter');
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
});

test('the frame stays where it is while pages come and go, and the palette open in it', async ({ page }) => {
  await stock(page, 'Potoroo');
  await page.evaluate(() => {
    const taken = (node: Node) => node instanceof Element && node.matches('.frame');
    const gone = (changes: MutationRecord[]) => changes.flatMap((one) => [...one.removedNodes]).some(taken);
    const watch = (changes: MutationRecord[]) => gone(changes) && document.documentElement.setAttribute('data-lost', '');
    new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  });
  for (const [typed, path] of [
    ['fcbk ads', /\/workflows\/[0-9a-f-]+$/],
    ['potoroo brief', /\/documents\//],
    ['executions', /\/executions$/],
    ['potoroo project', /\/projects\//],
  ] as const) {
    const { field, options } = await open(page);
    await field.fill(typed);
    await options.first().click();
    await page.waitForURL(path);
    // Open while the page is still on its way.
    await open(page);
    await expect(page.locator('.frame__main h1')).toBeVisible();
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
  }
  await expect(page.locator('html[data-lost]')).toHaveCount(0);
});

test('it opens on every page of the workspace, and gives the focus back', async ({ page }) => {
  const { workspace, document } = await stock(page, 'Numbat');
  const pages = ['', '/workflows', '/executions', '/reviews', '/documents', '/images', '/projects', '/settings/providers', '/settings/stuck'];
  for (const path of [...pages, `/documents/${document}`, `/documents/${document}/edit`]) {
    await page.goto(`${workspace}${path}`);
    await hydrated(page);
    const { dialog } = await open(page);
    await page.keyboard.press('Control+k');
    await expect(dialog, path).toBeHidden();
  }

  await page.goto(`${workspace}/workflows`);
  await hydrated(page);
  const search = page.getByRole('searchbox', { name: 'Search templates' });
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
});

test('what was chosen lately is offered first, and commands are there on every page', async ({ page }) => {
  const workspace = await beOwner(page);
  await page.goto(workspace);
  await hydrated(page);
  await open(page);
  await page.keyboard.type('exec');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${workspace}/executions`);

  const { field, group, options, dialog } = await open(page);
  await expect(group('Recent').getByRole('option')).toHaveText(['Executions']);
  await expect(group('Pages').getByText('Executions', { exact: true })).toHaveCount(0);
  await field.fill('> dark');
  await expect(options).toHaveText(['Dark theme']);
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();

  await page.getByRole('button', { name: 'Find anything' }).click();
  await field.fill('>');
  await expect(dialog.getByRole('group')).toHaveCount(1);
  await field.fill('no such thing anywhere');
  await expect(dialog.getByText('Nothing found.')).toBeVisible();
});

test('an answer that comes late does not take the place of a newer one', async ({ page, guard }) => {
  await stock(page, 'Bilby');
  const words = (request: { postDataJSON(): unknown }) => (request.postDataJSON() as { words: string }).words;
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/fn/find', async (route) => {
    if (words(route.request()) === 'bilby') await held;
    await route.continue();
  });
  const { dialog, field, option } = await open(page);
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/fn/find') && words(request) === 'bilby');
  await field.fill('bilby');
  await asked;
  await expect(dialog.getByText('Searching…')).toBeVisible();

  await field.fill('instagram post');
  await expect(option(/^Instagram Post/)).toBeVisible();
  const late = page.waitForResponse((answer) => answer.url().endsWith('/find') && words(answer.request()) === 'bilby');
  release();
  await (await late).finished();

  await expect(option(/^Instagram Post/)).toBeVisible();
  await expect(option(/Bilby/)).toHaveCount(0);

  guard.expect(/api\/fn\/find/);
  await page.unroute('**/api/fn/find');
  await page.route('**/api/fn/find', (route) => route.abort());
  await field.fill('light');
  await expect(dialog.getByRole('alert')).toContainText('could not be asked');
  await expect(option(/^Light theme/)).toBeVisible();
});

test('in the editor it has what can be done there and its nodes, found by a few letters', async ({ page }) => {
  const nodes = [...ENDS, { id: 'a', type: 'transform', x: 400, y: 300, label: 'Alpha' }];
  const editor = await openEditor(page, nodes, ['start>end']);
  await editor.node('start').click();
  const { dialog, field, options, option, group, active } = await open(page);

  for (const [typed, name] of [
    ['tdy', /^Tidy/],
    ['launch', /^Launch/],
    ['save', /^Save a version/],
    ['version', /^Versions/],
    ['> tidy', /^Tidy/],
    ['#alp', /^Alpha/],
  ] as const) {
    await field.fill(typed);
    await expect(active, typed).toHaveText(name);
  }
  await expect(options).toHaveCount(1);
  await field.fill('facebook');
  await expect(group('Workflows').getByRole('option').first()).toHaveText(/^Facebook Ads Campaign/);
  await page.keyboard.press('Escape');
  await expect(editor.node('start')).toBeFocused();

  await open(page);
  await page.keyboard.type('#alpha');
  await page.keyboard.press('Enter');
  await expect(editor.node('a')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(editor.node('a')).toHaveCount(0);

  await open(page);
  await page.keyboard.type('save');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Versions' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(dialog, 'a question that is open comes first').toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Versions' })).toBeHidden();

  await expect(page.getByRole('button', { name: 'Launch', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  await open(page);
  await field.fill('>');
  await expect(option(/^Save as template/)).toBeVisible();
  await expect(option(/^Alpha/)).toHaveCount(0);
  await field.fill('launch');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/launch\?draft=1/);
  await hydrated(page);
  await open(page);
  await field.fill('tidy');
  await expect(option(/^Tidy/), 'the editor is left').toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`ux 34: the palette is accessible and fits, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await stock(page, `Wombat ${colorScheme}`);
    await still(page);
    await shoot(page, `palette-button-${colorScheme}`);
    const { field, group, dialog } = await open(page);
    await still(page);
    await expectAccessible(page);
    await shoot(page, `palette-${colorScheme}`);
    await field.fill('wombat');
    await expect(group('Projects')).toBeVisible();
    await still(page);
    await expectAccessible(page);
    await shoot(page, `palette-found-${colorScheme}`);
    await field.fill('nothing is called so');
    await expect(dialog.getByText('Nothing found.')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Find anything' }).click();
    await field.fill('wombat');
    await expect(group('Projects')).toBeVisible();
    await still(page);
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, 'nothing reaches beyond the window').toBeLessThanOrEqual(390);
    await shoot(page, `palette-phone-${colorScheme}`);
    await dialog.getByRole('option').first().click();
    await page.waitForURL(/\/workflows\/[0-9a-f-]+$/);
    await hydrated(page);
    await still(page);
    await shoot(page, `palette-button-phone-${colorScheme}`);
  });
}
