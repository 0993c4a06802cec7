import { type Page } from '@playwright/test';

import { expect, hydrated, test } from '../support/test.ts';
import { approveAll, asking, begin, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

// A server of its own: what is under way is counted.
test.use({ settings: { ATELIER_SAMPLE_PACE: '1' } });

/** What a tab asks of the server: its lines, those that are open, and questions by the clock. */
class Asked {
  lines = 0;
  open = 0;
  polls: string[] = [];

  constructor(page: Page) {
    const isLine = (url: string) => url.includes('/api/v1/stream?');
    page.on('request', (request) => {
      if (isLine(request.url())) {
        this.lines += 1;
        this.open += 1;
      }
      if (/\/api\/fn\/(load_attention|load_pulse)/.test(request.url())) this.polls.push(request.url());
    });
    const ended = (request: { url(): string }) => {
      if (isLine(request.url())) this.open -= 1;
    };
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
  }
}

const badge = (page: Page) => page.getByRole('link', { name: 'Reviews, 1 waiting for you' });
const opener = (page: Page) => page.getByRole('button', { name: /^Activity/ });

test('what one browser launches and decides, every page of another shows without asking by the clock', async ({ page, browser, baseURL }) => {
  const workspace = await beOwner(page);
  await begin(page, asking('Seen before'));
  await approveAll(page);
  const context = await browser.newContext({ storageState: await page.context().storageState(), baseURL });
  const other = await context.newPage();
  const asked = new Asked(other);
  await other.clock.install();
  const heard = other.waitForResponse(/\/api\/v1\/stream\?/);
  await other.goto(workspace);
  await hydrated(other);
  await heard;
  // From here on no clock of this page moves: what asks now and then asks no more.
  await other.clock.pauseAt(Date.now() + 60_000);
  await expect(badge(other)).toHaveCount(0);

  await begin(page, asking('Seen elsewhere'));
  await expect(other.getByText('Review “Look”')).toBeVisible();
  await expect(badge(other)).toBeVisible();
  await expect(opener(other)).toHaveAccessibleName('Activity: 1');
  await badge(other).click();
  await expect(other.getByTestId('decision')).toBeVisible();
  await approveAll(page);
  await expect(other.getByText('No open reviews')).toBeVisible();
  await expect(badge(other)).toHaveCount(0);

  await other.getByRole('link', { name: 'Runs', exact: true }).click();
  const rows = other.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toContainText('Completed');
  await opener(other).click();
  const last = await begin(page, asking('Seen in the list'));
  await expect(rows.nth(1)).toContainText('Seen in the list');
  await expect(other.getByRole('dialog', { name: 'Activity' })).toContainText('Seen in the list');
  expect(asked).toMatchObject({ lines: 1, open: 1, polls: [] });

  await other.clock.resume();
  await other.goto(`${workspace}/workflows/executions/${last}`);
  await expect(step(other, 'look')).toHaveAttribute('data-state', 'awaiting_review');
  await approveAll(page);
  await expect(step(other, 'end')).toHaveAttribute('data-state', 'completed');
  await expect(badge(other)).toHaveCount(0);
  await expect.poll(() => asked.open).toBe(1);
  await context.close();
});

test('a page on which no news arrive asks for them until they do', async ({ page, guard }) => {
  guard.expect(/503|Failed to load resource/);
  const workspace = await beOwner(page);
  await page.route(/\/api\/v1\/stream\?/, (route) => route.fulfill({ status: 503 }));
  await page.goto(workspace);
  await hydrated(page);
  await begin(page, asking('Asked for'));
  await expect(page.getByRole('link', { name: /Asked for #/ })).toBeVisible();
  await expect(badge(page)).toBeVisible();
  await page.unroute(/\/api\/v1\/stream\?/);
  const asked = new Asked(page);
  await expect.poll(() => asked.open).toBe(1);
  await approveAll(page);
  await expect(badge(page)).toHaveCount(0);
});
