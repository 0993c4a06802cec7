import { type Locator, type Page, type Route } from '@playwright/test';

import { still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, type Json, launch, node, panel, stands, step } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

const ROUNDS = 200;
/** Rows in the page at most: what is in view, and as much around it. */
const MOST = 150;

const parameters = [{ name: 'things', type: 'list', default: Array.from({ length: ROUNDS }, (_, thing) => `thing ${thing + 1}`) }];

/** A line for each of so many words: about two thousand events. */
const lines: Json = {
  name: 'Many lines',
  parameters,
  nodes: [
    node('start', 'start', 0, 80),
    { ...node('each', 'for_each', 400, 0, { items: '${input.things}' }), size: { width: 420, height: 320 } },
    { ...node('write', 'generate_copy', 80, 100, { prompt: 'A line about ${item}' }), parentId: 'each' },
    node('end', 'end', 1000, 80),
  ],
  edges: [
    edge('start', 'each'),
    edge('each', 'write', 'item'),
    { ...edge('write', 'each', 'texts'), targetHandle: 'result' },
    edge('each', 'end', 'output'),
  ],
};

const dock = (page: Page) => page.getByRole('region', { name: 'The whole run' });
/** How many rows there are, in the page or not. */
const all = async (rows: Locator) => Number(await rows.first().getAttribute('aria-setsize'));
const places = (rows: Locator) =>
  rows.evaluateAll((found) => found.map((row) => Number(row.getAttribute('aria-posinset'))));

test('a long execution: the log and the timeline hold the rows in view, and all can be reached', async ({ page }) => {
  test.slow();
  await launch(page, lines);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed', { timeout: 120_000 });
  let events = 0;

  await test.step('the log', async () => {
    await dock(page).getByRole('tab', { name: 'Events' }).click();
    const rows = dock(page).locator('.log__line');
    await expect.poll(() => all(rows)).toBeGreaterThan(5 * ROUNDS);
    const count = await all(rows);
    await expect(rows.first()).toHaveAttribute('data-seq', String(count));
    events = count;
    expect(await rows.count()).toBeLessThan(MOST);
    await expectAccessible(page);

    // All have their room, and the last one comes in when it is scrolled to.
    const panel = dock(page).getByRole('tabpanel', { name: 'Events' });
    expect(await panel.evaluate((panel) => panel.scrollHeight)).toBeGreaterThan(15 * count);
    await panel.evaluate((panel) => panel.scrollTo(0, panel.scrollHeight / 2));
    await expect.poll(async () => (await places(rows))[0]).toBeGreaterThan(count / 4);
    const half = await places(rows);
    expect(half).toEqual(half.map((_, place) => half[0]! + place));
    await panel.evaluate((panel) => panel.scrollTo(0, panel.scrollHeight));
    await expect(rows.last()).toHaveAttribute('data-seq', '1');
    await expect(rows.last()).toBeInViewport();
    await expect(rows.last()).toContainText('Launched with');
    await expect(rows.last()).toHaveAttribute('aria-posinset', String(count));
    expect(await rows.count()).toBeLessThan(MOST);

    // What is not in the page is found all the same.
    await panel.evaluate((panel) => panel.scrollTo(0, 0));
    await expect(rows.first()).toHaveAttribute('data-seq', String(count));
    await page.getByRole('searchbox', { name: 'Search events' }).fill('launched with');
    await expect(rows).toHaveCount(1);
    await expect(rows.first()).toHaveAttribute('aria-setsize', '1');
    await page.getByRole('searchbox', { name: 'Search events' }).fill('');
    await expect.poll(() => all(rows)).toBe(count);
  });

  await test.step('the log of the past', async () => {
    const rows = dock(page).locator('.log__line');
    const count = await all(rows);
    await page.getByRole('slider', { name: 'Moment' }).evaluate((range: HTMLInputElement) => {
      range.value = String(Math.round(Number(range.max) / 2));
      range.dispatchEvent(new Event('input', { bubbles: true }));
      range.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await expect.poll(() => all(rows)).toBeLessThan(count);
    const then = await all(rows);
    await expect(rows.first()).toHaveAttribute('data-seq', String(then));
    await page.getByRole('button', { name: 'Back to the present' }).click();
    await expect.poll(() => all(rows)).toBe(count);
  });

  await test.step('the timeline, by the keyboard', async () => {
    await dock(page).getByRole('tab', { name: 'Timeline' }).click();
    const rows = dock(page).locator('.timeline__row');
    await expect(rows.first()).toHaveAttribute('aria-setsize', String(ROUNDS));
    expect(await rows.count()).toBeLessThan(MOST);
    await rows.first().getByRole('button').focus();
    for (let row = 2; row <= 100; row += 1) {
      await page.keyboard.press('Tab');
      await expect(page.locator('.timeline__row:focus-within')).toHaveAttribute('aria-posinset', String(row));
    }
    await page.keyboard.press('Enter');
    await expect(page.locator('.timeline__row:focus-within').getByRole('button')).toHaveAttribute('aria-pressed', 'true');
    await still(page);
    await expectAccessible(page);
  });

  await test.step('the outputs', async () => {
    await dock(page).getByRole('tab', { name: 'Outputs' }).click();
    const texts = dock(page).locator('.made-text');
    await expect(texts).toHaveCount(24);
    const more = dock(page).locator('.made-texts + .made-more').getByRole('button', { name: 'Show more' });
    for (const shown of [48, 96, 192, ROUNDS]) {
      // By the keyboard: the button moves away under a mouse while what came is laid out.
      await more.press('Enter');
      await expect(texts).toHaveCount(shown);
    }
    await expect(more).toHaveCount(0);
  });

  await test.step('on a phone the page scrolls, not the log', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await dock(page).getByRole('tab', { name: 'Events' }).click();
    const rows = dock(page).locator('.log__line');
    await expect.poll(() => all(rows)).toBe(events);
    expect(await rows.count()).toBeLessThan(MOST);
    await dock(page).locator('.log').evaluate((log) => log.scrollIntoView({ block: 'end' }));
    await expect(rows.last()).toContainText('Launched with');
  });
});

/** Twelve hundred steps of which no worker has anything to do. */
const joining: Json = (() => {
  const joins = ['a', 'b', 'c', 'd', 'e', 'f'];
  const inside = joins.map((id, at) => ({ ...node(id, 'merge', 60 + (at % 3) * 280, 90 + Math.floor(at / 3) * 140), parentId: 'each' }));
  const between = joins.slice(1).map((id, at) => edge(joins[at]!, id));
  return {
    name: 'Many joins',
    parameters,
    nodes: [
      node('start', 'start', 0, 80),
      { ...node('each', 'for_each', 400, 0, { items: '${input.things}' }), size: { width: 920, height: 380 } },
      ...inside,
      node('end', 'end', 1450, 80),
    ],
    edges: [
      edge('start', 'each'),
      edge('each', 'a', 'item'),
      ...between,
      { ...edge('f', 'each'), targetHandle: 'result' },
      edge('each', 'end', 'output'),
    ],
  };
})();

test('rel E16: a very long execution opens with its first rounds, and the others follow', async ({ page, guard }) => {
  guard.expect(/api\/fn\/monitor/);
  const workspace = await beOwner(page);
  const execution = await begin(page, joining);
  await stands(page, execution, 'completed');
  const rest: Route[] = [];
  await page.route('**/api/fn/monitor', (route) => void rest.push(route));

  // With room enough its cards are large enough to press.
  await page.context().addCookies([{ name: 'monitor-results', value: '30', url: originOf(page) }]);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);

  const banner = page.getByText('Loading the other rounds…');
  await expect(banner).toBeVisible();
  await expect(step(page, 'f').getByRole('button').first()).toHaveAccessibleName(new RegExp(`completed ${ROUNDS} of ${ROUNDS}`));
  await choose(page, 'f');
  const rounds = panel(page).getByLabel('Showing').locator('option');
  await expect(rounds).toHaveCount(1 + 10 + 1);
  await expect(rounds.first()).toHaveText(`All rounds (${ROUNDS})`);

  // What cannot be loaded is tried again.
  await expect.poll(() => rest.length).toBe(1);
  await rest[0]!.abort();
  await expect.poll(() => rest.length).toBe(2);
  await rest[1]!.continue();

  await expect(banner).toBeHidden();
  await expect(rounds).toHaveCount(1 + ROUNDS);
});
