import { type Page } from '@playwright/test';

import { shoot } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { choose, edge, launch, node, panel, post, step } from '../support/workflow.ts';

const CONTROL = /\/api\/fn\/control$/;

const STEPS = Array.from({ length: 12 }, (_, at) => `step_${at}`);

/** Three texts that wait for tomorrow, and a long way to the right of them. */
const waiting = {
  name: 'Waits for tomorrow',
  nodes: [
    node('start', 'start', 0, 80),
    node('rest', 'wait', 300, 80, { seconds: 86400 }),
    ...['one', 'two', 'three'].map((id, at) => node(id, 'generate_copy', 300 * at, 240, { prompt: 'A line' })),
    ...STEPS.map((id, at) => node(id, 'wait', 600 + 300 * at, 80, { seconds: 86400 })),
    node('end', 'end', 4200, 80),
  ],
  edges: [
    edge('start', 'rest'),
    edge('rest', 'one'),
    edge('one', 'two', 'texts'),
    edge('two', 'three', 'texts'),
    edge('three', 'end', 'texts'),
    ...STEPS.map((id, at) => edge(STEPS[at - 1] ?? 'rest', id)),
    edge('step_11', 'end'),
  ],
};

/** Three texts, one after the other. */
const held = {
  name: 'Step by step',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A line' }),
    node('quote', 'generate_copy', 600, 80, { prompt: 'Another line' }),
    node('shorten', 'generate_copy', 900, 80, { prompt: 'A last line' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'write'),
    edge('write', 'quote', 'texts'),
    edge('quote', 'shorten', 'texts'),
    edge('shorten', 'end', 'texts'),
  ],
};

/** Keeps what is asked of executions until it is let go. */
async function hold(...tabs: Page[]): Promise<() => void> {
  let go = (): void => {};
  const gone = new Promise<void>((resolve) => (go = resolve));
  for (const tab of tabs) {
    await tab.route(CONTROL, async (route) => {
      await gone;
      await route.continue();
    });
  }
  return go;
}

const add = (page: Page) => panel(page).getByRole('button', { name: 'Add breakpoint' });
const remove = (page: Page) => panel(page).getByRole('button', { name: 'Remove breakpoint' });
const id = (page: Page) => new URL(page.url()).pathname.split('/').pop() ?? '';

/** Goes to a step that is far away, on a phone by its address and then by a link within the app. */
async function ledTo(page: Page): Promise<void> {
  await choose(page, 'rest');
  await expect(step(page, 'rest')).toBeInViewport();
  await expect(step(page, 'step_11')).not.toBeInViewport();
  const address = `${page.url().replace(/\?.*/, '')}?node=step_11`;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(address);
  await hydrated(page);
  await expect(step(page, 'step_11')).toBeInViewport({ ratio: 0.99 });
  await step(page, 'step_11').click({ trial: true });
  await shoot(page, 'led-to-step');

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href, textContent: 'Far away' });
    document.querySelector('main')?.prepend(link);
  }, address);
  await page.getByRole('link', { name: 'Far away' }).click();
  await expect(step(page, 'step_11')).toBeInViewport({ ratio: 0.99 });
}

/** Pauses and resumes by the keyboard, and stops after a question. */
async function pausedAndStopped(page: Page): Promise<void> {
  const says = (words: string) => expect(page.locator('main header').getByText(words).first()).toBeVisible();
  await says('Running');
  // Nothing is asked: it is taken back as easily.
  await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
  await says('Paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await says('Running');

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: /stop/i }).click();
  await says('Stopped');
  // What was stopped was not done.
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Overview' })).toContainText('Steps done1 of 18');
}

test('ux 55: a waiting step is in the timeline, tabs keep each other’s breakpoints, an address leads to a step, and it is paused, resumed and stopped', async ({ page, context }) => {
  await launch(page, waiting);
  await expect(step(page, 'rest')).toHaveAttribute('data-state', 'waiting');

  const dock = page.getByRole('region', { name: 'The whole run' });
  await dock.getByRole('tab', { name: 'Timeline' }).click();

  const row = dock.locator('.timeline__row');
  await expect(row).toHaveCount(1);
  await expect(row.locator('.timeline__bar:not([data-state="queued"])')).toHaveAttribute('data-state', 'waiting');
  await expect(row.getByRole('button')).toHaveAccessibleName(/^Rest ?, waiting \d/);
  await shoot(page, 'timeline-waits');

  const goOn = await hold(page);
  for (const one of ['one', 'two']) {
    await choose(page, one);
    await add(page).click();
  }
  goOn();
  await expect(remove(page)).toBeVisible();
  await choose(page, 'one');
  await expect(remove(page)).toBeVisible();

  await page.unroute(CONTROL);
  const other = await context.newPage();
  await other.goto(page.url());
  await hydrated(other);
  await choose(other, 'three');
  const bothGoOn = await hold(page, other);
  await remove(page).click();
  await add(other).click();
  bothGoOn();

  for (const tab of [page, other]) {
    for (const [one, button] of [['one', add], ['two', remove], ['three', remove]] as const) {
      await choose(tab, one);
      await expect(button(tab)).toBeVisible();
    }
  }
  await other.close();
  await test.step('a step that an address leads to is in view, whatever is at work', () => ledTo(page));
  await test.step('ux 55: pause, resume, stop', () => pausedAndStopped(page));
});

test('a picture that somebody fitted stays as it is, and so does a question; a change that comes too late is refused where it was made', async ({ page, guard }) => {
  guard.expect(/409/);
  await launch(page, held, { auto_run: false });
  const zoom = page.locator('.zoom-bar__value');
  const follow = page.getByRole('button', { name: 'Follow running steps' });
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(zoom).toHaveText(/^\d+%$/);
  const watched = await zoom.innerText();
  await page.getByRole('button', { name: 'Fit to view' }).click();
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const fitted = await zoom.innerText();
  expect(fitted, 'what is watched is large enough to be read').not.toBe(watched);

  await post(page, `workflows/executions/${id(page)}/steps/write/trigger`, {});
  await expect(step(page, 'write')).toHaveAttribute('data-state', 'completed');
  await expect(zoom).toHaveText(fitted);

  await follow.click();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(zoom).not.toHaveText(fitted);

  // A question stays that a double click opened, or out of which words are selected.
  await page.getByRole('button', { name: 'Stop', exact: true }).first().dblclick();
  const question = page.getByRole('dialog', { name: /^Stop/ });
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await choose(page, 'quote');
  await panel(page).getByRole('button', { name: /^Edit/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit step' });
  const prompt = dialog.getByLabel('Prompt', { exact: true });
  await prompt.fill('Words that are selected from their end');
  const [from, frame] = [await prompt.boundingBox(), await dialog.boundingBox()];
  if (!from || !frame) throw new Error('there is no dialog');
  const beside = { x: frame.x - 40, y: from.y + 10 };

  await page.mouse.move(from.x + 60, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(beside.x, beside.y, { steps: 4 });
  await page.mouse.up();

  await expect(prompt).toHaveValue('Words that are selected from their end');
  await page.mouse.click(beside.x, beside.y);
  await expect(dialog).toBeHidden();

  // What was changed when it was too late stays to be read, with the reason.
  await panel(page).getByRole('button', { name: 'Edit step…' }).click();
  await prompt.fill('A line about rain');
  await post(page, `workflows/executions/${id(page)}/steps/quote/trigger`, {});
  await expect(step(page, 'quote')).toHaveAttribute('data-state', 'completed');

  await dialog.getByRole('button', { name: 'Save' }).click();

  await expect(dialog.locator('.form-error')).toHaveText("Can't edit “Quote”: it is completed. This step has ended.");
  await expect(page.locator('.toast')).toHaveCount(0);
  await expect(prompt).toHaveValue('A line about rain');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await post(page, `workflows/executions/${id(page)}/stop`, {});
});
