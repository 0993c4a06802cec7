import { fileURLToPath } from 'node:url';

import { ends, goesOn } from '../support/again.ts';
import { openEditor } from '../support/editor.ts';
import { shoot } from '../support/look.ts';
import { expect, expectAccessible, test } from '../support/test.ts';
import { choose, panel } from '../support/workflow.ts';

const FILE = fileURLToPath(new URL('../../docs/workflows/fix_deploy_failure.steps.json', import.meta.url));

test('ux 34: steps are pasted, added by their tool, imported, launched, and replayed without a call', async ({ page }) => {
  test.slow();
  const editor = await openEditor(page, [{ id: 'a', type: 'transform', x: 0, y: 0 }]);
  const dialog = page.getByRole('dialog', { name: 'Import a workflow' });

  await test.step('a workflow is pasted beside what is there, and taken back', async () => {
    const step = { name: 'a', tool: 'github.getIssue', params: { issueNumber: 1 } };

    await editor.canvas.focus();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(paste);
    }, JSON.stringify({ name: 'Other', steps: [step] }));
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('button', { name: 'Add to this draft' }).click();
    await expect(editor.node('a')).toBeVisible();
    await expect(editor.node('a_2')).toContainText('github.getIssue');
    await editor.canvas.press('Control+z');
    await expect(editor.node('a_2')).toHaveCount(0);
  });

  await test.step('a tool of a server comes from the palette with a form', async () => {
    const search = page.getByRole('searchbox', { name: 'Search steps' });
    await search.fill('getPullRequest');
    await page.locator('.palette__item[data-tool="github.getPullRequest"]').click();
    await expect(editor.node('tool')).toContainText('github.getPullRequest');
    const config = page.getByRole('region', { name: 'Configuration' });
    await expect(config.getByText('Sample').first()).toBeVisible();
    await expect(config.getByRole('button', { name: 'Write JSON' })).toBeVisible();
    await config.locator('#config-tool').fill('github.getPullReqest');
    await config.getByRole('button', { name: 'Use github.getPullRequest' }).click();
    await expect(config.locator('#config-tool')).toHaveValue('github.getPullRequest');
    await expectAccessible(page);
    await shoot(page, 'tool-form');

    await editor.canvas.press('n');
    await page.keyboard.type('github.addLabels');
    await page.keyboard.press('Enter');
    await expect(editor.node('tool_2')).toContainText('github.addLabels');
  });

  await test.step('a file of steps is imported and launched with a context', async () => {
    await page.getByLabel('More', { exact: true }).click();
    await page.getByText('Import…', { exact: true }).click();
    await dialog.locator('input[type="file"]').setInputFiles(FILE);
    await expect(dialog.getByRole('status')).toContainText('fix_deploy_failure');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Replace this draft' }).click();
    await expect(editor.node('get_service_status')).toContainText('deploy.getServiceStatus');

    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/launch/);
    const values = { cluster: 'production', service: 'api-service', failure_time: '2026-11-28T20:00:00Z' };
    for (const [name, value] of Object.entries(values)) await page.locator(`#parameter-${name}`).fill(value);
    const repo = { 'Repository owner': 'acme', 'Repository name': 'shop', 'Default branch': 'main' };
    for (const [label, value] of Object.entries(repo)) await page.getByLabel(label).fill(value);
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/executions\//);
    await ends(page, 'completed');
  });

  await test.step('its calls are shown, and its replay calls nobody', async () => {
    await choose(page, 'get_service_status');
    await panel(page).getByRole('tab', { name: 'Calls' }).click();
    const call = panel(page).getByTestId('tool-call').first();
    await expect(call).toContainText('deploy.getServiceStatus');
    await expect(call).toContainText('api-service');
    await expect(call).toContainText('SAMPLE');
    await expectAccessible(page);
    await shoot(page, 'tool-calls');

    const calls = async (): Promise<number> => {
      const id = new URL(page.url()).pathname.split('/').pop();
      const answer = await page.request.get(`/api/v1/workflows/executions/${id}/tool-calls`);
      return ((await answer.json()) as { items: object[] }).items.length;
    };
    expect(await calls()).toBeGreaterThan(4);
    await goesOn(page, () => page.getByRole('button', { name: 'Replay', exact: true }).click());
    await ends(page, 'completed');
    expect(await calls(), 'nobody is called').toBe(0);
  });
});
