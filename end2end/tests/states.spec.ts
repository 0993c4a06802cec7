import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, PIXEL, shoot, still } from '../support/look.ts';
import { become, type Person } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { asking, begin, edge, node, post, stands } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

/** Who makes a workspace of their own, in which nothing is. */
const NIA: Person = { name: 'Nia New', email: 'nia@example.com', role: 'viewer' };

/** A name without a blank, as long as one may be, in a script that is read from the right. */
const LONG = 'شاي'.repeat(333);

/** Nothing sticks out of the page, whatever its width. */
async function expectToFit(page: Page, name: string): Promise<void> {
  const beyond = await page.evaluate(() => {
    const out: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) out.push('the page scrolls');
    const hides = (at: Element): boolean => getComputedStyle(at).overflowX !== 'visible' && at.getBoundingClientRect().right <= innerWidth;
    for (const part of document.querySelectorAll('main :is(h1, h2, p, a, button, img, input, .chip)')) {
      // What a closed menu holds is laid out when it opens.
      if (!part.checkVisibility()) continue;
      const box = part.getBoundingClientRect();
      if (box.width === 0 || (box.left >= 0 && box.right <= innerWidth + 1)) continue;
      let around = part.parentElement;
      // What scrolls by itself, as a table does, may be wider than it shows.
      while (around !== null && around.tagName !== 'MAIN' && !hides(around)) around = around.parentElement;
      if (around === null || around.tagName === 'MAIN') out.push(part.outerHTML.slice(0, 120));
    }
    return out;
  });
  expect(beyond, `nothing sticks out of ${name}`).toEqual([]);
}

/** Nothing sticks out of the page at any of the widths; then it is wide again. 720 is what 1440 has left at 200 %. */
async function expectToFitAt(page: Page, name: string, widths: number[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await still(page);
    await expectToFit(page, `${name} at ${width}`);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

const section = (page: Page, name: string) => page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name }).click();
const inMain = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true }).click();
/** Leads to what has this address, by its link in the page. */
const byAddress = (page: Page, address: string) => page.getByRole('main').locator(`a[href$="${address}"]`).first().click();

test('ux 34: empty pages say what they are for; a part that cannot be loaded leaves the page, and comes', async ({ page, browser, guard }) => {
  test.slow();
  guard.expect(/500/);
  await beOwner(page);
  await become(page, browser, NIA);
  const { id } = await post(page, 'workspaces', { name: 'Empty studio' });
  const project = String((await post(page, 'projects', { name: 'Empty' }))['id']);
  const workspace = `${originOf(page)}/workspace/${String(id)}`;
  await page.goto(workspace);
  await hydrated(page);
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });

  for (const [name, title, go] of [
    ['home', '', async () => undefined],
    ['documents', 'Documents', () => section(page, 'Documents')],
    ['images', 'Images', () => inMain(page, 'Images')],
    ['documents again', 'Documents', () => section(page, 'Documents')],
    ['projects', 'Projects', () => inMain(page, 'Projects')],
    ['project', 'Empty', () => byAddress(page, `/projects/${project}`)],
    ['project-executions', 'Empty', () => byAddress(page, '?part=executions')],
    ['executions', 'Runs', () => section(page, 'Runs')],
    ['reviews', 'Reviews', () => section(page, 'Reviews')],
  ] as const) {
    await go();
    await expect(title === '' ? page.locator('.frame__main h1') : heading(title), name).toBeVisible();
    await expect(page.locator('main .skeleton__piece'), name).toHaveCount(0);
    if (name.endsWith('again')) continue;
    await expectToFitAt(page, `empty-${name}`, [390, 720, 2560]);
    await expectAccessible(page);
  }

  await page.getByRole('link', { name: 'Templates with a review' }).click();
  await expect(page.getByRole('article').filter({ hasText: 'Newsletter with Review' })).toBeVisible();
  await section(page, 'Documents');
  let broken = true;
  const problem = { kind: 'internal', code: 'internal', detail: 'Something failed here.' };
  await page.route('**/api/fn/load_images', (route) => (broken ? route.fulfill({ status: 500, json: problem }) : route.continue()));

  await page.getByRole('link', { name: 'Images', exact: true }).click();

  await expect(page.getByText("Couldn't load images")).toBeVisible();
  await expect(heading('Images')).toBeVisible();
  await expect(page.getByLabel('Search images')).toBeVisible();
  await expectAccessible(page);
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText("Couldn't load images")).toBeHidden();
});

/** Fills the workspace with names of many letters, and with what waits and what is done; the ids of two pages. */
async function fill(page: Page, name: string): Promise<{ project: string; document: string }> {
  await post(page, 'projects', { name });
  await post(page, 'documents', { title: name, content: 'Words.' });
  const nodes = [
    node('start', 'start', 0, 0),
    node('hold', 'wait', 300, 0, { seconds: 86400 }),
    node('look', 'review', 300, 200),
    node('end', 'end', 600, 0),
  ];
  const edges = [edge('start', 'hold'), edge('hold', 'end'), edge('start', 'look'), edge('look', 'end', 'approved')];
  await begin(page, { name, nodes, edges });
  const write = [node('start', 'start', 0, 80), node('write', 'generate_copy', 300, 80, { prompt: 'A line' }), node('end', 'end', 600, 80)];
  const done = await begin(page, { name: 'Done', nodes: write, edges: [edge('start', 'write'), edge('write', 'end', 'texts')] });
  await stands(page, done, 'completed');
  await stands(page, await begin(page, asking('Looked at by somebody')), 'paused');

  const project = String((await post(page, 'projects', { name: 'ط'.repeat(200) }))['id']);
  const image = String((await post(page, `images?name=cup.png&project=${project}`, PIXEL))['id']);
  const headers = { origin: originOf(page) };
  await page.request.put(`/api/v1/images/${image}`, { data: { alt: LONG }, headers });
  const long = { title: LONG, content: `${LONG}\n\n${LONG}`, project_id: project, tags: ['ط'.repeat(50)] };
  const document = String((await post(page, 'documents', long))['id']);
  await post(page, `documents/${document}/attachments`, { image_ids: [image] });
  await page.request.put(`/api/v1/documents/${document}/attachments/${image}`, { data: { caption: LONG }, headers });
  await post(page, `documents/${document}/files?name=${encodeURIComponent('ملف'.repeat(60))}.txt`, Buffer.from('Words.'));
  return { project, document };
}

test('ux 34: lists are accessible and fit; names of any script take two lines, and are whole as titles', async ({ page }) => {
  test.slow();
  const workspace = await beOwner(page);
  const name = `${'A campaign for tea and rain '.repeat(7)}end.`.slice(0, 200);
  const { project, document } = await fill(page, name);
  await page.goto(workspace);
  await hydrated(page);
  const [narrow, all] = [[390, 1440], [390, 720, 1440, 2560]];

  await test.step('lists show names of two hundred characters on two lines', async () => {
    const names = page.getByRole('main').locator(`[title^="${name.slice(0, 100)}"]`);
    const lines = () =>
      names.evaluateAll((found) =>
        Math.max(...found.map((one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))));
    for (const [list, go, widths] of [
      ['home', async () => undefined, all],
      ['workflows', () => section(page, 'Workflows'), narrow],
      ['executions', () => section(page, 'Runs'), all],
      ['reviews', () => section(page, 'Reviews'), all],
      ['documents', () => section(page, 'Documents'), [390, 720, 1440]],
      ['projects', () => inMain(page, 'Projects'), [390, 720, 1440]],
    ] as const) {
      await go();
      await page.waitForURL(`${workspace}${list === 'home' ? '' : `/${list}`}`);
      await expect(names.first(), list).toBeVisible();
      expect(await names.first().textContent()).toContain('end.');
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await still(page);
        expect(await lines(), `${list} at ${width}`).toBeLessThan(2.3);
      }
      await expectToFitAt(page, `names-${list}`, [...widths]);
      // The others are judged where they are tested.
      if (['home', 'executions', 'reviews'].includes(list)) await expectAccessible(page);
    }
  });

  await test.step('names in any script and of a thousand characters fit everywhere', async () => {
    for (const [place, go, path] of [
      ['project', () => byAddress(page, `/projects/${project}`), `/projects/${project}`],
      ['documents', () => section(page, 'Documents'), '/documents'],
      ['images', () => inMain(page, 'Images'), '/images'],
      ['documents', () => section(page, 'Documents'), '/documents'],
      ['document', () => byAddress(page, `/documents/${document}`), `/documents/${document}`],
      ['writing', () => inMain(page, 'Edit'), `/documents/${document}/edit`],
    ] as const) {
      await go();
      await page.waitForURL(`${workspace}${path}`);
      await expect(page.locator('.frame__main h1, .writing').first(), place).toBeVisible();
      await expect(page.locator('main .skeleton__piece'), place).toHaveCount(0);
      if (place !== 'documents') await expectToFitAt(page, `long-${place}`, [390, 720, 1440]);
    }
  });
});

test('differences are shown in one and side by side, on phones in one', async ({ page }) => {
  const workspace = await beOwner(page);
  const same = Array.from({ length: 12 }, (_, at) => `Line ${at}.`).join('\n');
  const document = await post(page, 'documents', { title: 'Tea', content: `${same}\nA warm cup.\nEnd.` });
  const place = `documents/${String(document['id'])}`;
  await post(page, `${place}/versions`, {});
  const headers = { origin: originOf(page) };
  const change = { revision: 1, content: `${same}\nA cold cup.\nEnd.` };
  expect((await page.request.put(`/api/v1/${place}`, { data: change, headers })).ok()).toBe(true);
  await page.goto(`${workspace}/${place}`);
  await hydrated(page);
  await page.getByRole('button', { name: 'Versions' }).click();
  const dialog = page.getByRole('dialog', { name: 'Versions' });
  await dialog.getByRole('button', { name: /^v1/ }).click();

  await expect(dialog.locator('.diff__text del')).toHaveText('warm');
  await dialog.getByRole('button', { name: 'Side by side' }).click();
  await expect(dialog.getByText('9 lines unchanged')).toBeVisible();
  await expect(dialog.locator('[data-side=before]:not([data-same])')).toHaveText('A warm cup.');
  await expect(dialog.locator('[data-side=after]:not([data-same])')).toHaveText('A cold cup.');
  await expectAccessibleAndShoot(page, 'difference');
  await page.setViewportSize({ width: 390, height: 900 });
  await expect(dialog.getByRole('button', { name: 'Side by side' })).toBeHidden();
  await expect(dialog.locator('[data-side=before][data-same]').first()).toBeHidden();
  await shoot(page, 'difference-390');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.reload();
  await hydrated(page);
  await page.getByRole('button', { name: 'Versions' }).click();
  await dialog.getByRole('button', { name: /^v1/ }).click();
  await expect(dialog.getByRole('button', { name: 'Side by side' })).toHaveAttribute('aria-pressed', 'true');
});
