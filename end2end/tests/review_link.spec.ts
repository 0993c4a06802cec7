import { type Locator } from '@playwright/test';

import { sql } from '../support/database.ts';
import { shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, post, reviewOf } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const workflow = {
  name: 'Reviewed by link',
  nodes: [
    { id: 'start', type: 'start', position: { x: 0, y: 0 }, data: { label: 'Start', config: {} } },
    { id: 'write', type: 'generate_copy', position: { x: 300, y: 0 }, data: { label: 'Write', config: { prompt: 'A headline about lanterns' } } },
    { id: 'draw', type: 'generate_image', position: { x: 300, y: 200 }, data: { label: 'Draw', config: { prompt: 'A lantern' } } },
    { id: 'check', type: 'review', position: { x: 600, y: 0 }, data: { label: 'Check', config: { instructions: 'Is it warm enough?' } } },
    { id: 'end', type: 'end', position: { x: 900, y: 0 }, data: { label: 'End', config: {} } },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'write' },
    { id: 'b', source: 'start', target: 'draw' },
    { id: 'c', source: 'write', sourceHandle: 'texts', target: 'check' },
    { id: 'd', source: 'draw', sourceHandle: 'images', target: 'check' },
    { id: 'e', source: 'check', sourceHandle: 'approved', target: 'end' },
  ],
};

test('ux 34: a review is decided by a link on a phone, without an account', async ({ page, context, browser, server, guard }) => {
  guard.expect(/410|404/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const workspace = await beOwner(page);
  const execution = await begin(page, workflow);

  await page.goto(`${workspace}/reviews`);
  await hydrated(page);
  const entry = page.getByRole('listitem').filter({ hasText: 'Reviewed by link' });
  await entry.getByRole('button', { name: 'Review link…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Expires after').selectOption('24');
  await dialog.getByRole('button', { name: 'Create and copy link' }).click();
  await expect(dialog.locator('.toast').filter({ hasText: 'Copied.' }), 'above the veil').toBeVisible();
  const address = await dialog.getByTestId('review-link').inputValue();
  expect(address).toContain(`${server.url}/review/`);
  await expect(dialog.getByText(/By Ada Owner, expires/)).toBeVisible();
  await expectAccessible(page);
  await still(page);
  await shoot(page, 'review-link-dialog');

  // Somebody else, elsewhere, on a phone.
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const other = await phone.newPage();
  await other.goto(address);
  await hydrated(other);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Ada Owner asks for your decision');
  await expect(other.getByText('Is it warm enough?')).toBeVisible();
  const picture = other.locator('.decision__picture img');
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await other.evaluate(overflow)).toBeLessThanOrEqual(0);
  await expectAccessible(other);
  await still(other);
  await shoot(other, 'review-link-phone-dark', { fullPage: true });

  // The decision is at hand before one scrolls.
  const reject = other.getByRole('button', { name: 'Reject' });
  await expect(reject).toBeInViewport({ ratio: 1 });

  // A rejection needs a reason; an approval none.
  await reject.click();
  await expect(other.getByText('Say what to change, or why you reject it. It stays in the history.')).toBeVisible();
  await other.getByLabel('Comment or reason').fill('Warm enough');
  await other.getByRole('button', { name: /^Approve/ }).click();
  await expect(other.getByRole('heading', { name: 'Already decided' })).toBeVisible();
  await expect(other.getByText('This review is decided: Approved by link of Ada Owner.')).toBeVisible();
  await expect(other.getByRole('button', { name: /^Approve/ })).toHaveCount(0);

  // Opened again it says the same at once, and what is no link says so; who asked sees whose decision it was.
  expect((await other.request.get(address)).status()).toBe(410);
  const none = await other.request.get(`${server.url}/review/nonsense`);
  expect(none.status()).toBe(404);
  expect(await none.text()).toContain('Review link not found');
  await phone.close();
  const monitor = await page.request.get(`${workspace}/workflows/executions/${execution}?node=check`);
  expect(await monitor.text()).toContain('link of Ada Owner');
});

test('a link shows what is different since the step asked before; where two have to approve it says so', async ({ page, browser, server }) => {
  await beOwner(page);
  const nodes = workflow.nodes.map((node) =>
    node.id === 'check' ? { ...node, data: { label: 'Check', config: { approvals: 2 } } } : node,
  );
  const execution = await begin(page, { ...workflow, name: 'Asked twice', nodes });
  const first = await reviewOf(page, execution);
  await post(page, `reviews/${first}/decision`, { decision: 'changes', reason: 'Make it shorter' });
  const link = await post(page, `reviews/${await reviewOf(page, execution, first)}/links`, { hours: 24 });
  const elsewhere = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const other = await elsewhere.newPage();
  const address = `${server.url}${String(link['path'])}`;
  await other.goto(address);
  await hydrated(other);

  const changes = other.getByTestId('changes');
  await expect(changes.locator('.diff')).toHaveCount(0);
  await changes.getByText('Changes since version 1', { exact: true }).click();

  await expect(changes.locator('.diff ins').first()).toBeVisible();
  const pictures = changes.getByRole('img');
  await expect(pictures).toHaveCount(2);
  const loaded = () => pictures.evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0));
  await expect.poll(loaded).toBe(true);
  await expect(changes.getByRole('textbox')).toHaveCount(0);
  expect(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(other);
  await still(other);
  await shoot(other, 'review-link-changes-390', { fullPage: true });

  // One approval is not enough, and by this link there is nothing more to say.
  await other.getByRole('button', { name: /^Approve/ }).click();
  await expect(other.getByTestId('approved')).toHaveText(/Approved by link of Ada Owner on .* [AP]M\. 1 more approval needed\./);
  await expect(other.getByRole('button', { name: /^(Approve|Reject|Ask)/ })).toHaveCount(0);
  await expect(other.getByLabel(/^Keep/)).toHaveCount(0);
  expect(await (await other.request.get(address)).text()).toContain('data-testid="approved"');
  await elsewhere.close();
});

test('of very long texts and data the page of a link has the beginning, and all of each when somebody asks', async ({ page, browser, server }) => {
  test.slow();
  await beOwner(page);
  const review = await reviewOf(page, await begin(page, { ...workflow, name: 'Long by link' }));
  // The sample writes no such texts.
  const rows = "SELECT jsonb_agg(jsonb_build_object('row', n, 'tea', repeat('Rain ', 20))) FROM generate_series(1, 3000) n";
  sql(server.database ?? '', `UPDATE reviews SET items = jsonb_build_array(repeat('Tea and rain. ', 16000), jsonb_build_object('rows', (${rows}))) WHERE id = '${review}'`);
  const link = await post(page, `reviews/${review}/links`, { hours: 24 });
  const elsewhere = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const other = await elsewhere.newPage();

  const answer = await other.goto(`${server.url}${String(link['path'])}`);
  const html = (await answer?.text()) ?? '';
  // Each is in the page and, for its life, once more in what it was made from.
  expect(html.length).toBeLessThan(1_200_000);
  await hydrated(other);
  const [text, data] = [other.getByTestId('beginning').nth(0), other.getByTestId('beginning').nth(1)];
  const length = (of: Locator) => of.evaluate((one) => one.textContent.length);
  expect(await length(text.locator('.decision__text'))).toBeLessThanOrEqual(200_000);
  expect(await length(data.locator('.decision__data'))).toBeLessThanOrEqual(200_000);

  for (const of of [text, data]) {
    await of.getByRole('button', { name: 'Show all' }).click();
    await expect(of.getByRole('button', { name: 'Show all' })).toHaveCount(0);
  }
  expect(await length(text.locator('.decision__text'))).toBe(16_000 * 'Tea and rain. '.length);
  await expect(data.locator('.decision__data')).toContainText('"row": 3000');
  await elsewhere.close();
});
