import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type Page } from '@playwright/test';

import { shoot } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { begin, edge, type Json, node, post, stands, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const STREAM = /\/api\/v1\/stream\?/;
const EVENTS = /\/api\/fn\/load_events/;
const STATUS = /\/api\/fn\/load_pulse/;

/** Two decisions, one after the other. */
const workflow = {
  name: 'Asks twice',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A line' }),
    node('first', 'review', 600, 80, { instructions: 'Good?' }),
    node('second', 'review', 900, 80, { instructions: 'Sure?' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'write'),
    edge('write', 'first', 'texts'),
    edge('first', 'second', 'approved'),
    edge('second', 'end', 'approved'),
  ],
};

/** Approves the open review of an execution as a program would: the page is told by nobody. */
async function approve(page: Page, execution: string): Promise<void> {
  const { items } = (await (await page.request.get('/api/v1/reviews')).json()) as { items: Json[] };
  const review = items.find((found) => found['execution_id'] === execution);
  await post(page, `reviews/${String(review?.['id'])}/decision`, { decision: 'approve' });
}

/** What passes on that there is an answer, and keeps all that is in it. */
async function holding(): Promise<Server> {
  const proxy = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.flushHeaders();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return proxy;
}

const banner = (page: Page) => page.getByText('Live updates are interrupted. This page refreshes every two seconds instead.');

test('ux 58: where a proxy holds back what is in the answer, the page asks for the status every two seconds', async ({ page }) => {
  const workspace = await beOwner(page);
  const execution = await begin(page, { ...workflow, name: 'Asks twice, held back' });
  const proxy = await holding();
  const elsewhere = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`;
  await page.route(STREAM, (route) => route.continue({ url: elsewhere }));
  let asked = 0;
  page.on('request', (request) => {
    if (STATUS.test(request.url())) asked += 1;
  });

  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  await expect(banner(page)).toBeVisible();
  await expect(step(page, 'first')).toHaveAttribute('data-state', 'awaiting_review');
  await approve(page, execution);
  await expect(step(page, 'second')).toHaveAttribute('data-state', 'awaiting_review');
  await expect.poll(() => asked).toBeGreaterThan(2);
  await shoot(page, 'held-back');
  await page.unroute(STREAM);
  await expect(banner(page)).toBeHidden();
  const before = asked;
  await approve(page, execution);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  expect(asked).toBe(before);
  proxy.closeAllConnections();
  proxy.close();
});

test('ux 58: the same where it holds back the answer; a decision that opens while the page catches up is asked for', async ({ page }) => {
  const workspace = await beOwner(page);
  const execution = await begin(page, { ...workflow, name: 'Asks while the page reads' });
  await page.route(STREAM, () => undefined);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  await expect(banner(page)).toBeVisible();
  await expect(step(page, 'first')).toHaveAttribute('data-state', 'awaiting_review');
  // The page is loaded before the second decision opens, its events only afterwards.
  await post(page, `workflows/executions/${execution}/auto-run`, { on: false });
  const reading = page.waitForRequest(EVENTS);
  let read = () => {};
  const opened = new Promise<void>((done) => (read = done));
  await page.route(EVENTS, async (route) => {
    await opened;
    await route.continue();
  });
  await approve(page, execution);
  await reading;
  await expect(step(page, 'first')).toHaveAttribute('data-state', 'completed');
  await post(page, `workflows/executions/${execution}/steps/second/trigger`, {});
  await stands(page, execution, 'paused');
  read();

  await expect(step(page, 'second')).toHaveAttribute('data-state', 'awaiting_review');
  await expect(page.getByRole('status').getByRole('button', { name: 'Review' })).toBeVisible();
  await approve(page, execution);
  await stands(page, execution, 'completed');
});
