import { type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';

import { expectAccessibleAndShoot, shoot, still } from '../support/look.ts';
import { agree, expect, hydrated, test } from '../support/test.ts';
import { stands } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

// A server of its own: the first test wants a workspace that has run nothing.
test.use({ settings: { ATELIER_SAMPLE_PACE: '30' } });

type Json = Record<string, unknown>;

function workflow(name: string, type: string, config: Json): Json {
  const node = (id: string, kind: string, x: number, own: Json = {}): Json =>
    ({ id, type: kind, position: { x, y: 0 }, data: { label: id, config: own } });
  return {
    name,
    nodes: [node('start', 'start', 0), node('work', type, 300, config), node('end', 'end', 600)],
    edges: [
      { id: 'a', source: 'start', target: 'work' },
      { id: 'b', source: 'work', target: 'end', sourceHandle: type === 'review' ? 'approved' : undefined },
    ],
  };
}

/** Waits for a day. */
const waiting = (name: string) => workflow(name, 'wait', { seconds: 86400 });
/** Fails at once: the address is refused. */
const failing = (name: string) => workflow(name, 'http_request', { url: 'http://127.0.0.1:9/' });
/** Asks a person. */
const asking = (name: string) => workflow(name, 'review', { instructions: 'Look at it.' });

async function api(page: Page, path: string, data: Json): Promise<Json> {
  const headers = { origin: originOf(page) };
  const answer = await page.request.post(`/api/v1/workflows/${path}`, { data, headers });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json().catch(() => ({})) as Promise<Json>;
}

/** Publishes a workflow and launches it so often; the ids of the executions. */
async function launched(page: Page, definition: Json, times = 1): Promise<string[]> {
  const template = await api(page, 'templates', definition);
  const ids: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const made = await api(page, 'executions', { template_id: template['id'] });
    ids.push(String(made['execution_id']));
  }
  return ids;
}

async function history(page: Page, workspace: string, query = ''): Promise<void> {
  await page.goto(`${workspace}/executions${query}`);
  await hydrated(page);
}

const sections = (page: Page) => page.getByRole('navigation', { name: 'Sections' });
const rows = (page: Page) => page.getByRole('table').getByRole('row').filter({ has: page.getByRole('cell') });
const panel = (page: Page) => page.getByRole('dialog', { name: 'Activity' });
const opener = (page: Page) => page.getByRole('button', { name: /^Activity/ });

/** Nothing sticks out of the page, on a phone neither; it is wide in the end. */
async function fits(page: Page, name: string): Promise<void> {
  for (const width of [320, 390, 1440]) {
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
    const beyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(beyond), `nothing sticks out of ${name} at ${width}`).toBeLessThanOrEqual(0);
    await shoot(page, `${name}-${width}`);
  }
}

/** Exports what is narrowed; what is listed stays while another list is loaded, and where its filters could not be. */
async function exported(page: Page, workspace: string): Promise<void> {
  const [broken] = await launched(page, failing('=HYPERLINK("http://x")'));
  await stands(page, broken!, 'failed');
  await page.getByRole('searchbox').fill('hyperlink');
  await expect(page).toHaveURL(/q=hyperlink/);
  await expect(rows(page)).toHaveCount(1);

  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const file = readFileSync((await (await coming).path())!, 'utf8');
  const lines = file.trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('"\'=HYPERLINK(""http://x"")"');

  await rows(page).first().getByRole('checkbox').check();
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/api\/fn\/history$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Completed', exact: true }).click();
  // Nothing out of sight stays chosen: the list that is still there takes note of it.
  await expect(rows(page).first().getByRole('checkbox')).not.toBeChecked();
  await rows(page).first().getByRole('checkbox').check();
  answer();
  const row = rows(page).filter({ hasText: 'HYPERLINK' });
  await expect(row).toHaveCount(0);

  await sections(page).getByRole('link', { name: 'Home' }).click();
  await expect(page).toHaveURL(workspace);
  await page.route(/\/api\/fn\/load_execution_choices/, (route) => route.abort());
  await sections(page).getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByText('Couldn\'t load filters')).toBeVisible();
  await expect(row.first()).toBeVisible();
}

test('ux 69: who has run nothing is told so; the history is narrowed in its address, without scripts too, exported, and whole while another is loaded', async ({ page, browser, guard }) => {
  guard.expect(/load_execution_choices|ERR_FAILED/);
  const workspace = await beOwner(page);
  await history(page, workspace);

  await expect(page.getByText('No runs yet')).toBeVisible();
  await page.getByRole('link', { name: 'Browse templates' }).click();
  await expect(page).toHaveURL(/\/workflows$/);

  const [open] = await launched(page, waiting('Night watch'));
  const [broken] = await launched(page, failing('Broken call'));
  await stands(page, broken!, 'failed');
  await sections(page).getByRole('link', { name: 'Runs' }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText('Broken call');

  await page.getByRole('link', { name: 'Failed', exact: true }).click();
  await expect(page).toHaveURL(/status=failed/);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Running', exact: true }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('searchbox').fill('night');
  await expect(page).toHaveURL(/q=night/);
  await expect(rows(page)).toHaveCount(1);
  await page.getByLabel('Started by').selectOption({ label: 'Ada Owner' });
  await page.getByRole('combobox', { name: 'Workflow' }).selectOption({ label: 'Night watch' });
  await page.getByLabel('From', { exact: true }).fill('2020-01-01');
  await expect(page).toHaveURL(/template=.*person=.*from=2020-01-01|person=.*from=2020-01-01/);

  await page.reload();
  await hydrated(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole('searchbox')).toHaveValue('night');
  await expect(page.getByRole('combobox', { name: 'Workflow' })).toHaveValue(/.+/);
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2020-01-01');
  await page.getByLabel('To', { exact: true }).fill('2020-01-02');
  await expect(page.getByText('No matching runs')).toBeVisible();
  await page.getByRole('link', { name: 'Show all runs' }).click();
  await expect(page).toHaveURL(/\/executions$/);
  await expect(rows(page)).toHaveCount(2);

  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${workspace}/executions?status=running`);
  await plain.getByRole('searchbox').fill('night');
  await plain.getByRole('button', { name: 'Apply' }).click();
  await expect(plain).toHaveURL(/q=night/);
  await expect(plain).toHaveURL(/status=running/);
  await expect(rows(plain)).toHaveCount(1);
  await context.close();
  await api(page, `executions/${open!}/stop`, {});

  await test.step('the list is exported as it is narrowed, and whole while another is loaded', () => exported(page, workspace));
});

test('ux 34, 37: several are stopped at once, and each that is not says why; in a low window news covers nothing of that', async ({ page, guard }) => {
  guard.expect(/control_several|ERR_FAILED/);
  const workspace = await beOwner(page);
  await launched(page, waiting('Several'), 2);
  const [broken] = await launched(page, failing('Several, over'));
  await stands(page, broken!, 'failed');
  await history(page, workspace, '?q=several');
  await expect(rows(page)).toHaveCount(3);

  await page.getByRole('checkbox', { name: 'Select all shown' }).check();
  await expect(page.getByText('3 runs selected')).toBeVisible();
  await shoot(page, 'history-chosen');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop 3 runs?' });
  await expect(dialog).toContainText('You can\'t resume a stopped run.');
  await dialog.getByRole('button', { name: 'Stop' }).click();

  const answers = page.locator('.history__answers');
  await expect(answers).toContainText("2 runs stopped. 1 couldn't be stopped:");
  await expect(answers.getByRole('listitem')).toContainText(/Several, over #\d+: \S/);
  await expect(rows(page).getByText('Stopped')).toHaveCount(2);
  // What was not done stays chosen.
  await expect(page.getByText('1 run selected')).toBeVisible();
  // Only what can be done to one of them is offered.
  const bar = page.getByRole('group', { name: 'Selected runs' });
  await expect(bar.getByRole('button', { name: 'Retry failed steps' })).toBeVisible();
  await expect(bar.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await expectAccessibleAndShoot(page, 'history-answers');
  await fits(page, 'history');

  await page.setViewportSize({ width: 720, height: 450 });
  await page.route(/\/api\/fn\/control_several/, (route) => route.abort());
  await bar.getByRole('button', { name: 'Retry failed steps' }).click();
  await agree(page, 'Retry the failed steps of 1 run?', 'Retry');
  const news = page.locator('.toast');
  await expect(news).toBeVisible();
  await still(page);
  const [said, chosen] = await Promise.all([news.boundingBox(), bar.boundingBox()]);
  if (!said || !chosen) throw new Error('both are shown');
  expect(said.y + said.height).toBeLessThanOrEqual(chosen.y);
  await shoot(page, 'news-low');

  await bar.getByRole('button', { name: 'Clear selection' }).click();
  await rows(page).filter({ hasText: 'Stopped' }).first().getByRole('checkbox').check();
  await expect(bar).toContainText('These runs have ended.');
  await expect(bar.getByRole('button', { name: 'Retry failed steps' })).toHaveCount(0);
});

test('ux 34, 37, 55: the panel lists what is under way and controls it, on every page, and tells of it outside the page', async ({ page }) => {
  await page.addInitScript(() => {
    const told: string[] = [];
    class Stub {
      static permission = 'default';
      static asked = 0;
      onclick: unknown = null;
      constructor(title: string, options: NotificationOptions) { told.push(title, options.body ?? ''); }
      static requestPermission(): Promise<string> {
        Stub.asked += 1;
        Stub.permission = 'granted';
        return Promise.resolve('granted');
      }
    }
    Object.assign(window, { Notification: Stub, told });
  });
  const workspace = await beOwner(page);
  const [open] = await launched(page, waiting('Panel watch'));
  const [asked] = await launched(page, asking('Panel question'));
  await stands(page, asked!, 'paused');
  await page.goto(`${workspace}/documents`);
  await hydrated(page);
  await expect(panel(page)).toHaveCount(0);
  await expect(opener(page)).toHaveAccessibleName('Activity: 2');

  await opener(page).click();
  await expect(panel(page)).toBeFocused();
  const running = panel(page).getByRole('region', { name: 'Running' });
  await expect(running.getByRole('progressbar')).toHaveCount(1);
  await expect(panel(page).getByRole('region', { name: 'Needs you' })).toContainText('Panel question');
  await expectAccessibleAndShoot(page, 'panel');
  await fits(page, 'panel');
  await running.getByRole('button', { name: /^Pause Panel watch/ }).click();
  const paused = panel(page).getByRole('region', { name: 'Paused' });
  await paused.getByRole('button', { name: /^Resume Panel watch/ }).click();
  await running.getByRole('button', { name: /^Stop Panel watch/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Stop Panel watch #\d+\?$/ });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await stands(page, open!, 'running');
  await running.getByRole('button', { name: /^Stop Panel watch/ }).click();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(panel(page).getByRole('region', { name: 'Just ended' })).toContainText('Panel watch');
  await stands(page, open!, 'stopped');

  await panel(page).focus();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(opener(page)).toBeFocused();
  await page.keyboard.press('Control+Shift+E');
  await expect(panel(page)).toBeFocused();
  // It stays while the person goes on.
  await sections(page).getByRole('link', { name: 'Home' }).click();
  await expect(page).toHaveURL(workspace);
  await expect(panel(page)).toBeVisible();
  await api(page, `executions/${asked!}/stop`, {});
  await expect(panel(page).getByRole('region', { name: 'Needs you' })).toHaveCount(0);

  // Who asks for it is told outside the page when a review waits.
  await sections(page).getByRole('link', { name: 'Documents' }).click();
  await expect(page).toHaveTitle(/^Documents/);
  const permission = () => page.evaluate(() => (window.Notification as unknown as { asked: number }).asked);
  expect(await permission()).toBe(0);
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await expect(page.getByRole('button', { name: 'Turn off notifications' })).toBeVisible();
  expect(await permission()).toBe(1);

  await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true }));
  const [quiet] = await launched(page, asking('A quiet question'));

  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told).toContain('A review needs you');
  expect((await told()).join(), 'which workflow, and which step').toMatch(/A quiet question #\d+: \S/);
  await expect(page).toHaveTitle(/^\(\d\) Documents/);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page).toHaveTitle(/^Documents/);
  await api(page, `executions/${quiet!}/stop`, {});
});

test('ux 52: a launch that is refused says so in the panel; another is shown at once and confirmed by the answer', async ({ page, guard }) => {
  guard.expect(/409|launch/);
  const workspace = await beOwner(page);
  const template = await api(page, 'templates', workflow('Once there is a place', 'generate_copy', { prompt: 'A line' }));
  await page.goto(`${workspace}/workflows/${String(template['id'])}/launch`);
  await hydrated(page);
  const problem = { kind: 'conflict', code: 'full', detail: 'There is no place for it now.' };
  await page.route('**/api/fn/launch', (route) => route.fulfill({ status: 409, json: problem }));

  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await expect(page.getByText(problem.detail).first()).toBeVisible();
  await opener(page).click();
  const refused = panel(page).locator('[data-launch="refused"]');
  await expect(refused).toContainText(problem.detail);
  await refused.getByRole('button', { name: 'Dismiss' }).click();
  await expect(refused).toHaveCount(0);
  await panel(page).focus();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await page.unroute('**/api/fn/launch');

  await expect(opener(page)).toHaveAccessibleName(/^Activity: nothing/);
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => { answer = resolve; });
  await page.route('**/api/fn/launch', async (route) => {
    await held;
    await route.continue();
  });

  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await expect(opener(page)).toHaveAccessibleName('Activity: 1');
  await opener(page).click();
  const row = panel(page).getByRole('region', { name: 'Launching' }).getByRole('listitem');
  await expect(row).toContainText('Once there is a place');
  await expect(row).toHaveAttribute('data-launch', 'asked');
  answer();

  await page.waitForURL(/\/workflows\/executions\//);
  const id = page.url().split('/').at(-1)!;
  await expect(panel(page).locator(`a[href$="${id}"]`)).toBeVisible();
  await expect(panel(page).locator('[data-launch]')).toHaveCount(0);
  await stands(page, id, 'completed');
});
