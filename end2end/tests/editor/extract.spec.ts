import { type Page } from '@playwright/test';

import { sql } from '../../support/database.ts';
import { openEditor } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { type Server } from '../../support/server.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';
import { type Json, begin } from '../../support/workflow.ts';

const TOPIC = [{ name: 'topic', label: 'Topic', type: 'text', default: 'green tea' }];
const STEPS = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'write', type: 'generate_copy', x: 336, y: 0, config: { prompt: 'A line about ${input.topic}' } },
  {
    id: 'quote',
    type: 'transform',
    x: 672,
    y: 0,
    config: { input: '${nodes.write.texts}', operations: [{ op: 'template', text: 'Said of ${input.topic}: “${item}”' }] },
  },
  { id: 'end', type: 'end', x: 1008, y: 0 },
];
const WAYS = ['start>write', 'write>quote', 'quote>end'];

/** What an execution of a draft gives; the sample provider writes something else in each, and that is left out. */
async function result(page: Page, server: Server, draft: object): Promise<string> {
  const id = await begin(page, { ...draft, name: `Tried ${Date.now()}` }, { parameters: { topic: 'black tea' } });
  const status = async () => (await (await page.request.get(`/api/v1/workflows/executions/${id}/status`)).json()) as Json;
  await expect.poll(async () => (await status())['status']).toBe('completed');
  const output = sql(server.database!, `SELECT output FROM workflow_executions WHERE id = '${id}'`).join('');
  expect(output).toMatch(/“.*black tea.*”/);
  return output.replace(/“.*”/, '“…”');
}

test('steps that become a workflow of their own give the same result, and what cannot says why', async ({ page, server, guard }) => {
  guard.expect(/409/);
  const editor = await openEditor(page, STEPS, WAYS, TOPIC);
  const before = await editor.kept();
  const first = await result(page, server, before);
  expect(first).toBe(JSON.stringify('Said of black tea: “…”'));

  await editor.node('start').click();
  await editor.node('write').click({ modifiers: ['Shift'] });
  await editor.node('write').click({ button: 'right' });
  const item = page.getByRole('menuitem', { name: 'Convert to a workflow' });
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toContainText("start can't be moved");
  await shoot(page, 'extract-refused');
  await item.click({ force: true });
  const dialog = page.getByRole('dialog', { name: 'Convert to a workflow' });
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Escape');
  await editor.canvas.press('Control+k');
  await page.locator('input[role=combobox]').fill('convert');
  await expect(page.getByRole('option', { name: /Convert to a workflow/ })).toContainText("can't be moved");
  await page.keyboard.press('Enter');
  await expect(page.locator('.toast').last()).toContainText("can't be moved");

  await editor.node('write').click();
  await editor.node('quote').click({ modifiers: ['Shift'] });
  await editor.node('quote').click({ button: 'right' });
  await item.click();
  await expect(dialog.getByLabel('Name')).toHaveValue('write to quote');
  await expect(dialog).toContainText('${input.topic}');
  await expect(dialog).toContainText('The result of its last step');
  await expectAccessible(page);
  await shoot(page, 'extract');
  const name = `Quotes ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Convert' }).click();
  await expect(dialog).toBeHidden();

  await expect(editor.node('sub_workflow')).toContainText(name);
  await expect(editor.node('write')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Configuration' }).getByLabel('Workflow')).toHaveValue(name);
  await shoot(page, 'extracted');
  await expect.poll(async () => (await editor.kept()).nodes.map((node) => node.id)).toEqual(['start', 'sub_workflow', 'end']);
  expect(await result(page, server, await editor.kept())).toEqual(first);

  await editor.canvas.press('Control+z');
  await expect(editor.node('write')).toBeVisible();
  await expect.poll(async () => JSON.stringify(await editor.kept())).toBe(JSON.stringify(before));

  await editor.node('quote').click();
  await editor.canvas.press('Control+k');
  await page.locator('input[role=combobox]').fill('convert');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Convert' }).click();
  await expect(dialog).toContainText('A workflow named');
});
