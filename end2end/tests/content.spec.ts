import { type Locator, type Page } from '@playwright/test';

import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, node, panel, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** A text with headings that is decided about. */
const workflow = {
  name: 'Content that is read',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A blog post about cold brew' }),
    node('check', 'review', 600, 80, { instructions: 'Does it sound like us?' }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'check', 'texts'), edge('check', 'end', 'approved')],
};

/** What is shown reads as it was meant, and as it was written when that is asked for. */
async function readsBothWays(place: Locator, source = 'Markdown'): Promise<void> {
  const rendered = place.locator('.markdown').first();
  await expect(rendered.getByRole('heading').first()).toBeVisible();
  await expect(rendered).not.toContainText(/^#|\n#/);
  const ways = place.getByRole('group', { name: 'View', exact: true }).first();
  await expect(ways.getByRole('button', { name: 'Preview' })).toHaveAttribute('aria-pressed', 'true');
  await ways.getByRole('button', { name: source }).click();
  await expect(place.locator('.markdown')).toHaveCount(0);
  if (source === 'Markdown') await expect(place).toContainText(/# \w/);
  else await expect(place.getByRole('textbox', { name: 'Text 1' })).toHaveValue(/^# \w/);
  await ways.getByRole('button', { name: 'Preview' }).click();
  await expect(rendered).toBeVisible();
}

/** Nothing sticks out, on a phone neither. */
async function fits(page: Page, name: string): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at ${width}`).toBe(width);
    await shoot(page, `content-${name}-${width}`, { fullPage: true });
  }
}

/** The same, and it is accessible. */
async function looksWell(page: Page, name: string): Promise<void> {
  await fits(page, name);
  await still(page);
  await expectAccessible(page);
}

test('ux: content reads as its Markdown means in reviews, links, cards, outputs, lineage and comparisons; its source on request', async ({ page, browser }) => {
  test.slow();
  const workspace = await beOwner(page);
  const execution = await begin(page, workflow);

  // The review, in the list of what waits; what is edited is the source.
  await page.goto(`${workspace}/reviews`);
  await hydrated(page);
  const entry = page.getByRole('listitem').filter({ hasText: workflow.name });
  await entry.getByRole('button', { name: 'Review link…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create and copy link' }).click();
  const address = await dialog.getByTestId('review-link').inputValue();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await entry.getByRole('link', { name: workflow.name }).click();
  await page.waitForURL(`${workspace}/workflows/executions/${execution}*`);
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await choose(page, 'check');
  const decision = page.getByTestId('decision');
  await readsBothWays(decision, 'Edit');
  await looksWell(page, 'review');

  // The card says the words and none of the marks.
  const card = step(page, 'write').locator('.node__text');
  await expect(card).not.toBeEmpty();
  await expect(card).not.toContainText(/[#*]/);

  // A client on a phone, by the link.
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const guest = await phone.newPage();
  await guest.goto(address);
  await hydrated(guest);
  await readsBothWays(guest.getByTestId('linked-review'));
  await fits(guest, 'guest');
  await phone.close();

  // Made again, and then approved.
  await decision.getByLabel('Comment or reason').fill('Make it shorter');
  await decision.getByRole('button', { name: 'Ask for changes' }).click();
  await expect(decision.getByTestId('changes')).toBeVisible();
  await decision.getByTestId('changes').getByText('Changes since version 1').click();
  await expect(decision.locator('.diff__rendered .markdown')).toHaveCount(2);
  await decision.getByRole('button', { name: 'Approve' }).click();
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');

  // The output of the step, and how its versions differ.
  await choose(page, 'write');
  await panel(page).getByRole('tab', { name: 'Output' }).click();
  const made = panel(page).locator('.made-text').first();
  const all = made.getByRole('button', { name: 'Show all' });
  if (await all.isVisible()) await all.click();
  await readsBothWays(made);
  await looksWell(page, 'output');
  await panel(page).getByRole('button', { name: '2 versions' }).click();
  await panel(page).getByRole('button', { name: 'Compare' }).click();
  const difference = page.getByRole('dialog', { name: 'v1 and v2' });
  await expect(difference.getByRole('region', { name: 'Before' }).getByRole('heading').first()).toBeVisible();
  await expect(difference.locator('.markdown__changed').first()).toBeVisible();
  await looksWell(page, 'comparison');
  await difference.getByRole('button', { name: 'Inline' }).click();
  await expect(difference.locator('.diff__text')).toContainText(/# \w/);
  await difference.getByRole('button', { name: 'Preview' }).click();
  await difference.getByRole('button', { name: 'Close' }).click();

  // Where it came from.
  await made.getByRole('link', { name: 'How was this made?' }).click();
  const version = page.locator('.lineage__entry[data-this]');
  await readsBothWays(version);
  await fits(page, 'lineage');
});
