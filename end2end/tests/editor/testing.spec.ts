import { type Locator, type Page } from '@playwright/test';

import { type Editor, openEditor, openNext } from '../../support/editor.ts';
import { expectAccessibleAndShoot, shoot } from '../../support/look.ts';
import { agree, expect, hydrated, test } from '../../support/test.ts';

// Slow enough to be watched, quick enough to wait for.
test.use({ settings: { ATELIER_SAMPLE_PACE: '40' } });

const TWO = [
  { id: 'start', type: 'start', x: 0, y: 0 },
  { id: 'write', type: 'generate_copy', x: 352, y: 0, config: { prompt: 'A line about ${input.topic}' } },
  { id: 'quote', type: 'generate_copy', x: 704, y: 0, config: { prompt: 'Quote ${nodes.write.texts}' } },
  { id: 'end', type: 'end', x: 1056, y: 0 },
];
const WAYS = ['start>write', 'write>quote', 'quote>end'];
const TOPIC = [{ name: 'topic', label: 'Topic', type: 'text', required: true, example: 'green tea' }];

/** Starts the test run that is asked for. */
async function start(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Test run' });
  await dialog.getByRole('button', { name: 'Run test' }).click();
  await expect(dialog).toBeHidden();
}

function dock(page: Page): Locator {
  return page.getByRole('region', { name: 'Test run' });
}

async function states(editor: Editor, expected: (string | null)[]): Promise<void> {
  for (const [at, node] of ['start', 'write', 'quote', 'end'].entries()) {
    const state = expected[at];
    if (state) await expect(editor.node(node)).toHaveAttribute('data-state', state);
    else await expect(editor.node(node)).not.toHaveAttribute('data-state', /./);
  }
}

/** How the runs of the workspace are listed, the latest first. */
async function listed(page: Page): Promise<{ is_test: boolean; status: string }[]> {
  const answer = await page.request.get('/api/v1/workflows/executions?limit=5');
  return ((await answer.json()) as { items: { is_test: boolean; status: string }[] }).items;
}

test('ux 36: a test run shows its states and results, of the whole, of a part or of one step', async ({ page, guard }) => {
  guard.expect(/422/);
  await test.step('a test run shows its states on the canvas and what each step gave in the panel', async () => {
    const editor = await openEditor(page, TWO, WAYS, TOPIC);
    await page.getByRole('button', { name: 'Test run', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Test run' });
    await expect(dialog.getByLabel('Topic')).toHaveValue('green tea');
    await expectAccessibleAndShoot(page, 'test-dialog');
    await dialog.getByRole('button', { name: 'Run test' }).click();
    await expect(dialog).toBeHidden();

    await expect(editor.node('write')).toHaveAttribute('data-state', /running|completed/);
    await expect(dock(page)).toBeVisible();
    await states(editor, ['completed', 'completed', 'completed', 'completed']);
    await expect(dock(page)).toContainText('Completed');
    await expect(page.getByTestId('edge-e0')).toHaveAttribute('data-state', 'done');
    await editor.node('write').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show last output' }).click();
    const panel = page.getByRole('region', { name: 'Configuration' });
    await expect(panel.locator('.made-text').first()).toContainText(/\w+ \w+/);
    await editor.node('quote').click();
    await expect(page.getByRole('tab', { name: 'Output' })).toHaveAttribute('aria-selected', 'true');
    await expect(panel.locator('.made-text').first()).toContainText(/\w+ \w+/);
    await page.getByRole('tab', { name: 'Input' }).click();
    await expect(panel.getByRole('heading', { name: 'In this test run' })).toBeVisible();
    await expect(panel.locator('.panel-values')).toContainText(/write\s*\w+ \w+/);
    await shoot(page, 'test-input');
    await panel.getByRole('button', { name: 'Show all' }).click();
    await expect(panel.getByRole('textbox', { name: 'Name' })).toHaveValue('write');
    await expect(page.getByRole('tab', { name: 'Output' })).toHaveAttribute('aria-selected', 'true');
    await editor.node('quote').click();
    await page.getByRole('tab', { name: 'Runs' }).click();
    await expect(panel.getByText('Item 1')).toBeVisible();
    await expect(panel.getByRole('button', { name: /Whole workflow/ })).toHaveAttribute('aria-pressed', 'true');
    await expectAccessibleAndShoot(page, 'test-run');

    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('tab', { name: 'Output' }).click();
    await shoot(page, 'test-run-390');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('tab', { name: 'Runs' }).click();

    expect((await listed(page))[0]).toMatchObject({ is_test: true, status: 'completed' });
    await dock(page).getByRole('button', { name: 'Clear result' }).click();
    await expect(dock(page)).toHaveCount(0);
    await states(editor, [null, null, null, null]);
    await panel.getByRole('button', { name: /Whole workflow/ }).click();
    await states(editor, ['completed', 'completed', 'completed', 'completed']);
  });
  await test.step('ux 36: Shift and Enter run what leads to a step, and without motion it is seen to run', async () => {
    const editor = await openNext(page, TWO, WAYS, TOPIC);
    await editor.node('write').click();
    await page.keyboard.press('Shift+Enter');
    const dialog = page.getByRole('dialog', { name: 'Test run' });
    await expect(dialog.getByLabel('Steps to run')).toHaveValue('to');
    await expect(dialog.getByRole('heading', { name: 'Context' })).toBeVisible();
    await shoot(page, 'test-context');
    await start(page);

    const seen = () =>
      page.evaluate(() => {
        const state = document.querySelector('[data-testid=node-write]')?.getAttribute('data-state');
        return `${state}, ${document.getAnimations().length} moving`;
      });
    await expect.poll(seen, { intervals: [20] }).toBe('running, 0 moving');
    await expect(editor.node('write')).toContainText('Running');
    await states(editor, ['completed', 'completed', 'skipped', 'skipped']);
    await expect(editor.node('write')).toContainText('Completed');
    await expect.poll(seen).toBe('completed, 0 moving');
  });
  await test.step('what keeps a test from running is seen; one step is tried out on what is typed or was recorded', async () => {
    const editor = await openNext(page, TWO, WAYS, [{ ...TOPIC[0], example: undefined }]);
    await editor.node('quote').click();
    await page.keyboard.press('Control+Enter');
    await page.setViewportSize({ width: 1440, height: 480 });
    const dialog = page.getByRole('dialog', { name: 'Test run' });
    const run = dialog.getByRole('button', { name: 'Run test' });
    const problems = dialog.getByRole('alert').filter({ hasText: /attention/ });
    await run.click();
    await expect(problems).toBeFocused();
    await expect(problems).toBeInViewport();
    await expect(problems).toContainText('Fill in “Topic”.');
    await expect(dialog.getByLabel('Topic')).toHaveAccessibleDescription(/Fill in “Topic”/);

    await dialog.getByLabel('Steps to run').selectOption('only');
    const given = dialog.getByRole('textbox', { name: /^write/ }).first();
    await expect(given).toHaveAccessibleDescription(/or run the whole workflow first/);
    await run.click();
    await expect(problems).toBeFocused();
    await expect(problems).toContainText('The result of “write” is unknown');
    await expect(problems).not.toContainText('Topic');
    await given.fill('Typed by hand');
    await page.setViewportSize({ width: 1440, height: 900 });
    await expectAccessibleAndShoot(page, 'test-part');
    await start(page);
    await states(editor, ['completed', 'completed', 'completed', 'skipped']);
    await page.getByRole('tab', { name: 'Input' }).click();
    await expect(page.locator('.panel-values')).toContainText('Typed by hand');
    await page.getByRole('tab', { name: 'Output' }).click();
    await editor.node('write').click();
    await expect(page.getByText("Entered by hand. The step didn't run.")).toBeVisible();

    await page.getByRole('button', { name: 'Test run', exact: true }).click();
    await dialog.getByLabel('Topic').fill('green tea');
    await start(page);
    await states(editor, ['completed', 'completed', 'completed', 'completed']);
    await editor.node('quote').click();
    await page.getByRole('button', { name: 'Test this step' }).click();
    await expect(dialog.getByLabel('Steps to run')).toHaveValue('only');
    await expect(dialog.getByText(/From #\d+: “/).first()).toBeVisible();
    await start(page);
    await states(editor, ['completed', 'completed', 'completed', 'skipped']);
    await editor.node('write').click();
    await expect(page.getByText("Reused from an earlier test run. The step didn't run.")).toBeVisible();
  });
});

test('a test run stops at breakpoints, goes on and is stopped, and a draft is launched unpublished', async ({ page }) => {
  await test.step('a test run stops at breakpoints, goes on by hand, is shown after a reload, and is stopped', async () => {
    const editor = await openEditor(page, TWO, WAYS, TOPIC);
    await editor.node('quote').click();
    await page.keyboard.press('F9');
    await expect(editor.node('quote')).toHaveAttribute('data-breakpoint', '');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: 'Test run' });
    await expect(dialog).toContainText('Pauses before quote.');
    await start(page);

    await expect(editor.node('quote')).toContainText('Paused at a breakpoint');
    await expect(dock(page)).toContainText('Paused');
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.getByRole('button', { name: 'Run this step', exact: true }).click();
    await agree(page, 'Run this step?', 'Run');
    await states(editor, ['completed', 'completed', 'completed', 'completed']);

    await page.getByRole('button', { name: 'Test run', exact: true }).click();
    await start(page);
    await expect(editor.node('quote')).toContainText('Paused at a breakpoint');
    await page.reload();
    await hydrated(page);
    await expect(editor.node('write')).toHaveAttribute('data-state', 'completed');
    await expect(editor.node('quote')).toContainText('Paused at a breakpoint');
    await dock(page).getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('dialog', { name: 'Stop this run?' }).getByRole('button', { name: 'Stop' }).click();
    await expect(dock(page)).toContainText('Stopped');
    await page.reload();
    await hydrated(page);
    await expect(editor.node('quote')).toBeVisible();
    await expect(dock(page)).toHaveCount(0);
  });
  await test.step('what is drawn is launched once, and nothing is published', async () => {
    const editor = await openNext(page, TWO, WAYS, TOPIC);
    await editor.node('write').click();
    await page.locator('#config-prompt').fill('Only in the draft');
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/launch\?draft/);
    await hydrated(page);
    await expect(page.getByText('This launches the draft. Nothing is published.')).toBeVisible();
    await shoot(page, 'launch-draft');
    await page.getByLabel('Topic').fill('rain');
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/workflows\/executions\//);
    await expect(page.locator('header').getByText('Completed').first()).toBeVisible();

    const versions = await page.request.get(`/api/v1/workflows/templates/${editor.template}/versions`);
    expect(((await versions.json()) as { items: unknown[] }).items).toHaveLength(1);
    expect((await listed(page))[0].is_test).toBe(false);
  });
});
