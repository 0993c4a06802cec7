import type { Page } from '@playwright/test';

import { expect, hydrated, test } from '../support/test.ts';
import { begin, edge, type Json, launch, node, stands, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';
import { percentile, record } from './figures.ts';

test.use({ settings: { ATELIER_SAMPLE_PACE: '0' } });

/** Rounds of each loop: ten events a round. */
const ROUNDS = 200;
/** Five thousand texts, one loop after the other. */
const FILLING_MS = 400_000;
/** Opening a page until it answers, several times over. */
const OPENINGS = 5;
/** Moments that a drag from one end to the other and back goes to. */
const MOMENTS = 120;

/** Loops, one after the other: two thousand events each. */
function workflow(count: number): Json {
  const loops = Array.from({ length: count }, (_, at) => at + 1);
  const nodes = loops.flatMap((at) => [
    { ...node(`each_${at}`, 'for_each', at * 600, 0, { items: '${input.things}', concurrency: 20 }), size: { width: 420, height: 320 } },
    { ...node(`write_${at}`, 'generate_copy', 80, 100, { prompt: 'A line about ${item}' }), parentId: `each_${at}` },
  ]);
  const edges = loops.flatMap((at) => [
    at === 1 ? edge('start', 'each_1') : edge(`each_${at - 1}`, `each_${at}`, 'output'),
    edge(`each_${at}`, `write_${at}`, 'item'),
    { ...edge(`write_${at}`, `each_${at}`, 'texts'), targetHandle: 'result' },
  ]);
  const things = Array.from({ length: ROUNDS }, (_, thing) => `thing ${thing + 1}`);
  return {
    name: `${String(count)} loops`,
    parameters: [{ name: 'things', type: 'list', default: things }],
    nodes: [node('start', 'start', 0, 80), ...nodes, node('end', 'end', (count + 1) * 600, 80)],
    edges: [...edges, edge(`each_${String(count)}`, 'end', 'output')],
  };
}

/** How long the page takes until it answers. */
async function opens(page: Page, address: string): Promise<number> {
  const begun = performance.now();
  await page.goto(address);
  await hydrated(page);
  return performance.now() - begun;
}

/** How long it takes usually, when nothing else is under way. */
async function usually(page: Page, address: string): Promise<number> {
  const took: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    took.push(await opens(page, address));
    // What follows once the page answers is not to be in the way of the next.
    await expect(page.getByText('Loading the other rounds…')).toBeHidden({ timeout: 60_000 });
  }
  return percentile(took, 50);
}

test('a history that is full, and the page of it', async ({ page }) => {
  const workspace = await beOwner(page);
  const short = await begin(page, workflow(1));
  const execution = await begin(page, workflow(30));
  await stands(page, execution, 'stopped', FILLING_MS);
  const pulse = await page.request.get(`/api/v1/workflows/executions/${execution}/status`);
  expect(await pulse.json()).toMatchObject({ end_reason: 'history' });
  await stands(page, short, 'completed', FILLING_MS);
  const pageOf = (id: string) => `${workspace}/workflows/executions/${id}`;
  record('full', OPENINGS, [
    { name: 'monitor of 2,000 events, alive, p50', value: await usually(page, pageOf(short)), unit: 'ms' },
    { name: 'monitor of 50,000 events, alive, p50', value: await usually(page, pageOf(execution)), unit: 'ms', target: 1000 },
  ]);
});

test('the past of ten thousand events', async ({ page }) => {
  await launch(page, workflow(5));
  await step(page, 'end').and(page.locator('[data-state="completed"]')).waitFor({ timeout: 300_000 });
  const address = page.url();
  await beOwner(page);
  const alive = await opens(page, address);

  const frames = await page.getByRole('slider', { name: 'Moment' }).evaluate(async (range: HTMLInputElement, moments) => {
    const frame = () => new Promise<number>((next) => requestAnimationFrame(next));
    const seek = (share: number) => {
      range.value = String(Math.round(Number(range.max) * share));
      range.dispatchEvent(new Event('input', { bubbles: true }));
    };
    // The first moment loads the events.
    const past = () => document.querySelector('.past')?.getAttribute('data-past') === 'true';
    seek(0.5);
    while (!past()) await frame();
    const took: number[] = [];
    for (let moment = 0; moment <= 2 * moments; moment += 1) {
      const before = await frame();
      seek(1 - Math.abs(1 - moment / moments) * 0.98 - 0.01);
      // The frame after the next begins when this one has been drawn.
      await frame();
      took.push((await frame()) - before);
    }
    return took;
  }, MOMENTS);

  record('past', frames.length, [
    { name: 'monitor of 10,000 events, alive', value: alive, unit: 'ms' },
    { name: 'scrubbing 10,000 events, a frame, p50', value: percentile(frames, 50), unit: 'ms', target: 100 },
    { name: 'scrubbing 10,000 events, a frame, p95', value: percentile(frames, 95), unit: 'ms', target: 100 },
  ]);
});
