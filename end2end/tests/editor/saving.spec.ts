import { type Browser, type Page } from '@playwright/test';

import { deafen, Editor, openEditor, openNext, writeElsewhere } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../../support/test.ts';

const PAIR = [
  { id: 'a', type: 'generate_copy', x: 0, y: 0, config: { prompt: 'One' } },
  { id: 'b', type: 'generate_copy', x: 400, y: 0, config: { prompt: 'Two' } },
];
const RUNS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { ...PAIR[0], x: 400 },
  { id: 'end', type: 'end', x: 800, y: 0 },
];

/** The draft as the server has it. */
async function draft(page: Page, template: string) {
  const answer = await page.request.get(`/api/v1/workflows/templates/${template}/draft`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { workflow: { name: string; nodes: Kept[] } };
}

type Kept = { id: string; data: { config: { prompt?: string } } };

/** The prompts as the server has them. */
async function prompts(page: Page, template: string): Promise<(string | undefined)[]> {
  return (await draft(page, template)).workflow.nodes.map((node) => node.data.config.prompt);
}

/** The same editor in a browser of its own; neither hears of what the other saves. */
async function again(editor: Editor, browser: Browser, baseURL?: string): Promise<Editor> {
  const { page, template } = editor;
  const context = await browser.newContext({ storageState: await page.context().storageState(), baseURL });
  const other = new Editor(await context.newPage(), template);
  await deafen(page);
  await deafen(other.page);
  await other.page.goto(page.url());
  await hydrated(other.page);
  return other;
}

function chip(page: Page) {
  return page.locator('.saved');
}

/** Saves by the key, without making a version of it. */
async function saveNow(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'Versions' });
  await expect(dialog).toBeVisible();
  await expect(chip(page)).toHaveText(/^Saved/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

async function write(editor: Editor, node: string, text: string): Promise<void> {
  await editor.node(node).click();
  const prompt = editor.page.locator('#config-prompt');
  await prompt.fill(text);
  await expect(prompt).toHaveValue(text);
}

test('ux 21, 43, 44: two people change one draft, each takes back their own, and a clash is chosen', async ({ page, browser, baseURL }) => {
  await test.step('ux 21, 43, 44: what is changed is kept by itself, different nodes are both kept, one field is chosen', async () => {
    const editor = await openEditor(page, PAIR);
    const other = await again(editor, browser, baseURL);
    const bar = other.page.getByRole('toolbar', { name: 'Editor' });
    const kept = (expected: string[]) => expect.poll(() => prompts(page, editor.template)).toEqual(expected);

    await write(editor, 'a', 'Mine');
    await expect(chip(page)).toHaveAttribute('data-revision', '2', { timeout: 2_500 });
    await write(other, 'b', 'Theirs');
    await expect(other.page.locator('.toast')).toContainText('Merged');
    await expect(chip(other.page)).toHaveAttribute('data-revision', '3');
    await kept(['Mine', 'Theirs']);

    await other.canvas.focus();
    await other.page.keyboard.press('Control+z');
    await kept(['Mine', 'Two']);
    await expect(bar.getByRole('button', { name: /^Undo/ })).toBeDisabled();
    await other.page.keyboard.press('Control+Shift+z');
    await kept(['Mine', 'Theirs']);
    await other.node('a').click();
    await expect(other.page.locator('#config-prompt')).toHaveValue('Mine');

    await write(editor, 'b', 'Mine too');
    await expect(chip(page)).toHaveText('Conflict');
    await chip(page).click();
    const sheet = page.getByRole('dialog', { name: 'Someone else changed the same part' });
    await expect(sheet).toContainText('Theirs');
    await sheet.getByRole('button', { name: 'Save mine as a copy' }).click();

    await expect(page.locator('.toast').filter({ hasText: 'Saved your copy as' })).toBeVisible();
    await expect(chip(page)).toHaveText(/^Saved/);
    await expect(page.locator('#config-prompt')).toHaveValue('Theirs');
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByLabel('Workflow name')).toHaveValue(/\(my changes \d+\)$/);
    await editor.node('b').click();
    await expect(page.locator('#config-prompt')).toHaveValue('Mine too');
    await other.page.context().close();
  });
  await test.step('ux 44: a step deleted here and changed there comes back whole', async () => {
    const ends = [{ ...RUNS[0], x: -400 }, RUNS[2]];
    const editor = await openNext(page, [...ends, ...PAIR], ['start>a', 'a>b', 'b>end']);
    await writeElsewhere(editor, 'b', 'Changed meanwhile');
    await editor.node('b').click();
    await page.keyboard.press('Delete');
    await expect(editor.node('b')).toHaveCount(0);
    await expect(chip(page)).toHaveText('Conflict');
    await chip(page).click();
    const sheet = page.getByRole('dialog', { name: 'Someone else changed the same part' });
    await expect(sheet.locator('.clash')).toHaveCount(1);
    await expect(sheet.getByLabel('Mine')).toBeChecked();
    await expectAccessible(page);
    await expect(sheet.locator('.clash__value').first()).toHaveText('Removed');
    await expect(sheet.locator('.clash__value').last()).toHaveText(/^b · Generate copy\s*b: Prompt\s*Changed meanwhile$/);
    await sheet.getByRole('button', { name: 'Take theirs' }).click();

    await expect(editor.node('b')).toBeVisible();
    await expect.poll(() => editor.wires()).toEqual(['a>b', 'b>end', 'start>a']);
    expect(await prompts(page, editor.template)).toContain('Changed meanwhile');
  });
});

test('ux 45, 46: what cannot be sent or saved is kept and told, and only what is open is changed', async ({ page, guard }) => {
  guard.expect(/save_draft|ERR_|422|unreachable/);
  await test.step('ux 45: what cannot be sent is there again after a reload; what cannot be saved is said at its field', async () => {
    const editor = await openEditor(page, PAIR);
    await page.route('**/api/fn/save_draft', (route) => route.abort('internetdisconnected'));

    await write(editor, 'a', 'First');
    await write(editor, 'b', 'Second');
    await page.getByLabel('Workflow name').fill('Kept for later');
    await page.keyboard.press('Tab');
    await expect(chip(page)).toHaveText('Unsaved (offline)');
    await page.evaluate(() => queueMicrotask(() => { throw new WebAssembly.RuntimeError('unreachable'); }));
    const crash = page.getByRole('dialog', { name: 'This page has stopped working' });
    await expect(crash.getByRole('button', { name: 'Reload' })).toBeFocused();
    await Promise.all([page.waitForEvent('load'), crash.getByRole('button', { name: 'Reload' }).click()]);
    await hydrated(page);
    const back = page.getByText("Restored 3 unsaved changes.");
    await expect(back).toBeVisible();
    await expect(page.getByLabel('Workflow name')).toHaveValue('Kept for later');
    await page.unroute('**/api/fn/save_draft');

    await expect(chip(page)).toHaveText(/^Saved/);
    await expect.poll(async () => (await draft(page, editor.template)).workflow.name).toBe('Kept for later');
    await expect(back).toBeHidden();
    await saveNow(page);

    await page.getByLabel('More', { exact: true }).click();
    await page.getByRole('button', { name: 'Save a copy' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save a copy' });
    const name = dialog.getByLabel('Name');

    for (const [typed, why] of [['', 'Enter a name.'], ['x'.repeat(500), 'Use at most 200 characters.']]) {
      await name.fill(typed);
      await dialog.getByRole('button', { name: 'Save copy' }).click();
      await expect(name).toHaveAccessibleDescription(why);
    }
    await expect(dialog.getByRole('alert')).toHaveText('The workflow was not saved.');
    await name.fill(`Saved ${Date.now()}`);
    const before = page.url();
    await dialog.getByRole('button', { name: 'Save copy' }).click();
    await page.waitForURL((url) => url.href !== before);
  });
  await test.step('ux 46: after going back only what is open is changed', async () => {
    const first = await openNext(page, PAIR);
    const second = await openNext(page, [PAIR[0]]);
    const before = JSON.stringify(await draft(page, second.template));
    await page.goBack();
    await page.waitForURL((url) => !url.pathname.endsWith(second.template));
    await expect(first.node('b')).toBeVisible();

    await write(first, 'a', 'Only here');
    await expect(chip(page)).toHaveText(/^Saved/);

    expect(JSON.stringify(await draft(page, first.template))).toContain('Only here');
    expect(JSON.stringify(await draft(page, second.template))).toBe(before);
  });
});

test('ux 47: a version is compared with the draft, and is the draft again', async ({ page }) => {
  const editor = await openEditor(page, RUNS, ['start>a', 'a>end']);
  await write(editor, 'a', 'The prompt of a version');
  await expect(chip(page)).toHaveAttribute('data-revision', '2');
  const before = (await draft(page, editor.template)).workflow;
  await page.getByRole('button', { name: 'Publish…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Versions' });
  await dialog.getByLabel('What changed').fill('The second');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Published version 2.')).toBeVisible();

  // By its key the same is asked, and what is a version already is none once more.
  await page.keyboard.press('Control+s');
  await expect(dialog.getByLabel('What changed')).toBeFocused();
  await expect(dialog.getByText('No changes since v2.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('The second')).toBeVisible();
  await page.keyboard.press('Escape');

  await write(editor, 'a', 'The prompt of a draft');
  await page.locator('.palette__item[data-kind="note"]').click();
  await expect(page.locator('#canvas .node')).toHaveCount(4);
  await expect(chip(page)).toHaveText(/^Saved/);
  await page.getByRole('button', { name: 'Publish…', exact: true }).click();
  await dialog.getByRole('button', { name: /The second/ }).click();
  await expect(dialog.locator('.changes__part[data-state="added"]')).toHaveCount(1);
  const changed = dialog.locator('.changes__part[data-state="changed"]');
  await expect(changed).toHaveCount(1);
  await expect(changed.locator('.diff__text')).toHaveText('The prompt of a versiondraft');
  await expect(changed.locator('del')).toHaveText('version');
  await expect(changed.locator('ins')).toHaveText('draft');
  const marks = page.getByTestId('changes-picture').locator('[data-mark]');
  await expect.poll(() => marks.evaluateAll((all) => all.map((one) => one.getAttribute('data-mark')).sort())).toEqual(['added', 'changed']);
  await dialog.getByLabel('Compare v2 with').selectOption('v1');
  await expect(dialog.getByRole('heading', { name: 'v1 compared with v2' })).toBeVisible();
  await expect(dialog.locator('.changes__part[data-state="added"]')).toHaveCount(0);
  await expect(changed).toHaveCount(1);
  await shoot(page, 'versions-compared');
  await expectAccessible(page);
  await dialog.getByLabel('Compare v2 with').selectOption('Draft');
  await expect(dialog.locator('.changes__part[data-state="added"]')).toHaveCount(1);
  await dialog.getByRole('button', { name: 'Restore v2' }).click();

  await expect.poll(async () => (await draft(page, editor.template)).workflow).toEqual(before);
  await editor.canvas.focus();
  await page.keyboard.press('Control+z');
  await expect(page.locator('#canvas .node')).toHaveCount(4);
});
