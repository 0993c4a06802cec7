import { type Locator, type Page } from '@playwright/test';

import { sql } from '../../support/database.ts';
import { Editor, follow, openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../../support/test.ts';
import { fillAccount } from '../../support/workspace.ts';

const PAIR = [
  { id: 'a', type: 'generate_copy', x: 0, y: 0, config: { prompt: 'One' } },
  { id: 'b', type: 'generate_copy', x: 400, y: 0, config: { prompt: 'Two' } },
];

const chip = (page: Page) => page.locator('.saved');

/** Opens a node's panel, whose code is fetched after the first view; its prompt. */
async function open(editor: Editor, node: string): Promise<Locator> {
  await editor.node(node).click();
  const prompt = editor.page.locator('#config-prompt');
  await expect(prompt).toBeVisible();
  return prompt;
}

async function write(editor: Editor, node: string, text: string): Promise<void> {
  await (await open(editor, node)).fill(text);
}

/** The prompts that the server has, once all is kept. */
async function prompts(editor: Editor): Promise<string[]> {
  type Written = { data: { config: { prompt?: string } } };
  return ((await editor.kept()).nodes as unknown as Written[]).map((node) => node.data.config.prompt ?? '');
}

test('what is drawn while the server is away is there once it is back, of closed tabs too', async ({ page, server, guard }) => {
  guard.expect(/ERR_|Failed to load|50[0-9]|reconnect/i);
  const { template } = await openEditor(page, PAIR);
  const address = page.url();
  const tabs: Editor[] = [];
  for (const _ of PAIR) {
    const tab = new Editor(await page.context().newPage(), template);
    await tab.page.goto(address);
    await hydrated(tab.page);
    tabs.push(tab);
  }
  const editor = await openNext(page, PAIR);
  await open(editor, 'a');

  await server.kill();
  await write(tabs[0], 'a', 'In the first tab');
  await write(tabs[1], 'b', 'In the second tab');
  for (const tab of tabs) await expect(chip(tab.page)).toHaveText('Unsaved (offline)');
  for (const tab of tabs) await tab.page.close();
  await write(editor, 'a', 'Written without a server');
  await expect(chip(page)).toHaveText('Unsaved (offline)');
  await write(editor, 'b', 'And this');
  await editor.port('a', 'texts').click();
  await editor.port('b', 'input').click();
  await expect(editor.edges()).toHaveCount(1);
  const banner = page.getByText("Can't reach Atelier. Trying again…");
  await expect(banner).toBeVisible();
  await expectAccessible(page);
  await shoot(page, 'server-away');
  await server.boot();

  await test.step('what is open is saved by itself', async () => {
    // It is tried again after 1, 2, 5, 10 seconds.
    await expect(chip(page)).toHaveText(/^Saved/);
    await expect(banner).toBeHidden();
    expect(await prompts(editor)).toEqual(['Written without a server', 'And this']);
    expect(await editor.wires()).toEqual(['a>b']);
  });
  await test.step('what closed tabs could not save is offered again, all of it', async () => {
    await follow(page, address);
    await expect(page.getByText('This browser has 2 unsaved changes.')).toBeVisible();
    await page.getByRole('button', { name: 'Restore unsaved changes' }).click();
    await expect.poll(() => prompts(new Editor(page, template))).toEqual(['In the first tab', 'In the second tab']);
  });
});

test('a session that ends while somebody draws loses nothing', async ({ page, server, guard }) => {
  guard.expect(/401/);
  const editor = await openEditor(page, PAIR);

  sql(server.database ?? '', 'DELETE FROM sign_in_sessions');
  await write(editor, 'a', 'After the session');
  await expect(chip(page)).toHaveText('Not saved');
  await expect(chip(page)).toHaveAttribute('aria-description', /sign in/i);
  await write(editor, 'b', 'And this');
  await expect(chip(page)).toHaveText('Not saved');
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in' }).click();
  const door = await opened;
  await hydrated(door);
  await fillAccount(door);
  await expect(door).toHaveURL(page.url());
  await door.close();
  await page.bringToFront();
  // Coming back is enough.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));

  await expect(page.getByRole('link', { name: 'Sign in' })).toHaveCount(0);
  await expect(chip(page)).toHaveText(/^Saved/);
  expect(await prompts(editor)).toEqual(['After the session', 'And this']);
});

test('a panel whose code cannot be fetched says so, and comes by itself once it can be', async ({ page, guard }) => {
  guard.expect(/ERR_|Failed to load|Failed to fetch|WebAssembly/i);
  const editor = await openEditor(page, PAIR);
  const linked = (await page.request.get(page.url())).headers().link ?? '';
  await page.route(/-part\d+\.wasm$/, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
    return linked.includes(name) ? route.fallback() : route.abort('failed');
  });
  await page.reload();
  await hydrated(page);
  const news = page.getByText("Couldn't load the panel and the dialogs.");
  await expect(news).toBeVisible();
  await editor.node('a').click();
  await expect(editor.node('a')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#config-prompt')).toHaveCount(0);

  await page.unroute(/-part\d+\.wasm$/);

  await expect(page.locator('#config-prompt')).toHaveValue('One');
  await expect(news).toBeHidden();
});
