import { type Page } from '@playwright/test';

import { Editor, follow, openEditor, openNext } from '../../support/editor.ts';
import { expect, hydrated, test } from '../../support/test.ts';
import { fillAccount } from '../../support/workspace.ts';

const PAIR = [
  { id: 'a', type: 'generate_copy', x: 0, y: 0, config: { prompt: 'One' } },
  { id: 'b', type: 'generate_copy', x: 400, y: 0, config: { prompt: 'Two' } },
];

const chip = (page: Page) => page.locator('.saved');
const prompt = (editor: Editor) => editor.page.locator('#config-prompt');
const offer = (page: Page) => page.getByRole('button', { name: 'Restore unsaved changes', exact: true });

/** Writes the prompt of a step and does not wait for it to be kept. */
async function write(editor: Editor, node: string, text: string): Promise<void> {
  await editor.node(node).click();
  await prompt(editor).fill(text);
}

type Kept = { position: { y: number }; data: { config: { prompt?: string } } };

/** The steps that the server has, whatever the page shows. */
async function kept({ page, template }: Editor): Promise<Kept[]> {
  const answer = await page.request.get(`/api/v1/workflows/templates/${template}/draft`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as { workflow: { nodes: Kept[] } }).workflow.nodes;
}

/** The prompts that the server has. */
async function prompts(editor: Editor): Promise<string[]> {
  return (await kept(editor)).map((node) => node.data.config.prompt ?? '');
}

test('ux 43: what is written or moved just before the editor goes is kept, whatever way it goes', async ({ page }) => {
  await test.step('ux 43: by a link, by a link that takes no focus, and by signing out', async () => {
    const editor = await openEditor(page, PAIR);
    const address = page.url();

    for (const text of ['Before home', 'Before home again']) {
      await write(editor, 'a', text);
      await page.getByRole('link', { name: 'Home', exact: true }).first().click();
      await page.waitForURL((url) => !url.pathname.endsWith(editor.template));
      await page.goBack();
      await expect(editor.node('a')).toBeVisible();
      await editor.node('a').click();

      await expect(prompt(editor)).toHaveValue(text);
      await expect(chip(page)).toHaveText(/^Saved/);
      await expect(offer(page)).toBeHidden();
    }
    expect(await prompts(editor)).toEqual(['Before home again', 'Two']);

    await editor.node('a').click();
    await page.keyboard.press('m');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    // A link that is followed by script takes no focus: nothing but the editor's going tells of it.
    await page.getByRole('link', { name: 'Home', exact: true }).first().evaluate((link: HTMLElement) => link.click());
    await page.waitForURL((url) => !url.pathname.endsWith(editor.template));

    await expect.poll(async () => (await kept(editor))[0]?.position.y).not.toBe(0);

    await page.goBack();
    await expect(editor.node('a')).toBeVisible();
    await write(editor, 'a', 'Before the door');
    await page.getByLabel(/^Account of/).click();
    await page.getByText('Sign out', { exact: true }).click();
    await page.waitForURL(/sign-in/);
    await hydrated(page);
    await fillAccount(page);
    await page.waitForURL(/workspace/);
    await follow(page, address);
    await editor.node('a').click();

    await expect(prompt(editor)).toHaveValue('Before the door');
    await expect(chip(page)).toHaveText(/^Saved/);
  });
  await test.step('ux 43: by a reload, after which nothing is a conflict; also where it is saved only when asked', async () => {
    const editor = await openNext(page, PAIR);

    for (const text of ['First', 'Second']) {
      await write(editor, 'a', text);
      await page.reload();
      await hydrated(page);
      await editor.node('a').click();
      await expect(prompt(editor)).toHaveValue(text);
      await prompt(editor).fill(`${text} and more`);
    }

    await expect(chip(page)).toHaveText(/^Saved/);
    await expect.poll(() => prompts(editor)).toEqual(['Second and more', 'Two']);
    await expect(offer(page)).toBeHidden();

    const more = async (item: string) => {
      await page.getByLabel('More', { exact: true }).click();
      await page.getByText(item, { exact: true }).click();
    };
    await more('Turn off autosave');

    await write(editor, 'a', 'Mine');
    await editor.canvas.focus();
    await write(editor, 'b', 'And mine');
    await page.reload();
    await hydrated(page);
    await expect(editor.node('a')).toContainText('Mine');
    await expect(editor.node('b')).toContainText('And mine');
    await expect(chip(page)).toHaveText('Unsaved');
    expect(await prompts(editor)).toEqual(['Second and more', 'Two']);

    await chip(page).click();
    await expect(chip(page)).toHaveText(/^Saved/);
    expect(await prompts(editor)).toEqual(['Mine', 'And mine']);

    await write(editor, 'a', 'By itself again');
    await more('Turn on autosave');
    await expect.poll(() => prompts(editor)).toEqual(['By itself again', 'And mine']);
  });
});

test('ux 44: what another tab kept does not write over what is newer before somebody chose', async ({ page, guard }) => {
  guard.expect(/save_draft|ERR_|409/);
  const editor = await openEditor(page, PAIR);
  const other = new Editor(await page.context().newPage(), editor.template);
  await other.page.route('**/api/fn/save_draft', (route) => route.abort('internetdisconnected'));
  await other.page.addInitScript(() => {
    navigator.sendBeacon = () => false;
  });
  await other.page.goto(page.url());
  await hydrated(other.page);
  await write(other, 'a', 'Kept elsewhere');
  await expect(chip(other.page)).toHaveText('Unsaved (offline)');
  await other.page.close();

  await write(editor, 'a', 'Newer');
  await expect.poll(() => prompts(editor)).toEqual(['Newer', 'Two']);
  await page.reload();
  await hydrated(page);
  await offer(page).click();

  const sheet = page.getByRole('dialog', { name: 'Someone else changed the same part' });
  await expect(sheet).toContainText('Kept elsewhere');
  await expect(sheet).toContainText('Newer');
  expect(await prompts(editor)).toEqual(['Newer', 'Two']);
  await sheet.getByRole('button', { name: 'Take theirs' }).click();
  await expect(chip(page)).toHaveText(/^Saved/);
  expect(await prompts(editor)).toEqual(['Newer', 'Two']);
  await expect(offer(page)).toBeHidden();
});
