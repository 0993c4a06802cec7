import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Browser, type BrowserContext, type Page, expect, test } from '@playwright/test';

import { chromium } from '../support/chromium.ts';
import { Server } from '../support/server.ts';
import { enterWorkspace } from '../support/workspace.ts';
import { type Engine, atelier, reactFlow } from './canvas/engines.ts';
import { type Frames, clock } from './canvas/frames.ts';
import { Hand } from './canvas/hand.ts';
import { definition } from './canvas/layout.ts';
import { serveReactFlow } from './canvas/serve.ts';
import { folder, percentile, record } from './figures.ts';

const SIZES = [50, 100, 500, 1000, 3000];
/** How often what takes a moment is done. */
const TIMES = 5;
/** For how long the editor lets a workflow rest before it is judged. */
const REST_MS = 150;
const MIB = 1024 * 1024;

test.use({
  launchOptions: {
    executablePath: chromium(),
    args: ['--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc', '--disable-background-networking'],
  },
});

let server: Server;
let flow: Awaited<ReturnType<typeof serveReactFlow>>;
let workspace: string;
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;

test.beforeAll(async ({ browser }) => {
  server = await Server.start();
  flow = await serveReactFlow();
  const page = await browser.newPage({ baseURL: server.url });
  workspace = await enterWorkspace(page);
  signedIn = await page.context().storageState();
  await page.close();
});

test.afterAll(async () => {
  flow.close();
  await server.stop();
});

/** A page of a browser that has seen nothing yet. */
async function freshPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ storageState: signedIn, viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await context.addInitScript(clock);
  return context.newPage();
}

/** The address of the editor of a fresh template with so many nodes. */
async function drawn(nodes: number, page: Page): Promise<string> {
  const answer = await page.request.post(`${server.url}/api/v1/workflows/templates`, {
    data: { definition: definition(nodes), unfinished: true },
    headers: { origin: server.url },
  });
  if (!answer.ok()) throw new Error(await answer.text());
  const { id } = (await answer.json()) as { id: string };
  return `${workspace}/workflows/builder/${id}`;
}

/** Keeps a row of `canvas.json`, in place of an older one of the same. */
function keep(row: { engine: string; nodes: number }): void {
  const path = join(folder, 'canvas.json');
  mkdirSync(folder, { recursive: true });
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as (typeof row)[]) : [];
  const others = known.filter(({ engine, nodes }) => engine !== row.engine || nodes !== row.nodes);
  writeFileSync(path, `${JSON.stringify([...others, row], undefined, 1)}\n`);
}

/** `{drag_fps, drag_p95_ms, …}`; nothing for a gesture that did not come about. */
function named(gesture: string, frames: Frames | undefined): object {
  return Object.fromEntries(Object.entries(frames ?? {}).map(([name, value]) => [`${gesture}_${name}`, value]));
}

/** Loads the page for the first time and once more, and handles it. */
async function measure(page: Page, engine: Engine, nodes: number): Promise<void> {
  const developer = await page.context().newCDPSession(page);
  await developer.send('Network.enable');
  let bytes = 0;
  developer.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const address = await engine.address(nodes, page);
  await page.goto(address);
  await engine.ready(page, nodes);
  const loaded = bytes;
  await page.goto(address, { waitUntil: 'commit' });
  const ready = await engine.ready(page, nodes);

  const hand = new Hand(page, engine, nodes);
  await engine.look(page);
  await hand.settled();
  const gestures = {
    ...named('drag', await hand.drags()),
    ...named('connect', await hand.connects()),
    ...named('select', engine.near ? undefined : await hand.dragsMany()),
    ...named('pan', await hand.pans()),
    ...named('zoom', await hand.zooms()),
  };
  await page.evaluate(() => (globalThis as { gc?: () => void }).gc?.());
  const heap = (await developer.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
  const heap_mib = Math.round(((heap.usedSize + (heap.backingStorageSize ?? 0)) / MIB) * 10) / 10;
  keep({ engine: engine.name, nodes, ready_ms: Math.round(ready), heap_mib, bytes: loaded, ...gestures });
}

// All nodes in view, and at 100 % with the rest of the graph out of sight.
const ENGINES: [string, () => Engine][] = [
  ['atelier', () => atelier('atelier', false, drawn)],
  ['react-flow', () => reactFlow('react-flow', false, flow.url)],
  ['atelier near', () => atelier('atelier near', true, drawn)],
  ['react-flow visible near', () => reactFlow('react-flow visible near', true, flow.url)],
];
for (const nodes of SIZES) {
  for (const [name, engine] of ENGINES) {
    test(`${name}, ${nodes} nodes`, async ({ browser }) => {
      const page = await freshPage(browser);
      await measure(page, engine(), nodes);
      await page.context().close();
    });
  }
}

/** Resolves with the milliseconds from a key until an expression holds and a frame has shown it. */
async function until(page: Page, keys: string, seen: string): Promise<number> {
  // In place before the key is pressed; a promise that is given back would be waited for.
  await page.evaluate(`globalThis.painted = [new Promise((done) => {
    let begun;
    document.addEventListener('keydown', () => { begun ??= performance.now(); }, { capture: true });
    const look = () => begun && ${seen}
      ? requestAnimationFrame(() => done(performance.now() - begun))
      : requestAnimationFrame(look);
    look();
  })]; 0`);
  await page.keyboard.press(keys);
  return page.evaluate<number>('globalThis.painted[0]');
}

test('what is done to a hundred nodes at once', async ({ browser }) => {
  const page = await freshPage(browser);
  // What the editor does when a workflow has rested, it does in a timer of its own.
  await page.addInitScript((rest) => {
    const judged: number[] = [];
    Object.assign(globalThis, { judged });
    const real = globalThis.setTimeout;
    const timed = (act: () => void, after?: number) =>
      real(() => {
        const begun = performance.now();
        act();
        if (after === rest) judged.push(performance.now() - begun);
      }, after);
    Object.assign(globalThis, { setTimeout: timed });
  }, REST_MS);
  const took = { paste: [] as number[], undo: [] as number[], tidy: [] as number[] };
  await page.goto(await drawn(100, page));
  await atelier('atelier', false, drawn).ready(page, 100);
  await page.locator('#canvas .node').first().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Delete');
  const cards = '[...document.querySelectorAll("#canvas .node")]';
  const count = (nodes: number) => `${cards}.length === ${nodes}`;
  const places = `${cards}.map(({ style }) => style.cssText).join()`;
  await expect(page.locator('#canvas .node')).toHaveCount(0);
  for (let time = 0; time < TIMES; time += 1) {
    took.paste.push(await until(page, 'Control+v', count(100)));
    const before = JSON.stringify(await page.evaluate<string>(places));
    took.tidy.push(await until(page, 'Shift+L', `${places} !== ${before}`));
    await page.keyboard.press('Control+z');
    took.undo.push(await until(page, 'Control+z', count(0)));
  }
  const judged = await page.evaluate(() => (globalThis as unknown as { judged: number[] }).judged);
  await page.context().close();
  record('canvas-edits', TIMES, [
    { name: 'editor, paste of 100 nodes, p50', value: percentile(took.paste, 50), unit: 'ms', target: 100 },
    { name: 'editor, undo of that, p50', value: percentile(took.undo, 50), unit: 'ms', target: 100 },
    { name: 'editor, tidy of 100 nodes, p50', value: percentile(took.tidy, 50), unit: 'ms', target: 100 },
    { name: 'editor, judging 100 nodes, worst', value: percentile(judged, 100), unit: 'ms', target: 100 },
  ]);
});
