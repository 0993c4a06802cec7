import { readFileSync } from 'node:fs';

import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, shoot, still } from '../support/look.ts';
import { agree, expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { begin, choose, decide, edge, type Json, node, panel, step } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' }, feedback: { type: 'string' } },
  required: ['title', 'feedback'],
};

/** A text, a picture and data that are reviewed; the text is then quoted. */
const workflow = {
  name: 'Reviewed and quoted',
  nodes: [
    node('start', 'start', 0, 80),
    node('write', 'generate_copy', 300, 80, { prompt: 'A blog post about a bottle' }),
    node('make', 'generate_image', 300, 220, { prompt: 'A lantern' }),
    node('tell', 'generate_copy', 300, 360, { prompt: 'A title for a bottle', output: { format: 'json', schema: SCHEMA } }),
    node('check', 'review', 600, 80, { instructions: 'Keep what sounds like us.' }),
    node('quote', 'generate_copy', 900, 80, { prompt: 'Quote ${nodes.write.texts}' }),
    node('end', 'end', 1200, 80),
  ],
  edges: [
    edge('start', 'write'),
    edge('start', 'make'),
    edge('start', 'tell'),
    edge('write', 'check', 'texts'),
    edge('make', 'check', 'images'),
    edge('tell', 'check', 'texts'),
    edge('check', 'quote', 'approved'),
    edge('quote', 'end'),
  ],
};

/** The names of what is in a ZIP archive, from its directory at the end. */
function namesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place)) as [number, number, number];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

/** Runs a workflow to its end, what is reviewed made twice, and opens its monitor. */
async function madeTwice(page: Page, made: Json): Promise<string> {
  const workspace = await beOwner(page);
  const execution = await begin(page, made);
  await decide(page, execution, { decision: 'changes', reason: 'Make it shorter' });
  await decide(page, execution, { decision: 'approve' });
  // With room enough its cards are large enough to read.
  await page.context().addCookies([{ name: 'monitor-results', value: '30', url: originOf(page) }]);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
  return execution;
}

/** Opens the comparison of the two versions of what a step made. */
async function compare(page: Page, id: string) {
  // By the keyboard: the step may lie outside of what is shown.
  await step(page, id).getByRole('button').first().press('Enter');
  await panel(page).getByRole('button', { name: '2 versions' }).click();
  await panel(page).getByRole('button', { name: 'Compare' }).click();
  const difference = page.getByRole('dialog', { name: 'v1 and v2' });
  await expect(difference).toBeVisible();
  return difference;
}

test('ux 34, 63: texts, pictures and data are compared; an older version is used, what is stale runs again', async ({ page }) => {
  const execution = await madeTwice(page, workflow);

  await test.step('what counts is downloaded', async () => {
    await page.getByRole('tab', { name: /Outputs/ }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download all' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
    const names = namesIn(readFileSync(await download.path()));
    expect(names.length, `of what was made twice only the latest: ${names.join()}`).toBe(4);
    expect(names.filter((name) => /\/(Write|Quote).*\.(txt|md)$/.test(name)), names.join()).toHaveLength(2);
  });

  await test.step('texts are compared, an older one is used, and what follows it is stale', async () => {
    const difference = await compare(page, 'write');
    await expect(panel(page).getByText('Changed on request: “Make it shorter”')).toBeAttached();
    await difference.getByRole('button', { name: 'Inline' }).click();
    await expect(difference.locator('ins').first()).toBeVisible();
    await expect(difference.locator('.diff__text')).not.toBeEmpty();
    await expectAccessible(page);
    await difference.getByRole('button', { name: 'Close' }).click();
    await panel(page).getByRole('combobox', { name: 'With' }).selectOption('1');
    const again = panel(page).getByRole('button', { name: 'Compare' });
    await expect(again, 'not with itself').toHaveAttribute('aria-disabled', 'true');

    await panel(page).getByRole('button', { name: 'Restore v1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore version' }).click();
    await expect(panel(page).getByRole('button', { name: '3 versions' })).toBeVisible();
    await expect(panel(page).locator('.output-versions__row').first()).toContainText('Version 1, restored by Ada Owner');
    for (const id of ['check', 'quote', 'end']) {
      await expect(step(page, id).getByText('Stale')).toBeVisible();
    }
    await expect(step(page, 'write').getByText('Stale')).toHaveCount(0);
    await choose(page, 'quote');
    await panel(page).getByRole('link', { name: 'How was this made?' }).first().click();
    await expect(page.locator('.lineage__entry[data-this]').getByText('Stale', { exact: true })).toBeVisible();
    await page.goBack();
  });

  await test.step('two pictures are compared beside each other and with a slider, also on a phone', async () => {
    const difference = await compare(page, 'make');
    const pictures = difference.getByRole('img');
    await expect(pictures).toHaveCount(2);
    const loaded = () => pictures.evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0));
    await expect.poll(loaded).toBe(true);
    const sources = await pictures.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).src));
    expect(new Set(sources).size).toBe(2);
    await difference.getByRole('button', { name: 'Slider' }).click();
    const slider = difference.getByRole('slider', { name: 'How much of the earlier image to show' });
    await expect(slider).toHaveValue('50');
    const above = difference.getByRole('img', { name: 'After' });
    const shown = () => above.evaluate((one) => getComputedStyle(one).clipPath);
    const half = await shown();
    await slider.focus();
    await page.keyboard.press('End');
    await expect(slider).toHaveValue('100');
    await expect.poll(shown).not.toBe(half);
    await page.keyboard.press('Home');
    await expect(slider).toHaveValue('0');
    const box = await slider.boundingBox();
    if (!box) throw new Error('the slider is not shown');
    await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(60);
    await still(page);
    await expectAccessible(page);
    await shoot(page, 'pictures-slider');
    await page.setViewportSize({ width: 390, height: 844 });
    await still(page);
    await shoot(page, 'pictures-slider-390');
    expect(await difference.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
    await difference.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('pictures that are kept are told apart by their names', async () => {
    await panel(page).getByRole('button', { name: 'Keep v1' }).click();
    await page.getByRole('tab', { name: /Outputs/ }).click();
    const kept = page.getByRole('region', { name: 'Kept', exact: true });
    await expect(kept.getByText('Make · v1')).toBeVisible();
    await shoot(page, 'kept-picture');
  });

  await test.step('structured data is compared place by place', async () => {
    const told = await compare(page, 'tell');
    const places = told.locator('.diff__changes dt');
    await expect(places.first()).toBeVisible();
    await expect(places.first()).toContainText(/title|feedback/);
    await expect(told.locator('.diff__changes del').first()).not.toBeEmpty();
    await expect(told.locator('.diff__changes ins').first()).not.toBeEmpty();
    await told.getByRole('button', { name: 'Side by side' }).click();
    await expect(told.locator('.diff')).toHaveAttribute('data-look', 'sides');
    await expectAccessibleAndShoot(page, 'data-sides');
    await told.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('what is stale runs again in a new execution', async () => {
    await page.getByRole('button', { name: 'Rerun stale steps' }).click();
    await agree(page, 'Rerun stale steps?', 'Rerun');
    await expect(page).not.toHaveURL(new RegExp(execution));
    const lost = () => page.evaluate(() => document.activeElement === document.body);
    await expect.poll(lost, 'the focus is in the new page').toBe(false);
    await expect(step(page, 'check')).toHaveAttribute('data-state', 'awaiting_review');
    await expect(step(page, 'write')).toHaveAttribute('data-state', 'completed');
  });
});

test('what was made again shows how it differs; what counts back is asked anew; a kept version shows elsewhere', async ({ page, context }) => {
  const workspace = await beOwner(page);
  // The quote stands beside the text in the review, and was made from the text that counted then.
  const execution = await begin(page, {
    name: 'Counted back',
    nodes: [
      node('start', 'start', 0, 80),
      node('make', 'generate_copy', 300, 80, { prompt: 'A post about fog' }),
      node('quote', 'generate_copy', 600, 240, { prompt: 'Quote ${nodes.make.texts}' }),
      node('check', 'review', 900, 80, { instructions: 'Good?' }),
      node('end', 'end', 1200, 80),
    ],
    edges: [
      edge('start', 'make'),
      edge('make', 'check', 'texts'),
      edge('make', 'quote'),
      edge('quote', 'check', 'texts'),
      edge('check', 'end', 'approved'),
    ],
  });
  await page.goto(`${workspace}/workflows/executions/${execution}?node=check`);
  await hydrated(page);
  const decision = page.getByTestId('decision');
  const kept = (at: Page) => at.getByRole('region', { name: 'Kept', exact: true });

  await test.step('beside the decision it shows how what was made again differs', async () => {
    await expect(decision).toBeVisible();
    await expect(decision.getByTestId('changes')).toHaveCount(0);
    await decision.getByLabel('Comment or reason').fill('Make it shorter');
    await decision.getByRole('button', { name: 'Ask for changes' }).click();

    const changes = decision.getByTestId('changes');
    await expect(changes).toBeVisible();
    await expect(changes.locator('.diff')).toHaveCount(0);
    await changes.getByText('Changes since version 1', { exact: true }).click();
    await expect(changes.locator('.diff ins').first()).toBeVisible();
    await shoot(page, 'review-changes');
  });

  await test.step('what was tried and paid before stays to be seen, as the present goes on', async () => {
    await choose(page, 'make');
    await panel(page).getByRole('tab', { name: 'Attempts' }).click();
    await expect(panel(page).getByText(/^Attempt 1 · .*ran again since/)).toBeVisible();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const rows = page.getByRole('tabpanel', { name: 'Timeline' }).getByRole('listitem');
    // A busy machine has it stand in line for a moment, which is a bar of its own.
    const tries = rows.filter({ hasText: 'Make' }).locator('.timeline__bar:not([data-state="queued"])');
    await expect(tries).toHaveCount(2);
    await page.getByRole('tab', { name: 'Costs' }).click();
    await expect(page.getByRole('cell', { name: 'Before it ran again' }).first()).toBeVisible();
    await shoot(page, 'made-again-costs');
    const moment = page.getByRole('slider', { name: 'Moment' });
    await page.getByRole('button', { name: 'Previous event' }).click();
    const length = Number(await moment.getAttribute('max'));
    await expect.poll(async () => Number(await moment.getAttribute('max'))).toBeGreaterThan(length);
    await page.getByRole('button', { name: 'Back to the present' }).click();
  });

  await test.step('who is asked about what counts back is told what is no longer current', async () => {
    await panel(page).getByRole('tab', { name: 'Output' }).click();
    await choose(page, 'check');
    const asked = decision.getByRole('textbox', { name: 'Text 1' });
    const second = await asked.inputValue();
    await expect(decision.getByText(/newer version since/)).toHaveCount(0);

    await choose(page, 'make');
    await panel(page).getByRole('button', { name: '2 versions' }).click();
    await panel(page).getByRole('button', { name: 'Restore v1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore version' }).click();
    await expect(panel(page).getByRole('button', { name: '3 versions' })).toBeVisible();
    await choose(page, 'check');

    await expect(asked).not.toHaveValue(second);
    await expect(decision.getByText('Changes since version 2', { exact: true })).toBeVisible();
    await expect(decision.getByText(/newer version since/)).toBeVisible();
    await expectAccessible(page);
  });

  const other = await context.newPage();
  await other.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(other);
  await other.getByRole('tab', { name: /Outputs/ }).click();
  await test.step('while the execution goes on, what is kept and let go shows elsewhere at once', async () => {
    await choose(page, 'make');
    const keep = panel(page).getByRole('button', { name: /^Keep Make/ });
    await keep.click();
    await expect(kept(other).getByText('Make')).toBeVisible();
    await keep.click();
    await expect(kept(other)).toHaveCount(0);
  });

  await test.step('an older version is kept, and stands first among the outputs', async () => {
    await decide(page, execution, { decision: 'approve' });
    await expect(step(page, 'end')).toHaveAttribute('data-state', 'completed');
    await panel(page).getByRole('button', { name: '3 versions' }).click();

    await panel(page).getByRole('button', { name: 'Keep v1' }).click();

    await expect(panel(page).getByRole('button', { name: 'Keep v1' })).toHaveAttribute('aria-pressed', 'true');
    await expect(kept(other).getByText('Make · v1')).toBeVisible();
    await page.getByRole('tab', { name: /Outputs/ }).click();
    await expect(kept(page).getByRole('button', { name: 'Keep Make · v1' })).toHaveAttribute('title', 'Kept by Ada Owner');
    await expectAccessibleAndShoot(page, 'kept');
    await page.setViewportSize({ width: 390, height: 844 });
    await still(page);
    await shoot(page, 'kept-390', { fullPage: true });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('what counts is kept by its own button, and stands there once, until it is let go', async () => {
    await page.getByRole('button', { name: 'Keep Make', exact: true }).first().click();
    await expect(kept(page).getByRole('listitem')).toHaveCount(2);
    await expect(page.getByRole('tabpanel', { name: /Outputs/ }).getByRole('button', { name: /^Keep Make/ })).toHaveCount(2);
    await expect(kept(other).getByRole('listitem')).toHaveCount(2);
    await kept(page).getByRole('button', { name: 'Keep Make · v1' }).click();
    await expect(kept(page).getByRole('listitem')).toHaveCount(1);
    await kept(page).getByRole('button', { name: 'Keep Make' }).click();
    await expect(kept(page)).toHaveCount(0);
    await expect(kept(other)).toHaveCount(0);
    const { items } = (await (await page.request.get(`/api/v1/workflows/executions/${execution}/artifacts`)).json()) as { items: Json[] };
    expect(items.filter((one) => one['kept_at'])).toEqual([]);
  });
});
