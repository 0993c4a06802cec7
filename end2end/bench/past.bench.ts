import { hydrated, test } from '../support/test.ts';
import { edge, type Json, launch, node, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';
import { percentile, record } from './figures.ts';

test.use({ settings: { ATELIER_SAMPLE_PACE: '0' } });

/** Loops, one after the other, and rounds of each: ten events a round. */
const LOOPS = 5;
const ROUNDS = 200;
/** Moments that a drag from one end to the other and back goes to. */
const MOMENTS = 120;

/** About ten thousand events. */
function workflow(): Json {
  const loops = Array.from({ length: LOOPS }, (_, at) => at + 1);
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
    name: 'Ten thousand events',
    parameters: [{ name: 'things', type: 'list', default: things }],
    nodes: [node('start', 'start', 0, 80), ...nodes, node('end', 'end', (LOOPS + 1) * 600, 80)],
    edges: [...edges, edge(`each_${LOOPS}`, 'end', 'output')],
  };
}

test('the past of ten thousand events', async ({ page }) => {
  await launch(page, workflow());
  await step(page, 'end').and(page.locator('[data-state="completed"]')).waitFor({ timeout: 300_000 });
  const address = page.url();
  await beOwner(page);
  const begun = performance.now();
  await page.goto(address);
  await hydrated(page);
  const alive = performance.now() - begun;

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
