import { type Page } from '@playwright/test';

import { sql } from '../support/database.ts';
import { shoot, still } from '../support/look.ts';
import { beside } from '../support/people.ts';
import { agree, expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, decide, edge, type Json, launch, node, panel, stands, step } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** Texts, a review of them, a condition on what was kept, a wait of a day. */
function reviewed(name: string, review: Json = {}, quantity = 2): Json {
  return {
    name,
    nodes: [
      node('start', 'start', 0, 80),
      node('write', 'generate_copy', 300, 80, { prompt: 'A headline for a bottle', quantity }),
      node('check', 'review', 600, 80, { instructions: 'Keep what sounds like us.', ...review }),
      node('choose', 'conditional', 900, 80, {
        branches: [{ id: 'several', when: 'size(nodes.check.items) > 1' }],
      }),
      node('hold_on', 'wait', 1200, 0, { seconds: 86400 }),
      node('other', 'generate_copy', 1200, 200, { prompt: 'A text' }),
      node('end', 'end', 1500, 80),
    ],
    edges: [
      edge('start', 'write'),
      edge('write', 'check', 'texts'),
      edge('check', 'choose', 'approved'),
      edge('choose', 'hold_on', 'several'),
      edge('choose', 'other', 'else'),
      edge('hold_on', 'end'),
      edge('other', 'end'),
    ],
  };
}

const decision = (page: Page) => page.getByTestId('decision');

test('ux 34, 56: a decision is taken in place; the keyboard goes on from there, and the text is a version', async ({ page }) => {
  await launch(page, reviewed('Headlines'));
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await expect(page.getByRole('status').getByText('Your review is needed')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Reviews, \d+ waiting for you$/ })).toBeVisible();

  await page.getByRole('status').getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('heading', { name: 'Needs your review' })).toBeFocused();
  await expect(decision(page)).toContainText('Keep what sounds like us.');
  await decision(page).getByRole('button', { name: 'Reject' }).click();
  await expect(decision(page).getByText('Say what to change, or why you reject it.')).toBeVisible();
  await expect(decision(page).getByLabel('Comment or reason')).toBeFocused();
  await expectAccessible(page);
  const keep = (number: number) => decision(page).getByLabel(`Keep ${number}`);
  await keep(1).uncheck();
  await expect(decision(page).getByText('1 of 2 kept.')).toBeVisible();
  await expect(decision(page).getByRole('button', { name: 'Approve 1 of 2' })).toBeEnabled();
  await keep(2).uncheck();
  await expect(decision(page).getByText('Keep at least one item, or reject.')).toBeVisible();
  await expect(decision(page).getByRole('button', { name: 'Approve 0 of 2' })).toBeDisabled();
  await keep(1).check();
  await keep(2).check();
  await decision(page).getByLabel('Text 1').fill('Water, anywhere.');
  await decision(page).getByLabel('Comment or reason').fill('Good ones');
  await decision(page).getByRole('button', { name: 'Approve' }).focus();
  await page.keyboard.press('Enter');

  await expect(step(page, 'hold_on')).toContainText(/until .*\d+:\d\d [AP]M, .* left/);
  await expect(step(page, 'check')).toContainText('Approved by Ada Owner');
  const lost = () => page.evaluate(() => document.activeElement === document.body);
  await expect.poll(lost).toBe(false);
  await expect(page.getByTestId('decided')).toContainText('Good ones');
  const approved = page.getByTestId('approved-items').getByRole('listitem');
  await expect(approved).toHaveCount(2);
  await expect(approved.first()).toHaveText('Water, anywhere.');
  await expect(step(page, 'other')).toHaveAttribute('data-state', 'skipped');
  await expect(page.locator('.edge[data-state="not_taken"]')).not.toHaveCount(0);

  await choose(page, 'check');
  await panel(page).getByRole('button', { name: '2 versions' }).click();
  await expect(panel(page).locator('.output-versions__row').first()).toContainText('Made by Ada Owner in a review');
  await panel(page).getByRole('button', { name: 'Compare' }).click();
  const difference = page.getByRole('dialog', { name: 'v1 and v2' });
  await expect(difference.locator('ins').first()).toContainText('anywhere');
  await still(page);
  await shoot(page, 'review-versions');

  await difference.getByRole('button', { name: 'Close' }).click();
  await panel(page).getByRole('button', { name: 'Restore v1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore version' }).click();
  await expect(page.getByTestId('decided')).toContainText('Ada Owner has restored version 1 since.');
});

test('very long texts and data under review begin on the page, and all of each comes when asked for', async ({ page, server }) => {
  test.slow();
  const workspace = await beOwner(page);
  const execution = await begin(page, reviewed('A long text', {}, 4));
  await stands(page, execution, 'paused');
  const field = (number: number) => decision(page).getByRole('textbox', { name: `Text ${number}` });
  // The sample writes no such texts. Line by line no browser looks for the direction of the first one.
  const all = 16_000 * 'Tea and rain. '.length;
  const items = [
    "array_to_string(array_fill('Tea and rain.'::text, ARRAY[16000]), chr(10))",
    "repeat('Tea and rain. ', 16000)",
    "(SELECT jsonb_agg(jsonb_build_object('row', n, 'tea', repeat('Rain ', 20))) FROM generate_series(1, 2000) n)",
    'items -> 3',
  ];
  sql(server.database ?? '', `UPDATE reviews SET items = jsonb_build_array(${items.join()}) WHERE execution_id = '${execution}'`);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  const begun = (item: number) => decision(page).locator('.decision__item').nth(item).getByTestId('beginning');

  await test.step('a text of many lines can be typed in', async () => {
    await begun(0).getByRole('button', { name: 'Edit' }).click();
    await expect(field(1)).toHaveAttribute('dir', 'ltr');
    const costly = (area: HTMLElement) => getComputedStyle(area).unicodeBidi === 'plaintext';
    expect(await field(1).evaluate(costly)).toBe(false);
    await field(1).focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Milk! ');
    expect((await field(1).inputValue()).slice(0, 10)).toBe('Milk! Tea ');
    await expect(field(4), 'a short one is left to the browser').toHaveAttribute('dir', 'auto');
  });

  await test.step('of a long one the page has the beginning, near what it is decided by', async () => {
    const shown = () => begun(1).locator('.decision__text').evaluate((text) => text.textContent.length);
    await expect(begun(1)).toBeVisible();
    expect(await shown()).toBeLessThanOrEqual(200_000);
    expect((await begun(1).boundingBox())?.height, 'what is decided by stays near').toBeLessThan(700);
    await expect(field(2)).toHaveCount(0);
    await begun(1).getByRole('button', { name: 'Show all' }).click();
    await expect.poll(shown).toBe(all);
    await expect(begun(1).getByRole('button', { name: 'Show all' })).toHaveCount(0);
  });

  await test.step('so it has of data, which are read only', async () => {
    await expect(begun(2).locator('.decision__data')).toContainText('"row": 1,');
    await expect(begun(2).getByRole('button', { name: 'Edit' })).toHaveCount(0);
    await begun(2).getByRole('button', { name: 'Show all' }).click();
    await expect(begun(2).locator('.decision__data')).toContainText('"row": 2000');
    await expectAccessible(page);
  });

  // With another text that was edited the long one goes along whole.
  await field(4).fill('Short');
  await decision(page).getByLabel('Keep 1').uncheck();
  await decision(page).getByLabel('Keep 3').uncheck();
  await decision(page).getByRole('button', { name: 'Approve' }).click();

  await expect(step(page, 'check')).toHaveAttribute('data-state', 'completed');
  const output = `SELECT output ->> 'items' FROM execution_nodes WHERE node_id = 'check' AND execution_id = '${execution}'`;
  const given = sql(server.database ?? '', output);
  expect(given.join('').length).toBeGreaterThan(all);
  expect(given.join('')).toContain('Short');
});

test('ux 34, 57: what others change or decide arrives, a late decision is refused, nothing written is lost', async ({ page, browser, context, guard }) => {
  guard.expect(/409|Failed to load resource/);
  await launch(page, reviewed('Two approvals', { approvals: 2 }));
  await expect(decision(page)).toContainText('0 of 2 approved');
  const other = await beside(page, browser);

  await test.step('what somebody else has changed before one decides', async () => {
    await decision(page).getByLabel('Comment or reason').fill('I like');
    await decision(page).getByLabel('Keep 1').uncheck();

    await decision(other).getByLabel('Text 2').fill('Water, anywhere.');
    await decision(other).getByLabel('Comment or reason').fill('Shorter');
    await decision(other).getByRole('button', { name: 'Approve' }).click();

    await expect(decision(page)).toContainText('Ben Editor approved with edits');
    await expect(decision(page)).toContainText('Ben Editor: Shorter');
    await expect(decision(page).getByLabel('Text 2')).toHaveValue('Water, anywhere.');
    await expect(decision(page).getByLabel('Keep 1')).toBeChecked();
    await expect(decision(page).getByLabel('Comment or reason')).toHaveValue('I like');
    await shoot(page, 'two-approvals');
    await decision(page).getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByTestId('approved-items').getByRole('listitem').nth(1)).toHaveText('Water, anywhere.');
    await expect(decision(page)).toHaveCount(0);
    await expect(other.getByTestId('decided')).toContainText('Approved by');
  });

  await test.step('what is decided elsewhere stays in its place in the inbox', async () => {
    const execution = await begin(page, reviewed('Decided elsewhere'));
    await stands(page, execution, 'paused');
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: /^Reviews/ }).click();
    const entry = page.getByRole('listitem').filter({ hasText: 'Decided elsewhere' });
    await entry.getByRole('textbox', { name: 'Text 1' }).fill('My own words');
    await entry.getByLabel('Comment or reason').fill('Nearly');

    await decide(other, execution, { decision: 'approve' });

    await expect(entry).toContainText('Approved by Ben Editor.');
    await expect(entry.getByText('Your unsent text:')).toBeVisible();
    await expect(entry).toContainText('My own words');
    await expect(entry).toContainText('Nearly');
    await expect(entry.getByRole('button', { name: 'Approve' })).toHaveCount(0);
    const place = () => page.evaluate(() => document.activeElement?.closest('.inbox__entry') !== null);
    await expect.poll(place, 'the focus stays near').toBe(true);
    await expectAccessible(page);
    await shoot(page, 'decided-elsewhere');
  });

  await test.step('who hears of nothing and decides too late is told so, and may copy what was written', async () => {
    const execution = await begin(page, reviewed('Two at once'));
    const late = page.getByRole('listitem').filter({ hasText: 'Two at once' });
    await expect(late.getByTestId('decision')).toBeVisible();
    // What this page has loaded is what it shows: no answer comes.
    await page.route(/\/api\/fn\/(waiting|reviews)$/, () => undefined);
    await late.getByRole('textbox', { name: 'Text 1' }).fill('My own words');
    await decide(page, execution, { decision: 'reject', reason: 'Too loud' });
    await late.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('You already decided: Rejected.')).toBeVisible();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.toast').getByRole('button', { name: 'Copy my text' }).click();
    await expect(page.getByText('Copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('My own words');
  });
  await other.close();
  await other.context().close();
});

/** start → a loop over three topics with a text in it → an address that is refused → end. */
function looped(name: string): Json {
  const inside = { ...node('copy', 'generate_copy', 80, 100, { prompt: 'A line on ${item}' }), parentId: 'each' };
  return {
    name,
    parameters: [{ name: 'topics', type: 'list', default: ['tea', 'milk', 'rain'] }],
    nodes: [
      node('start', 'start', 0, 80),
      { ...node('each', 'for_each', 400, 0, { items: '${input.topics}' }), size: { width: 420, height: 280 } },
      inside,
      node('first', 'http_request', 1000, 80, { url: 'http://127.0.0.1:9/' }),
      node('end', 'end', 1300, 80),
    ],
    edges: [
      edge('start', 'each'),
      { ...edge('each', 'copy', 'item') },
      { ...edge('copy', 'each', 'texts'), targetHandle: 'result' },
      edge('each', 'first', 'output'),
      edge('first', 'end'),
    ],
  };
}

test('a loop is a frame that counts rounds; a failed step runs again with another text, or is skipped', async ({ page }) => {
  await launch(page, looped('Three lines and a call'));
  await expect(step(page, 'first')).toHaveAttribute('data-state', 'failed');

  await test.step('a loop is drawn as a frame, counts its rounds and lets one be looked at', async () => {
    await expect(step(page, 'each')).toHaveAttribute('data-state', 'completed');
    await expect(step(page, 'each')).toContainText('3/3');
    const [frame, body] = await Promise.all([step(page, 'each').boundingBox(), step(page, 'copy').boundingBox()]);
    expect(frame && body && frame.x < body.x && frame.y < body.y).toBe(true);
    expect(frame && body && frame.x + frame.width > body.x + body.width).toBe(true);

    await choose(page, 'copy');
    await expect(panel(page).locator('.made-text')).toHaveCount(3);
    await panel(page).getByLabel('Showing').selectOption('Round 2: completed');
    await expect(panel(page).locator('.made-text')).toHaveCount(1);
    await step(page, 'each').getByRole('button').first().click({ position: { x: 60, y: 20 } });
    await expect(panel(page)).toContainText(/Copy · 1.*Copy · 2.*Copy · 3/s);
  });

  await test.step('a step that failed is run again with another text, which is remembered', async () => {
    await choose(page, 'first');
    await page.getByRole('button', { name: 'Retry with changes…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Retry with changes' });
    await dialog.getByLabel('URL').fill('http://127.0.0.1:10/');
    await dialog.getByRole('button', { name: 'Retry with changes' }).click();
    await expect(dialog).toBeHidden();
    // The server has taken the change before the page is told of it.
    const dock = page.getByRole('region', { name: 'The whole run' });
    await dock.getByRole('tab', { name: 'Events' }).click();
    await expect(dock).toContainText('First retried');
    await expect(step(page, 'first')).toHaveAttribute('data-state', 'failed');
    await page.getByRole('button', { name: 'Retry with changes…' }).click();
    await expect(dialog.getByLabel('URL')).toHaveValue('http://127.0.0.1:10/');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('it is asked about from the banner, and skipped', async () => {
    const banner = page.locator('.monitor__trouble[data-state="failed"]');
    await expect(banner).toContainText('First');
    await banner.getByRole('button', { name: 'Retry' }).click();
    const again = page.getByRole('dialog', { name: 'Retry this step?' });
    await expect(again).toContainText('Retries “First” with the same settings.');
    await again.getByRole('button', { name: 'Cancel' }).click();
    await banner.getByRole('button', { name: 'Skip…' }).click();
    const asked = page.getByRole('dialog', { name: 'Skip this step?' });
    await expect(asked).toContainText('the steps after it continue without it');
    await asked.getByRole('button', { name: 'Skip' }).click();
    await expect(step(page, 'first')).toHaveAttribute('data-state', 'skipped');
  });
});

test('steps are run one by one, edited before they run, and stopped at', async ({ page }) => {
  const workflow = reviewed('One by one');
  await launch(page, workflow, { auto_run: false, breakpoints: ['check'] });
  await expect(step(page, 'write')).toContainText('Waiting for you to run this step');
  await expect(page.getByRole('switch', { name: 'Auto-run' })).not.toBeChecked();
  await expect(step(page, 'check')).toHaveAttribute('data-breakpoint', '');

  await step(page, 'write').getByRole('button').first().click();
  await page.getByRole('button', { name: 'Edit step…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit step' });
  await dialog.getByLabel('Prompt', { exact: true }).fill('A headline for a cup');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const banner = page.getByRole('status').filter({ hasText: 'Write: Waiting for you to run this step' });
  await expect(page.locator('.monitor__header .chip').first()).toHaveText(/Waiting/);
  await banner.getByRole('button', { name: 'Go to step' }).click();
  await expect(step(page, 'write').getByRole('button').first()).toBeFocused();
  await banner.getByRole('button', { name: 'Run this step' }).click();
  await agree(page, 'Run this step?', 'Run');
  await expect(step(page, 'write')).toHaveAttribute('data-state', 'completed');

  await expect(step(page, 'check')).toContainText('Paused at a breakpoint');
  const paused = page.getByRole('status').filter({ hasText: 'Paused at a breakpoint' });
  await paused.getByRole('button', { name: 'Go to step' }).click();
  await expect(step(page, 'check').getByRole('button').first()).toBeFocused();
  await page.getByText('Auto-run', { exact: true }).click();
  await agree(page, 'Turn on auto-run?', 'Turn on');
  await expect(page.getByRole('switch', { name: 'Auto-run' })).toBeChecked();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
  await step(page, 'choose').getByRole('button').first().click();
  await expect(page.getByRole('button', { name: 'Skip…' })).toHaveCount(0);
});
