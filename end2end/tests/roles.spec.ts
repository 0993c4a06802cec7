import { type Locator } from '@playwright/test';

import { shoot } from '../support/look.ts';
import { become, ROSA, VERA } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, edge, type Json, launch, node, panel, post, step, waiting } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

/** What nobody who only reads is offered. */
const CONTROLS = /^(Edit|Launch|Use|Delete|Remove|New|Clone|Pause|Resume|Stop|Retry|Skip|Run again|Upload|Add|Publish)\b/;

test('ux 34, 66: who only reads is offered nothing to change, and is refused where an address leads to it', async ({ page, browser, guard }) => {
  // The pages and calls that are refused here.
  guard.expect(/40[34]/);
  const workspace = await beOwner(page);
  const execution = await begin(page, waiting('Only to look at'));
  const { items } = (await (await page.request.get('/api/v1/workflows/templates')).json()) as { items: Json[] };
  const template = String(items.find((found) => found['name'] === 'Only to look at')?.['id']);
  const document = String((await post(page, 'documents', { title: 'Read me', content: 'Words' }))['id']);
  const definition = { schemaVersion: 1, name: 'Only begun', parameters: [], nodes: [], edges: [] };
  const begun = await post(page, 'workflows/templates', { definition, unfinished: true });
  const draft = `${workspace}/workflows/builder/${String(begun['id'])}`;
  expect((await page.request.get(draft)).status(), 'it is there to be edited').toBe(200);
  await become(page, browser, VERA);

  await page.goto(workspace);
  await hydrated(page);
  const main = page.getByRole('main');
  const section = (name: string) => page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name }).click();
  const row = main.getByRole('row').filter({ hasText: /Only to look at #\d+/ }).first();
  const tile = main.getByRole('article').filter({ hasText: 'Read me' }).first();
  const readable: [string, () => Promise<unknown>, Locator][] = [
    ['', async () => undefined, main.getByRole('heading').first()],
    ['/workflows', () => section('Workflows'), main.getByRole('article').first()],
    ['/executions', () => section('Runs'), row],
    [
      `/workflows/${template}`,
      () => row.getByRole('link', { name: 'Only to look at', exact: true }).click(),
      main.getByRole('heading', { name: 'Steps' }),
    ],
    ['/executions', () => section('Runs'), row],
    [
      `/workflows/executions/${execution}`,
      () => row.getByRole('link', { name: /^Only to look at #\d+/ }).click(),
      step(page, 'hold'),
    ],
    ['/documents', () => section('Documents'), tile],
    [`/documents/${document}`, () => tile.getByRole('link').first().click(), main.getByText('Words')],
    ['/documents', () => section('Documents'), tile],
    [
      '/projects',
      () => main.getByRole('link', { name: 'Projects', exact: true }).click(),
      main.getByRole('heading', { level: 1, name: 'Projects' }),
    ],
  ];
  for (const [path, go, shown] of readable) {
    await go();
    await page.waitForURL(`${workspace}${path}`);
    await expect(shown, path).toBeVisible();
    for (const role of ['button', 'link'] as const) {
      await expect(main.getByRole(role, { name: CONTROLS }), path).toHaveCount(0);
    }
    await shoot(page, `viewer${path.replaceAll('/', '-')}`);
  }

  expect((await page.request.get(draft)).status(), draft).toBe(404);
  const answer = await page.goto(`${workspace}/workflows/${template}/launch`);
  expect(answer?.status()).toBe(404);
  await hydrated(page);
  await expect(page.getByText('Page not found')).toBeVisible();
  await expectAccessible(page);

  const origin = { origin: new URL(workspace).origin };
  const refused = {
    launch: page.request.post('/api/v1/workflows/executions', { data: { template_id: template }, headers: origin }),
    stop: page.request.post(`/api/v1/workflows/executions/${execution}/stop`, { data: {}, headers: origin }),
    make: page.request.post('/api/v1/workflows/templates', { data: waiting('Another'), headers: origin }),
    write: page.request.post('/api/v1/documents', { data: { title: 'New', content: '' }, headers: origin }),
    remove: page.request.delete(`/api/v1/documents/${document}`, { headers: origin }),
  };
  for (const [what, asked] of Object.entries(refused)) {
    expect((await asked).status(), what).toBe(403);
  }
});

/** Asks editors, and is over when two of them have approved. */
const keptForEditors = {
  name: 'For editors',
  nodes: [
    node('start', 'start', 0, 80),
    node('check', 'review', 300, 80, { instructions: 'Good?', reviewers: 'editors', approvals: 2 }),
    node('end', 'end', 600, 80),
  ],
  edges: [edge('start', 'check'), edge('check', 'end', 'approved')],
};

test('who may not decide a review is not offered another way past it, and is refused one', async ({ page, browser }) => {
  await launch(page, keptForEditors);
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await choose(page, 'check');
  const skip = panel(page).getByRole('button', { name: 'Skip…' });
  await expect(skip).toBeVisible();

  await become(page, browser, ROSA);
  await page.reload();
  await hydrated(page);
  await choose(page, 'check');

  await expect(page.getByText('Only editors and admins can decide this.').first()).toBeVisible();
  await expect(skip).toHaveCount(0);
  await expect(panel(page).getByRole('button', { name: /^(Edit|Retry)/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Stop', exact: true }).first()).toBeVisible();
  const [execution] = new URL(page.url()).pathname.split('/').slice(-1);
  const asked = await page.request.post(`/api/v1/workflows/executions/${execution}/skip-node`, {
    data: { node_id: 'check' },
    headers: { origin: originOf(page) },
  });
  expect(asked.status()).toBe(403);
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
});
