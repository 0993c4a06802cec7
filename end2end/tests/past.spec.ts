import { type Page } from '@playwright/test';

import { campaignForm, launchToEnd } from '../support/campaign.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { approveAll, choose, edge, launch, node, panel, step } from '../support/workflow.ts';

// Everything moves, or nothing would be celebrated anywhere.
test.use({ settings: { ATELIER_SAMPLE_PACE: '40' }, contextOptions: { reducedMotion: 'no-preference' } });

const states = (page: Page) =>
  page.locator('[data-testid^="node-"]').evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).dataset.state));
const moment = (page: Page) => page.getByRole('slider', { name: 'Moment' });

/** Goes to a share of the whole by the keyboard, as a drag does by the mouse. */
async function seek(page: Page, share: number): Promise<void> {
  await moment(page).evaluate((range: HTMLInputElement, share) => {
    range.value = String(Math.round(Number(range.max) * share));
    range.dispatchEvent(new Event('input', { bubbles: true }));
    range.dispatchEvent(new Event('change', { bubbles: true }));
  }, share);
}

test('the past is gone to by drag, link, keyboard and play, and its events are found', async ({ page }) => {
  // Much to do on one execution.
  test.slow();
  await campaignForm(page);
  await launchToEnd(page);

  await test.step('dragged to, linked to, and left again', async () => {
    const header = page.locator('.monitor__header');
    const end = await states(page);
    expect(new Set(end)).toEqual(new Set(['completed']));
    await still(page);
    await shoot(page, 'past-end');

    const width = async () => (await moment(page).boundingBox())?.width ?? 0;
    const before = await width();
    await seek(page, 0.3);
    await expect(header.getByText('Running').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Back to the present' })).toBeVisible();
    expect(Math.abs((await width()) - before), 'the track keeps its size under a drag').toBeLessThan(2);
    const then = await states(page);
    expect(then).toContain('completed');
    expect(then.some((state) => state !== 'completed')).toBe(true);
    await expect(page.getByRole('button', { name: 'Run again' })).toHaveCount(0);
    await expect(page).toHaveURL(/[?&]at=\d+/);
    await still(page);
    await expectAccessible(page);
    await shoot(page, 'past-then');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, 'past-then-dark');
    await page.emulateMedia({ colorScheme: 'light' });

    // The link leads to the same moment, on a phone too.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await hydrated(page);
    await expect.poll(() => states(page)).toEqual(then);
    await shoot(page, 'past-then-390', { fullPage: true });
    await page.setViewportSize({ width: 1440, height: 900 });

    await page.getByRole('button', { name: 'Back to the present' }).press('Enter');
    await expect.poll(() => states(page)).toEqual(end);
    await expect(page).not.toHaveURL(/at=/);
    const lost = () => page.evaluate(() => document.activeElement === document.body);
    await expect.poll(lost, 'the focus stays at the slider').toBe(false);
    await expect(page.locator('.confetti')).toHaveCount(0);
  });

  await test.step('by the keyboard, event by event, from the beginning to the end', async () => {
    await moment(page).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => states(page).then((all) => all.filter((state) => state === 'completed').length)).toBeLessThan(3);
    const next = page.getByRole('button', { name: 'Next event' });
    const words = page.locator('.past__moment');
    const seen = [await words.innerText()];
    for (let step = 0; step < 5; step += 1) {
      await next.click();
      seen.push(await words.innerText());
    }
    expect([...seen].sort()).toEqual(seen);
    await page.getByRole('button', { name: 'Previous event' }).click();
    await expect(page.getByRole('button', { name: 'Back to the present' })).toBeVisible();
    await moment(page).focus();
    const before = Number(await moment(page).inputValue());
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => before - Number(await moment(page).inputValue()), 'the event before').toBeGreaterThan(0);
    await page.keyboard.press('ArrowRight');
    await expect(moment(page)).toHaveValue(String(before));
    await page.keyboard.press('End');
    await expect(page.getByRole('button', { name: 'Back to the present' })).toHaveCount(0);
    expect(new Set(await states(page))).toEqual(new Set(['completed']));
  });

  await test.step('played faster than it went, to its end', async () => {
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const past = page.locator('.past');
    await expect(past).toHaveAttribute('data-past', 'true');
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('10');
    await expect(past).toHaveAttribute('data-past', 'false');
    expect(new Set(await states(page))).toEqual(new Set(['completed']));
  });

  await test.step('the events by topic and by words', async () => {
    const dock = page.getByRole('region', { name: 'The whole run' });
    await dock.getByRole('tab', { name: 'Events' }).click();
    const lines = dock.locator('.log__line');
    // Not all of them are in the page.
    const count = async () => Number(await lines.first().getAttribute('aria-setsize'));
    await expect.poll(count).toBeGreaterThan(10);
    const all = await count();
    await page.getByRole('button', { name: 'Outputs', exact: true }).click();
    await expect.poll(count).toBeLessThan(all);
    expect(await count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Problems' }).click();
    await expect(page.getByText('No matching events.')).toBeVisible();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search events' }).fill('Completed');
    await expect.poll(count).toBeLessThan(all);
    await page.getByRole('searchbox', { name: 'Search events' }).fill('');
    await seek(page, 0.2);
    await expect.poll(count).toBeLessThan(all);

    await page.getByRole('button', { name: 'Back to the present' }).click();
    await page.getByRole('searchbox', { name: 'Search events' }).fill('done');
    const then = dock.getByRole('button', { name: /^Show the run at/ }).last();
    await then.click();
    await expect(page, 'an event leads to its moment').toHaveURL(/[?&]at=\d+/);
    await expect(page.getByRole('button', { name: 'Back to the present' })).toBeVisible();
    await still(page);
    await shoot(page, 'past-event');
  });
});

const body = async (page: Page) => (await panel(page).locator('.made-text__body').first().innerText()).trim();

test('a watched text is whole; an end before one’s eyes is celebrated, and results have the room', async ({ page }) => {
  const prompt = 'Write an article about tea on long train rides';
  const nodes = [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt }),
    node('look', 'review', 600, 80, { instructions: 'Good?' }),
    node('end', 'end', 900, 80),
  ];
  const edges = [edge('start', 'write'), edge('write', 'look', 'texts'), edge('look', 'end', 'approved')];
  await launch(page, { name: 'Watched and celebrated', nodes, edges }, { breakpoints: ['write'] });
  const dock = page.getByRole('region', { name: 'The whole run' });
  const confetti = page.locator('.confetti');
  const chosen = (name: string) => expect(dock.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  const heights = async () => {
    const [graph, results] = await Promise.all([page.locator('.monitor__canvas').boundingBox(), dock.boundingBox()]);
    return { graph: graph?.height ?? 0, results: results?.height ?? 0 };
  };
  const line = page.getByRole('separator', { name: 'Size of the results' });
  let watched = '';

  await test.step('a text is watched while it is written', async () => {
    await choose(page, 'write');
    // Written only once somebody watches, however long the page took.
    await expect(step(page, 'write')).toContainText('Paused at a breakpoint');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(step(page, 'write').locator('.node__text[data-writes]')).toBeVisible();
    await expect(step(page, 'write')).toHaveAttribute('data-state', 'completed');
    await expect(step(page, 'write').locator('.node__text[data-writes]')).toHaveCount(0);

    // What came while nobody could know that it was the last.
    await expect.poll(() => body(page)).toMatch(/[.!?”"]$/);
    watched = await body(page);
  });

  await test.step('who goes back and comes to the present again celebrates nothing', async () => {
    await expect(step(page, 'look')).toHaveAttribute('data-state', 'awaiting_review');
    await seek(page, 0.5);
    const back = page.getByRole('button', { name: 'Back to the present' });
    await expect(back).toBeVisible();
    await expect(confetti).toHaveCount(0);
    await back.click();
    await expect(back).toBeHidden();
    await expect(confetti).toHaveCount(0);
    await chosen('Overview');
    const before = await heights();
    expect(before.graph).toBeGreaterThan(before.results);
  });

  await test.step('the end is celebrated, and the results have the room, as large as one likes', async () => {
    const celebrated = confetti.waitFor();
    await approveAll(page);
    await celebrated;
    await chosen('Outputs');
    const isLarge = async () => {
      const { graph, results } = await heights();
      return results > graph;
    };
    await expect.poll(isLarge).toBe(true);
    await line.press('ArrowUp');
    await line.press('ArrowUp');
    await expect(line).toHaveAttribute('aria-valuenow', '75');
  });

  await test.step('who comes later celebrates nothing, finds the line where it was left, and the whole text', async () => {
    await page.reload();
    await hydrated(page);
    await expect(line).toHaveAttribute('aria-valuenow', '75');
    await expect(confetti).toHaveCount(0);
    const { graph, results } = await heights();
    expect(results).toBeGreaterThan(2 * graph);
    await expectAccessible(page);
    await shoot(page, 'results');
    await panel(page).getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => body(page)).toBe(watched);

    await page.setViewportSize({ width: 390, height: 844 });
    const isFirst = async () => {
      const [results, graph] = await Promise.all([dock.boundingBox(), page.locator('.monitor__canvas').boundingBox()]);
      return results!.y < graph!.y;
    };
    await expect.poll(isFirst, 'on a phone they come first').toBe(true);
  });
});
