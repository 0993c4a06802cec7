import { type Page } from '@playwright/test';

import { shoot, still } from '../support/look.ts';
import { test as base, expect, expectAccessible, hydrated } from '../support/test.ts';
import { type Vendor, vendorWith } from '../support/vendor.ts';
import { enterWorkspace, goToSettings } from '../support/workspace.ts';

const KEY = 'sk-Zq7731-right';

const test = base.extend<object, { vendor: Vendor }>({
  vendor: vendorWith(KEY),
  settings: [async ({ vendor }, use) => use({ ATELIER_OUTBOUND_ALLOW: vendor.host }), { scope: 'worker' }],
});

/** Everything the page holds: its HTML and what its fields hold. */
async function held(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    return document.documentElement.outerHTML + fields.map((field) => field.value).join('\n');
  });
}

test('ux 34, 64: a provider is set up with a key that is nowhere to be seen, chosen, priced and removed', async ({ page, vendor, server, guard }) => {
  guard.expect(/422/);
  const bodies: Promise<string>[] = [];
  page.on('response', (answer) => {
    // The tab's line goes on for as long as the page is open.
    if (!answer.url().includes('/api/v1/stream')) bodies.push(answer.text().catch(() => ''));
  });
  await enterWorkspace(page);
  await goToSettings(page, 'Providers');
  await expect(page.getByTestId('answering')).toContainText('Sample provider');

  const access = page.getByTestId('access-openai');
  await test.step('ux 64: a wrong key is told clearly, and a saved one is nowhere to be seen', async () => {
    // A key that is wrong: said before anything is saved.
    await access.getByLabel('URL').fill(vendor.url);
    await access.getByRole('textbox', { name: 'Key' }).fill('sk-Zq7731-wrong');
    await access.getByRole('button', { name: 'Test' }).click();
    const outcome = access.getByTestId('outcome');
    await expect(outcome).toContainText('127.0.0.1 rejected the key.');
    await expect(outcome).toContainText('Incorrect API key provided');
    await expect(outcome).not.toContainText('Zq7731');
    await expectAccessible(page);
    await still(page);
    await shoot(page, 'providers-wrong-key', { fullPage: true });

    // The right one: tested, then saved; the field is empty at once.
    await access.getByRole('textbox', { name: 'Key' }).fill(KEY);
    await access.getByRole('button', { name: 'Test' }).click();
    await expect(outcome).toContainText('127.0.0.1 answers with the model “gpt-4o-mini”.');
    await expect(outcome).toContainText("Text Works. Answers don't stream; token counts are estimated.");
    await expect(outcome).toContainText("JSON The model “gpt-4o-mini” didn't return valid JSON.");
    await expect(outcome).toContainText('Found 2 models. Choose one above.');
    await expect(page.locator('#openai_text_model-suggestions option')).toHaveCount(2);
    await still(page);
    await shoot(page, 'providers-tested', { fullPage: true });
    // What is no number of calls is said at its field, and nothing is saved.
    await access.getByLabel('Maximum calls per minute').fill('many');
    await access.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(access.getByText('“many” isn\'t a number.')).toBeVisible();
    await expect(access.getByTestId('saved')).toContainText('Not set up');
    await access.getByLabel('Maximum calls per minute').fill('60');
    await access.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(access.getByTestId('saved')).toContainText('Key saved');
    await expect(access.getByRole('textbox', { name: 'Key' })).toHaveValue('');
    await expect(page.getByTestId('answering')).toContainText('OpenAI · gpt-4o-mini at 127.0.0.1');
    expect(await held(page)).not.toContain('Zq7731');

    await page.reload();
    await hydrated(page);
    await expect(access.getByTestId('saved')).toContainText('by Ada Owner');
    await expect(access.getByLabel('Maximum calls per minute')).toHaveValue('60');
    expect(await held(page)).not.toContain('Zq7731');
    // The saved key is used without being entered again.
    vendor.heard.length = 0;
    await access.getByRole('button', { name: 'Test' }).click();
    await expect(outcome).toContainText('answers with the model');
    expect(new Set(vendor.heard)).toEqual(new Set([`Bearer ${KEY}`]));
    for (const body of await Promise.all(bodies)) expect(body).not.toContain('Zq7731');
    expect(server.log.join('\n')).not.toContain('Zq7731');
    await still(page);
    await shoot(page, 'providers-saved', { fullPage: true });
  });

  await test.step('on a phone in the dark the form fits, and access is removed again', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    await still(page);
    await shoot(page, 'providers-phone-dark', { fullPage: true });

    await access.getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('This deletes its key for good.');
    await dialog.getByRole('button', { name: 'Remove provider' }).click();
    await expect(access.getByTestId('saved')).toContainText('Not set up');
    await expect(page.getByTestId('answering')).toContainText('Sample provider');
    await expect(access.getByLabel('URL')).toHaveValue('');
    await expect(access.getByRole('button', { name: 'Remove' })).toHaveCount(0);

    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await test.step('who answers is chosen; who is not set up is told at its field', async () => {
    const choice = page.getByTestId('choice');
    await choice.getByLabel('Text provider').selectOption({ label: 'Anthropic (not set up)' });
    await choice.getByRole('button', { name: 'Save defaults' }).click();
    await expect(choice.getByText('Anthropic has no key.')).toBeVisible();
    const anthropic = page.getByTestId('access-anthropic');
    await anthropic.getByLabel('URL').fill(vendor.url);
    await anthropic.getByRole('textbox', { name: 'Key' }).fill(KEY);
    await anthropic.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(anthropic.getByTestId('saved')).toContainText('Key saved');
    await choice.getByLabel('Image provider').selectOption({ label: 'Sample provider' });
    await choice.getByRole('button', { name: 'Save defaults' }).click();
    await expect(page.getByTestId('answering')).toContainText('Anthropic · claude-sonnet-4-6 at 127.0.0.1');
    await expect(page.getByTestId('answering')).toContainText('Sample provider');
    await anthropic.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove provider' }).click();
    await expect(page.getByTestId('answering')).toContainText('Anthropic is chosen but not set up. Steps wait until it is.');
    await choice.getByLabel('Text provider').selectOption({ label: 'Automatic (first one set up)' });
    await choice.getByRole('button', { name: 'Save defaults' }).click();
    await expect(page.getByTestId('answering')).not.toContainText('Anthropic');
  });

  await test.step('a price that nobody lists is entered, kept, and taken back', async () => {
    const form = page.getByTestId('price');
    const own = page.getByTestId('own-prices');

    // What is missing or no amount is said at its field, and nothing is sent.
    await form.getByLabel('Model').fill('meta/writer');
    await form.getByLabel(/^Input price/).fill('a lot');
    await form.getByRole('button', { name: 'Save price' }).click();
    await expect(form.getByText('“a lot” isn\'t a number.')).toBeVisible();
    await form.getByLabel(/^Input price/).fill('0.2');
    await form.getByRole('button', { name: 'Save price' }).click();
    await expect(form.getByText('Enter both an input price and an output price.')).toBeVisible();
    await expectAccessible(page);

    await form.getByLabel('Output price').fill('0.75');
    await form.getByRole('button', { name: 'Save price' }).click();
    await expect(own).toContainText('meta/writer');
    await expect(own).toContainText('$0.20 in, $0.75 out per million tokens');
    await expect(form.getByLabel('Model')).toHaveValue('');
    await page.getByText('List prices').click();
    await expect(page.getByText('openai · gpt-4o-mini')).toBeVisible();
    await still(page);
    await shoot(page, 'providers-prices', { fullPage: true });

    await goToSettings(page, 'Members');
    await goToSettings(page, 'Providers');
    await expect(own).toContainText('meta/writer');
    await own.getByRole('button', { name: 'Remove the price of meta/writer' }).click();
    await expect(own).not.toContainText('meta/writer');
  });
});
