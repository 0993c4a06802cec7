import { type Page } from '@playwright/test';

import { expect, hydrated, test } from '../support/test.ts';
import { approveAll, asking, begin, launch, post, stands, step, waiting } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** How long an answer may take that does not wait for a connection. */
const AT_ONCE = 15_000;

/** What the page's server answers to a question of the page, while every other tab is open. */
async function answers(page: Page): Promise<number> {
  return page.evaluate(async (limit) => {
    const answer = await fetch('/api/v1/projects', { signal: AbortSignal.timeout(limit) });
    return answer.status;
  }, AT_ONCE);
}

/** Hides the tab, which lets go of its connection at once, and shows it, which has it again then. */
async function hideAndShow(page: Page): Promise<void> {
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);

  const gone = page.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/stream?'));
  await show(true);
  await gone;
  const again = page.waitForResponse(/\/api\/v1\/stream\?/);
  await show(false);
  await again;
}

/** How far to the right the words reach that hover over something at the right edge. */
function reachOfHover(page: Page): Promise<number> {
  return page.evaluate(() => {
    const made = document.createElement('button');
    made.dataset['tip'] = 'Words that are longer than the button';
    made.style.cssText = 'position: fixed; right: 0; top: 50%; width: 2rem; height: 2rem';
    document.body.append(made);
    made.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
    const tip = getComputedStyle(made, '::after');
    const middle = made.getBoundingClientRect().left + Number.parseFloat(tip.left);
    const end = middle + Number.parseFloat(tip.width) / 2;
    made.remove();
    return end;
  });
}

test('words on hover stay in the window; a hidden tab lets go of its connection; seven open tabs leave no request waiting, and each shows news', async ({ page, context }) => {
  const workspace = await beOwner(page);
  const heard = page.waitForResponse(/\/api\/v1\/stream\?/);
  await page.goto(workspace, { timeout: AT_ONCE });
  await heard;
  await hydrated(page);
  expect(await reachOfHover(page)).toBeLessThanOrEqual(await page.evaluate(() => innerWidth));
  await hideAndShow(page);

  // One more than a browser has connections to a server.
  const tabs = [page];
  while (tabs.length < 7) tabs.push(await context.newPage());
  for (const tab of tabs.slice(1)) {
    await tab.goto(workspace, { timeout: AT_ONCE });
    await hydrated(tab);
  }

  for (const tab of tabs) expect(await answers(tab)).toBe(200);
  const id = await begin(page, asking('Seen in each tab'));
  for (const tab of tabs) await expect(tab.getByText('Review “Look”')).toBeVisible();
  // Whichever tab a person comes back to has a stream again.
  const line = page.waitForResponse(/\/api\/v1\/stream\?/);
  await page.reload();
  await line;
  await approveAll(page);
  await stands(page, id, 'completed');
});

test.describe('in another zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata', locale: 'de-DE' });

  test('times are the reader’s, in UTC on hover, and a day of a filter is a day of theirs', async ({ page }) => {
    const workspace = await beOwner(page);
    const id = await begin(page, waiting('Half past'));
    await page.goto(`${workspace}/workflows/executions/${id}`);
    await hydrated(page);

    const shown = step(page, 'hold').locator('.num', { hasText: 'until' });
    await expect(shown).toHaveText(/until (\d\d\.\d\d\.\d{4} )?\d\d:\d\d, /);
    await expect(shown).toHaveAttribute('title', /^\d\d\.\d\d\.\d{4} \d\d:\d\d UTC$/);
    const at = async (of: Promise<string | null>) => /(\d\d):(\d\d)/.exec((await of) ?? '')!.slice(1).map(Number);
    const [hours, minutes] = await at(shown.textContent());
    const [utcHours, utcMinutes] = await at(shown.getAttribute('title'));
    expect((hours! * 60 + minutes! - utcHours! * 60 - utcMinutes! + 1440) % 1440).toBe(330);

    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Runs' }).click();
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Kolkata' }).format(new Date());
    await page.getByLabel('From', { exact: true }).fill(today);
    await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\dT00%3A00%3A00\.000%2B05%3A30/);
    await expect(page.getByRole('row', { name: /Half past/ })).toBeVisible();
    await page.reload();
    await hydrated(page);
    await expect(page.getByLabel('From', { exact: true })).toHaveValue(today);
    await post(page, `workflows/executions/${id}/stop`, {});
  });
});

/** Does to the page what the translators of browsers do: every text is a `font` in the place of its node. */
async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const put = (text: Text) => {
      if (!text.data.trim() || text.parentElement?.closest('[translate=no], font, script, style')) return;
      const font = document.createElement('font');
      font.textContent = `«${text.data}»`;
      text.replaceWith(font);
    };
    const all = (root: Node) => {
      const texts: Text[] = [];
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      if (root instanceof Text) texts.push(root);
      texts.forEach(put);
    };
    all(document.body);
    new MutationObserver((records) => records.forEach(({ addedNodes }) => addedNodes.forEach(all)))
      .observe(document.body, { childList: true, subtree: true });
  });
}

test('a page that the browser translates goes on working', async ({ page }) => {
  await launch(page, asking('Translated'));
  await expect(step(page, 'look')).toHaveAttribute('data-state', 'awaiting_review');
  await translate(page);
  await expect(page.getByRole('main')).toContainText('«');

  await approveAll(page);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  await expect(page.locator('.chip--status').first()).toHaveText('Completed');
  await expect(page.getByRole('main')).not.toContainText('Needs your review');
  const sections = page.getByRole('navigation', { name: 'Sections' });
  await sections.getByRole('link', { name: 'Documents' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('«Documents»');
  await sections.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('region', { name: /Recent runs/ })).toContainText('Translated');
  // A text that was translated is another one once a person has done something.
  const saved = async (amount: string) => {
    await page.getByLabel('Budget in dollars').fill(amount);
    await page.getByRole('button', { name: 'Save' }).click();
  };
  await page.getByRole('button', { name: 'Set budget…' }).click();
  await saved('20');
  await page.getByRole('button', { name: '«Change budget…»', exact: true }).click();
  await saved('');
  await expect(page.getByRole('button', { name: '«Set budget…»', exact: true })).toBeVisible();
});
