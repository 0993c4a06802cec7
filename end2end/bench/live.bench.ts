import type { Page } from '@playwright/test';

import { hydrated, test } from '../support/test.ts';
import { enterWorkspace } from '../support/workspace.ts';
import { Client } from './client.ts';
import { now, percentile, record } from './figures.ts';

// Words a second: an execution takes some seconds, so that most of it is watched live.
test.use({ settings: { ATELIER_SAMPLE_PACE: '20' } });

const EXECUTIONS = 10;

/** A change of a node's state on the page. */
interface Change {
  node: string;
  state: string;
  at: number;
}

/** Notes every change of a node's state from now on, the moment the page has it. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const changes: Change[] = [];
    Object.assign(globalThis, { changes });
    new MutationObserver((mutations) => {
      const at = performance.timeOrigin + performance.now();
      for (const { target } of mutations) {
        const { testid = '', state = '' } = (target as HTMLElement).dataset;
        if (testid.startsWith('node-')) changes.push({ node: testid.slice(5), state, at });
      }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
  });
}

async function changes(page: Page): Promise<Change[]> {
  return page.evaluate(() => (globalThis as unknown as { changes: Change[] }).changes);
}

test('event to its reader', async ({ page, server }) => {
  const workspace = await enterWorkspace(page);
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const client = new Client(server.url, cookie);
  const template = await client.campaign();
  const streamed: number[] = [];
  const shown: number[] = [];

  for (let n = 0; n < EXECUTIONS; n += 1) {
    const execution = await client.launch(template, { copies: 3, images: 2 });
    const begun = now();
    const followed = client.follow(execution, (event, arrived) => {
      if (event.at > begun) streamed.push(arrived - event.at);
    });
    await page.goto(`${workspace}/workflows/executions/${execution}`);
    await hydrated(page);
    await watch(page);
    const watching = now();
    await followed;
    await page.locator('[data-testid="node-end"][data-state="completed"]').waitFor();

    const seen = await changes(page);
    for (const event of await client.events(execution)) {
      if (event.at < watching || !/^node\.(started|completed)$/.test(event.kind)) continue;
      const state = event.kind === 'node.started' ? 'running' : 'completed';
      const change = seen.find((change) => change.node === event.node && change.state === state);
      if (change) shown.push(change.at - event.at);
    }
  }

  record('live', shown.length, [
    { name: 'event to SSE reader, p50', value: percentile(streamed, 50), unit: 'ms' },
    { name: 'event to SSE reader, p95', value: percentile(streamed, 95), unit: 'ms', target: 200 },
    { name: 'event to DOM changed, p50', value: percentile(shown, 50), unit: 'ms' },
    { name: 'event to DOM changed, p95', value: percentile(shown, 95), unit: 'ms', target: 200 },
  ]);
});
