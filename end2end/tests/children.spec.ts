import { type Locator, type Page } from '@playwright/test';

import { ends, origin } from '../support/again.ts';
import { still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, type Json, node, panel, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** A text that somebody decides about: until then what runs it waits, too. */
const below = (name: string): Json => ({
  name,
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A line' }),
    node('check', 'review', 600, 80, { instructions: 'Good?' }),
    node('end', 'end', 900, 80),
  ],
  edges: [edge('start', 'write'), edge('write', 'check', 'texts'), edge('check', 'end', 'approved')],
});

/** A workflow whose only step runs another. */
const above = (name: string, template: string): Json => ({
  name,
  nodes: [node('start', 'start', 0, 80), node('sub', 'sub_workflow', 300, 80, { template }), node('end', 'end', 600, 80)],
  edges: [edge('start', 'sub'), edge('sub', 'end')],
});

const title = (page: Page) => page.locator('.monitor__title');

/** The way from the chosen step to the execution that it launched. */
const child = (page: Page) => panel(page).locator('.monitor__kin').getByRole('link');

/** What it cost so far, with all that it launched. */
const cost = (page: Page) => page.locator('.monitor-bill__sum');

/** The address of the page without what is chosen on it. */
const address = (page: Page) => page.url().replace(/[?#].*/, '');

/** Follows a link to another execution; resolves on its page with the address of that. */
async function follow(page: Page, link: Locator): Promise<string> {
  const [before, path] = [address(page), await link.getAttribute('href')];
  if (path === null) throw new Error('the link leads somewhere');
  await link.click();
  await page.waitForURL((url) => url.pathname === path);
  expect(address(page)).not.toBe(before);
  return address(page);
}

test('the step that runs a workflow leads to its execution, and that leads back', async ({ page }) => {
  const made = Date.now();
  const [outer, inner] = [`Runs another ${made}`, `Run by another ${made}`];
  const workspace = await beOwner(page);
  await post(page, 'workflows/templates', below(inner));
  const execution = await begin(page, above(outer, inner));
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  const parent = address(page);
  await expect(title(page)).toContainText(outer);
  await expect(origin(page), 'nothing has launched it').toHaveCount(0);

  // It may have begun only after the page was opened: the way is there all the same.
  await choose(page, 'sub');
  await expect(child(page)).toHaveText(/^Open /);
  const launched = await follow(page, child(page));
  await expect(title(page)).toContainText(inner);
  await expect(cost(page), 'it has written').not.toHaveText('$0.00');
  await expect(origin(page)).toHaveText(new RegExp(`^Launched by ${outer} #\\d+$`));

  expect(await follow(page, origin(page))).toBe(parent);
  await expect(title(page)).toContainText(outer);
  await expect(cost(page), 'that is on its bill before it ends').not.toHaveText('$0.00');
  await choose(page, 'sub');
  await expect(child(page)).toHaveText(new RegExp(`^Open ${inner} #\\d+$`));
  await still(page);
  await expectAccessible(page);

  // Once both are over, the ways are still there.
  await post(page, `workflows/executions/${parent.split('/').at(-1)!}/stop`, {});
  await ends(page, 'stopped');
  expect(await follow(page, child(page))).toBe(launched);
  await ends(page, 'stopped');
  expect(await follow(page, origin(page))).toBe(parent);
});
