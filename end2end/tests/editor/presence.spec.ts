import { type Page } from '@playwright/test';

import { deafen, Editor, openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { beside } from '../../support/people.ts';
import { expect, hydrated, test } from '../../support/test.ts';

const PAIR = [
  { id: 'a', type: 'generate_copy', x: 0, y: 0, config: { prompt: 'One' } },
  { id: 'b', type: 'generate_copy', x: 400, y: 0, config: { prompt: 'Two' } },
];

const others = (page: Page) => page.locator('.others');
const chip = (page: Page) => page.locator('.saved');
const prompt = (editor: Editor) => editor.page.locator('#config-prompt');

/** Writes the prompt of a step and leaves the field. */
async function write(editor: Editor, node: string, text: string): Promise<void> {
  await editor.node(node).click();
  await prompt(editor).fill(text);
  await editor.canvas.focus();
}

/** The prompts that the server has, once all is kept. */
async function prompts(editor: Editor): Promise<string[]> {
  type Written = { data: { config: { prompt?: string } } };
  return ((await editor.kept()).nodes as unknown as Written[]).map((node) => node.data.config.prompt ?? '');
}

test('ux 44: who else edits is shown, what they save is there, and both hold where neither hears of it', async ({ page, browser }) => {
  await test.step('ux 44: who else edits is shown, and what they save is there without a reload', async () => {
    const editor = await openEditor(page, PAIR);
    await expect(others(page)).toBeHidden();
    const ben = new Editor(await beside(page, browser), editor.template);

    await expect(others(page)).toHaveText(/Ben Editor is also editing$/);
    await expect(others(ben.page)).toHaveText(/Ada Owner is also editing$/);
    await shoot(page, 'presence');

    await editor.node('b').click();
    await prompt(editor).focus();
    await write(ben, 'a', 'By Ben');
    await expect(editor.node('a')).toContainText('By Ben');
    await expect(prompt(editor)).toBeFocused();
    await expect(prompt(editor)).toHaveValue('Two');
    await expect(chip(page)).toHaveAttribute('data-revision', '2');
    await expect(page.getByRole('button', { name: /^Undo/ })).toBeDisabled();

    await page.keyboard.press('End');
    await prompt(editor).pressSequentially(' and more');
    await expect(ben.node('b')).toContainText('Two and more');
    await ben.node('b').click();
    await expect(prompt(ben)).toHaveValue('Two and more');
    await ben.page.keyboard.press('Control+z');
    await expect(editor.node('a')).toContainText('One');
    await expect(editor.node('b')).toContainText('Two and more');

    await ben.page.goto('about:blank');
    await expect(others(page)).toBeHidden();
    await ben.page.context().close();
  });
  await test.step('ux 44: the same person in another tab is told of it, and both hold when neither hears of the other', async () => {
    const editor = await openNext(page, PAIR);
    const other = new Editor(await page.context().newPage(), editor.template);
    await other.page.goto(page.url());
    await hydrated(other.page);

    await expect(others(page)).toHaveText(/Also open in another tab$/);
    await write(other, 'a', 'Elsewhere');
    await expect(editor.node('a')).toContainText('Elsewhere');
    await expect(chip(page)).toHaveAttribute('data-revision', '2');

    await deafen(page);
    await deafen(other.page);
    await write(editor, 'a', 'In the first tab');
    await expect(chip(page)).toHaveAttribute('data-revision', '3');
    await write(other, 'b', 'In the second tab');
    await expect(chip(other.page)).toHaveAttribute('data-revision', '4');
    expect(await prompts(other)).toEqual(['In the first tab', 'In the second tab']);

    await write(editor, 'b', 'The first tab once more');
    await expect(chip(page)).toHaveText('Conflict');
    await chip(page).click();
    const sheet = page.getByRole('dialog', { name: 'Someone else changed the same part' });
    await expect(sheet).toContainText('In the second tab');
    await expect(sheet).toContainText('The first tab once more');
    await sheet.getByRole('button', { name: 'Keep mine' }).click();
    await expect.poll(() => prompts(editor)).toEqual(['In the first tab', 'The first tab once more']);

    await other.page.close();
    await expect(others(page)).toBeHidden();
  });
});
