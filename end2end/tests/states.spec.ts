import { type Page } from '@playwright/test';

import { expectAccessibleInBothThemes, PIXEL, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { asking, begin, edge, node, post, stands } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

// A server of its own: its pages are empty at first.
test.use({ settings: { ATELIER_SAMPLE_PACE: '0' } });

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

test('empty pages say what they are for, at every width; a part that cannot be loaded leaves the page, and comes when asked again', async ({ page, guard }) => {
  test.slow();
  guard.expect(/500/);
  const workspace = await beOwner(page);
  const project = await post(page, 'projects', { name: 'Empty' });
  const pages = {
    home: '', documents: '/documents', images: '/images', projects: '/projects', reviews: '/reviews',
    executions: '/executions', project: `/projects/${String(project['id'])}`,
    'project-executions': `/projects/${String(project['id'])}?part=executions`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${workspace}${path}`);
    await hydrated(page);
    // 720 is what a screen of 1440 has left at 200 %.
    for (const width of [390, 720, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await still(page);
      await expectToFit(page, `${name} at ${width}`);
      await shoot(page, `empty-${name}-${width}`);
    }
    await expectAccessible(page);
  }

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${workspace}/reviews`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Templates with a review' }).click();
  await expect(page.getByRole('article').filter({ hasText: 'Newsletter with Review' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Documents' }).click();
  let broken = true;
  const problem = { kind: 'internal', code: 'internal', detail: 'Something failed here.' };
  await page.route('**/api/fn/images', (route) => (broken ? route.fulfill({ status: 500, json: problem }) : route.continue()));

  await page.getByRole('link', { name: 'Images', exact: true }).click();

  await expect(page.getByText("Couldn't load images")).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Images' })).toBeVisible();
  await expect(page.getByLabel('Search images')).toBeVisible();
  await expectAccessible(page);
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText("Couldn't load images")).toBeHidden();
});

test('names in any script and of a thousand characters fit everywhere', async ({ page }) => {
  test.slow();
  const workspace = await beOwner(page);
  const project = await post(page, 'projects', { name: 'ط'.repeat(200) });
  const image = await post(page, `images?name=cup.png&project=${String(project['id'])}`, PIXEL);
  const headers = { origin: new URL(page.url()).origin };
  await page.request.put(`/api/v1/images/${String(image['id'])}`, { data: { alt: LONG }, headers });
  const document = await post(page, 'documents', { title: LONG, content: `${LONG}\n\n${LONG}`, project_id: project['id'], tags: ['ط'.repeat(50)] });
  const place = `documents/${String(document['id'])}`;
  await post(page, `${place}/attachments`, { image_ids: [image['id']] });
  await page.request.put(`/api/v1/${place}/attachments/${String(image['id'])}`, { data: { caption: LONG }, headers });
  await post(page, `${place}/files?name=${encodeURIComponent('ملف'.repeat(60))}.txt`, Buffer.from('Words.'));
  const pages = {
    document: `/${place}`, writing: `/${place}/edit`, documents: '/documents', images: '/images', projects: '/projects',
    project: `/projects/${String(project['id'])}`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`${workspace}${path}`);
    await hydrated(page);
    for (const width of [390, 720, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await still(page);
      await expectToFit(page, `${name} at ${width}`);
      await shoot(page, `long-${name}-${width}`);
    }
  }
});

test('lists show names of two hundred characters on two lines, and the whole of them as titles', async ({ page }) => {
  test.slow();
  const workspace = await beOwner(page);
  const name = `${'A campaign for tea and rain '.repeat(7)}end.`.slice(0, 200);
  await post(page, 'projects', { name });
  await post(page, 'documents', { title: name, content: 'Words.' });
  const step = (id: string, type: string, x: number, config = {}) => ({ id, type, position: { x, y: 0 }, data: { label: id, config } });
  const template = await post(page, 'workflows/templates', {
    name,
    nodes: [step('start', 'start', 0), step('hold', 'wait', 300, { seconds: 86400 }), step('look', 'review', 300), step('end', 'end', 600)],
    edges: [
      { id: 'a', source: 'start', target: 'hold' },
      { id: 'b', source: 'hold', target: 'end' },
      { id: 'c', source: 'start', target: 'look' },
      { id: 'd', source: 'look', sourceHandle: 'approved', target: 'end' },
    ],
  });
  await post(page, 'workflows/executions', { template_id: template['id'] });
  for (const [list, path] of Object.entries({
    home: '', workflows: '/workflows', executions: '/executions', projects: '/projects', documents: '/documents', reviews: '/reviews',
  })) {
    await page.goto(`${workspace}${path}`);
    await hydrated(page);
    const names = page.getByRole('main').locator(`[title^="${name.slice(0, 100)}"]`);
    await expect(names.first(), list).toBeVisible();
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await still(page);
      const lines = await names.evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)),
      );
      expect(Math.max(...lines), `${list} at ${width}: ${lines.join()}`).toBeLessThan(2.3);
      expect(await names.first().textContent()).toContain('end.');
      await expectToFit(page, `${list} at ${width}`);
      await shoot(page, `names-${list}-${width}`);
    }
    await expectAccessible(page);
  }
});

test('differences are shown in one and side by side, on phones in one', async ({ page }) => {
  const workspace = await beOwner(page);
  const same = Array.from({ length: 12 }, (_, at) => `Line ${at}.`).join('\n');
  const document = await post(page, 'documents', { title: 'Tea', content: `${same}\nA warm cup.\nEnd.` });
  const place = `documents/${String(document['id'])}`;
  await post(page, `${place}/versions`, {});
  const headers = { origin: new URL(page.url()).origin };
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
  await expectAccessibleInBothThemes(page, 'difference');
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

test('ux 34: home, history and reviews are accessible and fit, light and dark', async ({ page }) => {
  test.slow();
  const workspace = await beOwner(page);
  const done = await begin(page, {
    name: 'Done',
    nodes: [node('start', 'start', 0, 80), node('write', 'generate_copy', 300, 80, { prompt: 'A line' }), node('end', 'end', 600, 80)],
    edges: [edge('start', 'write'), edge('write', 'end', 'texts')],
  });
  await stands(page, done, 'completed');
  await stands(page, await begin(page, asking('Looked at by somebody')), 'paused');
  for (const [name, path] of Object.entries({ home: '', executions: '/executions', reviews: '/reviews' })) {
    await page.goto(`${workspace}${path}`);
    await hydrated(page);
    await expect(page.getByText('Looked at by somebody').filter({ visible: true }).first()).toBeVisible();
    for (const width of [390, 720, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await still(page);
      await expectToFit(page, `${name} at ${width}`);
      await shoot(page, `full-${name}-${width}`);
    }
    await expectAccessibleInBothThemes(page);
  }
});
